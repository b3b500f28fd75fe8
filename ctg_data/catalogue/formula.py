"""The ``[compute]`` of a card: which fields each kind takes, and the unit that comes of it."""

import re
from collections.abc import Iterator
from typing import Any

from ctg_data import fr
from ctg_data.catalogue.cards import MASKING, RULE_OF_100, SCENARIOS, nature_of, split, unit_of
from ctg_data.catalogue.shape import Fault, is_a, misshapen
from ctg_data.catalogue.structures import kinds
from ctg_data.errors import CtgError
from ctg_data.model import Level
from ctg_data.observations import variables
from ctg_data.release.universe import PEOPLE

FORMULAS: dict[str, dict[str, type]] = {  # by kind, the fields of [compute]
    "value": {"operand": str},
    "ratio": {"numerator": list, "denominator": list, "scale": float},
    "product": {"operand": str, "factor": float},
    "shortfall": {"rate": str, "need": str, "offer": str},
    "sum": {"terms": list},
    "absence": {"terms": list},
    "projection": {"need": str, "offer": str, "births": str, "scenario": str},
    "mean_rank": {"terms": list, "criteria": list},
    "access": {"need": str, "offer": str, "structures": str},
}
OPTIONAL: dict[str, dict[str, type]] = {
    "ratio": {"factor": float, "weights": list},
    "sum": {"weights": list},
}
OPERANDS = ("operand", "rate", "need", "offer", "births", "numerator", "denominator", "terms")


def compute_faults(card: dict[str, Any]) -> Iterator[Fault]:
    """Everything wrong with the formula of a card whose other fields are well-shaped."""
    how = dict(card["compute"])
    kind = how.pop("kind", None)
    if kind not in FORMULAS:
        yield "compute.kind", f"choisissez parmi {', '.join(FORMULAS)}."
        return
    chosen = {key: one for key, one in OPTIONAL.get(kind, {}).items() if key in how}
    shape: dict[str, type] = {**FORMULAS[kind], **chosen}
    wrong = list(misshapen(how, shape, "compute."))
    yield from wrong
    if wrong:
        return
    unknown = list(_operand_faults(how))
    for key, allowed in (("structures", kinds()), ("scenario", SCENARIOS)):
        if how.get(key, "") not in ("", *allowed):
            unknown.append((f"compute.{key}", f"choisissez parmi {', '.join(allowed)}."))
    yield from unknown
    if not unknown:
        yield from _formula_faults(card, kind, how)


def _operand_faults(how: dict[str, Any]) -> Iterator[Fault]:
    for key in OPERANDS:
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
    if card["masking"] not in (allowed := _classes(card, how)):
        yield "masking", f"d'après ce que comptent les opérandes : {', '.join(sorted(allowed))}."
    if kind == "ratio" and how["scale"] <= 0:
        yield "compute.scale", "un nombre positif."
    if how.get("factor", 1) != 1:
        said = f"{fr.number(100 * how['factor'])} %"
        if said not in re.sub(r"\s", " ", card["text"]["definition"]):
            yield "text.definition", f"l'hypothèse du calcul doit y être écrite : {said}."
    if "weights" in how:
        yield from _weight_faults(card, how)


def _classes(card: dict[str, Any], how: dict[str, Any]) -> set[str]:
    """The masking classes that the operands allow: what counts people is never said free.

    A rate over allocataires or their children, under the commune, is under the rule of 100.
    """
    below = any(Level(level).is_infra_communal for level in card["levels"])
    studied = {nature_of(one) for one in how.get("denominator", [])} & set(PEOPLE)
    told = (how.get(key, []) for key in OPERANDS)
    operands = [one for value in told for one in (value if isinstance(value, list) else [value])]
    if studied:
        return set(RULE_OF_100) if below else {*RULE_OF_100, "C5", "P5"}
    if {nature_of(one) for one in operands} & set(PEOPLE):
        return {"C5", "P5", "GAP"}
    return MASKING - {"R100"}


def _weight_faults(card: dict[str, Any], how: dict[str, Any]) -> Iterator[Fault]:
    """One number a term; a fraction supposes an even spread, which the definition says."""
    weights, terms = how["weights"], how.get("terms", how.get("denominator", []))
    if len(weights) != len(terms) or not all(is_a(one, float) and one > 0 for one in weights):
        yield "compute.weights", "un nombre positif pour chaque terme, dans le même ordre."
    elif any(one != 1 for one in weights) and "répartition égale" not in re.sub(
        r"\s+", " ", card["text"]["definition"]
    ):
        yield "text.definition", "une part d'une tranche d'âge suppose une « répartition égale »."


def _units(kind: str, how: dict[str, Any]) -> set[str]:
    """The units that the operands allow."""
    fixed = {"absence": {"zones"}, "mean_rank": {"rang moyen"}}
    if kind in fixed:
        return fixed[kind]
    if kind == "shortfall":
        return {unit_of(how["offer"])}
    if kind == "sum":
        units = {unit_of(one) for one in how["terms"]}
        return _called(units.pop()) if len(units) == 1 else {"une seule unité"}
    if kind in ("value", "product"):
        variable = variables()[split(how["operand"])[0]]
        if variable.unit != "taux":
            return {variable.unit}
        # places for a hundred children are not a percentage: there can be more than a hundred
        return {"places pour 100 enfants" if variable.nature == "offre" else "%"}
    if kind in ("projection", "access"):
        how = how | {"numerator": [how["offer"]], "denominator": [how["need"]], "scale": 100}
    return _ratio_units(how)


def _ratio_units(how: dict[str, Any]) -> set[str]:
    tops, bottoms = ({unit_of(one) for one in how[key]} for key in ("numerator", "denominator"))
    if len(tops) > 1 or len(bottoms) > 1:
        return {"une seule unité de chaque côté"}
    top, bottom = tops.pop(), bottoms.pop()
    if top == bottom and how["scale"] == 100:
        return {"%"}
    scale = fr.number(how["scale"])
    return {f"{top} pour {scale} {_after(one, how['scale'])}" for one in _called(bottom)}


def _called(unit: str) -> set[str]:
    """Inhabitants of an age may be called by it."""
    return {unit, "enfants", "jeunes"} if unit == "habitants" else {unit}


def _after(unit: str, count: float) -> str:
    """A unit after its count: « 1 structure », « 100 enfants »."""
    return unit.removesuffix("s") if count < 2 else unit
