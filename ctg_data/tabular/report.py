"""The report of an import: every remark at its place, by severity and by reader.

A remark never holds a value that counts people: those who read the report are not all those who
may read the file, and a report travels by e-mail.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ctg_data import fr
from ctg_data.errors import UserError


class UnreadableFile(UserError):
    """Nothing at all can be read in the bytes; says why and what to send instead.

    Attributes:
        what: the first sentence, without its point: what is wrong, the file being named.
    """

    def __init__(self, what: str, *remedy: str) -> None:
        super().__init__(what, *remedy)
        self.what, self.remedy = what, remedy

    def __str__(self) -> str:
        return fr.spaced(" ".join((f"{self.what}.", *self.remedy)))


class Severity(StrEnum):
    """Only ``REFUSED`` stops an import."""

    REFUSED = "R"
    CORRECTED = "C"
    WARNING = "W"
    INFO = "I"

    @property
    def label(self) -> str:
        """The severity as written on screen."""
        return {
            "R": "Refusé",
            "C": "Corrigé à l'entrée",
            "W": "À vérifier",
            "I": "Pour information",
        }[self.value]


NOUNS = {  # one and several, for the head of the page
    Severity.REFUSED: ("motif de refus", "motifs de refus"),
    Severity.CORRECTED: ("correction à l'entrée", "corrections à l'entrée"),
    Severity.WARNING: ("point à vérifier", "points à vérifier"),
    Severity.INFO: ("information", "informations"),
}


class Audience(StrEnum):
    """Who a remark is for.  What names a secret is for the CAF's statistician alone."""

    STAT = "statisticien"
    LEAD = "chef de projet"
    BOTH = "tous"

    def reads(self, message: "Message") -> bool:
        """Whether this reader may be shown a message."""
        return self in (Audience.BOTH, message.audience) or message.audience is Audience.BOTH


@dataclass(frozen=True, order=True)
class Place:
    """One cell, row or column of the file; ``value`` only when it does not count people."""

    sheet: str = ""
    line: int = 0
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        parts = [f"feuille « {self.sheet} »"] if self.sheet else []
        parts += [f"ligne {self.line}"] if self.line else []
        parts += [f"colonne « {self.column} »"] if self.column else []
        return fr.spaced(", ".join(parts))


@dataclass(frozen=True)
class Message:
    """One remark.

    Attributes:
        id: stable name of the check, for tests and for answers (``Declared``).
        rule: the rule behind it, in French.
        done: what was done with the cells at fault.
        number: its number in the published list of messages, 0 for the others.
        proposal: what to answer to go on: the key and value of a field of ``Declared``.
    """

    id: str
    severity: Severity
    audience: Audience
    text: str
    places: tuple[Place, ...] = ()
    rule: str = ""
    done: str = ""
    number: int = 0
    proposal: Mapping[str, str] = field(default_factory=dict)

    @property
    def sheet(self) -> str:
        """The sheet of the first place."""
        return self.places[0].sheet if self.places else ""

    @property
    def line(self) -> int:
        """The line of the first place, 0 when the whole file is meant."""
        return self.places[0].line if self.places else 0

    @property
    def column(self) -> str:
        """The column of the first place."""
        return self.places[0].column if self.places else ""


ORDER = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True)
class Report:
    """Every remark on a file, worst first; the three last hold rows of its reading.

    Attributes:
        subject: what the file is, in a title.
        masked: row of ``Reading.rows`` → status that replaces its value on entry.
        dropped: rows that are not kept (a zone set aside, a repeated cell).
        unbelieved: rows kept without the allocataires that the file says are behind them.
    """

    name: str
    sha256: str
    messages: tuple[Message, ...] = ()
    kind: str = ""
    year: int | None = None
    layouts: Mapping[str, str] = field(default_factory=dict)
    masked: Mapping[int, str] = field(default_factory=dict, repr=False)
    dropped: frozenset[int] = field(default_factory=frozenset, repr=False)
    unbelieved: frozenset[int] = field(default_factory=frozenset, repr=False)
    subject: str = "socle"

    @property
    def refused(self) -> bool:
        """Whether the file may not be imported as it is."""
        return any(one.severity is Severity.REFUSED for one in self.messages)

    @property
    def counts(self) -> dict[Severity, int]:
        """How many remarks of each severity."""
        return {one: sum(m.severity is one for m in self.messages) for one in Severity}

    def seen_by(self, audience: Audience) -> tuple[Message, ...]:
        """The remarks one reader may see; ``BOTH`` stands for who may see everything."""
        if audience is Audience.BOTH:
            return self.messages
        return tuple(one for one in self.messages if audience.reads(one))

    def of(self, identifier: str) -> tuple[Message, ...]:
        """The remarks of one check."""
        return tuple(one for one in self.messages if one.id == identifier)

    def summary(self) -> str:
        """One sentence for the head of the page."""
        verdict = "Fichier refusé" if self.refused else "Fichier accepté"
        told = [
            fr.plural(count, *NOUNS[severity]) for severity, count in self.counts.items() if count
        ]
        return fr.spaced(f"{verdict} : {', '.join(told) or 'aucune remarque'}.")


def ordered(messages: Iterable[Message]) -> tuple[Message, ...]:
    """Worst first, then by place in the file; the same remark is told once."""
    unique = list({(m.id, m.text, m.places): m for m in messages}.values())
    return tuple(
        sorted(unique, key=lambda m: (ORDER[m.severity], m.sheet, m.line, m.number, m.id, m.text))
    )
