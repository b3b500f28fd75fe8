"""What an attack has learnt so far, and the pieces it works on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ctg_data.disclosure.engine.audit.system import System


@dataclass
class AttackFindings:
    """What was learnt on the k unknowns of a system.

    Attributes:
        system: the system, with the bounds narrowed row by row.
        lowest, highest: (k,) extreme values met in verified tables (+inf, -inf before any).
        accused: (k,) bool, cells that no table makes harmless.
        unsure: (k,) bool, cells that the solver could not decide within the budget.
    """

    system: System
    lowest: np.ndarray
    highest: np.ndarray
    accused: np.ndarray
    unsure: np.ndarray

    def open(self, columns: np.ndarray) -> np.ndarray:
        """Return (c,) bool: the given unknowns neither acquitted, accused nor given up."""
        lowest, highest, system = self.lowest[columns], self.highest[columns], self.system
        threshold, need = system.threshold[columns], system.need[columns]
        harmless = (highest >= threshold) | (system.lb[columns] >= threshold)
        seen = np.isfinite(lowest)
        width = np.where(seen, highest, 0.0) - np.where(seen, lowest, 1.0)
        wide = (need <= 0) | (width >= need)
        return ~(harmless & wide) & ~self.accused[columns] & ~self.unsure[columns]

    def see(self, columns: np.ndarray, table: np.ndarray) -> None:
        """Record the values of some unknowns in a verified table."""
        self.lowest[columns] = np.minimum(self.lowest[columns], table)
        self.highest[columns] = np.maximum(self.highest[columns], table)


@dataclass
class SystemPart:
    """Unknowns and rows that meet no others, and the last verified table of these unknowns."""

    columns: np.ndarray
    rows: np.ndarray
    table: np.ndarray | None = None
    hopeful: bool = True


def local_system(system: System, columns: np.ndarray, rows: np.ndarray) -> System:
    """Return the part of `system` on some columns and rows; the other unknowns are fixed."""
    part = system.matrix[rows]
    outside = system.lb.copy()
    outside[columns] = 0.0
    outside[~np.isfinite(outside)] = 0.0
    shift = part @ outside
    chosen = system.select(columns, rows)
    return System(
        chosen.matrix,
        chosen.lo - shift,
        chosen.hi - shift,
        *(chosen.lb, chosen.ub, chosen.whole, chosen.cell, chosen.threshold, chosen.need),
    )
