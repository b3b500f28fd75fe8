"""Parts shown together where apart no mask of them could be proved: 0-2 and 3-5 become 0-5.

Which parts are next to each other is declared with the variable (``regroupements``).  The merged
part is a cell like any other: its own rules, a sum that the engine and the audit both see.
"""

from collections.abc import Collection, Iterable

import pandas as pd

from ctg_data.natures import HOUSEHOLDS
from ctg_data.observations import KEY, Variable, variables

PLACE = [name for name in KEY if name != "category"]


def merged_rows(rows: pd.DataFrame, names: Iterable[str]) -> pd.DataFrame:
    """The merged parts of some variables, wherever each of their parts is known."""
    found = [
        _sums(rows, declared, category)
        for declared in map(variables().__getitem__, names)
        for category in declared.regroupements
    ]
    return pd.concat([rows.iloc[:0], *found]).astype(rows.dtypes)


def _sums(rows: pd.DataFrame, declared: Variable, category: str) -> pd.DataFrame:
    parts = declared.regroupements[category]["parts"]
    of_parts = rows[(rows["variable"] == declared.id) & rows["category"].isin(parts)]
    places = of_parts.groupby(PLACE, sort=True)
    sums = places[["value", "base"]].sum(min_count=len(parts))
    if declared.nature != HOUSEHOLDS:
        # A family may have children in both: behind the sum stand at least those of one part.
        sums["base"] = places["base"].max().where(sums["base"].notna())
    first = places.first().assign(category=category, value=sums["value"], base=sums["base"])
    return first.dropna(subset="value").reset_index()[rows.columns]


def is_merged(rows: pd.DataFrame) -> pd.Series:
    """Whether each row is made of several parts."""
    declared = {(one.id, name) for one in variables().values() for name in one.regroupements}
    pairs = zip(rows["variable"], rows["category"], strict=True)
    return pd.Series([pair in declared for pair in pairs], index=rows.index, dtype=bool)


def shown_before(rows: pd.DataFrame, known: Collection[str]) -> pd.DataFrame:
    """The merged parts that an earlier edition told of: a reader still holds them.

    Args:
        rows: the table.
        known: ids of the cells of earlier editions.
    """
    if not known:
        return rows.iloc[:0]
    every = merged_rows(rows, (name for name, one in variables().items() if one.regroupements))
    ids = every[KEY].astype(str).agg("|".join, axis=1)
    return every[ids.isin(known)] if len(every) else every


def with_merged(rows: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """Add merged parts to a table, each once."""
    whole = pd.concat([rows, more], ignore_index=True)
    return whole.drop_duplicates(KEY, ignore_index=True)


def replaced_parts(more: pd.DataFrame) -> set[tuple[str, str]]:
    """(variable, part) of what merged rows replace."""
    pairs = set(zip(more["variable"], more["category"], strict=True))
    return {
        (name, part)
        for name, category in pairs
        for part in variables()[name].regroupements[category]["parts"]
    }


def sentence(name: str) -> str:
    """Say what is shown together, in French."""
    declared = variables()[name]
    labels = ", ".join(f"« {one['label']} »" for one in declared.regroupements.values())
    return (
        f"« {declared.label} » : des parts voisines sont montrées ensemble ({labels}) ; séparées, "
        "elles ne pouvaient pas l'être sans risque."
    )
