"""What data·inclusion calls things, in French, and the kind of the register that answers it.

The words are in ``data_inclusion.toml``, whose head says what each table is.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ctg_data import fr


@dataclass(frozen=True)
class Named:
    """What a structure is: its kind of the register, its nature, whom its network is for."""

    kind: str
    nature: str
    public: str = ""


UNKNOWN = "Structure d'aide sociale ou d'insertion"


@cache
def _words() -> dict[str, Any]:
    path = Path(__file__).with_name("data_inclusion.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def values(text: str) -> list[str]:
    """The slugs of a list, however it is written: JSON, Postgres, commas.

    >>> values('["caf", "pad"]'), values("{caf,pad}"), values("CS"), values("")
    (['caf', 'pad'], ['caf', 'pad'], ['cs'], [])
    """
    return [one.replace("_", "-").lower() for one in re.findall(r"\w[\w-]*", text)]


def named(networks: Sequence[str], name: str) -> Named:
    """What a structure is: by the networks that carry it, by its name where these do not decide.

    >>> named(["communes", "fcsf"], "Les Arbres").kind, named(["caf"], "EVS Les Arbres").kind
    ('centre_social', 'evs')
    >>> named([], "Mission fictive"), named(["caf"], "Jardin").kind
    (Named(kind='', nature="Structure d'aide sociale ou d'insertion", public=''), '')
    """
    for one in _words()["reseau"]:
        if set(one["noms"]) & set(networks):
            found = _by_name(name) if one.get("par_le_nom") else None
            return found or Named(one["type"], one["nature"], one.get("public", ""))
    return Named("", UNKNOWN)


def themes(slugs: Iterable[str]) -> list[str]:
    """Themes in French, each once; one that nobody knows is left out.

    >>> themes(["numerique--x", "famille--garde-denfants", "numerique--y", "autre"])
    ['numérique', "garde d'enfants"]
    """
    known = _words()["theme"]
    told = (known.get(one) or known.get(one.split("--")[0], "") for one in slugs)
    return list(dict.fromkeys(filter(None, told)))


def publics(slugs: Iterable[str]) -> list[str]:
    """Publics in French, each once; one that nobody knows is left out.

    >>> publics(["familles", "jeunes", "familles", "autre"])
    ['familles', 'jeunes']
    """
    known = _words()["public"]
    return list(dict.fromkeys(filter(None, (known.get(one, "") for one in slugs))))


def _by_name(name: str) -> Named | None:
    plain = " ".join(re.findall(r"[a-z0-9]+", fr.bare(name)))
    for one in _words()["nom"]:
        if any(f" {word} " in f" {plain} " for word in one["mots"]):
            return Named(one["type"], one["nature"])
    return None
