"""The register in force and those before it: each state is kept whole, and can come back.

What a file held is kept as it came; the register made of it, or corrected by hand since, is
another kept text.  The last accepted one is in force: accepting is the only step that readers
see, and it is one transaction.  Undoing takes back the last acceptance.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select, update

from ctg_data import fr
from ctg_data.built_once import built_once
from ctg_data.errors import TerritoryError, UserError, all_problems
from ctg_data.register.folder import FILE as FOLDER_FILE, read_folder_file
from ctg_data.register.model import Register
from ctg_data.register.parse import parse
from ctg_data.register.read import read_kept
from ctg_data.register.write import to_csv
from ctg_data.store import schema as db
from ctg_data.store.records import moment
from ctg_data.store.session import Store
from ctg_data.tabular.report import Severity
from ctg_data.territory.config import TerritoryConfig

SOURCE, REGISTER, FILE = "registre", "structures", "fichier"


@dataclass(frozen=True)
class State:
    """One register that was, or is, in force; ``what`` says what made it."""

    number: int
    at: datetime
    what: str
    role: str
    sha256: str
    undone: bool


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


def put(
    store: Store,
    config: TerritoryConfig,
    register: Register,
    *,
    what: str,
    role: str,
    before: str,
    original: tuple[str, bytes] | None = None,
) -> State:
    """Put a register in force.

    Args:
        store: where it is kept.
        config: whose it is.
        register: the whole of it.
        what: what made it, in French, for the history.
        role: of whoever did it.
        before: ``digest`` of the register it was made from: another one means that somebody
            else changed it meanwhile.
        original: name and bytes of the file it comes from.

    Raises:
        UserError: the register has changed since it was read.
    """
    text = to_csv(register)
    place = (SOURCE, config.id)
    with store.atomic():
        if digest(config, store) != before:
            raise UserError(_overtaken(store, config))
        if original is not None:
            name, content = original
            store.keep(*place, name, content, "", dataset=FILE, modified=role)
        kept = store.keep(*place, what, text, "text/csv", dataset=REGISTER, modified=role)
        store.accept(kept)
        store.log(config.id, SOURCE, what, number=kept.number, role=role)
    return State(kept.number, kept.received_at, what, role, kept.id, undone=False)


def _overtaken(store: Store, config: TerritoryConfig) -> str:
    """What to tell whoever comes second: what the other did, and what to do now."""
    last = next(iter(states(store, config)), None)
    done = "le fichier du territoire a été modifié"
    if last is not None:
        undone = "changement annulé : " if last.undone else ""
        done = f"{undone}{last.what}, {fr.day(last.at)}, rôle {last.role or 'inconnu'}"
    return fr.spaced(
        "Le registre a changé pendant ce temps, par quelqu'un d'autre ou dans un autre onglet "
        f"({done}). Rien n'a été remplacé et votre changement n'est pas enregistré. Rechargez la "
        "page, vérifiez ce qui a changé, puis refaites le vôtre."
    )


def undo(store: Store, config: TerritoryConfig, number: int) -> None:
    """Take back the last change; the register before it is in force again.

    Raises:
        UserError: it is not the last one any more.
    """
    mark = update(db.received).where(db.received.c.number == number).values(accepted=False)
    with store.writing() as connection:
        standing = [one for one in states(store, config) if not one.undone]
        if not standing or standing[0].number != number:
            raise UserError(
                "Seul le dernier changement du registre s'annule, et il a changé depuis. Rechargez "
                "la page."
            )
        connection.execute(mark)
        store.log(config.id, SOURCE, "Changement du registre annulé.", number=number)


def states(store: Store, config: TerritoryConfig) -> Sequence[State]:
    """Every register kept, the last one first."""
    table = db.received
    query = select(table).filter_by(source_id=SOURCE, territory=config.id, dataset=REGISTER)
    with store.reading() as connection:
        rows = connection.execute(query.order_by(table.c.number.desc())).mappings().all()
    return [
        State(
            number=row["number"],
            at=moment(row["received_at"]),
            what=row["address"],
            role=row["modified"],
            sha256=row["sha256"],
            undone=not row["accepted"],
        )
        for row in rows
    ]
