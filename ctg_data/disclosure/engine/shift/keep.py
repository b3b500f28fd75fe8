"""Cells that should stay visible, when they cannot all: give up as few as possible.

Forced cells give way one goal after the other, and a later goal may do without what an earlier
one took.  Each cell given up is therefore asked again, alone: may it stay, if the others need not?
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ctg_data.disclosure.engine.shift.algorithm import Cover, masked_by
from ctg_data.disclosure.engine.shift.effort import Effort
from ctg_data.disclosure.engine.shift.secondary_suppression import shift
from ctg_data.disclosure.engine.shift.table import ShiftTable


def shift_and_keep(table: ShiftTable, public: ShiftTable, effort: Effort) -> Cover:
    """Return certificates for every goal that has one, giving up few of the cells to keep.

    Args:
        table: what to protect.
        public: the same as known before we publish anything.
        effort: how far to search.
    """
    cover = shift(table, public, effort)
    lost = _lost(table, cover)
    if len(table.value) > effort.kept_cells or len(lost) > effort.kept_lost:
        return cover
    asked: set[int] = set()
    while left := [cell for cell in lost if cell not in asked]:
        cell = left[0]
        asked.add(cell)
        kept = table.kept.copy()
        kept[[other for other in lost if other != cell]] = False
        trial = shift(replace(table, kept=kept), public, effort)
        given_up = _lost(table, trial)
        if len(given_up) < len(lost) and len(trial.failed) <= len(cover.failed):
            cover, lost = trial, given_up
    return cover


def _lost(table: ShiftTable, cover: Cover) -> list[int]:
    """Return the cells that should have stayed visible and are hidden."""
    return np.flatnonzero(table.kept & masked_by(table, cover.proofs)).tolist()
