"""Quotient familial by commune, QPV and IRIS; RSA and housing aid by IRIS.

Producer's page: https://data.caf.fr/explore/dataset/ndur_s_qf_400_iris_f/ (Licence Ouverte 2.0).
An IRIS is ``numcomdo`` followed by the four digits of ``numirisd``.  A QPV comes by name: it is
matched, within one generation and among the QPV of the territory only, by code when the set
carries one and by its whole name otherwise.
"""

import re
from typing import Any

import pandas as pd

from ctg_data import fr
from ctg_data.errors import SourceChanged
from ctg_data.model import Level
from ctg_data.sources import caf_opendata as caf
from ctg_data.sources.base import Fetched, Reading, observations_of
from ctg_data.sources.caf_opendata import Layout, Lines, Measure
from ctg_data.sources.registry import Dataset
from ctg_data.tabular import tables
from ctg_data.territory.config import TerritoryConfig

QF = ("qf_400",)
IRIS = ("numirisd",)
QPV_NAME, QPV_CODES = ("nomqpv",), ("numqpv", "codqpv", "codeqpv", "code_qpv", "qpv")
NAMES = ("nomqpv", "nomcom", "nomcomdo")  # of places: « Ensemble Nord » is one, not a total
CLASSES = {
    "moins de 400 euros": "0-399",
    "entre 400 et 799 euros": "400-799",
    "entre 800 et 1199 euros": "800-1199",
    "entre 1200 et 1599 euros": "1200-1599",
    "entre 1600 et 1999 euros": "1600-1999",
    "entre 2000 et 3999 euros": "2000-3999",
    "4000 euros ou plus": "4000+",
    "inconnu": "inconnu",
}
TOTALS = re.compile(r"(?i)^(total|ensemble|tous|toutes)\b.*")
# family of the data set: its column, the variable of its sum, the variable of its classes
FAMILIES = {
    "ndur_s_qf": ("indfoy_ndur", "foyers_allocataires", "foyers_selon_qf"),
    "rsa_s_type": ("indfoy_rsa", "foyers_rsa", ""),
    "al_s_type_parc": ("indfoy_ndural", "foyers_aide_logement", ""),
}


def _family(dataset: Dataset) -> tuple[str, str, str]:
    return next(told for head, told in FAMILIES.items() if dataset.id.startswith(head))


def layout(dataset: Dataset) -> Layout:
    """The columns of one data set."""
    column, variable, classes = _family(dataset)
    names = {Level.IRIS: [IRIS], Level.QPV: [QPV_NAME]}.get(dataset.level, [])
    wanted = (*names, *([QF] if classes else []))
    return Layout((Measure((column,), variable),), caf.CODES[Level.COMMUNE], tuple(wanted))


def fetch(dataset: Dataset, territory: TerritoryConfig, clients: Any) -> Fetched | None:
    """Bring the lines of the commune, of its QPV's communes, or of all the communes compared."""
    if dataset.level is Level.COMMUNE:
        places = caf.places(dataset, territory)
    elif dataset.level is Level.IRIS:
        places = (territory.commune.code,)
    else:
        places = tuple(dict.fromkeys(c for zone in _qpv(territory) for c in zone.communes))
    return caf.fetch(dataset, layout(dataset), places, clients.explore) if places else None


def read(dataset: Dataset, content: bytes, territory: TerritoryConfig, citation: str) -> Reading:
    """Turn the bytes of one data set into observations."""
    shape = layout(dataset)
    lines = caf.read_lines(dataset, content, shape)
    lines.table = lines.table.assign(_commune=_communes(lines, shape), _class="total")
    _drop_totals(lines)
    if QF in lines.columns:
        lines.table["_class"] = _classes(lines, dataset.id)
    if dataset.level is Level.COMMUNE:
        lines.table["code"] = lines.table["_commune"]
        lines.table = lines.table[lines.table["code"].isin(caf.places(dataset, territory))]
    elif dataset.level is Level.IRIS:
        _read_iris(lines, territory)
    else:
        _read_qpv(lines, territory)
    return _reading(dataset, shape, lines, citation)


def _communes(lines: Lines, shape: Layout) -> pd.Series:
    raw = lines.table[lines.columns[shape.codes]]
    read = [tables.code(text, Level.COMMUNE) for text in raw]
    return pd.Series(read, index=raw.index, dtype=object)


def _drop_totals(lines: Lines) -> None:
    """Leave aside any line that already sums others: it would be counted twice."""
    table = lines.table
    is_total = pd.Series(False, index=table.index)
    for column in table.columns.difference([*NAMES, "period", "_class", "_commune"]):
        is_total |= table[column].astype(str).str.match(TOTALS)
    if is_total.any():
        lines.rejected["ligne de total"] += int(is_total.sum())
    lines.table = table[~is_total].copy()


