"""The types of facilities that are read of Insee's BPE, declared once in ``bpe_types.toml``."""

import tomllib
from collections.abc import Container
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FRANCE_SERVICES, ITINERANT = "A128", "MO"
FIXED_PART = "france_services"  # those that stand somewhere, among « france_services_toutes »
# the column TYPE of a France services: a place, several sites, an antenna of one
STANDING = ("LF", "MS", "ANT")


@dataclass(frozen=True)
class Facility:
    """One type.

    Attributes:
        code: of the edition now read.
        label: in French, in the singular.
        kind: type of the register; "" for none.
        parts: of ``equipements``, where it is counted.
        former: codes of the same type in other editions.
        since: the first edition that lists it; 0 for all that are read.
    """

    code: str
    label: str
    kind: str
    parts: tuple[str, ...]
    former: tuple[str, ...] = ()
    since: int = 0

    @property
    def codes(self) -> tuple[str, ...]:
        """Whichever edition names it."""
        return (self.code, *self.former)


@cache
def facilities() -> dict[str, Facility]:
    """Every type by each of its codes, those of other editions included."""
    text = Path(__file__).with_name("bpe_types.toml").read_text(encoding="utf-8")
    known: dict[str, Facility] = {}
    for code, told in tomllib.loads(text)["type"].items():
        former = tuple(told.get("anciens", ()))
        parts = tuple(told["parts"])
        one = Facility(
            code, told["libelle"], told["registre"], parts, former, told.get("depuis", 0)
        )
        known |= dict.fromkeys(one.codes, one)
    return known


def types() -> tuple[Facility, ...]:
    """Every type once, in the order of the file."""
    return tuple(dict.fromkeys(facilities().values()))


def parts_told(listed: Container[str], edition: int) -> dict[str, tuple[Facility, ...]]:
    """The parts that an edition counts, with their types.

    A type that the whole country does not have one of has been renumbered: what it counts is not
    zero, it is unknown, and so is a part that it belongs to.

    Args:
        listed: codes that the edition has somewhere in France.
        edition: its year.
    """
    found: dict[str, list[Facility]] = {}
    absent = set()
    for one in types():
        here = edition >= one.since and any(code in listed for code in one.codes)
        for part in one.parts:
            found.setdefault(part, []).append(one)
            absent |= set() if here else {part}
    return {part: tuple(which) for part, which in found.items() if part not in absent}
