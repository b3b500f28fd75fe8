"""When the vintage of a boundary tells two zones apart: where zones have generations only.

Two files may date the same commune or IRIS by different vintages; a QPV changes with its own.
"""

import pandas as pd

from ctg_data.model import Level

APART = [str(level) for level in Level if level.has_generations]


def anchored(level: str, vintage: int) -> int:
    """The generation of a zone: its vintage where that counts, else 0.

    >>> anchored("iris", 2021), anchored("qpv", 2015)
    (0, 2015)
    """
    return vintage if level in APART else 0


def anchored_rows(frame: pd.DataFrame) -> pd.Series:
    """The generation of the zone of each row, from its ``level`` and ``vintage``."""
    return frame["vintage"].where(frame["level"].isin(APART), 0)
