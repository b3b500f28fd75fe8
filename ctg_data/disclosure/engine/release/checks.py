"""What can be wrong in a cell or a ratio of RELEASE.json, in French, without its name."""

from __future__ import annotations

from typing import Any

from ctg_data.disclosure.engine.problem.names import unknown_names
from ctg_data.disclosure.engine.problem.stated_rounding import ROUNDING_MODES
from ctg_data.disclosure.engine.problem.values import (
    DECIMALS,
    base_problems,
    count_problems,
    number,
    whole,
)
from ctg_data.disclosure.engine.release.content import STATUS_NAMES

CELL = (
    *("id", "status", "value", "lb", "ub", "rounded", "need", "kind", "threshold", "external"),
    *("base", "universe", "dims"),
)
CELL_EXAMPLE = "truth target"
"""« .safe.json » examples carry the true value for a person to read; no reader of it here."""
RATIO = ("id", "num", "den", "scale", "offset", "value", "decimals")


def status_problems(cell: dict[str, Any]) -> list[str]:
    """Check the state of a cell against the value that it carries."""
    status, value = cell.get("status"), cell.get("value")
    if status not in STATUS_NAMES:
        return ["« status » doit être « published », « suppressed » ou « virtual »."]
    if status == "published" and not number(value):
        return ["publiée sans valeur numérique."]
    if status == "published" and any(cell.get(key) is not None for key in ("lb", "ub")):
        return ["publiée, elle porte pourtant une borne. Retirez « lb » et « ub »."]
    if status == "published":
        return count_problems(value, cell.get("kind"))
    if value is not None:
        return ["masquée, elle porte pourtant une valeur. Retirez « value » avant tout envoi."]
    return []


def bound_problems(cell: dict[str, Any]) -> list[str]:
    """Check the bounds stated for a cell, and the allocataires told behind it."""
    lb, ub = cell.get("lb"), cell.get("ub")
    found = [
        f"« {key} » doit être un nombre."
        for key in ("lb", "ub", "base", "universe")
        if cell.get(key) is not None and not number(cell[key])
    ]
    if not found:
        exact = None if cell.get("rounded") else cell.get("value")
        found += base_problems(cell.get("base"), exact, cell.get("kind"))
    if not found and lb is not None and ub is not None and lb > ub:
        found.append("« lb » dépasse « ub ».")
    return found


def option_problems(cell: dict[str, Any], least: int) -> list[str]:
    """Check what else a cell says; a threshold looser than the release's is no rule."""
    found = [*rounding_problems(cell), *need_problems(cell.get("need"))]
    own = cell.get("threshold")
    if cell.get("kind") not in (None, "count", "amount", "offer"):
        found.append("« kind » attend « count », « amount » ou « offer ».")
    if cell.get("external") not in (None, False, True, "shown", "suppressed"):
        found.append("« external » : true, « shown » ou « suppressed » est attendu.")
    if own is not None and not whole(own, least):
        found.append(f"« threshold » doit être un nombre entier d'au moins {least}.")
    return found


def rounding_problems(cell: dict[str, Any]) -> list[str]:
    """Check how a cell was rounded."""
    rounded, value = cell.get("rounded"), cell.get("value")
    if rounded is None:
        return []
    found = []
    if isinstance(rounded, dict):
        found += [f"« rounded » : {text}" for text in unknown_names(rounded, ("base", "mode"))]
        if whole(rounded.get("base"), 1) and rounded.get("mode") in ROUNDING_MODES:
            if number(value) and value % rounded["base"]:
                base = rounded["base"]
                found.append(f"sa valeur n'est pas un multiple de {base}, base de son arrondi.")
            return found
    return [
        *found,
        "« rounded » attend une base entière et un mode « nearest », « down » ou « up ».",
    ]


def need_problems(need: Any) -> list[str]:
    """Check the width that a cell asks for."""
    if need is None:
        return []
    found = []
    if isinstance(need, dict):
        found += [f"« need » : {text}" for text in unknown_names(need, ("min_width", "only"))]
    width = need.get("min_width") if isinstance(need, dict) else None
    if not (number(width) and width > 0):
        found.append("« need » attend « min_width », un nombre au-dessus de 0.")
    return found


def terms_problems(terms: Any, index: dict[str, int]) -> list[str]:
    """Check a map of cells to coefficients."""
    if not isinstance(terms, dict) or not terms:
        return ["aucun terme : il faut au moins une cellule et son coefficient."]
    found = [f"cellule inconnue « {name} »." for name in terms if name not in index]
    found += [
        f"le coefficient de « {name} » n'est pas un nombre."
        for name, coef in terms.items()
        if not number(coef)
    ]
    return found


def ratio_problems(item: dict[str, Any], index: dict[str, int]) -> list[str]:
    """Check one ratio."""
    found = unknown_names(item, RATIO)
    found += [*terms_problems(item.get("num"), index), *terms_problems(item.get("den"), index)]
    if not number(item.get("scale", 100)) or not item.get("scale", 100):
        found.append("« scale » doit être un nombre non nul.")
    if not number(item.get("offset", 0)) or not number(item.get("value")):
        found.append("« value » et « offset » doivent être des nombres.")
    if not whole(item.get("decimals"), 0) or item["decimals"] > DECIMALS:
        found.append(f"« decimals » doit être un nombre entier, {DECIMALS} au plus.")
    if isinstance(item.get("den"), dict) and any(one == 0 for one in item["den"].values()):
        found.append("« den » a un coefficient nul : retirez-le.")
    return found
