"""What the store hands out, and how it is written down in a database."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from ctg_data.model import Citation
from ctg_data.observations import DTYPES

ACTIVE, REPLACED, UNDONE = "active", "replaced", "undone"


@dataclass(frozen=True, kw_only=True)
class HandedIn:
    """One thing that somebody handed in, and what became of it since."""

    number: int
    at: datetime
    role: str
    sha256: str = field(repr=False)
    state: str = ACTIVE
    ended_at: datetime | None = None

    @property
    def in_place(self) -> bool:
        """Whether it is in force today."""
        return self.state == ACTIVE

    @property
    def undone(self) -> bool:
        """Whether somebody took it back."""
        return self.state == UNDONE


@dataclass(frozen=True)
class Received:
    """Bytes as a producer sent them; ``id`` is their sha256.

    ``address`` never holds a key: it is written in exports and shown on screen.
    """

    id: str
    source_id: str
    territory: str
    address: str
    received_at: datetime
    content: bytes
    media_type: str = ""
    dataset: str = ""
    modified: str = ""
    number: int = 0


@dataclass(frozen=True)
class SourceState:
    """Where one source stands for one territory; dates are UTC, ``None`` when it never happened."""

    source_id: str
    territory: str
    last_attempt: datetime | None = None
    last_success: datetime | None = None
    error: str = ""
    last_year: int | None = None
    rows: int = 0
    modified: str = ""

    @property
    def answered(self) -> bool:
        """Whether it gave something once, or said without failing that it has nothing here."""
        return self.last_success is not None or self.nothing

    @property
    def nothing(self) -> bool:
        """Whether it was asked, did not fail, and has never given anything."""
        return self.last_success is None and self.last_attempt is not None and not self.error


@dataclass(frozen=True)
class Entry:
    """One line of the journal."""

    at: datetime
    territory: str
    kind: str
    message: str
    details: dict[str, Any]


def state_of(row: dict[str, Any]) -> SourceState:
    """Read a line of the table of states."""
    names = ("last_attempt", "last_success")
    dates = {name: moment(row[name]) if row[name] else None for name in names}
    return SourceState(**{**row, **dates})


def entry_of(row: dict[str, Any]) -> Entry:
    """Read a line of the journal."""
    details = json.loads(row["details"])
    return Entry(moment(row["at"]), row["territory"], row["kind"], row["message"], details)


def cited_row(citation: Citation) -> dict[str, str]:
    """Write a citation down; as JSON, so that a field added to it needs no migration."""
    return {"id": citation.id, "fields": json.dumps(asdict(citation), ensure_ascii=False)}


def citation_of(row: dict[str, Any]) -> Citation:
    """Read a citation back."""
    known = Citation.__dataclass_fields__
    return Citation(**{k: v for k, v in json.loads(row["fields"]).items() if k in known})


def plain_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as the database wants them: ``None`` for a hole, Python numbers, not NumPy's."""
    columns = {name: frame[name].astype(object) for name in DTYPES}
    holes = {name: column.where(column.notna(), None) for name, column in columns.items()}
    return [
        {str(name): value for name, value in row.items()}
        for row in pd.DataFrame(holes, dtype=object).to_dict("records")
    ]


def digest_of(*lines: list[dict[str, Any]]) -> str:
    """Sum up what was stored, to know later whether it changed."""
    text = json.dumps(lines, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def now() -> datetime:
    """This instant, in UTC: dates are kept in UTC, shown in French elsewhere."""
    return datetime.now(UTC)


def written(when: datetime) -> str:
    """Write an instant so that text order is time order."""
    return when.isoformat(timespec="microseconds")


def moment(when: str) -> datetime:
    """Read back what :func:`written` wrote."""
    return datetime.fromisoformat(when)
