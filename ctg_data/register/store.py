"""The register in force and those before it: each state is kept whole, and can come back.

What a file held is kept as it came; the register made of it, or corrected by hand since, is
another kept text.  The last accepted one is in force: accepting is the only step that readers
see, and it is one transaction.  Undoing takes back the last acceptance.
"""

import hashlib
import os
from dataclasses import dataclass, replace

from sqlalchemy import select, update

from ctg_data import fr, role
from ctg_data.built_once import built_once
from ctg_data.errors import TerritoryError, all_problems
from ctg_data.register.folder import FILE as FOLDER_FILE, read_folder_file
from ctg_data.register.model import Register
from ctg_data.register.parse import parse
from ctg_data.register.read import read_kept
from ctg_data.register.write import to_csv
from ctg_data.store import schema as db
from ctg_data.store.records import ACTIVE, REPLACED, UNDONE, HandedIn, moment
from ctg_data.store.session import Store
from ctg_data.submissions.desk import Desk, Line
from ctg_data.tabular.report import Severity
from ctg_data.territory.config import TerritoryConfig

SOURCE, REGISTER, FILE = "registre", "structures", "fichier"


@dataclass(frozen=True, kw_only=True)
class State(HandedIn):
    """One register that was, or is, in force; ``what`` says what made it."""

    what: str


@dataclass(frozen=True)
class Given:
    """A register to put in force, whole."""

    register: Register
    what: str  # what made it, in French, for the history
    before: str  # ``digest`` of the register it was made from
    original: tuple[str, bytes] | None = None  # name and bytes of the file it comes from


def in_force(config: TerritoryConfig, store: Store | None) -> Register:
    """The register readers see: the last one accepted, else the one of the folder.

    Raises:
        TerritoryError: the folder's file cannot be read; every problem at once.
    """
    kept = store.latest(SOURCE, config.id, REGISTER) if store is not None else None
    if kept is not None:
        day = kept.received_at.date().isoformat()
        return replace(_read(config, kept.content)[0], received_on=day)
    path = config.folder / FOLDER_FILE
    content = read_folder_file(path) if path.exists() else None
    register, faults = (Register(), ()) if content is None else _read(config, content)
    if faults:
        heading = f"{config.folder.name}/{FOLDER_FILE} ne peut pas être lu :"
        raise TerritoryError(all_problems(heading, faults))
    return register


def digest(config: TerritoryConfig, store: Store | None) -> str:
    """Changes with the register in force."""
    kept = store.latest(SOURCE, config.id, REGISTER) if store is not None else None
    if kept is not None:
        return f"{kept.number}:{kept.id[:16]}"
    path = config.folder / FOLDER_FILE
    # a folder under that name, or a file that may not be read, is told when the register is opened
    if not path.is_file() or not os.access(path, os.R_OK):
        return ""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


@built_once(8)
def _read(config: TerritoryConfig, content: bytes) -> tuple[Register, tuple[str, ...]]:
    """A register, and what of it cannot be read.

    An imported one was judged when it came in: should a zone have left the territory since, the
    structures that stood in it are to be placed again, and every page still opens.
    """
    parsing = parse(read_kept(content), config, [])
    faults = [one for one in parsing.messages if one.severity is Severity.REFUSED]
    return parsing.register, tuple(one.text for one in sorted(faults, key=lambda one: one.line))


class Registers(Desk[Given, State]):
    """The register of one territory, as it was made and corrected on this machine."""

    none = (
        "Seul le dernier changement du registre s'annule, et il a changé depuis. Rechargez la page."
    )

    def __init__(self, store: Store, config: TerritoryConfig) -> None:
        super().__init__(store, config.id)
        self._config = config

    def history(self) -> list[State]:
        """Every register kept: the last one that was not taken back is in force."""
        table = db.received
        query = select(table).filter_by(
            source_id=SOURCE, territory=self.territory, dataset=REGISTER
        )
        with self.store.reading() as connection:
            rows = connection.execute(query.order_by(table.c.number.desc())).mappings().all()
        last = next((row["number"] for row in rows if row["accepted"]), None)
        before = {True: REPLACED, False: UNDONE}
        return [
            State(
                number=row["number"],
                at=moment(row["received_at"]),
                what=row["address"],
                role=row["modified"],
                sha256=row["sha256"],
                state=ACTIVE if row["number"] == last else before[row["accepted"]],
            )
            for row in rows
        ]

    def overtaken(self, given: Given) -> str:
        """What to tell whoever comes second: what the other did, and what to do now."""
        if digest(self._config, self.store) == given.before:
            return ""
        last = next(iter(self.history()), None)
        done = "le fichier du territoire a été modifié"
        if last is not None:
            undone = "changement annulé : " if last.undone else ""
            done = f"{undone}{last.what}, {fr.day(last.at)}, rôle {last.role or 'inconnu'}"
        return fr.spaced(
            "Le registre a changé pendant ce temps, par quelqu'un d'autre ou dans un autre onglet "
            f"({done}). Rien n'a été remplacé et votre changement n'est pas enregistré. Rechargez "
            "la page, vérifiez ce qui a changé, puis refaites le vôtre."
        )

    def keep(self, given: Given) -> Line:
        """Keep the file as it came, and the register made of it."""
        who, place = str(role.current()), (SOURCE, self.territory)
        if given.original is not None:
            name, content = given.original
            self.store.keep(*place, name, content, "", dataset=FILE, modified=who)
        text = to_csv(given.register)
        kept = self.store.keep(*place, given.what, text, "text/csv", dataset=REGISTER, modified=who)
        self.store.accept(kept)
        return Line(SOURCE, given.what, {"number": kept.number, "role": who})

    def take_back(self, gone: State) -> Line:
        """Take back the last change; the register before it is in force again."""
        with self.store.writing() as connection:
            mark = update(db.received).where(db.received.c.number == gone.number)
            connection.execute(mark.values(accepted=False))
        return Line(SOURCE, "Changement du registre annulé.", {"number": gone.number})
