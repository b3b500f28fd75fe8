"""What each theme page asks: its questions, its key figures, what is told zone by zone.

Read from ``themes.toml``.  The indicators themselves come from the catalogue, by theme and kind:
a card added there shows up in its section without a line of code.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ctg_data.catalogue.cards import THEMES, Indicator
from ctg_data.catalogue.indicators import catalogue
from ctg_data.errors import CtgError

DECLARED = Path(__file__).with_name("themes.toml")
# the sections of a page, and the kinds of indicators each one holds
SECTIONS = {"besoin": ("besoin", "contexte"), "offre": ("offre",), "ecart": ("ecart",)}
MOST_FIGURES = 8


@dataclass(frozen=True)
class Theme:
    """One theme, as ``themes.toml`` says it; no field is optional."""

    id: str
    question: str
    besoin: str
    offre: str
    ecart: str
    ou: str
    borrowed: tuple[str, ...]
    figures: tuple[str, ...]
    parts: tuple[str, ...]
    where: tuple[str, ...]
    schemes: tuple[str, ...]

    @property
    def title(self) -> str:
        """Its name in the menu."""
        return THEMES[self.id]

    def heading(self, section: str) -> str:
        """The question of a section: ``besoin``, ``offre`` or ``ecart``."""
        return {"besoin": self.besoin, "offre": self.offre, "ecart": self.ecart}[section]

    def indicators(self, section: str | None = None) -> list[Indicator]:
        """Its indicators and those it borrows, or one section of them: key figures first."""
        kinds = SECTIONS[section] if section else tuple(k for one in SECTIONS.values() for k in one)
        mine = [one for one in catalogue().values() if one.theme == self.id]
        mine += [one for one in catalogue().values() if one.code in self.borrowed]
        found = [one for one in mine if one.kind in kinds]
        order = {code: rank for rank, code in enumerate(self.figures)}
        return sorted(found, key=lambda one: (order.get(one.code, MOST_FIGURES), one.code))


@cache
def themes() -> dict[str, Theme]:
    """Every declared theme by id, in the order of the convention."""
    return read(DECLARED)


def theme(identifier: str) -> Theme:
    """One theme."""
    return themes()[identifier]


def read(path: Path) -> dict[str, Theme]:
    """Read and check a declaration.

    Raises:
        CtgError: a theme or a code that does not exist, or too many key figures.
    """
    declared = tomllib.loads(path.read_text(encoding="utf-8"))
    found = {name: _theme(name, one) for name, one in declared.items()}
    for one in found.values():
        _check(one)
    return found


def _theme(name: str, declared: dict[str, Any]) -> Theme:
    fixed: dict[str, Any] = {
        key: tuple(said) if isinstance(said, list) else said for key, said in declared.items()
    }
    return Theme(id=name, **fixed)


def _check(one: Theme) -> None:
    if one.id not in THEMES:
        raise CtgError(f"{DECLARED.name}: unknown theme {one.id!r}")
    known = {card.code for card in catalogue().values()}
    if unknown := {*one.borrowed, *one.figures, *one.parts, *one.where} - known:
        raise CtgError(f"{DECLARED.name}: {one.id}: no card has the code {sorted(unknown)}")
    if len(one.figures) > MOST_FIGURES:
        raise CtgError(f"{DECLARED.name}: {one.id}: more than {MOST_FIGURES} key figures")
