"""« Au moins 100 allocataires »: how large the population is that a rate studies.

A rate over children is about the families behind them: two hundred children may be ninety
allocataires.  Whether each shown cell stands for enough of them is settled in the gate, where the
allocataires behind it are known, and goes on as a yes or a no: the count itself does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ctg_data.natures import HOUSEHOLDS
from ctg_data.observations import variables
from ctg_data.release.policy import Policy


def natures(frame: pd.DataFrame) -> pd.Series:
    """The nature of the variable of each row, as ``variables.toml`` declares it."""
    return frame["variable"].map({name: one.nature for name, one in variables().items()})


def is_studied(frame: pd.DataFrame, policy: Policy) -> np.ndarray:
    """Whether enough allocataires stand behind each cell.

    Args:
        frame: observations; a household is an allocataire, persons and children have a ``base``,
            or nobody knows.
        policy: how many are enough.

    Returns:
        (n,) 1 where they do, 0 where they do not, NaN where nobody knows.
    """
    told = frame["base"] if "base" in frame else pd.Series(pd.NA, frame.index)
    behind = told.astype("Float64").where(natures(frame) != HOUSEHOLDS, frame["value"])
    enough = (behind >= policy.min_population).astype("Float64").where(behind.notna())
    return enough.to_numpy(dtype=float, na_value=np.nan)


@dataclass(frozen=True)
class Universe:
    """The population that a rate studies: the operands that make it up, and their weights.

    Households add up.  Families with children of two ages are counted in both: at least those of
    one whole age stand behind the sum.  Failing that, persons stand for allocataires as in the
    rule of 11 (« règle approchée »); a single count that is known to be too small stays so.
    """

    operands: tuple[int, ...]
    weights: tuple[float, ...]
    households: bool

    def reached(
        self, values: Sequence[np.ndarray], studied: Sequence[np.ndarray], policy: Policy
    ) -> np.ndarray:
        """(n,) bool: whether the population is large enough to be studied, in doubt that it is not.

        Args:
            values: of every operand of the rate, (n,) each.
            studied: what ``is_studied`` says of each, (n,) each.
            policy: how many are enough.
        """
        weighted = [w * values[i] for i, w in zip(self.operands, self.weights, strict=True)]
        total = np.sum(weighted, axis=0)
        if self.households:
            return np.asarray(total >= policy.min_population)
        flags = [studied[i] for i in self.operands]
        whole = [one == 1 for one, w in zip(flags, self.weights, strict=True) if w >= 1]
        enough = np.any(whole, axis=0) if whole else np.zeros(len(total), dtype=bool)
        refuted = flags[0] == 0 if len(flags) == 1 else np.zeros(len(total), dtype=bool)
        return np.asarray(enough | (~refuted & (total >= policy.many_people)))
