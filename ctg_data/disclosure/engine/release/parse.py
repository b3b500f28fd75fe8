"""Check a RELEASE.json object and turn it into a `Release`, naming every problem at once."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from ctg_data.disclosure.engine.problem import spec_read
from ctg_data.disclosure.engine.problem.inclusions import (
    complement_name,
    complement_sign,
    is_inclusion,
)
from ctg_data.disclosure.engine.problem.names import unknown_names
from ctg_data.disclosure.engine.problem.stated_rounding import Rounding
from ctg_data.disclosure.engine.problem.values import name as is_name, number, whole
from ctg_data.disclosure.engine.problem.whole_numbers import TOO_LARGE, whole_terms
from ctg_data.disclosure.engine.release.checks import (
    CELL,
    CELL_EXAMPLE,
    bound_problems,
    option_problems,
    ratio_problems,
    status_problems,
    terms_problems,
)
from ctg_data.disclosure.engine.release.content import (
    PUBLISHED,
    SENSES,
    STATUS_NAMES,
    VIRTUAL,
    Ratio,
    Release,
)
from ctg_data.errors import UserError
from ctg_data.fr import spaced

EXAMPLE = f"{spec_read.EXAMPLE} derived keep sensitive"
"""Names that describe an example, and are not input; nor is what only `protect` reads."""
RELEASE = ("threshold", "zeros", "policy", "cells", "relations", "ratios")
SHOWN_PROBLEMS = 30
"""Beyond this many, the list only says how many more there are."""


def refuse(heading: str, problems: list[str]) -> None:
    """Raise the problems found, if any.

    Raises:
        UserError: one line per problem, the first 30.
    """
    if not problems:
        return
    lines = [f"- {problem}" for problem in problems[:SHOWN_PROBLEMS]]
    if len(problems) > SHOWN_PROBLEMS:
        lines.append(f"- et {len(problems) - SHOWN_PROBLEMS} autres problèmes du même fichier.")
    raise UserError(spaced("\n".join([heading, *lines])))


def duplicates(names: Iterable[str]) -> list[str]:
    """Return the names that come more than once."""
    return [name for name, count in Counter(names).items() if count > 1]


def parse_release(data: Any) -> Release:
    """Build a release from the object of RELEASE.json.

    Raises:
        UserError: every problem of the file, in French, with the cell or relation it is in.
    """
    if not isinstance(data, dict) or not isinstance(data.get("cells"), list):
        needed = "Diffusion illisible : il faut un objet avec « threshold » et une liste « cells »."
        names = unknown_names(data, RELEASE, EXAMPLE) if isinstance(data, dict) else []
        raise UserError(spaced("\n- ".join([needed, *names])))
    problems = unknown_names(data, RELEASE, EXAMPLE)
    if not data["cells"]:
        problems.append("aucune cellule : il n'y a rien à vérifier.")
    elif not any(isinstance(cell, dict) and "status" in cell for cell in data["cells"]):
        problems.append("c'est un tableau à protéger, pas une diffusion : « secret protect ».")
    policy = parse_policy(data, problems)
    cells = parse_cells(data["cells"], policy.min_count, problems)
    index = {cell["id"]: i for i, cell in enumerate(cells)}
    relations = parse_relations(data.get("relations") or [], index, problems)
    ratios = parse_ratios(data.get("ratios") or [], index, problems)
    relations = [complete_inclusion(item, cells, index) for item in relations]
    refuse("Diffusion refusée : elle ne peut pas être vérifiée en l'état.", problems)
    return build(policy, cells, index, relations, ratios)


@dataclass(frozen=True)
class Told:
    """The rules that a release says it follows; `zeros` is None when it does not say."""

    min_count: int
    min_population: int
    zeros: str | None


def parse_policy(data: dict[str, Any], problems: list[str]) -> Told:
    """Read the thresholds, given as « threshold » and « zeros », or under « policy »."""
    policy = data.get("policy") or {}
    if not isinstance(policy, dict):
        problems.append("« policy » doit être un objet avec « min_count » et « min_population ».")
        policy = {}
    problems += [f"« policy » : {text}" for text in unknown_names(policy, spec_read.POLICY)]
    least = data.get("threshold", policy.get("min_count"))
    if not whole(least, 1):
        problems.append("« threshold » : un nombre entier d'au moins 1 est attendu.")
    if policy.get("min_count", least) != least:
        problems.append("« threshold » et « policy.min_count » diffèrent.")
    population = policy.get("min_population", 100)
    if not whole(population, 1):
        problems.append("« policy.min_population » : un nombre entier d'au moins 1 est attendu.")
    zeros = data.get("zeros", policy.get("zeros"))
    if zeros not in (None, "shown", "masked"):
        problems.append("« zeros » : « shown » ou « masked » est attendu.")
    if policy.get("zeros", zeros) != zeros:
        problems.append("« zeros » et « policy.zeros » diffèrent.")
    # What cannot be read is refused by now: these values only let the rest be checked.
    sound = (int(least) if whole(least, 1) else 1, int(population) if whole(population, 1) else 1)
    return Told(*sound, zeros)


def parse_cells(items: list[Any], least: int, problems: list[str]) -> list[dict[str, Any]]:
    """Keep the well-formed cells; the rest goes to `problems`."""
    kept = []
    for rank, cell in enumerate(items, start=1):
        if not isinstance(cell, dict) or not is_name(cell.get("id")):
            found = ["« id » manque, ou n'est pas un texte lisible."]
            found += unknown_names(cell, CELL, CELL_EXAMPLE) if isinstance(cell, dict) else []
            problems += [f"cellule n° {rank} : {text}" for text in found]
            continue
        found = unknown_names(cell, CELL, CELL_EXAMPLE)
        found += [*status_problems(cell), *bound_problems(cell), *option_problems(cell, least)]
        problems.extend(f"cellule « {cell['id']} » : {text}" for text in found)
        kept.append(cell)
    for name in duplicates(cell["id"] for cell in kept):
        problems.append(f"cellule « {name} » : présente plusieurs fois.")
    return kept


def parse_relations(items: Any, index: dict[str, int], problems: list[str]) -> list[dict[str, Any]]:
    """Keep the well-formed relations; the rest goes to `problems`."""
    if not isinstance(items, list):
        problems.append("« relations » doit être une liste.")
        return []
    kept: list[dict[str, Any]] = []
    for rank, item in enumerate(items, start=1):
        if not isinstance(item, dict):
            problems.append(f"relation n° {rank} : un objet est attendu.")
            continue
        name = str(item.get("id", f"n° {rank}"))
        found = unknown_names(item, spec_read.RELATION)
        found += terms_problems(item.get("terms"), index)
        rhs, sense = item.get("rhs"), item.get("sense")
        sense = "=" if sense is None else sense
        rhs = 0 if rhs is None else rhs
        if not number(rhs):
            found.append("« rhs » doit être un nombre.")
        if not isinstance(sense, str) or sense not in SENSES:
            found.append("« sense » doit être « = », « <= » ou « >= ».")
        whole = None if found else whole_terms(item["terms"], rhs)
        if not found and whole is None:
            found.append(TOO_LARGE)
        problems.extend(f"relation « {name} » : {text}" for text in found)
        terms, side = whole or ({}, 0.0)
        kept.append({"id": name, "terms": terms, "rhs": side, "sense": sense})
    for name in duplicates(item["id"] for item in kept):
        problems.append(f"relation « {name} » : présente plusieurs fois.")
    return kept


def complete_inclusion(
    item: dict[str, Any], cells: list[dict[str, Any]], index: dict[str, int]
) -> dict[str, Any]:
    """Return an inclusion between counts as a sum; its complement, virtual, joins the cells."""
    terms, sense = item["terms"], item["sense"]
    counted = all(cells[index[name]].get("kind", "count") == "count" for name in terms)
    if not counted or not is_inclusion(terms, item["rhs"], sense):
        return item
    name = complement_name(item["id"], index)
    index[name] = len(cells)
    cells.append({"id": name, "status": "virtual"})
    return {**item, "terms": {**terms, name: complement_sign(sense)}, "sense": "="}


def parse_ratios(items: Any, index: dict[str, int], problems: list[str]) -> list[Ratio]:
    """Keep the well-formed ratios; the rest goes to `problems`."""
    if not isinstance(items, list):
        problems.append("« ratios » doit être une liste.")
        return []
    kept = []
    for rank, item in enumerate(items, start=1):
        if not isinstance(item, dict):
            problems.append(f"ratio n° {rank} : un objet est attendu.")
            continue
        name = str(item.get("id", f"n° {rank}"))
        found = ratio_problems(item, index)
        problems.extend(f"ratio « {name} » : {text}" for text in found)
        if not found:
            scale, offset = float(item.get("scale", 100)), float(item.get("offset", 0))
            shown = {"value": float(item["value"]), "scale": scale, "offset": offset}
            kept.append(
                Ratio(name, item["num"], item["den"], **shown, decimals=int(item["decimals"]))
            )
    for name in duplicates(ratio.id for ratio in kept):
        problems.append(f"ratio « {name} » : présent plusieurs fois.")
    return kept


def build(
    policy: Told,
    cells: list[dict[str, Any]],
    index: dict[str, int],
    relations: list[dict[str, Any]],
    ratios: list[Ratio],
) -> Release:
    """Put checked parts in columns; a bound that is not stated stays NaN."""
    status = np.array([STATUS_NAMES.index(c["status"]) for c in cells], dtype=np.int8)
    columns = {
        key: np.array([math.nan if c.get(key) is None else float(c[key]) for c in cells])
        for key in ("value", "lb", "ub")
    }
    return Release(
        threshold=policy.min_count,
        zeros_shown=zeros_are_shown(policy.zeros, status, columns),
        min_population=policy.min_population,
        ids=[c["id"] for c in cells],
        status=status,
        rounded={
            i: Rounding(int(c["rounded"]["base"]), c["rounded"]["mode"])
            for i, c in enumerate(cells)
            if c.get("rounded")
        },
        matrix=terms_matrix([r["terms"] for r in relations], index),
        rhs=np.array([float(r.get("rhs", 0)) for r in relations]),
        sense=np.array([r.get("sense", "=") for r in relations], dtype="U2"),
        relation_ids=[r["id"] for r in relations],
        ratios=ratios,
        needs={i: float(c["need"]["min_width"]) for i, c in enumerate(cells) if c.get("need")},
        external=np.array([bool(c.get("external")) for c in cells]),
        thresholds={i: int(c["threshold"]) for i, c in enumerate(cells) if c.get("threshold")},
        bases=told(cells, "base"),
        universes=told(cells, "universe"),
        amounts=frozenset(i for i, c in enumerate(cells) if c.get("kind") == "amount"),
        offers=frozenset(i for i, c in enumerate(cells) if c.get("kind") == "offer"),
        **columns,
    )


def told(cells: list[dict[str, Any]], key: str) -> dict[int, float]:
    """Return what some cells tell, by their place."""
    return {i: float(cell[key]) for i, cell in enumerate(cells) if cell.get(key) is not None}


def zeros_are_shown(told: str | None, status: np.ndarray, columns: dict[str, np.ndarray]) -> bool:
    """Say whether a 0 is no secret in a file.

    RELEASE.json need not say it: the bound of suppressed cells does; without any of these, a
    0 that is published says it, and silence says no.
    """
    if told is not None:
        return told == "shown"
    bounds = columns["lb"][(status != PUBLISHED) & (status != VIRTUAL)]
    if len(bounds):
        return bool((bounds >= 1).all())
    return bool((columns["value"] == 0).any())


def terms_matrix(rows: list[dict[str, Any]], index: dict[str, int]) -> sp.csr_matrix:
    """Return the (rows, cells) matrix of maps from cell ids to coefficients."""
    indptr = np.cumsum([0, *(len(terms) for terms in rows)])
    indices = np.array([index[name] for terms in rows for name in terms], dtype=np.int64)
    data = np.array([coef for terms in rows for coef in terms.values()], dtype=np.float64)
    return sp.csr_matrix((data, indices, indptr), shape=(len(rows), len(index)))
