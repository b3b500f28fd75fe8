"""Read indicator cards and check them whole: whoever edits one is told everything at once.

The files are edited by people who do not program: every fault is told in French, with the file,
the line and the field, and the good cards are not loaded without the bad ones being mended.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from ctg_data.catalogue.cards import (
    KINDS,
    ORIGINS,
    POLARITIES,
    THEMES,
    Break,
    Indicator,
    Reference,
)
from ctg_data.catalogue.kinds import declared as kinds
from ctg_data.catalogue.kinds.masking import MASKING
from ctg_data.catalogue.kinds.shape import Fault, misshapen, misshapen_all
from ctg_data.errors import TerritoryError, UserError, all_problems
from ctg_data.model import Level
from ctg_data.territory.config import read_toml

WORDS = (
    *("code", "title", "question", "theme", "axis", "objective", "orientation", "kind"),
    *("unit", "unit_long", "polarity", "masking"),
)
SHAPE: dict[str, type] = {
    **dict.fromkeys(WORDS, str),
    **dict.fromkeys(("levels", "origin", "breaks", "reference"), list),
    **dict.fromkeys(("compute", "text"), dict),
    "decimals": int,
}
TEXTS: dict[str, type] = {"definition": str, "scope": str, "reading": str, "limits": list}
REFERENCE: dict[str, type] = {"title": str, "href": str, "verified": date}
BREAK: dict[str, type] = {"year": int, "text": str}
CHOICES: dict[str, Any] = {
    "theme": THEMES,
    "kind": KINDS,
    "polarity": POLARITIES,
    "masking": MASKING,
}


def read_catalogue(folder: Path) -> dict[str, Indicator]:
    """Read every card of ``folder``, by id, in the order of their codes.

    Raises:
        UserError: every fault of every card, in French.
    """
    problems: list[str] = []
    found: list[Indicator] = []
    for path in sorted(folder.glob("*/*.toml")):
        try:
            found.append(read_card(path))
        except UserError as fault:
            problems.append(str(fault))
    codes = [one.code for one in found]
    problems += [
        f"{one.id}.toml : le code « {one.code} » est déjà celui d'une autre fiche."
        for number, one in enumerate(found)
        if one.code in codes[:number]
    ]
    problems += _criteria_faults(found)
    if problems:
        raise UserError("\n".join(problems))
    return {one.id: one for one in sorted(found, key=lambda one: one.code)}


def _criteria_faults(found: list[Indicator]) -> Iterator[str]:
    """A score ranks on other cards: they exist, and are not scores themselves."""
    ranks = [one.id for one in found if one.compute.ranks_zones]
    for card in found:
        for one in card.compute.other_cards:
            if one not in ranks:
                yield (
                    f"{card.id}.toml, « compute.criteria » : « {one} » n'est pas une fiche dont on "
                    "puisse faire un rang ; écrivez thème/fiche, comme contexte/taux_pauvrete."
                )


def read_card(path: Path) -> Indicator:
    """Read one card.

    Raises:
        UserError: every fault of the card, in French, with its line.
    """
    name = f"{path.parent.name}/{path.name}"
    try:
        declared = read_toml(path)
    except TerritoryError as fault:
        raise UserError(str(fault)) from fault
    faults = list(_faults(declared, path.parent.name))
    if faults:
        lines = path.read_text(encoding="utf-8").splitlines()
        told = [f"{_where(field, lines)} : {text}" for field, text in faults]
        raise UserError(all_problems(f"La fiche d'indicateur {name} est à corriger :", told))
    return _built(f"{path.parent.name}/{path.stem}", declared)


def _built(identifier: str, declared: dict[str, Any]) -> Indicator:
    rest = {key: declared[key] for key in (*WORDS, "decimals", "text")}
    return Indicator(
        id=identifier,
        levels=tuple(Level(level) for level in declared["levels"]),
        origin=tuple(declared["origin"]),
        breaks=tuple(Break(**one) for one in declared["breaks"]),
        compute=kinds.read(declared["compute"]),
        reference=tuple(Reference(**one) for one in declared["reference"]),
        **rest,
    )


def _where(field: str, lines: list[str]) -> str:
    """The line of a field, or no line when the field is not written."""
    table, _, key = field.rpartition(".")
    start = 0
    if table:
        start = next((n for n, line in enumerate(lines) if line.strip("[ ]") == table), 0)
    for number, line in enumerate(lines[start:], start=start + 1):
        if re.match(rf"\s*({re.escape(key)}\s*=|\[\[?{re.escape(key)}\]\]?)", line):
            return f"ligne {number}, « {field} »"
    return f"« {field} »"


def _faults(card: dict[str, Any], folder: str) -> Iterator[Fault]:
    """Shape first: what has not its shape is not read further."""
    shape = list(misshapen(card, SHAPE))
    if not shape:
        shape += misshapen(card["text"], TEXTS, "text.")
        shape += misshapen_all(card["reference"], REFERENCE, "reference")
        shape += misshapen_all(card["breaks"], BREAK, "breaks")
    yield from shape
    if not shape:
        yield from _vocabulary_faults(card, folder)
        yield from _text_faults(card)
        yield from kinds.faults(card)


def _vocabulary_faults(card: dict[str, Any], folder: str) -> Iterator[Fault]:
    for key, allowed in CHOICES.items():
        if card[key] not in allowed:
            yield key, f"« {card[key]} » n'est pas prévu. Choix : {', '.join(sorted(allowed))}."
    if card["theme"] in THEMES and card["theme"] != folder:
        yield "theme", f"la fiche est dans le dossier « {folder} » : déplacez-la, ou corrigez."
    yield from _list_faults(card, "levels", [str(level) for level in Level])
    yield from _list_faults(card, "origin", [*ORIGINS])
    if not 0 <= card["decimals"] <= 2:
        yield "decimals", "de 0 à 2 décimales."
    if not re.fullmatch(r"[A-Z]{2,3}\d{2}[A-Z]?", card["code"]):
        yield "code", "deux ou trois lettres, deux chiffres, une lettre au plus : PE11, PE14A."
    if not card["reference"]:
        yield "reference", "au moins une source de la définition, avec la date où elle a été lue."


def _list_faults(card: dict[str, Any], key: str, known: list[str]) -> Iterator[Fault]:
    wrong = [str(one) for one in card[key] if one not in known]
    if wrong or not card[key] or len(set(card[key])) < len(card[key]):
        yield key, f"une fois chacun parmi {', '.join(known)} ; refusé : {wrong}."


def _text_faults(card: dict[str, Any]) -> Iterator[Fault]:
    if card["title"].endswith("."):
        yield "title", "un titre ne finit pas par un point."
    if not card["question"].endswith(" ?"):
        yield "question", "la question finit par « ? », précédé d'une espace."
    limits = card["text"]["limits"]
    if not limits or not all(isinstance(one, str) and one.endswith(".") for one in limits):
        yield "text.limits", "au moins une limite ; chacune est une phrase, avec son point."
    reading = card["text"]["reading"]
    fields = set(re.findall(r"\{(\w*)\}", reading))
    kind = kinds.named(card["compute"].get("kind"))
    allowed = {"territory", "period", "value", *(kind.reading_fields if kind else ())}
    if fields != allowed or reading.count("{") != reading.count("}"):
        names = ", ".join(f"{{{name}}}" for name in sorted(allowed))
        yield "text.reading", f"la phrase emploie {names}, et rien d'autre entre accolades."
    elif not re.search(r"\{territory\} \w+e\b", reading):
        # the verb agrees with places named « Les … »: compte, comptent
        yield "text.reading", "un verbe comme « compte » ou « offre » doit suivre {territory}."
