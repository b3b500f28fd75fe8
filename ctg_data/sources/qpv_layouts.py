"""How the files on the QPV of 2024 are laid out: ``insee_qpv_2024.toml``, and their dictionaries.

A column is known by its declared name, or by what the dictionary that comes with the file says of
it, word for word.  One of which the dictionary says something else is left aside: never guessed.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from ctg_data.tabular import names

YEAR = "{aa}"  # in the name of a column: the last two figures of the year it is of
CODES = ("cod_var", "code_var", "variable", "nom_var", "code variable", "nom de la variable")
WORDS = ("lib_var_long", "lib_var", "libelle", "libelle_var", "libelle long", "description")


@dataclass(frozen=True)
class Layout:
    """One file of one edition; fields as documented at the head of the TOML."""

    page: int
    form: str
    editions: tuple[int, ...]
    dated_by_column: bool
    blank_is_secret: bool
    needed: tuple[str, ...]
    columns: dict[str, tuple[str, ...]] = field(hash=False)
    words: dict[str, tuple[str, ...]] = field(hash=False)
    holding: dict[str, str] = field(hash=False)


@dataclass(frozen=True)
class Found:
    """The column of one variable, and the year that its name holds, if any."""

    column: str
    year: int | None = None


@cache
def layouts() -> dict[str, Layout]:
    """Every declared file, by data set."""
    text = Path(__file__).with_name("insee_qpv_2024.toml").read_text(encoding="utf-8")
    return {
        name: Layout(
            page=told["page"],
            form=told["fichier"],
            editions=tuple(told["editions"]),
            dated_by_column=told["annee"] == "colonne",
            blank_is_secret=told["retenue"] == "secret",
            needed=tuple(told["exigees"]),
            columns={one: tuple(several) for one, several in told["colonnes"].items()},
            words={one: tuple(several) for one, several in told["libelles"].items()},
            holding=told.get("contient", {}),
        )
        for name, told in tomllib.loads(text).items()
    }


def is_dictionary(heading: Iterable[str]) -> bool:
    """Whether a table says what the columns of another mean."""
    plain = {one.strip().lower() for one in heading}
    return bool(plain & set(CODES)) and bool(plain & set(WORDS))


def meanings(lines: Iterable[Mapping[str, str]]) -> dict[str, set[str]]:
    """What a dictionary says of each column, in small letters, without marks."""
    found: dict[str, set[str]] = {}
    for line in lines:
        cells = {name.strip().lower(): text for name, text in line.items()}
        code = next((cells[one].strip() for one in CODES if cells.get(one)), "")
        if code:
            said = {names.plain(cells[one]) for one in WORDS if cells.get(one)}
            found.setdefault(code.upper(), set()).update(said)
    return found


def recognised(
    layout: Layout, heading: Iterable[str], said: Mapping[str, set[str]]
) -> dict[str, Found]:
    """The column of each variable that is known for sure."""
    held = {one.strip().upper(): one for one in heading}
    found = {}
    for variable, declared in layout.columns.items():
        named = _by_name(declared, held) or _by_meaning(layout.words.get(variable, ()), held, said)
        if named is not None and _agrees(layout.holding.get(variable, ""), named, said):
            found[variable] = named
    return found


def _agrees(word: str, named: Found, said: Mapping[str, set[str]]) -> bool:
    """Whether the dictionary, if it speaks of the column, speaks of what it is declared to be."""
    texts = said.get(named.column.strip().upper(), set())
    return not texts or any(word in text for text in texts)


def _by_name(declared: Iterable[str], held: Mapping[str, str]) -> Found | None:
    for form in declared:
        pattern = re.escape(form.upper()).replace(re.escape(YEAR.upper()), r"(\d\d)")
        for name, column in held.items():
            if told := re.fullmatch(pattern, name):
                return Found(column, 2000 + int(told[1]) if told.groups() else None)
    return None


def _by_meaning(
    words: Iterable[str], held: Mapping[str, str], said: Mapping[str, set[str]]
) -> Found | None:
    """A column whose dictionary says exactly what is declared; none where two do."""
    wanted = set(words)
    chosen = [held[code] for code, texts in said.items() if code in held and texts & wanted]
    return Found(chosen[0]) if len(chosen) == 1 else None
