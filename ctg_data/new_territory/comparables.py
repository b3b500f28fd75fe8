"""Which far communes a territory asks figures of: like it in size, place and kind, of all France.

Their poverty is not known yet: an update brings it, and ``similar`` then applies both criteria.
"""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from ctg_data import fr
from ctg_data.diagnosis.similar import LEAST_TIMES, MOST_TIMES
from ctg_data.sources import contours, contours_qpv, registry
from ctg_data.sources.base import ARRONDISSEMENTS
from ctg_data.sources.geo_api import Commune
from geo.outlines import cells, checks, formats

MOST = 20  # communes proposed: one request each source, and enough of them once poverty is known
OVERSEAS = "97"  # what their codes begin with


@dataclass(frozen=True)
class Proposal:
    """Communes by code, the likest first, and how they were chosen, in French."""

    communes: dict[str, str]
    told: str


def propose(
    listed: list[Commune], mine: Commune, known: Collection[str], with_qpv: Collection[str]
) -> Proposal:
    """The communes likest to ours: of its size, then of its kind, then nearest in population.

    Communes already ``known`` are left out, and those published by arrondissement: no producer
    gives them whole.  ``with_qpv`` is empty when the list of QPV could not be had.
    """
    people = mine.population or 0
    centres = _centres(listed)
    kinds: list[Collection[str]] = [centres, *([with_qpv] if with_qpv else [])]

    def unlike(one: Commune) -> int:
        return sum((one.code in kind) != (mine.code in kind) for kind in kinds)

    found = sorted(
        (unlike(one), abs(math.log(one.population / people)), one.code, one.name)
        for one in listed
        if one.population and LEAST_TIMES * people <= one.population <= MOST_TIMES * people
        if one.code not in known and one.code not in ARRONDISSEMENTS and one.code != mine.code
        if one.code.startswith(OVERSEAS) == mine.code.startswith(OVERSEAS)
    )[:MOST]
    alike = sum(not different for different, *_ in found)
    told = _told(mine, len(found), alike, _kind(mine, centres, with_qpv))
    return Proposal({code: name for *_, code, name in found}, told if found else "")


def with_qpv(clients: Any) -> set[str]:
    """The communes that hold a QPV of 2024, from the whole national list.

    Raises:
        UserError: the list could not be had.
    """
    dataset = registry.source("contours_qpv").datasets[0]
    content = contours_qpv.fetch(dataset, None, clients).content  # one list for all territories
    return communes_of(formats.read(content, "qpv_2024", contours.LAYERS["qpv_2024"].member))


def communes_of(layer: formats.Raw) -> set[str]:
    """The communes that hold a zone of a layer, by the codes it gives."""
    told = (cells.value(one.properties, checks.COMMUNE_CODES) for one in layer.features)
    return {code for cell in told for code in cells.split_codes(cell)}


def _centres(listed: Iterable[Commune]) -> set[str]:
    """The most populated commune of each intercommunalité."""
    first: dict[str, Commune] = {}
    for one in listed:
        if one.epci and (one.population or 0) > (
            first[one.epci].population or 0 if one.epci in first else 0
        ):
            first[one.epci] = one
    return {one.code for one in first.values()}


def _kind(mine: Commune, centres: Collection[str], with_qpv: Collection[str]) -> str:
    """The traits that ours has, to be found in others, in words."""
    no = "" if mine.code in centres else "n'est pas "
    verb = "est " if not no else ""
    told = f"{no}{verb}la plus peuplée de son intercommunalité"
    if not with_qpv:
        return told
    has = "a un" if mine.code in with_qpv else "n'a aucun"
    return f"{told} et {has} quartier prioritaire de 2024"


def _told(mine: Commune, count: int, alike: int, kind: str) -> str:
    where = "d'outre-mer" if mine.code.startswith(OVERSEAS) else "de métropole"
    return fr.spaced(
        f"Proposées le {fr.day(date.today())} parmi les communes {where}, de la moitié au double "
        f"de {fr.number(mine.population or 0)} habitants : {fr.plural(count, 'commune')}, d'abord "
        f"celles dont on peut dire, comme d'ici, qu'elle {kind} ({fr.number(alike)} sur "
        f"{fr.number(count)}), puis les plus proches par la population."
    )
