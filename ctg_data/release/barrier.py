"""The last barrier: small counts and small zones never get out, whatever decided that they may.

It looks at what is about to be shown and at nothing else: neither the engine's mask, nor the bases
it believed, nor a policy weaker than the convention.  What it stops is a fault elsewhere: hidden,
written in the journal, and told to whoever runs the application or its tests.
"""

import warnings

import pandas as pd

from ctg_data.model import UNDER_COMMUNE, Status
from ctg_data.natures import AMOUNT, COVERED
from ctg_data.observations import KEY
from ctg_data.release.policy import LEAST_COUNT, LEAST_POPULATION, Policy
from ctg_data.release.universe import natures

SIZE = "foyers_allocataires"  # its total says how many allocataires a zone has
ZONE = ["level", "code", "vintage", "period"]
FEW = "arrêté à la dernière barrière : petit effectif"
SMALL = "arrêté à la dernière barrière : zone trop petite"


class BarrierWarning(UserWarning):
    """Something let a figure through that may not be shown; it was stopped."""


def stopped(table: pd.DataFrame, policy: Policy) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Hide what may not be shown of confidential rows, whoever let it through.

    Args:
        table: confidential observations as they are about to be shown.
        policy: thresholds; the convention's are the least.

    Returns:
        The table, and a row of the journal for each cell that had to be stopped.

    Warns:
        BarrierWarning: something was stopped; says how many cells, never which.
    """
    bare = table["value"].isna() & table["base"].notna()
    if bare.any():  # what stands behind a hidden figure tells it
        table = table.assign(base=table["base"].mask(bare))
    few, small = _few(table, policy), _of_small_zones(table, policy)
    wrong = few | small
    if not wrong.any():
        return table, pd.DataFrame(columns=[*KEY, "rule"])
    text = f"the last barrier stopped {int(wrong.sum())} cells that were about to be shown"
    warnings.warn(text, BarrierWarning, stacklevel=2)
    status = table["status"].mask(small, str(Status.SECRET_ZONE))
    rule = pd.Series(FEW, table.index).mask(small & ~few, SMALL)
    masked = table.assign(
        value=table["value"].mask(wrong),
        base=table["base"].mask(wrong),
        status=status.mask(few, str(Status.SECRET_CELLULE)),
    )
    return masked, table.loc[wrong, KEY].assign(rule=rule[wrong])


def _few(table: pd.DataFrame, policy: Policy) -> pd.Series:
    """Counts of people under the least; 0 where zeros are masked.

    Judged on themselves, whatever is behind them; and on what is behind them, when that is less.
    """
    people = natures(table).isin(COVERED)
    least = max(policy.min_count, LEAST_COUNT)
    low = (table["value"] < least) | (table["base"] < least).fillna(False)
    if policy.zeros_shown:
        low &= table["value"] > 0
    return (people & low).fillna(False).astype(bool)


def _of_small_zones(table: pd.DataFrame, policy: Policy) -> pd.Series:
    """Every figure about people of a zone below the commune whose own total is too small."""
    least = max(policy.min_population, LEAST_POPULATION)
    below = table["level"].isin([str(level) for level in UNDER_COMMUNE])
    whole = table["variable"].eq(SIZE) & table["category"].eq("total") & below
    tiny = table[(whole & (table["value"] < least)).fillna(False).astype(bool)]
    if not len(tiny):
        return pd.Series(data=False, index=table.index)
    inside = pd.MultiIndex.from_frame(table[ZONE]).isin(pd.MultiIndex.from_frame(tiny[ZONE]))
    counts = natures(table).isin([*COVERED, AMOUNT])
    return (below & counts & inside & table["value"].notna()).astype(bool)
