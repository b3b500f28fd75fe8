"""Refuse a table that cannot be protected, naming every problem at once, in French."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ctg_data.disclosure.problem import KINDS, SENSES, Policy, Problem, rounding_mode
from ctg_data.errors import UserError, all_problems

SHOWN_PROBLEMS = 40
"""Beyond this many, the list only says how many more there are."""
TOLERANCE = 1e-6
"""Largest gap, in units of the cells, that float sums of whole values can leave."""
LARGEST = 2.0**50
"""Beyond this, sums of floats are no longer exact."""
DOES_NOT_ADD_UP = (
    "le compte n'y est pas. Corrigez la source, ou déclarez un reste « non localisé » (cellule "
    "« virtual »)."
)
HEADING = "Tableau refusé : il ne peut pas être protégé en l'état."


def refuse(problems: list[str]) -> None:
    """Raise the problems found, if any.

    Raises:
        UserError: one line per problem.
    """
    if not problems:
        return
    lines = problems[:SHOWN_PROBLEMS]
    if len(problems) > SHOWN_PROBLEMS:
        lines.append(f"et {len(problems) - SHOWN_PROBLEMS} autres problèmes du même tableau.")
    raise UserError(all_problems(HEADING, lines))


def number(item: Any) -> bool:
    """Say whether an item is a finite number (true and false are not)."""
    if type(item) is int:  # nearly always, in files of hundreds of thousands of counts
        return True
    numeric = isinstance(item, int | float | np.integer | np.floating)
    return numeric and not isinstance(item, bool) and math.isfinite(item)


def _whole(item: Any) -> bool:
    return number(item) and float(item).is_integer()


def check_form(data: Mapping[str, Any]) -> None:
    """Check the types, names and references of a table.

    Args:
        data: `cells`, `relations`, `derived`, `policy`, `keep`, `sensitive`.

    Raises:
        UserError: all problems.
    """
    problems, data = _policy_problems(data.get("policy")), dict(data)
    for key in ("cells", "relations", "derived", "keep", "sensitive"):
        if not isinstance(data.get(key) or [], list | tuple | set | frozenset):
            problems.append(f"« {key} » doit être une liste.")
            data[key] = []
    known = set()
    for rank, cell in enumerate(data["cells"], 1):
        found = _cell_problems(cell)
        if isinstance(cell, Mapping) and isinstance(cell.get("id"), str):
            known.add(cell["id"])
        name = _name(cell, "cellule", rank)
        problems += [f"{name} : {text}" for text in found]
    problems += _duplicates((c.get("id") for c in data["cells"] if _has_id(c)), "cellule")
    problems += _linked_problems(data, known)
    refuse(problems + _sum_problems(data) if problems else [])


def _sum_problems(data: Mapping[str, Any]) -> list[str]:
    """Name the sums that fail among relations in good form, in a table refused anyway."""
    values: dict[str, float] = {}
    for cell in filter(_has_id, data["cells"]):
        # A cell there twice, rounded or without a number of its own says nothing certain.
        certain = number(cell.get("value")) and not cell.get("rounded")
        values[cell["id"]] = cell["value"] if certain and cell["id"] not in values else float("nan")
    found = []
    for rank, item in enumerate(data.get("relations") or [], 1):
        if _relation_problems(item, set(values)):
            continue
        total = sum(coef * values[name] for name, coef in item["terms"].items())
        gap, sense = total - (item.get("rhs") or 0), SENSES[item.get("sense") or "="]
        if (sense != ">=" and gap > TOLERANCE) or (sense != "<=" and gap < -TOLERANCE):
            found.append(f"{_name(item, 'relation', rank)} : {DOES_NOT_ADD_UP}")
    return found


def _linked_problems(data: Mapping[str, Any], known: set[str]) -> list[str]:
    """Check what refers to cells: relations, derived figures, keep, sensitive."""
    problems = []
    for rank, item in enumerate(data.get("relations") or [], 1):
        name = _name(item, "relation", rank)
        problems += [f"{name} : {text}" for text in _relation_problems(item, known)]
    # The release names a relation without « id » by its rank, and a number by its digits.
    names = [
        str(item.get("id", f"n° {rank}")) if isinstance(item, Mapping) else f"n° {rank}"
        for rank, item in enumerate(data.get("relations") or [], 1)
    ]
    problems += _duplicates(names, "relation")
    figures = set()
    for rank, item in enumerate(data.get("derived") or [], 1):
        name = _name(item, "indicateur dérivé", rank)
        problems += [f"{name} : {text}" for text in _derived_problems(item, known)]
        if _has_id(item):
            figures.add(item["id"])
    derived = data.get("derived") or []
    problems += _duplicates((d.get("id") for d in derived if _has_id(d)), "indicateur dérivé")
    for name in data.get("keep") or []:
        if name not in known and name not in figures:
            problems.append(f"« keep » cite « {name} », qui n'est ni une cellule ni un indicateur.")
    for name in data.get("sensitive") or []:
        if name not in known:
            problems.append(f"« sensitive » cite la cellule inconnue « {name} ».")
    return problems


def _has_id(item: Any) -> bool:
    return isinstance(item, Mapping) and isinstance(item.get("id"), str)


def _name(item: Any, what: str, rank: int) -> str:
    named = isinstance(item, Mapping) and isinstance(item.get("id"), str | int)
    return f"{what} « {item['id']} »" if named else f"{what} n° {rank}"


def _duplicates(names: Iterable[Any], what: str) -> list[str]:
    twice = [name for name, count in Counter(names).items() if count > 1]
    return [f"{what} « {name} » : présente plusieurs fois." for name in twice]


def _policy_problems(policy: Any) -> list[str]:
    if policy is None or isinstance(policy, Policy):
        return []
    if not isinstance(policy, Mapping):
        return [
            "« policy » doit être un objet avec « min_count », « min_population » et « zeros »."
        ]
    problems = [
        f"« policy.{key} » : un nombre entier d'au moins 1 est attendu."
        for key in ("min_count", "min_population")
        if key in policy and not (_whole(policy[key]) and policy[key] >= 1)
    ]
    if policy.get("zeros", "masked") not in ("shown", "masked"):
        problems.append("« policy.zeros » : « shown » ou « masked » est attendu.")
    return problems


def _cell_problems(cell: Any) -> list[str]:
    """Check one cell by itself."""
    if not _has_id(cell):
        return ["« id » manque ou n'est pas un texte."]
    found = [
        f"« {key} » doit être un nombre ou rester vide."
        for key in ("value", "base", "universe", "threshold", "mask_ub")
        if cell.get(key) is not None and not number(cell[key])
    ]
    if cell.get("kind") not in (None, *KINDS):
        found.append("« kind » : « count », « amount » ou « offer » est attendu.")
    if cell.get("external") not in (None, False, True, "shown", "suppressed"):
        found.append("« external » : true, « shown » ou « suppressed » est attendu.")
    if cell.get("status") in ("suppressed", "virtual") and cell.get("value") is not None:
        found.append("masquée, elle porte pourtant une valeur. Retirez « value ».")
    return found + (_value_problems(cell) if not found else []) + _option_problems(cell)


def _value_problems(cell: Mapping[str, Any]) -> list[str]:
    found = []
    if abs(cell.get("value") or 0) > LARGEST:
        found.append("valeur trop grande pour être additionnée sans erreur.")
    if cell.get("kind") != "amount":
        if (cell.get("value") or 0) < 0:
            found.append("un effectif ne peut pas être négatif.")
        if not float(cell.get("value") or 0).is_integer():
            found.append("un effectif est un nombre entier (un montant se déclare « amount »).")
    for key in ("base", "universe"):
        if (cell.get(key) or 0) < 0:
            found.append(f"« {key} » ne peut pas être négatif.")
    return found


def _option_problems(cell: Mapping[str, Any]) -> list[str]:
    found = []
    rounded, need = cell.get("rounded"), cell.get("need")
    if rounded and not (
        isinstance(rounded, Mapping)
        and _whole(rounded.get("base"))
        and rounded["base"] >= 1
        and rounding_mode(rounded.get("mode"))
    ):
        found.append(
            "« rounded » attend une base entière et un mode « nearest », « down » ou « up »."
        )
    if need and not (isinstance(need, Mapping) and number(need.get("min_width"))):
        found.append("« need » attend « min_width », un nombre.")
    return found


def _terms_problems(terms: Any, known: set[str]) -> list[str]:
    if not isinstance(terms, Mapping) or not terms:
        return ["aucun terme : il faut au moins une cellule et son coefficient."]
    found = [f"cellule inconnue « {name} »." for name in terms if name not in known]
    wrong = [name for name, coef in terms.items() if not number(coef)]
    return found + [f"le coefficient de « {name} » n'est pas un nombre." for name in wrong]


def _relation_problems(item: Any, known: set[str]) -> list[str]:
    if not isinstance(item, Mapping):
        return ["un objet avec « id » et « terms » est attendu."]
    found = _terms_problems(item.get("terms"), known)
    if item.get("rhs") is not None and not number(item["rhs"]):
        found.append("« rhs » doit être un nombre.")
    if (item.get("sense") or "=") not in SENSES:
        found.append("« sense » : « = », « <= » ou « >= » est attendu.")
    return found


def _derived_problems(item: Any, known: set[str]) -> list[str]:
    if not _has_id(item):
        return ["« id » manque ou n'est pas un texte."]
    found = [*_terms_problems(item.get("num"), known), *_terms_problems(item.get("den"), known)]
    for key in ("scale", "offset"):
        if not number(item.get(key, 0)):
            found.append(f"« {key} » doit être un nombre.")
    decimals = item.get("decimals")
    if not item.get("scale", 1):
        found.append("« scale » ne peut pas être nul.")
    if not _whole(decimals) or decimals < 0:
        found.append("« decimals » doit être un nombre entier.")
    return found


def check_arithmetic(problem: Problem) -> None:
    """Check that every relation between known, exact values holds.

    A relation with a cell masked at source or rounded is left to the completion of the table.

    Raises:
        UserError: all the relations that do not add up, without any value (they are secret).
    """
    unknown = np.isnan(problem.value)
    unknown[list(problem.rounded)] = True
    loose = np.asarray(abs(problem.matrix) @ unknown.astype(float)).ravel() > 0
    total = problem.matrix @ np.nan_to_num(problem.value) - problem.rhs
    wrong = (problem.sense == "=") & (np.abs(total) > TOLERANCE)
    wrong |= (problem.sense == "<=") & (total > TOLERANCE)
    wrong |= (problem.sense == ">=") & (total < -TOLERANCE)
    refuse(
        [
            f"relation « {problem.relation_ids[row]} » : {DOES_NOT_ADD_UP}"
            for row in np.flatnonzero(wrong & ~loose)
        ]
    )
