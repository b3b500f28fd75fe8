"""Codes of zones: always text, never mended by guess, and the only thing lines are joined on."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import pandas as pd

from ctg_data.model import Level
from ctg_data.tabular.book import text_of
from ctg_data.tabular.names import plain
from ctg_data.territory.config import CODE_FORMS, TerritoryConfig

TYPES = {
    "commune": Level.COMMUNE,
    "com": Level.COMMUNE,
    "ville": Level.COMMUNE,
    "iris": Level.IRIS,
    "qpv": Level.QPV,
    "qp": Level.QPV,
    "quartier prioritaire": Level.QPV,
    "quartier prioritaire de la ville": Level.QPV,
    "quartiers prioritaires": Level.QPV,
    "quartier": Level.QUARTIER,
    "quartiers": Level.QUARTIER,
    "quartier ville": Level.QUARTIER,
    "quartier de la ville": Level.QUARTIER,
    "epci": Level.EPCI,
    "metropole": Level.EPCI,
    "intercommunalite": Level.EPCI,
    "dep": Level.DEPARTEMENT,
    "departement": Level.DEPARTEMENT,
    "reg": Level.REGION,
    "region": Level.REGION,
    "france": Level.FRANCE,
}
TOTAL = re.compile(r"(sous )?(total|totaux|ensemble|somme)\b.*")
PHANTOM = re.compile(r"9{4,}|[XZ]{2,}\d*|\d{2}[XZ]{3,}.*|00?|99")
QPV_FORM = re.compile(r"(QP|QN).*")
QPV_FORMS = re.compile(r"QP(\d{3}|02[AB])\d{3}|QN(\d{3}|02[AB])\d{2}[NMI]")
SCIENTIFIC = re.compile(r"(\d(?:\.\d+)?)E\+?\d{1,2}")
# States of a line: only "ok" gives figures, only "text" may pass without a word.
STATES = ("ok", "outside", "damaged", "unknown", "short", "phantom", "total", "uncoded", "text")


def clean(cell: Any) -> str:
    """A code as text: no space, no apostrophe of Excel, upper case, no « ,00 ».

    >>> clean(123450101.0), clean("'123450101"), clean(" qp 012021 "), clean("123450101,00")
    ('123450101', '123450101', 'QP012021', '123450101')
    """
    return _clean(text_of(cell))


@lru_cache(maxsize=50_000)
def _clean(text: str) -> str:
    bare = re.sub(r"[\s\u00a0\u202f']", "", text).upper()
    return re.sub(r"(?<=\d)[.,]0+$", "", bare)


def level_of_type(cell: Any) -> Level | None:
    """The level a « type de zone » names.

    >>> level_of_type("Iris"), level_of_type("Quartier prioritaire"), level_of_type("Total")
    (<Level.IRIS: 'iris'>, <Level.QPV: 'qpv'>, None)
    """
    return TYPES.get(plain(text_of(cell)))


def level_of_code(code: str, territory: TerritoryConfig) -> Level | None:
    """The level a code is of, by the territory's list first, by its form otherwise."""
    for zone in (*territory.references, territory.epci, *territory.quartiers):
        if zone.code == code:
            return zone.level
    if QPV_FORM.fullmatch(code):
        return Level.QPV
    for level in (Level.IRIS, Level.COMMUNE):
        if re.fullmatch(CODE_FORMS[level], code):
            return level
    return Level.IRIS if re.fullmatch(r"\d{7,8}", code) else None


