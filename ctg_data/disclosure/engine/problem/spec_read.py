"""Turn the object of TABLE.json into specifications, naming everything wrong in it at once.

What is malformed is left at its default and noted: the rest of the table is checked all the same,
and the table is refused in the end, since a note is a refusal.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ctg_data.disclosure.engine.problem.names import unknown_names
from ctg_data.disclosure.engine.problem.spec import (
    KINDS,
    CellSpec,
    Derived,
    External,
    Need,
    RelationSpec,
    Sense,
    TableSpec,
)
from ctg_data.disclosure.engine.problem.stated_rounding import Rounding
from ctg_data.disclosure.engine.problem.values import (
    DECIMALS,
    base_problems,
    name as is_name,
    number,
    rounding_mode,
    whole,
)
from ctg_data.release.policy import Policy

EXAMPLE = (
    "title note source why_naive_leaks naive expected_naive_leaks min_extra_hidden safe_example id"
)
"""Names that describe an example, and are not input."""
TABLE = ("policy", "cells", "relations", "derived", "keep", "sensitive")
POLICY = ("min_count", "min_population", "zeros")
NUMBERS = ("value", "base", "universe", "threshold", "published", "mask_ub")
CELL = ("id", *NUMBERS, "kind", "external", "virtual", "rounded", "need", "dims", "status")
RELATION = ("id", "terms", "rhs", "sense")
DERIVED = ("id", "num", "den", "scale", "offset", "decimals")
WRITTEN_SENSES: dict[str, Sense] = {
    **{"=": "=", "==": "=", "<=": "<=", "≤": "<=", ">=": ">=", "≥": ">="},
}
"""How a relation may be written, and how it is kept."""
EXTERNALS: dict[Any, External] = {
    **{None: "", False: "", True: "shown", "shown": "shown", "suppressed": "suppressed"},
}


def table_spec(data: Mapping[str, Any], problems: list[str]) -> TableSpec:
    """Turn the object of TABLE.json into specifications; what is wrong is added to `problems`."""
    problems += unknown_names(data, TABLE, EXAMPLE)
    policy = _policy(data.get("policy"), problems)
    parts = {key: _list(data, key, problems) for key in TABLE[1:]}
    found = [_cell(item, rank, problems) for rank, item in enumerate(parts["cells"], 1)]
    cells = tuple(cell for cell in found if cell)
    known = {cell.id for cell in cells}
    relations = [
        _relation(item, rank, known, problems) for rank, item in enumerate(parts["relations"], 1)
    ]
    derived = [
        _derived(item, rank, known, problems) for rank, item in enumerate(parts["derived"], 1)
    ]
    figures = tuple(figure for figure in derived if figure)
    # a figure refused above is not said to be unknown as well
    refused = {str(item.get("id")) for item in parts["derived"] if isinstance(item, Mapping)}
    refused -= {figure.id for figure in figures}
    keep = [name for name in _names(parts["keep"], "keep", problems) if name not in refused]
    return TableSpec(
        cells,
        tuple(relation for relation in relations if relation),
        figures,
        policy,
        tuple(keep),
        _names(parts["sensitive"], "sensitive", problems),
    )


def _list(data: Mapping[str, Any], key: str, problems: list[str]) -> list[Any]:
    given = data.get(key)
    if given is None:
        return []
    if not isinstance(given, list | tuple):
        problems.append(f"« {key} » doit être une liste.")
        return []
    return list(given)


def _names(items: list[Any], key: str, problems: list[str]) -> tuple[str, ...]:
    problems += [
        f"« {key} » attend des noms, pas « {name} »." for name in items if not isinstance(name, str)
    ]
    return tuple(name for name in items if isinstance(name, str))


def _policy(given: Any, problems: list[str]) -> Policy:
    if given is None:
        return Policy()
    if not isinstance(given, Mapping):
        problems.append(
            "« policy » doit être un objet avec « min_count », « min_population » et « zeros »."
        )
        return Policy()
    problems += [f"« policy » : {text}" for text in unknown_names(given, POLICY)]
    numbers = {}
    for key in ("min_count", "min_population"):
        if key in given and not whole(given[key], 1):
            problems.append(f"« policy.{key} » : un nombre entier d'au moins 1 est attendu.")
        elif key in given:
            numbers[key] = int(given[key])
    if given.get("zeros", "masked") not in ("shown", "masked"):
        problems.append("« policy.zeros » : « shown » ou « masked » est attendu.")
    return Policy(
        numbers.get("min_count", Policy.min_count),
        numbers.get("min_population", Policy.min_population),
        zeros_shown=given.get("zeros") == "shown",
    )


def _named(
    item: Any, what: str, rank: int, known: Collection[str], problems: list[str]
) -> str | None:
    """Return the id of an item, None (and a note) when it has none that can be read."""
    if isinstance(item, Mapping) and is_name(item.get("id")):
        return str(item["id"])
    found = ["« id » manque, ou n'est pas un texte lisible."]
    found += unknown_names(item, known) if isinstance(item, Mapping) else []
    problems += [f"{what} n° {rank} : {text}" for text in found]
    return None


def _cell(item: Any, rank: int, problems: list[str]) -> CellSpec | None:
    """Return one cell; a field that cannot be read is left at its default."""
    name = _named(item, "cellule", rank, CELL, problems)
    if name is None:
        return None
    found = [*unknown_names(item, CELL), *_field_problems(item)]
    numbers = {}
    for key in NUMBERS:
        if item.get(key) is not None and not number(item[key]):
            found.append(f"« {key} » doit être un nombre ou rester vide.")
        else:
            numbers[key] = item.get(key)
    found += base_problems(numbers.get("base"), numbers.get("value"), item.get("kind"))
    rounded, need = _rounded(item, found), _need(item, found)
    problems += [f"cellule « {name} » : {text}" for text in found]
    told = item.get("external")
    return CellSpec(
        name,
        kind=item["kind"] if item.get("kind") in KINDS else "count",
        external=EXTERNALS.get(told, "") if isinstance(told, str | bool) else "",
        virtual=item.get("virtual") is True,
        rounded=rounded,
        need=need,
        **numbers,
    )


def _field_problems(item: Mapping[str, Any]) -> list[str]:
    """Check the words of a cell."""
    found, told = [], item.get("external")
    if item.get("kind") not in (None, *KINDS):
        found.append("« kind » : « count », « amount » ou « offer » est attendu.")
    if not (told is None or isinstance(told, str | bool)) or told not in EXTERNALS:
        found.append("« external » : true, « shown » ou « suppressed » est attendu.")
    if not (item.get("virtual") is None or isinstance(item["virtual"], bool)):
        found.append("« virtual » : true ou false est attendu.")
    if item.get("status") in ("suppressed", "virtual") and item.get("value") is not None:
        found.append("masquée, elle porte pourtant une valeur. Retirez « value ».")
    return found


def _rounded(item: Mapping[str, Any], found: list[str]) -> Rounding | None:
    told = item.get("rounded")
    if told is None or told is False:
        return None
    if isinstance(told, Mapping):
        found += [f"« rounded » : {text}" for text in unknown_names(told, ("base", "mode"))]
    if not (isinstance(told, Mapping) and whole(told.get("base"), 1) and _mode(told)):
        found.append(
            "« rounded » attend une base entière et un mode « nearest », « down » ou « up »."
        )
        return None
    return Rounding(int(told["base"]), _mode(told) or "nearest")


def _mode(told: Mapping[str, Any]) -> str | None:
    return rounding_mode(told.get("mode"))


def _need(item: Mapping[str, Any], found: list[str]) -> Need | None:
    told = item.get("need")
    if told is None:
        return None
    if isinstance(told, Mapping):
        found += [f"« need » : {text}" for text in unknown_names(told, ("min_width", "only"))]
    if not isinstance(told, Mapping) or not number(told.get("min_width")):
        found.append("« need » attend « min_width », un nombre.")
        return None
    if not isinstance(told.get("only", False), bool):
        found.append("« need.only » : true ou false est attendu.")
    if told["min_width"] <= 0:
        found.append("« need.min_width » : un nombre au-dessus de 0 est attendu.")
        return None
    return Need(told["min_width"], told.get("only") is True)


def _terms(terms: Any, known: Collection[str], found: list[str]) -> dict[str, float]:
    if not isinstance(terms, Mapping) or not terms:
        found.append("aucun terme : il faut au moins une cellule et son coefficient.")
        return {}
    found += [f"cellule inconnue « {name} »." for name in terms if name not in known]
    found += [
        f"le coefficient de « {name} » n'est pas un nombre."
        for name, coef in terms.items()
        if not number(coef)
    ]
    return dict(terms)


def _relation(
    item: Any, rank: int, known: Collection[str], problems: list[str]
) -> RelationSpec | None:
    """Return one relation, None when it cannot be read; without « id » it is named by its rank."""
    if not isinstance(item, Mapping):
        problems.append(f"relation n° {rank} : un objet avec « id » et « terms » est attendu.")
        return None
    name = str(item.get("id", f"n° {rank}"))
    found = unknown_names(item, RELATION)
    terms, rhs = _terms(item.get("terms"), known, found), item.get("rhs")
    if rhs is not None and not number(rhs):
        found.append("« rhs » doit être un nombre.")
    sense = "=" if item.get("sense") is None else item["sense"]
    if not isinstance(sense, str) or sense not in WRITTEN_SENSES:
        found.append("« sense » : « = », « <= » ou « >= » est attendu.")
    problems += [f"relation « {name} » : {text}" for text in found]
    return None if found else RelationSpec(name, terms, rhs or 0, WRITTEN_SENSES[sense])


def _derived(item: Any, rank: int, known: Collection[str], problems: list[str]) -> Derived | None:
    """Return one derived figure, None when it cannot be read."""
    name = _named(item, "indicateur dérivé", rank, DERIVED, problems)
    if name is None:
        return None
    found = unknown_names(item, DERIVED)
    num, den = _terms(item.get("num"), known, found), _terms(item.get("den"), known, found)
    scale, offset = item.get("scale", 100), item.get("offset", 0)
    found += [
        f"« {key} » doit être un nombre."
        for key, told in (("scale", scale), ("offset", offset))
        if not number(told)
    ]
    if not scale:
        found.append("« scale » ne peut pas être nul.")
    if not whole(item.get("decimals")) or item["decimals"] > DECIMALS:
        found.append(f"« decimals » doit être un nombre entier, {DECIMALS} au plus.")
    if 0 in den.values():
        found.append("« den » a un coefficient nul : retirez-le.")
    problems += [f"indicateur dérivé « {name} » : {text}" for text in found]
    if found:
        return None
    return Derived(name, num, den, float(scale), float(offset), int(item["decimals"]))
