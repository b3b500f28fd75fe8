"""The figures of a computation on aligned rows: values, statuses, bounds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ctg_data.model import UNDER_COMMUNE, PublicStatus
from ctg_data.release.alignment import SEVERITY, STUDIED
from ctg_data.release.bounds import BOUNDS, Monotone, of_rows
from ctg_data.release.policy import Policy
from ctg_data.release.universe import Universe

INFRA = [str(level) for level in UNDER_COMMUNE]
SHOWN = [str(PublicStatus.DIFFUSE), str(PublicStatus.ARRONDI)]
TOLD = [*SHOWN, *map(str, BOUNDS)]
UNKNOWN = str(PublicStatus.NON_DISPONIBLE)


@dataclass(frozen=True)
class Derivation:
    """A formula of ``count`` operands, with what ``MaskedTable.derive`` says of its options."""

    count: int
    formula: Callable[..., Any]
    universe: Universe | None = None
    hide: Callable[..., Any] | None = None
    moves: Monotone | None = None


def results(frame: pd.DataFrame, asked: Derivation, policy: Policy) -> pd.DataFrame:
    """The aligned rows with ``value``, ``status``, ``bound`` and ``studied`` of the result."""
    columns = range(asked.count)
    values = [frame[f"value_{i}"].to_numpy(dtype=float) for i in columns]
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.array(asked.formula(*values), dtype=float)
    worst = np.max([frame[f"severity_{i}"].to_numpy() for i in columns], axis=0)
    status = np.array([str(SEVERITY[int(rank)]) for rank in worst], dtype=object)
    bound = np.full(len(frame), np.nan)
    told = np.isin(status, TOLD)  # what a rule may hide, whether or not it can be computed
    bounded = np.isin(status, [str(one) for one in BOUNDS])
    status[np.isin(status, SHOWN) & ~np.isfinite(value)] = str(PublicStatus.SANS_OBJET)
    if bounded.any():
        rows = frame[bounded]
        status[bounded], value[bounded], bound[bounded] = _bounded(rows, asked)
    studied = [frame[f"{STUDIED}_{i}"].to_numpy(dtype=float) for i in columns]
    if asked.universe is not None:
        small = frame["level"].isin(INFRA).to_numpy()
        small = small & ~asked.universe.reached(values, studied, policy)
        status[told & small] = str(PublicStatus.SECRET)
    if asked.hide is not None:
        status[told & asked.hide(*values)] = str(PublicStatus.SECRET)
    value[~np.isin(status, SHOWN)] = np.nan
    bound[~np.isin(status, [str(one) for one in BOUNDS])] = np.nan
    told_by = {STUDIED: np.min(studied, axis=0)}
    return frame.assign(value=value, status=status, bound=bound, **told_by)


def _bounded(
    rows: pd.DataFrame, asked: Derivation
) -> tuple[np.ndarray | str, np.ndarray | float, np.ndarray | float]:
    """Of rows with a bounded operand; nothing is told of a formula that may go either way."""
    if asked.moves is None:
        return UNKNOWN, np.nan, np.nan
    got = of_rows(rows, asked.count, asked.formula, asked.moves)
    return got.status, got.value, got.bound
