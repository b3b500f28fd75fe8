"""Read indicator cards and check them whole: whoever edits one is told everything at once.

The files are edited by people who do not program: every fault is told in French, with the file,
the line and the field, and the good cards are not loaded without the bad ones being mended.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from ctg_data import fr
from ctg_data.cards import (
    KINDS,
    MASKING,
    POLARITIES,
    THEMES,
    Break,
    Compute,
    Indicator,
    Reference,
    split,
    unit_of,
)
from ctg_data.errors import CtgError, TerritoryError, UserError, all_problems
from ctg_data.model import Level
from ctg_data.observations import variables
from ctg_data.territory import read_toml

WORDS = (
    *("code", "title", "question", "theme", "axis", "objective", "orientation", "kind"),
    *("unit", "unit_long", "polarity", "masking"),
)
SHAPE: dict[str, type] = {
    **dict.fromkeys(WORDS, str),
    **dict.fromkeys(("levels", "breaks", "reference"), list),
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
FORMULAS: dict[
    str, dict[str, type]
] = {  # by kind, the fields of [compute]; « factor » alone is optional, in a ratio
    "value": {"operand": str},
    "ratio": {"numerator": list, "denominator": list, "scale": float, "universe": bool},
    "product": {"operand": str, "factor": float},
    "shortfall": {"rate": str, "need": str, "offer": str},
}
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
    if problems:
        raise UserError("\n".join(problems))
    return {one.id: one for one in sorted(found, key=lambda one: one.code)}


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
    how: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in declared["compute"].items()
    }
    rest = {key: declared[key] for key in (*WORDS, "decimals", "text")}
    return Indicator(
        id=identifier,
        levels=tuple(Level(level) for level in declared["levels"]),
        breaks=tuple(Break(**one) for one in declared["breaks"]),
        compute=Compute(**how),
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
    shape = list(_misshapen(card, SHAPE))
    if not shape:
        shape += _misshapen(card["text"], TEXTS, "text.")
        shape += _misshapen_all(card["reference"], REFERENCE, "reference")
        shape += _misshapen_all(card["breaks"], BREAK, "breaks")
    yield from shape
    if not shape:
        yield from _vocabulary_faults(card, folder)
        yield from _text_faults(card)
        yield from _compute_faults(card)


def _misshapen(table: dict[str, Any], shape: dict[str, type], prefix: str = "") -> Iterator[Fault]:
    for key in shape.keys() - table.keys():
        yield prefix + key, "ce champ obligatoire manque ; prenez modèle sur une autre fiche."
    for key, value in table.items():
        if key not in shape:
            known = ", ".join(sorted(shape))
            yield prefix + key, f"ce champ n'existe pas. Champs attendus : {known}."
        elif not _is_a(value, shape[key]):
            yield prefix + key, f"il faut {NOUNS[shape[key]]}."


def _is_a(value: Any, wanted: type) -> bool:
    if wanted in (int, float):
        return isinstance(value, int | wanted) and not isinstance(value, bool)
    return isinstance(value, wanted) and value not in ("", {})


def _misshapen_all(tables: list[Any], shape: dict[str, type], name: str) -> Iterator[Fault]:
    for table in tables:
        if isinstance(table, dict):
            yield from _misshapen(table, shape, f"{name}.")
        else:
            yield name, f"chaque élément est une rubrique [[{name}]]."


def _vocabulary_faults(card: dict[str, Any], folder: str) -> Iterator[Fault]:
    for key, allowed in CHOICES.items():
        if card[key] not in allowed:
            yield key, f"« {card[key]} » n'est pas prévu. Choix : {', '.join(sorted(allowed))}."
    if card["theme"] in THEMES and card["theme"] != folder:
        yield "theme", f"la fiche est dans le dossier « {folder} » : déplacez-la, ou corrigez."
    levels = [str(level) for level in Level]
    wrong = [str(one) for one in card["levels"] if one not in levels]
    if wrong or not card["levels"] or len(set(card["levels"])) < len(card["levels"]):
        yield "levels", f"une fois chacun parmi {', '.join(levels)} ; refusé : {wrong}."
    if not 0 <= card["decimals"] <= 2:
        yield "decimals", "de 0 à 2 décimales."
    if not re.fullmatch(r"[A-Z]{2,3}\d{2}[A-Z]?", card["code"]):
        yield "code", "deux ou trois lettres, deux chiffres, une lettre au plus : PE11, PE14A."
    if not card["reference"]:
        yield "reference", "au moins une source de la définition, avec la date où elle a été lue."


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
    allowed = {"territory", "period", "value"}
    if card["compute"].get("kind") == "shortfall":
        allowed = allowed | {"reference"}
    if fields != allowed or reading.count("{") != reading.count("}"):
        names = ", ".join(f"{{{name}}}" for name in sorted(allowed))
        yield "text.reading", f"la phrase emploie {names}, et rien d'autre entre accolades."
    elif not re.search(r"\{territory\} \w+e\b", reading):
        # the verb agrees with places named « Les … »: compte, comptent
        yield "text.reading", "un verbe comme « compte » ou « offre » doit suivre {territory}."


def _compute_faults(card: dict[str, Any]) -> Iterator[Fault]:
    how = dict(card["compute"])
    kind = how.pop("kind", None)
    if kind not in FORMULAS:
        yield "compute.kind", f"choisissez parmi {', '.join(FORMULAS)}."
        return
    shape: dict[str, type] = {**FORMULAS[kind]}
    if kind == "ratio" and "factor" in how:
        shape["factor"] = float
    wrong = list(_misshapen(how, shape, "compute."))
    yield from wrong
    if wrong:
        return
    unknown = list(_operand_faults(how))
    yield from unknown
    if not unknown:
        yield from _formula_faults(card, kind, how)


def _operand_faults(how: dict[str, Any]) -> Iterator[Fault]:
    for key in ("operand", "rate", "need", "offer", "numerator", "denominator"):
        value = how.get(key, [])
        if value == [] and key in how:
            yield f"compute.{key}", "la liste est vide."
        for operand in value if isinstance(value, list) else [value]:
            try:
                split(str(operand))
            except CtgError:
                yield (
                    f"compute.{key}",
                    f"« {operand} » n'est pas dans variables.toml : écrivez variable/catégorie, "
                    "ou variable/total.",
                )


def _formula_faults(card: dict[str, Any], kind: str, how: dict[str, Any]) -> Iterator[Fault]:
    if card["unit"] not in (wanted := _units(kind, how)):
        yield "unit", f"d'après le calcul, l'unité est « {' » ou « '.join(sorted(wanted))} »."
    if kind == "ratio":
        natures = {variables()[split(one)[0]].nature for one in how["denominator"]}
        if how["universe"] != (natures == {"foyers"}):
            yield "compute.universe", "true si le dénominateur compte des foyers, false sinon."
        if how["scale"] <= 0:
            yield "compute.scale", "un nombre positif."
    if "factor" in how:
        said = f"{fr.number(100 * how['factor'])} %"
        if said not in re.sub(r"\s", " ", card["text"]["definition"]):
            yield "text.definition", f"l'hypothèse du calcul doit y être écrite : {said}."


def _units(kind: str, how: dict[str, Any]) -> set[str]:
    """The units that the operands allow."""
    if kind == "shortfall":
        return {unit_of(how["offer"])}
    if kind != "ratio":
        variable = variables()[split(how["operand"])[0]]
        if variable.unit != "taux":
            return {variable.unit}
        # places for a hundred children are not a percentage: there can be more than a hundred
        return {"places pour 100 enfants" if variable.nature == "offre" else "%"}
    tops, bottoms = ({unit_of(one) for one in how[key]} for key in ("numerator", "denominator"))
    if len(tops) > 1 or len(bottoms) > 1:
        return {"une seule unité de chaque côté"}
    top, bottom = tops.pop(), bottoms.pop()
    if top == bottom and how["scale"] == 100:
        return {"%"}
    return {f"{top} pour {fr.number(how['scale'])} {bottom}"}
