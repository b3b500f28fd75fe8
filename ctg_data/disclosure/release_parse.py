"""Check a RELEASE.json object and turn it into a `Release`, naming every problem at once."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
import scipy.sparse as sp

from ctg_data.disclosure.release import (
    PUBLISHED,
    ROUNDING_MODES,
    SENSES,
    STATUS_NAMES,
    VIRTUAL,
    Ratio,
    Release,
    Rounding,
)
from ctg_data.errors import UserError
from ctg_data.fr import spaced

SHOWN_PROBLEMS = 30
"""Beyond this many, the list only says how many more there are."""


def is_number(item: Any) -> bool:
    """Say whether an item of JSON is a finite number (true and false are not)."""
    return isinstance(item, int | float) and not isinstance(item, bool) and math.isfinite(item)


def is_whole(item: Any, least: int) -> bool:
    """Say whether an item of JSON is a whole number, at least `least`."""
    return is_number(item) and float(item).is_integer() and item >= least


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
        raise UserError(
            spaced(
                "Diffusion illisible : il faut un objet avec « threshold » et une liste « cells »."
            )
        )
    problems: list[str] = []
    if "policy" in data and "threshold" not in data:
        problems.append("c'est un tableau à protéger, pas une diffusion : « secret protect ».")
    if not is_whole(data.get("threshold"), 1):
        problems.append("« threshold » : un nombre entier d'au moins 1 est attendu.")
    if data.get("zeros") not in (None, "shown", "masked"):
        problems.append("« zeros » : « shown » ou « masked » est attendu.")
    cells = parse_cells(data["cells"], problems)
    index = {cell["id"]: i for i, cell in enumerate(cells)}
    relations = parse_relations(data.get("relations") or [], index, problems)
    ratios = parse_ratios(data.get("ratios") or [], index, problems)
    refuse("Diffusion refusée : elle ne peut pas être vérifiée en l'état.", problems)
    return build(data, cells, index, relations, ratios)


def parse_cells(items: list[Any], problems: list[str]) -> list[dict[str, Any]]:
    """Keep the well-formed cells; the rest goes to `problems`."""
    kept = []
    for rank, cell in enumerate(items, start=1):
        if not isinstance(cell, dict) or not isinstance(cell.get("id"), str):
            problems.append(f"cellule n° {rank} : « id » manque ou n'est pas un texte.")
            continue
        found = [*status_problems(cell), *bound_problems(cell), *option_problems(cell)]
        problems.extend(f"cellule « {cell['id']} » : {text}" for text in found)
        kept.append(cell)
    for name in duplicates(cell["id"] for cell in kept):
        problems.append(f"cellule « {name} » : présente plusieurs fois.")
    return kept


def status_problems(cell: dict[str, Any]) -> list[str]:
    """Check the state of a cell against the value that it carries."""
    status, value = cell.get("status"), cell.get("value")
    if status not in STATUS_NAMES:
        return ["« status » doit être « published », « suppressed » ou « virtual »."]
    if status == "published" and not is_number(value):
        return ["publiée sans valeur numérique."]
    if status != "published" and value is not None:
        return ["masquée, elle porte pourtant une valeur. Retirez « value » avant tout envoi."]
    return []


def bound_problems(cell: dict[str, Any]) -> list[str]:
    """Check the bounds stated for a cell."""
    lb, ub = cell.get("lb"), cell.get("ub")
    found = [
        f"« {key} » doit être un nombre."
        for key, bound in (("lb", lb), ("ub", ub))
        if bound is not None and not is_number(bound)
    ]
    if not found and lb is not None and ub is not None and lb > ub:
        found.append("« lb » dépasse « ub ».")
    return found


def option_problems(cell: dict[str, Any]) -> list[str]:
    """Check rounding, need and own threshold."""
    found = []
    rounded, need = cell.get("rounded"), cell.get("need")
    if rounded is not None and not (
        isinstance(rounded, dict)
        and is_whole(rounded.get("base"), 1)
        and rounded.get("mode") in ROUNDING_MODES
    ):
        found.append(
            "« rounded » attend une base entière et un mode « nearest », « down » ou « up »."
        )
    elif rounded and is_number(cell.get("value")) and cell["value"] % rounded["base"]:
        found.append(f"sa valeur n'est pas un multiple de {rounded['base']}, base de son arrondi.")
    if need is not None and not (isinstance(need, dict) and is_number(need.get("min_width"))):
        found.append("« need » attend « min_width », un nombre.")
    if cell.get("kind") not in (None, "count", "amount", "offer"):
        found.append("« kind » attend « count », « amount » ou « offer ».")
    if cell.get("threshold") is not None and not is_whole(cell["threshold"], 1):
        found.append("« threshold » doit être un nombre entier d'au moins 1.")
    return found


def terms_problems(terms: Any, index: dict[str, int]) -> list[str]:
    """Check a map of cells to coefficients."""
    if not isinstance(terms, dict) or not terms:
        return ["aucun terme : il faut au moins une cellule et son coefficient."]
    found = [f"cellule inconnue « {name} »." for name in terms if name not in index]
    found += [
        f"le coefficient de « {name} » n'est pas un nombre."
        for name, coef in terms.items()
        if not is_number(coef)
    ]
    return found


def parse_relations(items: Any, index: dict[str, int], problems: list[str]) -> list[dict[str, Any]]:
    """Keep the well-formed relations; the rest goes to `problems`."""
    if not isinstance(items, list):
        problems.append("« relations » doit être une liste.")
        return []
    kept = []
    for rank, item in enumerate(items, start=1):
        if not isinstance(item, dict):
            problems.append(f"relation n° {rank} : un objet est attendu.")
            continue
        name = str(item.get("id", f"n° {rank}"))
        found = terms_problems(item.get("terms"), index)
        if not is_number(item.get("rhs", 0)):
            found.append("« rhs » doit être un nombre.")
        if item.get("sense", "=") not in SENSES:
            found.append("« sense » doit être « = », « <= » ou « >= ».")
        problems.extend(f"relation « {name} » : {text}" for text in found)
        kept.append({**item, "id": name})
    for name in duplicates(item["id"] for item in kept):
        problems.append(f"relation « {name} » : présente plusieurs fois.")
    return kept


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


def ratio_problems(item: dict[str, Any], index: dict[str, int]) -> list[str]:
    """Check one ratio."""
    found = [*terms_problems(item.get("num"), index), *terms_problems(item.get("den"), index)]
    if not is_number(item.get("scale", 100)) or not item.get("scale", 100):
        found.append("« scale » doit être un nombre non nul.")
    if not is_number(item.get("offset", 0)) or not is_number(item.get("value")):
        found.append("« value » et « offset » doivent être des nombres.")
    if not is_whole(item.get("decimals"), 0):
        found.append("« decimals » doit être un nombre entier.")
    return found


def build(
    data: dict[str, Any],
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
        threshold=int(data["threshold"]),
        zeros_shown=zeros_are_shown(data.get("zeros"), status, columns),
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
        amounts=frozenset(i for i, c in enumerate(cells) if c.get("kind") == "amount"),
        offers=frozenset(i for i, c in enumerate(cells) if c.get("kind") == "offer"),
        **columns,
    )


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
