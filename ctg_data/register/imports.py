"""The register of structures: judge a file, put it in force whole or not at all, correct, undo.

Pages talk to this module.  ``sources.geocoder`` looks for addresses, ``store`` keeps.

    seen = examine("structures.xlsx", content, territory, store)
    put_in_force(seen, territory, store)
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ctg_data import fr, role
from ctg_data.errors import UserError
from ctg_data.register import (
    choices as register_choices,
    elsewhere as register_elsewhere,
    places as register_places,
    store as register_store,
)
from ctg_data.register.checks import check
from ctg_data.register.choices import READING, Question
from ctg_data.register.model import Register, Structure
from ctg_data.register.parse import parse
from ctg_data.register.places import Located
from ctg_data.register.read import read_lines
from ctg_data.register.rules import remark
from ctg_data.register.store import Given, Registers, State
from ctg_data.register.write import model, rows_of
from ctg_data.role import Role
from ctg_data.sources.geocoder import SURE_SCORE, Geocoder
from ctg_data.sources.http import Http
from ctg_data.store.session import Store
from ctg_data.submissions.desk import refuse_readers
from ctg_data.tabular.report import Message, Report, Severity, UnreadableFile, ordered
from ctg_data.territory.config import TerritoryConfig
from geo.outlines.zones import Outline

__all__ = ["Change", "Examined", "Located", "Message", "Report", "Severity", "State"]
__all__ += ["SURE_SCORE", "UnreadableFile", "model"]


@dataclass(frozen=True)
class Change:
    """One structure that an import adds, takes away or alters; ``cells`` are (column, old, new)."""

    what: str  # ajoutée | retirée | modifiée
    id: str
    name: str
    kind: str
    cells: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Examined:
    """A file read and judged; nothing of it is kept yet."""

    report: Report
    register: Register
    changes: tuple[Change, ...]
    before: str
    name: str
    content: bytes = field(repr=False)
    asked: tuple[Question, ...] = ()  # what the reader may say for this file to be read


def examine(
    name: str,
    content: bytes,
    territory: TerritoryConfig,
    store: Store | None = None,
    more: Sequence[tuple[str, str, str]] = (),
) -> Examined:
    """Say what would become of a file.

    Args:
        name: of the file.
        content: its bytes.
        territory: whose register it is.
        store: where the present one is kept, and what was chosen for other files.
        more: choices for this file alone, as ``choices.keep`` wants them.

    Raises:
        UnreadableFile: nothing at all can be read in it.
    """
    choices = register_choices.known(store, territory.id, more)
    lines, messages = read_lines(name, content, choices)
    before, present, outlines = _there(territory, store)
    lines = register_elsewhere.of_here(lines, territory, outlines, choices, messages)
    parsing = parse(lines, territory, messages, present, choices)
    check(parsing, outlines, present)
    if role.current() is Role.LECTEUR:
        text = "Un lecteur ne change pas le registre : demandez-le à qui contribue aux données."
        parsing.messages.append(remark("role", text, done="rien n'est gardé du fichier"))
    report = Report(
        name,
        hashlib.sha256(content).hexdigest(),
        ordered(parsing.messages),
        subject="registre des structures",
    )
    changes = changes_between(present, parsing.register)
    asked = tuple(choices.asked)
    return Examined(report, parsing.register, changes, before, name, content, asked)


def _there(
    territory: TerritoryConfig, store: Store | None
) -> tuple[str, Register, Sequence[Outline]]:
    """The register in force, and the outlines its structures stand in.

    It is named before it is read: should it change in between, putting in force is refused.
    """
    before = register_store.digest(territory, store)
    present = register_store.in_force(territory, store)
    return before, present, register_places.outlines_of(territory, store)


def put_in_force(seen: Examined, territory: TerritoryConfig, store: Store) -> State:
    """Put an examined file in force.

    Raises:
        UserError: it is refused, it changes nothing, or the register changed meanwhile.
    """
    if seen.report.refused:
        raise UserError("Ce fichier est refusé : son compte rendu dit pourquoi. Rien n'a changé.")
    if not seen.changes:
        raise UserError("Ce fichier ne change rien au registre en place : il n'a pas été repris.")
    what = f"Import de « {seen.name} »"
    given = Given(seen.register, what, seen.before, (seen.name, seen.content))
    return Registers(store, territory).put_in_force(given)


def changes_between(present: Register, new: Register) -> tuple[Change, ...]:
    """What differs from one register to another, structure by structure."""
    old_rows, new_rows = _cells(present), _cells(new)
    found = []
    for key in [*old_rows, *(one for one in new_rows if one not in old_rows)]:
        old, got = old_rows.get(key), new_rows.get(key)
        row = got or old or {}
        told = (key[0], row["nom"], row["type"])
        if old is None:
            found.append(Change("ajoutée", *told))
        elif got is None:
            found.append(Change("retirée", *told))
        elif cells := tuple((c, old[c], got[c]) for c in got if old[c] != got[c]):
            found.append(Change("modifiée", *told, cells))
    return tuple(found)


def _cells(register: Register) -> dict[tuple[str, int], dict[str, str]]:
    """Rows by identifier and rank: a structure may have several lines, one after the other."""
    found: dict[tuple[str, int], dict[str, str]] = {}
    for row in rows_of(register):
        name = row["id"] or f"liste complète : {row['type']}"
        rank = sum(key[0] == name for key in found)
        found[name, rank] = row
    return found


def history(territory: TerritoryConfig, store: Store) -> list[State]:
    """Every change of the register on this machine, the last one first."""
    return Registers(store, territory).history()


def undo(territory: TerritoryConfig, store: Store, number: int) -> None:
    """Take back the last change."""
    refuse_readers(READING)
    Registers(store, territory).undo(number)


def find_addresses(
    territory: TerritoryConfig, store: Store, steps: Callable[[str], None] = lambda _: None
) -> Located:
    """Look for the structures that have an address and no point, and keep what is found.

    Raises:
        UserError: a fictional territory, whose addresses do not exist.
    """
    refuse_readers(READING)
    if territory.fictional:
        raise UserError("Les adresses d'un territoire fictif n'existent pas : rien à chercher.")
    before, present, outlines = _there(territory, store)
    with Http() as http:
        got = register_places.search(present, territory, Geocoder(http), outlines, steps)
    if got.found:
        what = f"{fr.plural(len(got.found), 'adresse trouvée', 'adresses trouvées')} par l'IGN"
        Registers(store, territory).put_in_force(Given(got.register, what, before))
    return got


def place_by_hand(
    territory: TerritoryConfig,
    store: Store,
    one: Structure,
    *,
    point: tuple[float, float] | None = None,
    zones: Mapping[str, str] | None = None,
) -> State:
    """Put a structure where somebody who knows says it is.

    Raises:
        UserError: a point far away, or a register that changed meanwhile.
    """
    refuse_readers(READING)
    before, present, outlines = _there(territory, store)
    moved = register_places.corrected(
        present, one.id, territory, outlines, point=point, zones_given=dict(zones or {})
    )
    given = Given(moved, f"« {one.name} » placée à la main", before)
    return Registers(store, territory).put_in_force(given)
