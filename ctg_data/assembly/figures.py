"""Every figure known of a territory: embedded in its folder, and received since, laid over."""

from collections.abc import Mapping

import pandas as pd

from ctg_data import observations
from ctg_data.model import Citation
from ctg_data.store.session import Store
from ctg_data.territory import embedded
from ctg_data.territory.config import TerritoryConfig


def every_figure(
    config: TerritoryConfig, store: Store | None
) -> tuple[pd.DataFrame, dict[str, Citation]]:
    """The long table and its citations; of the folder alone when no store opens."""
    table, citations = embedded.embedded(config)
    if store is None:
        return table, citations
    received, more = store.observations(config.id)
    whole = merge(table, received, citations | more)
    return newest_photographs(whole), citations | more


def newest_photographs(table: pd.DataFrame) -> pd.DataFrame:
    """The table without the former editions of what must not be read as a series.

    Level by level: a producer may renew the communes before the départements.
    """
    taken = [one.id for one in observations.variables().values() if one.photographie]
    ours = table["variable"].isin(taken)
    if not ours.any():
        return table
    last = table[ours].groupby(["variable", "level"])["period"].transform("max")
    former = last.index[last != table.loc[last.index, "period"]]
    return table.drop(index=former).reset_index(drop=True)


def merge(
    older: pd.DataFrame, newer: pd.DataFrame, citations: Mapping[str, Citation]
) -> pd.DataFrame:
    """Lay what was received over what was embedded, public and confidential figures apart.

    The same cell may be in both: an open figure rounded by the Cnaf and an exact one of the socle.
    """
    layers = []
    for confidential_rows in (False, True):
        sides = [
            one[observations.handed_over(one, citations) == confidential_rows]
            for one in (older, newer)
        ]
        layers.append(observations.overlay(*sides))
    return pd.concat(layers, ignore_index=True)
