"""Codes of zones: always text, never mended by guess, and the only thing lines are joined on."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import pandas as pd

from ctg_data.model import Level
from ctg_data.sources.socle.book import text_of
from ctg_data.sources.socle.names import plain
from ctg_data.territory import CODE_FORMS, TerritoryConfig

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
# States of a line: only "ok" gives figures, only "text" may pass without a word.
STATES = ("ok", "outside", "unknown", "short", "phantom", "total", "uncoded", "text")


def clean(cell: Any) -> str:
    """A code as text: no space, no apostrophe of Excel, upper case, no « ,00 ».

    >>> clean(123450101.0), clean("'123450101"), clean(" qp 076021 "), clean("123450101,00")
    ('123450101', '123450101', 'QP076021', '123450101')
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
    here = territory.commune.code
    if level is Level.IRIS:
        return _iris(code, here, told, published)
    if level is Level.QPV:
        foreign = published and QPV_FORMS.fullmatch(code)
        return "outside" if foreign else "unknown"
    if level is Level.COMMUNE:
        if re.fullmatch(CODE_FORMS[Level.COMMUNE], code):
            return "outside"
        return "short" if code.isdigit() else "text"
    if level is Level.QUARTIER:
        return "unknown" if told else "text"
    return "outside" if level else ("text" if told is None else "unknown")


def _iris(code: str, here: str, told: Level | None, published: bool) -> str:
    """A national file may hold others' damaged codes; in a socle each one is to mend."""
    whole = re.fullmatch(CODE_FORMS[Level.IRIS], code)
    if whole:
        return "unknown" if code.startswith(here) else "outside"
    if code.isdigit() or "E+" in code:
        bare = here.lstrip("0")
        ours = code.startswith((here, bare)) or code.zfill(9).startswith(here) or "E+" in code
        return "short" if ours or not published else "outside"
    return "short" if told and re.search(r"\d{4}", code) else "text"
