"""Files of the CAF (annual socle, answers to FED): judge, import whole or not at all, undo.

Pages and the command line talk to this module; ``sources.socle`` reads and checks, ``store``
keeps.  What was imported is shown only through the gate, like everything else.

    report = check_file("SOCLE.xlsx", content, territory)
    done = import_file("SOCLE.xlsx", content, territory, store)
    undo(store, territory, done.number)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from ctg_data import fr, role
from ctg_data.assembly import assemble as assembly
from ctg_data.assembly.figures import every_figure
from ctg_data.errors import UserError
from ctg_data.observations import handed_over
from ctg_data.release.policy import Policy
from ctg_data.role import Role
from ctg_data.socle import desk
from ctg_data.socle.checks.every import check
from ctg_data.socle.entry import line_of
from ctg_data.socle.reading.outcome import source_id
from ctg_data.socle.reading.read import read_file
from ctg_data.socle.reading.result import Declared, Kind, Reading, Series
from ctg_data.store.import_rows import Imported
from ctg_data.store.records import ACTIVE, REPLACED, UNDONE
from ctg_data.store.session import Store
from ctg_data.submissions.desk import refuse_readers
from ctg_data.tabular.report import Audience, Message, Place, Report, Severity, UnreadableFile
from ctg_data.territory.config import TerritoryConfig

__all__ = ["ACTIVE", "REPLACED", "UNDONE", "Audience", "Declared", "Imported", "Kind", "Message"]
__all__ += ["Origin", "Place", "Refused", "Report", "Series", "Severity", "UnreadableFile"]
__all__ += ["audience", "check_file", "examine", "import_file", "imported", "imports", "lineage"]
__all__ += ["report_of", "undo"]
Steps = Callable[[str], None]


class Refused(UserError):
    """The file may not be imported as it is; ``report`` says why, all at once."""

    def __init__(self, report: Report) -> None:
        told = [one.text for one in report.messages if one.severity is Severity.REFUSED]
        super().__init__("\n".join(["Fichier refusé, rien n'a été importé :", *told]))
        self.report = report


@dataclass(frozen=True)
class Origin:
    """Where a figure stood in a file of the CAF; ``sha256`` for the statistician alone."""

    label: str
    year: int
    imported_on: date
    sheet: str
    line: int
    column: str
    letter: str
    sha256: str = ""

    def __str__(self) -> str:
        where = [f"feuille « {self.sheet} »"] if self.sheet else []
        where += [f"ligne {self.line}"] if self.line else ["calculé d'autres lignes"]
        where += [f"colonne « {self.column} »"] if self.column else []
        return fr.spaced(", ".join([self.label, *where]))


def audience(who: Role | None = None) -> Audience:
    """Whose remarks a role may read: the statistician reads all of them."""
    return Audience.BOTH if (who or role.current()) is Role.STATISTICIEN else Audience.LEAD


def check_file(
    name: str,
    content: bytes,
    territory: TerritoryConfig,
    store: Store | None = None,
    *,
    declared: Declared | None = None,
    who: Role | None = None,
) -> Report:
    """Say what would become of a file; nothing is written.

    Raises:
        UnreadableFile: nothing at all can be read in it.
    """
    return examine(name, content, territory, store, declared=declared, who=who)[1]


def examine(
    name: str,
    content: bytes,
    territory: TerritoryConfig,
    store: Store | None = None,
    *,
    declared: Declared | None = None,
    who: Role | None = None,
) -> tuple[Reading, Report]:
    """Read and judge a file with all that is already there.

    Raises:
        UnreadableFile: nothing at all can be read in it.
    """
    reading = read_file(name, content, territory, declared=declared)
    series = reading.declared.series
    known = [one for one in imports(store, territory, series) if one.in_place]
    is_socle = series is Series.SOCLE  # a year has one socle, and as many answers as requests
    report = check(
        reading,
        territory,
        previous=_previous(territory, store),
        known={one.sha256: one.at.date() for one in known},
        there={one.citation.id: one.at.date() for one in known} if is_socle else {},
    )
    return reading, _with_role(report, reading, who or role.current(), territory.policy)


def import_file(
    name: str,
    content: bytes,
    territory: TerritoryConfig,
    store: Store,
    *,
    declared: Declared | None = None,
    replacing: bool = False,
    who: Role | None = None,
    steps: Steps = lambda _: None,
) -> Imported:
    """Import a file, in full or not at all, and mask it.

    Args:
        name: of the file.
        content: its bytes.
        territory: it must be this territory's.
        store: where it is kept.
        declared: answers to what a former report asked.
        replacing: confirms that the file takes the place of the one of the same year.
        who: the role, that of the process unless told.
        steps: told what is being done.

    Raises:
        UnreadableFile, Refused, ReleaseDamaged: nothing was written.
    """
    answers = _answers(declared or Declared(), replacing)
    steps("Lecture du fichier et vérifications…")
    there = imports(store, territory)  # what the file is judged beside, and may take the place of
    reading, report = examine(name, content, territory, store, declared=answers, who=who)
    if report.refused:
        raise Refused(report)
    entry, rows = line_of(reading, report, territory, who or role.current(), _old(there, reading))
    steps("Enregistrement…")
    done = desk.add(store, entry, content if entry.bytes_kept else None, rows)
    assembly.assemble(territory, steps)  # masked and kept: the next page finds it done
    return done


def _answers(said: Declared, replacing: bool) -> Declared:
    return replace(said, replace=said.replace or replacing)


def _old(there: Sequence[Imported], reading: Reading) -> int | None:
    """The number of the file that another one takes the place of; an answer replaces none.

    A year has one socle; a published file replaces the same one of the same edition only.
    """
    if reading.declared.series is not Series.SOCLE:
        return None
    active = [one for one in there if one.series == Series.SOCLE and one.in_place]
    name = source_id(reading)
    return next((one.number for one in active if one.citation.id == name), None)


def undo(
    store: Store, territory: TerritoryConfig, number: int, steps: Steps = lambda _: None
) -> Imported:
    """Forget the exact values of an import; what it replaced comes back.

    The memory of what was shown stays: the next masking needs it.  ``steps`` is told what may
    stay on the disk, if anything.

    Raises:
        UserError: no such import in force, or the app is open for reading only.
    """
    refuse_readers("Un lecteur n'annule pas un import : demandez-le à qui contribue aux données.")
    gone = desk.CafFiles(store, territory.id).undo(number)
    if left := store.wipe():
        steps(fr.spaced(left))
    return gone


def imports(
    store: Store | None, territory: TerritoryConfig, series: Series | None = None
) -> list[Imported]:
    """Every import of the territory, or of one series, undone ones included, the last one first."""
    found = [] if store is None else desk.CafFiles(store, territory.id).history()
    return [one for one in found if series is None or one.series == series]


def imported(
    store: Store, territory: TerritoryConfig, number: int, series: Series | None = None
) -> Imported:
    """One import by its number, of a series when it is told.

    Raises:
        UserError: there is none.
    """
    found = desk.one(store, territory.id, number)
    if series is not None and found.series != series:
        raise UserError(
            fr.spaced(
                f"L'import {number} n'est pas de ce genre : c'est un import "
                f"« {Series(found.series).label} ». Utilisez « {found.series} » à la place."
            )
        )
    return found


def lineage(
    store: Store, territory: TerritoryConfig, key: Sequence[Any], who: Role | None = None
) -> Origin | None:
    """Where a shown cell comes from in a file of the CAF; None when it is from elsewhere.

    ``key`` is the key of the long table: variable, level, code, vintage, period, category.
    """
    found = desk.origin(store, territory.id, key)
    if found is None:
        return None
    entry = next(o for o in imports(store, territory) if o.number == found["import_number"])
    return Origin(
        label=entry.label,
        year=entry.year,
        imported_on=entry.at.date(),
        sheet=found["sheet"],
        line=found["line"],
        column=found["header"],
        letter=found["letter"],
        sha256=entry.sha256 if audience(who) is Audience.BOTH else "",
    )


def report_of(entry: Imported) -> Report:
    """The report made when a file was imported, as the store kept it; it outlives an undo."""
    told = []
    for one in entry.report:
        places = tuple(Place(**place) for place in one["places"])
        made = {**one, "places": places, "severity": Severity(one["severity"])}
        told.append(Message(**{**made, "audience": Audience(one["audience"])}))
    return Report(
        entry.label,
        entry.sha256,
        tuple(told),
        kind=entry.kind,
        year=entry.year,
        subject=Series(entry.series).label,
    )


def _previous(territory: TerritoryConfig, store: Store | None) -> pd.DataFrame:
    """What the CAF handed over so far, to compare with."""
    table, citations = every_figure(territory, store)
    ours = handed_over(table, citations)
    return table[ours].reset_index(drop=True)


def _with_role(report: Report, reading: Reading, who: Role, policy: Policy) -> Report:
    """Add the refusal of whoever may not import this kind of file."""
    text, done = "", "Rien n'a été gardé du fichier."
    if who is Role.LECTEUR:
        text = "Un lecteur n'importe pas de fichier : demandez-le à qui contribue aux données."
    elif reading.kind is Kind.EXACT and who is not Role.STATISTICIEN and not reading.published:
        text = (
            f"Ce fichier est exact : il peut compter moins de {fr.number(policy.min_count)} "
            "allocataires et ne doit pas quitter la CAF. Demandez à son service statistique le "
            "fichier protégé (« socle proteger »)."
        )
    if not text:
        return report
    rule = "Un fichier exact ne s'ouvre qu'avec le rôle statisticien, sur un poste de la CAF."
    said = Message(
        "role",
        Severity.REFUSED,
        Audience.BOTH,
        fr.spaced(text),
        rule=fr.spaced(rule),
        done=fr.spaced(done),
    )
    return replace(report, messages=(said, *report.messages))
