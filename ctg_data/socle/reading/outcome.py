"""What may be kept of a file that was read and checked."""

import pandas as pd

from ctg_data import fr
from ctg_data.errors import UserError, all_problems
from ctg_data.observations import validate
from ctg_data.socle.reading.result import Reading, Series
from ctg_data.tabular.report import Report, Severity


def source_id(reading: Reading) -> str:
    """The id of the citation of these rows."""
    if reading.published:  # the files of a year live together: each has its own name
        return "_".join(
            [*sorted(set(reading.layouts.values())), reading.commune, str(reading.year)]
        )
    if reading.declared.series is Series.FED:  # several a year: the bytes tell one from another
        return f"fed_{reading.commune}_{reading.year}_{reading.sha256[:8]}"
    return f"socle_{reading.commune}_{reading.year}"


def kept_rows(reading: Reading, report: Report) -> pd.DataFrame:
    """The rows to keep with their places in the file, what breaks the secrecy erased.

    Raises:
        UserError: the report refuses the file: nothing is kept of it.
    """
    if report.refused:
        refused = [one.text for one in report.messages if one.severity is Severity.REFUSED]
        heading = fr.spaced(f"« {reading.name} » n'est pas importé, rien n'en a été repris :")
        raise UserError(all_problems(heading, refused))
    rows = reading.rows
    statuses = pd.Series(dict(report.masked), dtype="string").reindex(rows.index)
    hidden = statuses.notna()
    kept = rows.assign(
        value=rows["value"].mask(hidden),
        base=rows["base"].mask(hidden | rows.index.isin(report.unbelieved)),
        status=rows["status"].mask(hidden, statuses),
        source=source_id(reading),
    )
    return kept.drop(index=sorted(report.dropped))


def observations_of(reading: Reading, report: Report) -> pd.DataFrame:
    """The observations to keep; validated.

    Raises:
        UserError: the report refuses the file: nothing is kept of it.
    """
    return validate(kept_rows(reading, report))
