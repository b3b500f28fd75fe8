"""Declared layouts: which columns a sheet may have, and what each one gives.

A layout is a TOML file of ``layouts/``; ``colonnes.toml`` holds what they share.  A sheet is
recognised by its header, wherever it stands, never by its position.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ctg_data.dating import Dating
from ctg_data.natures import COVERED
from ctg_data.observations import variables
from ctg_data.socle.reading.result import Series
from ctg_data.tabular.names import plain

FOLDER = Path(__file__).with_name("layouts")
ORDER = (
    "socle_long",
    "insee_iris",
    "insee_qpv_demographie",
    "insee_qpv_revenus",
    "insee_qpv_insertion",
    "socle_large",
    "fed_long",
    "fed_large",
)
BASE = " base"  # « foyers_allocataires base »: allocataires behind a value


@dataclass(frozen=True)
class Dated:
    """When some columns of a file were observed: ``lag`` years before each of ``editions``.

    Attributes:
        targets: what the columns give, as variable/category.
        why: the evidence, in French.
    """

    targets: frozenset[str]
    editions: frozenset[int]
    lag: int
    proof: Dating
    why: str


@dataclass(frozen=True)
class Layout:
    """One declared layout; names of columns are compared by ``names.plain``."""

    id: str
    label: str
    series: Series
    published: bool
    long: bool
    level: str
    needs: tuple[str, ...]
    among: tuple[str, ...]
    forbids: tuple[str, ...]
    required: tuple[str, ...]
    usual: tuple[str, ...]
    silent: frozenset[str]
    columns: Mapping[str, str] = field(repr=False)
    sheets: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    absent: tuple[tuple[frozenset[str], int, int], ...] = ()
    producer: str = ""
    title: str = ""
    dated: tuple[Dated, ...] = ()  # of a file named by its edition; else its year is the year

    def is_of(self, headers: frozenset[str]) -> bool:
        """Whether a header, as plain names, is of this layout."""
        return (
            all(_has(headers, name) for name in self.needs)
            and (not self.among or any(_has(headers, name) for name in self.among))
            and not any(_has(headers, name) for name in self.forbids)
        )

    def target(self, header: str) -> str:
        """The ``variable`` or ``variable/category`` of a header, "" when it is not known."""
        return self.columns.get(plain(header), "")

    def missing(self, targets: Iterable[str], year: int | None) -> tuple[list[str], list[str]]:
        """Required then usual columns that are not there, those absent that year apart."""
        got = set(targets)
        never = {
            name
            for names, first, last in self.absent
            if not year or first <= year <= last
            for name in names
        }

        def lacking(names: tuple[str, ...]) -> list[str]:
            return [one for one in names if one not in never and self.target(one) not in got]

        return lacking(self.required), lacking(self.usual)


def _has(headers: frozenset[str], name: str) -> bool:
    aliases = markers().get(name.casefold() if name != "valeur" else "value")
    return bool(aliases & headers) if aliases else plain(name) in headers


@cache
def _shared() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "colonnes.toml").read_text(encoding="utf-8"))


@cache
def markers() -> dict[str, frozenset[str]]:
    """Plain names of the columns that say which line it is, by role."""
    return {role: frozenset(map(plain, names)) for role, names in _shared()["reperes"].items()}


@cache
def codes() -> dict[str, str]:
    """Insee and Cnaf name of each variable that has one: the header of the model workbook."""
    return {target: code for code, target in _shared()["colonnes"].items()}


@cache
def _common() -> dict[str, str]:
    """Every name that means the same in all the CAF's files."""
    known = dict[str, str]()
    labels: dict[str, list[str]] = {}
    for one in variables().values():
        if one.nature not in COVERED:
            continue
        for category, label in {"total": one.label, **one.categories}.items():
            target = one.id if category == "total" else f"{one.id}/{category}"
            known[plain(target)] = target
            labels.setdefault(plain(label), []).append(target)
            if category != "total":
                labels.setdefault(plain(f"{one.label} {label}"), []).append(target)
    known |= {name: found[0] for name, found in labels.items() if len(found) == 1}
    known |= {plain(name): target for name, target in _shared()["synonymes"].items()}
    known |= {plain(name): target for name, target in _shared()["colonnes"].items()}
    return known


@cache
def _asked() -> dict[str, str]:
    """Names of what the CAF gives on request only, the offer included."""
    known = dict[str, str]()
    for one in variables().values():
        if one.hors_socle:
            known |= {plain(one.id): one.id, plain(one.label): one.id}
            for category, label in one.categories.items():
                target = f"{one.id}/{category}"
                known |= {plain(target): target, plain(f"{one.label} {label}"): target}
    return known


@cache
def layouts(series: Series = Series.SOCLE) -> tuple[Layout, ...]:
    """Every layout of a series, the most precise first; the last one takes what is left."""
    return tuple(one for one in map(_layout, ORDER) if one.series is series)


def _layout(name: str) -> Layout:
    raw = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    own = {plain(key): target for key, target in raw.get("colonnes", {}).items()}
    series = Series(raw.get("serie", Series.SOCLE))
    common = _common if series is Series.SOCLE else _asked
    shared = {} if raw.get("sans_colonnes_communes") else common()
    columns = {**shared, **own}
    based = {f"{key}{BASE}": f"{target}{BASE}" for key, target in columns.items()}
    return Layout(
        id=name,
        label=raw["libelle"],
        series=series,
        published=raw["publie"],
        long=raw.get("long", False),
        level=raw["niveau"],
        needs=tuple(raw["exige"]),
        among=tuple(raw["parmi"]),
        forbids=tuple(raw["interdit"]),
        required=tuple(raw["obligatoires"]),
        usual=tuple(raw["habituelles"]),
        silent=frozenset(map(plain, raw["muettes"])),
        columns={**columns, **based},
        sheets={plain(key): level for key, level in raw.get("feuilles", {}).items()},
        statuses={plain(key): status for key, status in raw.get("statuts", {}).items()},
        absent=tuple(
            (frozenset(one["colonnes"]), one.get("depuis", 0), one.get("jusqua", 9999))
            for one in raw.get("absentes", [])
        ),
        producer=raw.get("producteur", ""),
        title=raw.get("titre", ""),
        dated=tuple(_dated(one, columns) for one in raw.get("datation", [])),
    )


def _dated(raw: Mapping[str, Any], columns: Mapping[str, str]) -> Dated:
    """One table ``datation``: every column that it names must give something."""
    return Dated(
        targets=frozenset(columns[plain(name)] for name in raw["colonnes"]),
        editions=frozenset(raw["editions"]),
        lag=raw["retard"],
        proof=Dating(raw["preuve"]),
        why=raw["pourquoi"],
    )


def label_of(target: str) -> str:
    """The French words of a ``variable/category``.

    >>> label_of("foyers_selon_composition/monoparent"), label_of("personnes_couvertes")[:19]
    ('Familles monoparentales', 'Personnes couvertes')
    """
    variable, _, category = target.partition("/")
    one = variables()[variable]
    return one.categories.get(category, one.label) if category else one.label
