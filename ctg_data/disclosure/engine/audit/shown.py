"""What a release shows that it should not: no computation is needed to find these out.

The last barrier, whatever masked the rest: a small count in plain sight, a figure on a zone under
a hundred allocataires, an indicator computed from a hidden cell.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from ctg_data.disclosure.engine.audit.verdict import OPERAND, SHOWN, ZONE, Leak
from ctg_data.disclosure.engine.release.content import PUBLISHED, Release


def shown_leaks(release: Release) -> tuple[list[Leak], list[Leak]]:
    """Return what our release shows in plain sight, and what others already show that way."""
    small, zones = small_counts(release), small_zones(release)
    outside = release.external
    ours: list[Leak] = []
    public: list[Leak] = []
    for cell in np.flatnonzero(small | zones).tolist():
        value = float(release.value[cell])
        leak = Leak(release.ids[cell], value, value, SHOWN if small[cell] else ZONE)
        (public if outside is not None and outside[cell] else ours).append(leak)
    return [*ours, *hidden_operands(release)], public


def small_counts(release: Release) -> np.ndarray:
    """Return (n,) bool: cells published though fewer allocataires than the threshold are behind.

    A count is judged on the allocataires told behind it, never more than itself; an amount only
    when they are told; an offer never.  What a producer rounded is left to the attack.  A 0 is a
    secret like any when zeros are masked.
    """
    count = len(release.ids)
    judged = release.value.copy()
    judged[list(release.amounts)] = math.nan
    for cell, base in release.bases.items():
        judged[cell] = np.fmin(base, judged[cell])
    judged[[*release.offers, *release.rounded]] = math.nan
    threshold = np.full(count, float(release.threshold))
    for cell, own in release.thresholds.items():
        threshold[cell] = max(own, release.threshold)
    least = 1.0 if release.zeros_shown else 0.0
    with np.errstate(invalid="ignore"):
        small = (judged >= least) & (judged < threshold)
    return small & (release.status == PUBLISHED)


def small_zones(release: Release) -> np.ndarray:
    """Return (n,) bool: cells published on a zone or sub-population told to be too small."""
    found = np.zeros(len(release.ids), dtype=bool)
    found[[cell for cell, told in release.universes.items() if told < release.min_population]] = (
        True
    )
    found[list(release.offers)] = False
    return found & (release.status == PUBLISHED)


def hidden_operands(release: Release) -> Iterator[Leak]:
    """Yield the indicators still shown though one of their cells is hidden."""
    hidden = {name for name, gone in zip(release.ids, release.hidden, strict=True) if gone}
    for ratio in release.ratios:
        if not hidden.isdisjoint({*ratio.num, *ratio.den}):
            yield Leak(ratio.id, -math.inf, math.inf, OPERAND)
