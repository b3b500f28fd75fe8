"""What may be kept of a file that was read and checked."""

import pandas as pd

from ctg_data.sources.socle.reading import Reading
from ctg_data.sources.socle.report import Report


def source_id(reading: Reading, commune: str) -> str:
    """The id of the citation of these rows."""
    return f"socle_{commune}_{reading.year}"


def observations_of(reading: Reading, report: Report) -> pd.DataFrame:
    """The observations to keep, what breaks the secrecy erased; validated.

    Raises:
        UserError: the report refuses the file: nothing is kept of it.
    """
    raise NotImplementedError
