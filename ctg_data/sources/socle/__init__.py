"""The annual socle: from the CAF's file as it is to observations, with a report on all of it.

``read_file`` turns bytes into a ``Reading``; ``check`` judges it as a whole and gives a ``Report``;
``observations_of`` gives the rows that may be kept, what breaks the secrecy already erased.
Nothing is written by this package, and nothing of it may be shown before the gate.
"""

from ctg_data.sources.socle.checks import check
from ctg_data.sources.socle.layouts import layouts
from ctg_data.sources.socle.outcome import kept_rows, observations_of, source_id
from ctg_data.sources.socle.read import read_file
from ctg_data.sources.socle.reading import Declared, Kind, Reading, Series, UnreadableFile
from ctg_data.sources.socle.report import Audience, Message, Place, Report, Severity

__all__ = [
    "Audience",
    "Declared",
    "Kind",
    "Message",
    "Place",
    "Reading",
    "Report",
    "Series",
    "Severity",
    "UnreadableFile",
    "check",
    "kept_rows",
    "layouts",
    "observations_of",
    "read_file",
    "source_id",
]
