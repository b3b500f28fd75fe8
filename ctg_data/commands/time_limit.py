"""How long somebody at the command line is ready to wait: it ends an audit, and decides nothing."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

from ctg_data.disclosure.engine.audit.budget import never


def seconds(text: str) -> float:
    """Read how long an audit may last.

    Raises:
        ArgumentTypeError: it is no length of time.
    """
    try:
        told = float(text)
    except ValueError:
        told = -1.0
    if not told >= 0:  # nor is what is not a number
        raise argparse.ArgumentTypeError(f"« {text} » : un nombre d'au moins 0 est attendu")
    return told


def at_the_end_of(told: float | None) -> Callable[[], bool]:
    """Return what says that so many seconds are over; None: they never are."""
    if told is None:
        return never
    end = time.monotonic() + told
    return lambda: time.monotonic() >= end