def resolve(
    raw: Sequence[Any],
    types: Sequence[Any],
    labels: Sequence[Any],
    default: Level | None,
    territory: TerritoryConfig,
    *,
    published: bool = False,
    renamed: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Say of each line which zone it is: columns ``code, level, vintage, state``.

    Args:
        raw: cells of the column of codes.
        types: cells of the column of types, blanks when there is none.
        labels: cells of the column of names; read to know a total, never to join.
        default: level of the sheet, when it tells one.
        territory: its zones.
        published: a national file, whose zones are mostly others'.
        renamed: codes that the importer corrected.
    """
    known = {(str(zone.level), zone.code): zone.vintage for zone in _zones(territory)}
    cache: dict[tuple[str, str, str], tuple[str, str, int | None, str]] = {}
    found = []
    for cell, kind, label in zip(raw, types, labels, strict=True):
        code = (renamed or {}).get(clean(cell), clean(cell))
        key = (code, text_of(kind), text_of(label) if not _is_code(code) else "")
        if key not in cache:
            cache[key] = _line(*key, default, territory, known, published)
        found.append(cache[key])
    frame = pd.DataFrame(found, columns=["code", "level", "vintage", "state"])
    return frame.astype({"vintage": "Int64", "code": object, "level": object, "state": object})


def all_here(lines: pd.DataFrame, territory: TerritoryConfig) -> bool:
    """Whether each level met has the line of every zone of one generation."""
    good = lines[lines["state"].eq("ok")]
    found = set(zip(good["level"].tolist(), good["code"].tolist(), strict=True))
    groups: dict[tuple[str, int], set[tuple[str, str]]] = {}
    for zone in _zones(territory):
        groups.setdefault((str(zone.level), zone.vintage), set()).add((str(zone.level), zone.code))
    whole = {level for (level, _), zones in groups.items() if zones <= found}
    return bool(found) and {level for level, _ in found} <= whole


def _zones(territory: TerritoryConfig) -> list[Any]:
    return [zone for level in Level for zone in territory.zones(level)]


def _is_code(code: str) -> bool:
    return bool(re.search(r"\d", code))


def _line(
    code: str,
    kind: str,
    label: str,
    default: Level | None,
    territory: TerritoryConfig,
    known: dict[tuple[str, str], int],
    published: bool,
) -> tuple[str, str, int | None, str]:
    """One line: its code, level, vintage and state."""
    told = level_of_type(kind) or default
    level = told or level_of_code(code, territory)
    if level and (str(level), code) in known and not TOTAL.fullmatch(plain(kind)):
        return code, str(level), known[str(level), code], "ok"
    if any(TOTAL.fullmatch(plain(text)) for text in (kind, code, label)):
        return code, "", None, "total"
    if not code:
        return "", "", None, "uncoded"
    if PHANTOM.fullmatch(code):
        return code, "", None, "phantom"
    return code, str(level or ""), None, _stranger(code, level, told, territory, published)


def _stranger(
    code: str,
    level: Level | None,
    told: Level | None,
    territory: TerritoryConfig,
    published: bool,
) -> str:
    """A code that the territory does not list: another's zone, a damaged code, or not a code."""
    if level is Level.IRIS:
        return _iris(code, told, territory, published)
    if level is Level.QPV:
        if not published or (not QPV_FORMS.fullmatch(code) and may_be_ours(code, level, territory)):
            return "unknown"
        return "outside" if QPV_FORMS.fullmatch(code) else "damaged"
    if level is Level.COMMUNE:
        if re.fullmatch(CODE_FORMS[Level.COMMUNE], code):
            return "outside"
        if not code.isdigit():
            return "text"
        ours = not published or may_be_ours(code, level, territory)
        return "short" if ours else "damaged"
    if level is Level.QUARTIER:
        return "unknown" if told else "text"
    return "outside" if level else ("text" if told is None else "unknown")


def _iris(code: str, told: Level | None, territory: TerritoryConfig, published: bool) -> str:
    """A national file may hold others' damaged codes; in a socle each one is to mend."""
    if re.fullmatch(CODE_FORMS[Level.IRIS], code):
        return "unknown" if code.startswith(territory.commune.code) else "outside"
    written = code.isdigit() or "E+" in code or (told and re.search(r"\d{4}", code))
    if not written:
        return "text"
    ours = not published or may_be_ours(code, Level.IRIS, territory)
    return "short" if ours else "damaged"


def may_be_ours(code: str, level: Level, territory: TerritoryConfig) -> bool:
    """Whether a damaged code may be one of the territory's: if in doubt, it may.

    It begins like ours, its zeros lost or not (by the département for a QPV, by the commune
    otherwise), is one slip away from one of them, or is one of them rounded by a spreadsheet.
    """
    known = [zone.code for zone in territory.zones(level)]
    start = 5 if level is Level.QPV else len(territory.commune.code)
    heads = {one[:start] for one in known}
    heads |= set() if level is Level.QPV else {territory.commune.code}
    digits = _digits(code)
    for head in map(_digits, heads):
        bare = head.lstrip("0")
        if digits.startswith(head) or (bare and digits.lstrip("0").startswith(bare)):
            return True
    return any(_one_slip(code, one) or _rounds(code, one) for one in known)


def _digits(code: str) -> str:
    """What is left of a code without its letters, those written for digits apart.

    >>> _digits("QP076O21"), _digits("010040101")
    ('076021', '010040101')
    """
    return re.sub(r"[^\dAB]", "", code.replace("O", "0").replace("I", "1"))


def _one_slip(code: str, known: str) -> bool:
    """Whether one character changed, lost or added makes one of the other.

    >>> _one_slip("QP0?2021", "QP012021"), _one_slip("QP01302", "QP012021")
    (True, False)
    """
    return any(
        code[:n] == known[:n] and {code[n:], code[n + 1 :]} & {known[n:], known[n + 1 :]}
        for n in range(len(known) + 1)
    )


def _rounds(code: str, known: str) -> bool:
    """Whether a code written 1,23E+08 may have been this one.

    >>> _rounds("7,6E+08", "760010101"), _rounds("7,5E+08", "760010101"), _rounds("E+", "7")
    (True, False, False)
    """
    if not (read := SCIENTIFIC.fullmatch(code.replace(",", "."))) or not known.isdigit():
        return False
    places = len(read[1].partition(".")[2])
    return float(f"{float(known):.{places}e}") == float(read[0])
