"""From the edition of a published file to the year each of its columns was observed."""

from collections.abc import Iterable

import pandas as pd

from ctg_data import dating
from ctg_data.dating import Dating
from ctg_data.observations import variables
from ctg_data.socle.reading.layouts import Layout
from ctg_data.socle.reading.recognise import Table


def dated(figures: pd.DataFrame, tables: Iterable[Table]) -> pd.DataFrame:
    """The same figures under the year observed, with their edition and the proof of their year.

    Args:
        figures: one line a figure; ``period`` is the year that the file tells.
        tables: the sheets they come from.
    """
    layouts = {table.sheet.name: table.layout for table in tables}
    if not any(one.dated for one in layouts.values()):
        return dating.completed(figures)
    told = [
        _of(layouts[sheet], variable, category, int(year))
        for sheet, variable, category, year in zip(
            *(figures[name] for name in ("sheet", "variable", "category", "period")), strict=True
        )
    ]
    found = pd.DataFrame(told, columns=["period", "edition", "dating"], index=figures.index)
    return figures.assign(
        period=found["period"].astype("Int64"), edition=found["edition"], dating=found["dating"]
    )


def _of(layout: Layout, variable: str, category: str, year: int) -> tuple[int, str, str]:
    """Year observed, edition and proof of one figure of a file of ``year``."""
    if not layout.dated:
        return year, "", str(Dating.PRODUCTEUR)
    target = variable if category == "total" else f"{variable}/{category}"
    for one in layout.dated:
        if target in one.targets and year in one.editions:
            return year - one.lag, str(year), str(one.proof)
    known = variables()[variable]
    unknown = dating.unestablished(year, known.nature, known.unit)
    return unknown, str(year), str(Dating.NON_ETABLI)
