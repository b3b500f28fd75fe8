"""The shape of a card's fields: which must be there, which may be, and of what kind."""

from collections.abc import Iterator
from datetime import date
from typing import Any

NOUNS = {
    str: "un texte entre guillemets",
    list: "une liste entre crochets",
    dict: "une rubrique",
    int: "un nombre entier",
    float: "un nombre",
    bool: "true ou false",
    date: "une date, comme 2026-11-23",
}
Fault = tuple[str, str]  # the field at fault, and what is wrong with it


def misshapen(table: dict[str, Any], shape: dict[str, type], prefix: str = "") -> Iterator[Fault]:
    """Fields that are missing, unknown, or of another kind."""
    for key in shape.keys() - table.keys():
        yield prefix + key, "ce champ obligatoire manque ; prenez modèle sur une autre fiche."
    for key, value in table.items():
        if key not in shape:
            known = ", ".join(sorted(shape))
            yield prefix + key, f"ce champ n'existe pas. Champs attendus : {known}."
        elif not is_a(value, shape[key]):
            yield prefix + key, f"il faut {NOUNS[shape[key]]}."


def is_a(value: Any, wanted: type) -> bool:
    """Whether a value is of a kind: an int is a number, true is not, nothing empty is."""
    if wanted in (int, float):
        return isinstance(value, int | wanted) and not isinstance(value, bool)
    return isinstance(value, wanted) and value not in ("", {})


def misshapen_all(tables: list[Any], shape: dict[str, type], name: str) -> Iterator[Fault]:
    """The same for each table of a list."""
    for table in tables:
        if isinstance(table, dict):
            yield from misshapen(table, shape, f"{name}.")
        else:
            yield name, f"chaque élément est une rubrique [[{name}]]."