def _classes(lines: Lines, name: str) -> pd.Series:
    words = lines.table[lines.columns[QF]].str.replace(r"\s+", " ", regex=True)
    read = words.str.strip().str.casefold().map(CLASSES)
    if unknown := sorted(set(words[read.isna()]))[:5]:
        raise SourceChanged(
            f"Le jeu « {name} » emploie des tranches inconnues ({', '.join(unknown)}) ; celles "
            f"attendues vont de « Moins de 400 euros » à « Inconnu ». La source a changé : rien "
            "n'en a été repris. Signalez-le à qui maintient l'application."
        )
    return read


def _read_iris(lines: Lines, territory: TerritoryConfig) -> None:
    """Build the IRIS codes of the commune; the others are counted and left aside."""
    table = lines.table
    digits = table[lines.columns[IRIS]].str.replace(r"\.0$", "", regex=True)
    table["code"] = table["_commune"] + digits.str.zfill(4)
    read = digits.str.fullmatch(r"\d{1,4}") & (table["_commune"] == territory.commune.code)
    known = {zone.code for zone in territory.iris}
    listed = table["code"].isin(known) if known else read
    _count(lines, {"IRIS illisible ou hors de la commune": ~read})
    _count(lines, {"IRIS que le territoire ne déclare pas": read & ~listed})
    lines.table = table[read & listed]


def _qpv(territory: TerritoryConfig) -> tuple[Any, ...]:
    return tuple(zone for zone in territory.qpv if zone.vintage == 2024)


def _plain(text: str) -> str:
    """A name without accents, case or punctuation.

    >>> _plain("Les Hauts – du Lac")
    'LES HAUTS DU LAC'
    """
    return re.sub(r"[^A-Z0-9]+", " ", fr.bare(text).upper()).strip()


def _read_qpv(lines: Lines, territory: TerritoryConfig) -> None:
    """Give each line the code of its QPV, by code when there is one, else by its whole name."""
    zones = _qpv(territory)
    names = [_plain(zone.label.replace("–", "-")) for zone in zones]
    by_name = {
        name: zone.code for name, zone in zip(names, zones, strict=True) if names.count(name) == 1
    }
    by_code = {zone.code: zone.code for zone in zones}
    table = lines.table
    column = next((name for name in QPV_CODES if name in table.columns), "")
    codes = table[column] if column else [""] * len(table)
    labels = table[lines.columns[QPV_NAME]]
    table["code"] = [
        by_code.get(code.upper()) or by_name.get(_plain(label), "")
        for code, label in zip(codes, labels, strict=True)
    ]
    unknown = table["code"] == ""
    _count(lines, {"QPV que le territoire ne déclare pas": unknown})
    lines.table = table[~unknown]


def _count(lines: Lines, reasons: dict[str, pd.Series]) -> None:
    lines.rejected.update({why: int(which.sum()) for why, which in reasons.items() if which.any()})


def _reading(dataset: Dataset, shape: Layout, lines: Lines, citation: str) -> Reading:
    """Sum what must be summed: the parts of a QPV on several communes, then the classes.

    At the commune the number of allocataires is published elsewhere: only the classes are kept.
    """
    column, variable, classes = _family(dataset)
    if classes:
        caf.once(lines, ["code", "_commune", "period", "_class"], dataset.id)
    table = lines.table.drop_duplicates()
    numbers = pd.Series(tables.numbers(table[column], column), index=table.index, dtype="Float64")
    table = table.assign(value=numbers)
    keys = ["code", "period"]
    rows: list[dict[str, Any]] = []
    if classes:
        rows += _sums(dataset, table, [*keys, "_class"], classes)
    if dataset.level is not Level.COMMUNE:
        rows += _sums(dataset, table.assign(_class="total"), [*keys, "_class"], variable)
    return Reading(observations_of(rows, citation), lines.rejected, tuple(lines.notes))


def _sums(
    dataset: Dataset, table: pd.DataFrame, keys: list[str], variable: str
) -> list[dict[str, Any]]:
    """Add rounded parts; a sum with a missing part is missing."""
    rows = []
    for key, parts in table.groupby(keys)["value"]:
        code, period, category = map(str, key)
        value = float(parts.sum()) if parts.notna().all() else None
        measured = (variable, category)
        rows.append(caf.row(dataset.level, code, int(period), measured, value, rounded=True))
    return rows
