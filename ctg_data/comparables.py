"""Which far communes a new territory asks figures of: the nearest in population, of all France.

Their poverty is not known yet: an update brings it, and ``similar`` then applies both criteria.
"""

import math
from collections.abc import Collection

from ctg_data import fr
from ctg_data.similar import LEAST_TIMES, MOST_TIMES
from ctg_data.sources import geo_api
from ctg_data.sources.base import ARRONDISSEMENTS
from ctg_data.sources.http import Http

MOST = 20  # communes proposed: one request each source, and enough of them once poverty is known


def propose(http: Http, base: str, people: int, known: Collection[str]) -> dict[str, str]:
    """Code and name of the communes nearest in population, those already ``known`` left out.

    Communes published by arrondissement are left out too: no producer gives them whole.

    Raises:
        UserError: the list of communes could not be had.
    """
    low, high = LEAST_TIMES * people, MOST_TIMES * people
    found = [
        (abs(math.log(one.population / people)), one.code, one.name)
        for one in geo_api.everywhere(http, base)
        if one.population and low <= one.population <= high
        if one.code not in known and one.code not in ARRONDISSEMENTS
    ]
    return {code: name for _, code, name in sorted(found)[:MOST]}


def told(count: int, day: str) -> str:
    """How they were proposed, in words.

    >>> told(2, "3 mai 2026").replace(chr(160), " ")
    'Proposées le 3 mai 2026 : 2 communes de France, les plus proches par la population.'
    """
    which = fr.plural(count, "commune de France", "communes de France")
    return f"Proposées le {day} : {which}, les plus proches par la population."
