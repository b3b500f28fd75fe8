"""Kinds of structures, and the needs that they answer, as ``structures.toml`` declares them."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Kind:
    """One type of structure, as declared in ``structures.toml``."""

    id: str
    label: str
    many: str
    noms: tuple[str, ...] = ()
    debuts: tuple[str, ...] = ()
    jeunes: bool = False
    parents: bool = False
    competence: bool = False


@dataclass(frozen=True)
class Need:
    """What somebody looks for, in their words, and the types that answer it."""

    id: str
    label: str
    types: tuple[str, ...]


@cache
def kinds() -> dict[str, Kind]:
    """Every type, in the order of the themes."""
    found = {}
    for name, entry in _declared()["type"].items():
        noms, debuts = (tuple(entry.pop(key, ())) for key in ("noms", "debuts"))
        found[name] = Kind(id=name, noms=noms, debuts=debuts, **entry)
    return found


@cache
def needs() -> dict[str, Need]:
    """Every need, in the order of the directory."""
    entries = _declared()["besoin"].items()
    return {name: Need(name, one["label"], tuple(one["types"])) for name, one in entries}


def _declared() -> dict[str, dict[str, dict[str, Any]]]:
    text = Path(__file__).parents[1].joinpath("structures.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
