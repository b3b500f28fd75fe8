"""The columns of the model workbooks: what the socle counts, what the CAF gives on request."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from ctg_data.model import SECRETS, Sign
from ctg_data.natures import COVERED
from ctg_data.observations import Variable, variables
from ctg_data.socle.reading.layouts import codes
from ctg_data.socle.reading.result import Series

BREAKS = {
    "foyers_prime_activite": "2016 : remplace le RSA activité ; 2019 : montant et champ relevés",
    "foyers_rsa": "2016 : sans le RSA activité",
}


def columns(series: Series = Series.SOCLE) -> dict[str, tuple[Variable, str]]:
    """Header of each column of a series → its variable and category, in order."""
    known = codes()
    found = {}
    for one in variables().values():
        if one.hors_socle if series is Series.FED else one.nature in COVERED and not one.hors_socle:
            for category in ("total", *one.categories):
                target = one.id if category == "total" else f"{one.id}/{category}"
                if category != "total" or not one.total_de:
                    found[known.get(target, target)] = (one, category)
    return found


def lines_of_table(rows: pd.DataFrame) -> Iterator[Any]:
    """Rows as named tuples."""
    yield from rows.itertuples(index=False)


def part_label(one: Variable, category: str) -> str:
    """The French words of a column."""
    return one.label if category == "total" else one.categories[category]


def written(value: Any, status: str) -> float | str:
    """A figure as it stands in a cell: its number, or the one sign of every secret."""
    if not pd.isna(value):
        return float(value)
    return str(Sign.SECRET if status in SECRETS else Sign.MISSING)
