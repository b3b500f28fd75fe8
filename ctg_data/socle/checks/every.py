"""Every check on a reading, all at once."""

from collections.abc import Mapping
from datetime import date

import pandas as pd

from ctg_data.observations import DTYPES
from ctg_data.socle.checks import (
    base as checks_base,
    cells as checks_cells,
    file as checks_file,
    secret as checks_secret,
    sums as checks_sums,
    time as checks_time,
    zones as checks_zones,
)
from ctg_data.socle.reading.findings import Findings
from ctg_data.socle.reading.result import Reading
from ctg_data.tabular.report import Report, ordered
from ctg_data.territory.config import TerritoryConfig

# In this order: a repeated cell is left aside before it is judged, a secret erased before sums.
CHECKS = (
    checks_file.check,
    checks_cells.check,
    checks_zones.repeated,
    checks_base.check,
    checks_sums.check,
    checks_secret.check,
    checks_zones.check,
    checks_time.check,
)


def check(
    reading: Reading,
    territory: TerritoryConfig,
    *,
    previous: pd.DataFrame | None = None,
    known: Mapping[str, date] | None = None,
    there: Mapping[str, date] | None = None,
    today: date | None = None,
) -> Report:
    """Judge a reading as a whole.

    Args:
        reading: what ``read_file`` gave.
        territory: its zones, thresholds and settings.
        previous: observations already kept (confidential ones only), for jumps and gaps.
        known: sha256 of files already imported → the day it was.
        there: ids of the files already there (a year of the socle has one) → the day they came.
        today: for tests; a reference date may not be in the future.
    """
    before = pd.DataFrame(columns=list(DTYPES)) if previous is None else previous
    findings = Findings(
        *(reading, territory, before.astype(DTYPES), known or {}, there or {}),
        today=today or date.today(),
        rows=reading.rows.copy(),
        messages=list(reading.messages),
    )
    for one in CHECKS:
        one(findings)
    return Report(
        name=reading.name,
        sha256=reading.sha256,
        messages=ordered(findings.messages),
        kind=str(reading.kind),
        year=reading.year,
        layouts=reading.layouts,
        masked=dict(findings.masked),
        dropped=frozenset(findings.dropped),
        unbelieved=frozenset(findings.unbelieved),
        subject=reading.declared.series.label,
    )
