"""Every check on a reading, all at once."""

from collections.abc import Mapping
from datetime import date

import pandas as pd

from ctg_data.sources.socle.reading import Reading
from ctg_data.sources.socle.report import Report
from ctg_data.territory import TerritoryConfig


def check(
    reading: Reading,
    territory: TerritoryConfig,
    *,
    previous: pd.DataFrame | None = None,
    known: Mapping[str, date] | None = None,
    years: Mapping[int, date] | None = None,
    today: date | None = None,
) -> Report:
    """Judge a reading as a whole.

    Args:
        reading: what ``read_file`` gave.
        territory: its zones, thresholds and settings.
        previous: observations already kept (confidential ones only), for jumps and gaps.
        known: sha256 of files already imported → the day it was.
        years: years already there → the day they were imported.
        today: for tests; a reference date may not be in the future.
    """
    raise NotImplementedError
