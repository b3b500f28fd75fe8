"""The figures a territory folder carries: published ones, or an invented socle.

Each file of ``donnees/`` is the long table of ``observations`` plus who produced the row, in
which data set and under which licence, so that a file still says where it comes from when it
travels alone.  ``sources.toml`` says it once for all; both must agree.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from ctg_data import dating
from ctg_data.dating import Dating
from ctg_data.errors import TerritoryError, all_problems
from ctg_data.model import SECRETS, Citation, Level, Status
from ctg_data.nearest import strangers
from ctg_data.observations import DTYPES, KEY, MASKED, validate, variables
from ctg_data.territory import TerritoryConfig
from ctg_data.territory_keys import SOURCE
from ctg_data.toml_file import read_toml

COLUMNS = [*MASKED, "producer", "dataset", "licence"]
DATED = list(dating.DEFAULTS)  # both or neither: columns of a file named otherwise than its years
FICTIONAL_MARK = "fictif"  # the column that says it in every row of an invented file
NATURES = ("public", "socle")
AGREEMENT = {"producer": "producteur", "dataset": "jeu", "licence": "licence"}
SOURCE_KEYS = tuple(key for key in SOURCE if key != "note")
SILENT = [*map(str, SECRETS), "qualite", "non_disponible", "sans_objet"]


@dataclass(frozen=True)
class SourceCard:
    """One source as declared: its citation, its data set and what kind of figures it holds.

    ``nature`` is ``public`` (already published by its producer) or ``socle`` (handed over by
    the CAF): the gate judges them by different thresholds.
    """

    citation: Citation
    dataset: str
    nature: str
    note: str = ""


def embedded(territory: TerritoryConfig) -> tuple[pd.DataFrame, dict[str, Citation]]:
    """Every figure of the folder, checked, and the citation of each source by its id.

    Raises:
        TerritoryError: every problem of every file at once, with line, column and remedy.
    """
    cards = source_cards(territory)
    problems: list[str] = []
    tables = []
    folder = territory.folder / "donnees"
    if not folder.exists():  # a new commune: everything comes from updates
        return validate(pd.DataFrame(columns=list(DTYPES))), {}
    for path in sorted(folder.glob("*.csv")):
        table = _read(path, territory.fictional, problems)
        if table is not None:
            problems += [f"{_place(path)}, {text}" for text in _faults(table, cards)]
            tables.append(table.assign(file=path.name))
    if not problems and tables:
        problems += _repeated(pd.concat(tables))
    if problems or not tables:
        raise TerritoryError(
            all_problems(
                f"Les chiffres embarqués de « {territory.label} » ne peuvent pas être lus :",
                problems or ["donnees : aucun fichier CSV dans ce dossier. Remettez-les en place."],
            )
        )
    frame = _periods(pd.concat(tables, ignore_index=True))
    for column in ("value", "base"):
        frame[column] = pd.to_numeric(frame[column].replace("", pd.NA))
    return validate(frame), {name: card.citation for name, card in cards.items()}


def qpv_parts(territory: TerritoryConfig) -> pd.DataFrame:
    """For a QPV across several communes, the part of its counts that lies in ``commune``.

    The columns of the long table and ``commune``; empty when the folder says nothing of it, and
    then neither « hors QPV » nor a share of the commune may be computed for that QPV.
    """
    path = territory.folder / "parts_qpv.csv"
    if not path.exists():
        return pd.DataFrame(columns=[*DTYPES, "commune"])
    raw = pd.read_csv(path, dtype="string", keep_default_na=False, encoding="utf-8")
    for column in ("value", "base"):
        raw[column] = pd.to_numeric(raw[column].replace("", pd.NA))
    communes = raw["commune"].unique()
    parts = [validate(raw[raw["commune"] == one]).assign(commune=one) for one in communes]
    return pd.concat(parts, ignore_index=True)


def source_cards(territory: TerritoryConfig) -> dict[str, SourceCard]:
    """Every source of ``sources.toml``, by id."""
    raw = read_toml(territory.folder / "sources.toml")
    place = f"{territory.folder.name}/sources.toml"
    problems = [
        f"{place}, source « {name} », clé « {key} » : absente ou d'un autre type. Écrivez-la en "
        "texte entre guillemets (vide si inconnue)."
        for name, entry in raw.items()
        for key in SOURCE_KEYS
        if not _is_told(entry, key)
    ]
    problems += [
        f"{place}, source « {name} » : nature « {entry['nature']} » inconnue ; "
        f"écrivez {' ou '.join(NATURES)}."
        for name, entry in raw.items()
        if isinstance(entry, dict) and entry.get("nature", "public") not in NATURES
    ]
    problems += [
        f"{place}, source « {name} », clé « {key} » : {text}"
        for name, entry in raw.items()
        if isinstance(entry, dict)
        for key, text in strangers(entry, SOURCE)
    ]
    if problems:
        raise TerritoryError(all_problems("Les sources ne peuvent pas être lues :", problems))
    return {name: _card(name, entry, territory.fictional) for name, entry in raw.items()}


def _is_told(entry: Any, key: str) -> bool:
    """Whether a source says ``key`` in words; the day it was consulted may be a date."""
    value = entry.get(key) if isinstance(entry, dict) else None
    return isinstance(value, str) or (key == "consulte_le" and isinstance(value, date))


def _card(name: str, entry: dict[str, Any], fictional: bool) -> SourceCard:
    citation = Citation(
        id=name,
        producer=entry["producteur"],
        title=entry["titre"],
        period=entry["periode"],
        retrieved_on=str(entry["consulte_le"]),
        licence=entry["licence"],
        href=entry["page"],
        fictional=fictional,
        confidential=entry["nature"] == "socle",
    )
    return SourceCard(citation, entry["jeu"], entry["nature"], entry.get("note", ""))


def _place(path: Path) -> str:
    return f"{path.parent.parent.name}/donnees/{path.name}"


def _read(path: Path, fictional: bool, problems: list[str]) -> pd.DataFrame | None:
    """The file as text, or nothing and a problem noted: columns first, cells later."""
    try:
        raw = pd.read_csv(path, dtype="string", keep_default_na=False, encoding="utf-8")
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as cause:
        problems.append(
            f"{_place(path)} : ce n'est pas un CSV lisible (UTF-8, virgules) : {cause}."
        )
        return None
    expected = [*COLUMNS, FICTIONAL_MARK] if fictional else COLUMNS
    if set(DATED) & set(raw.columns):
        expected = [*expected, *DATED]
    missing = [name for name in expected if name not in raw.columns]
    extra = [str(name) for name in raw.columns if name not in expected]
    if missing or extra:
        told = [f"manque {', '.join(missing)}"] if missing else []
        told += [f"en trop {', '.join(extra)}"] if extra else []
        problems.append(
            f"{_place(path)}, ligne 1 : colonnes inattendues ({' ; '.join(told)}). "
            f"Attendues : {', '.join(expected)}."
        )
        return None
    return dating.completed(raw)


def _periods(table: pd.DataFrame) -> pd.DataFrame:
    """Give a period of its own to what no year is known of: it is empty in the file."""
    unknown = table["dating"] == Dating.NON_ETABLI
    declared = variables()
    told = [
        str(dating.unestablished(int(edition), declared[name].nature, declared[name].unit))
        for name, edition in zip(
            table.loc[unknown, "variable"], table.loc[unknown, "edition"], strict=True
        )
    ]
    period = table["period"].copy()
    period[unknown] = told
    return table.assign(period=period)


def _faults(table: pd.DataFrame, cards: dict[str, SourceCard]) -> Iterator[str]:
    """Every fault of the cells: the first in full, the lines of the others after it."""
    for column in ("value", "base", "vintage"):
        kind = "nombre" if column == "value" else "nombre entier"
        text = f"n'est pas un {kind} positif, point décimal et sans espace"
        yield from _told(table, _not_a_number(table[column], column), column, text)
    yield from _misdated(table)
    declared, silent = variables(), table["status"].isin(SILENT)
    units = table["variable"].map({name: one.unit for name, one in declared.items()})
    pairs = pd.Series(list(zip(table["variable"], table["category"], strict=True)), table.index)
    known = {(name, part) for name, one in declared.items() for part in ("total", *one.categories)}
    open_ended = [name for name, one in declared.items() if one.total_de and not one.categories]
    for column, wrong, text in (
        ("variable", units.isna(), "est inconnue de variables.toml ; corrigez-la ou déclarez-la"),
        ("unit", units.notna() & (units != table["unit"]), "n'est pas l'unité de la variable"),
        (
            "category",
            units.notna() & ~pairs.isin(known) & ~table["variable"].isin(open_ended),
            "n'est pas une part déclarée de la variable dans variables.toml",
        ),
        ("level", ~table["level"].isin([str(one) for one in Level]), "n'est pas un niveau connu"),
        (
            "status",
            ~table["status"].isin([str(one) for one in Status]),
            "n'est pas un statut connu",
        ),
        (
            "status",
            silent == (table["value"] != ""),
            "contredit la valeur : un secret n'en a pas, une donnée diffusée en a une",
        ),
        ("code", table["code"] == "", "est vide ; chaque ligne dit sa zone"),
    ):
        yield from _told(table, wrong, column, text)
    yield from _disagreements(table, cards)


def _misdated(table: pd.DataFrame) -> Iterator[str]:
    """Years that are none, proofs that nobody knows, and what contradicts them."""
    unknown = table["dating"] == Dating.NON_ETABLI
    known_proof = table["dating"].isin([str(one) for one in Dating])
    edition = table["edition"].str.fullmatch(r"(19|20)\d\d")
    proofs = ", ".join(Dating)
    for column, wrong, text in (
        (
            "period",
            ~unknown & _not_a_number(table["period"], "period"),
            "n'est pas une année ; laissez-la vide seulement si « dating » dit « non_etabli »",
        ),
        (
            "period",
            unknown & (table["period"] != ""),
            "contredit « dating » : une année non établie reste vide",
        ),
        ("dating", ~known_proof, f"n'est pas une preuve connue ({proofs})"),
        (
            "edition",
            ~edition & (unknown | (table["edition"] != "")),
            "n'est pas l'année d'une édition (2022), nécessaire quand l'année n'est pas établie",
        ),
    ):
        yield from _told(table, wrong, column, text)


def _not_a_number(text: pd.Series, column: str) -> pd.Series:
    """Cells that are not a plain number; only a value or a base may be empty."""
    form = r"\d+(\.\d+)?" if column == "value" else r"\d+"
    wrong = ~text.str.fullmatch(form)
    return wrong & (text != "") if column in ("value", "base") else wrong


def _disagreements(table: pd.DataFrame, cards: dict[str, SourceCard]) -> Iterator[str]:
    """Rows whose source is unknown, or that name another producer, data set or licence."""
    unknown = ~table["source"].isin(list(cards))
    yield from _told(table, unknown, "source", "n'est pas déclarée dans sources.toml")
    said = {
        "producer": {name: card.citation.producer for name, card in cards.items()},
        "dataset": {name: card.dataset for name, card in cards.items()},
        "licence": {name: card.citation.licence for name, card in cards.items()},
    }
    for column, values in said.items():
        wrong = ~unknown & (table[column] != table["source"].map(values))
        yield from _told(
            table, wrong, column, f"ne dit pas comme « {AGREEMENT[column]} » de sources.toml"
        )


def _told(table: pd.DataFrame, wrong: pd.Series, column: str, text: str) -> Iterator[str]:
    rows = table.index[wrong.fillna(True).astype(bool)]
    if len(rows):
        others = ", ".join(str(row + 2) for row in rows[1:9])
        more = f" Même problème ligne(s) {others}{' …' if len(rows) > 9 else ''}." if others else ""
        cell = str(table.at[rows[0], column])
        yield f"ligne {rows[0] + 2}, colonne « {column} » : « {cell} » {text}.{more}"


def _repeated(table: pd.DataFrame) -> list[str]:
    """The same cell given twice: two figures for one thing, and no way to choose."""
    told = table["period"].where(table["period"] != "", "édition " + table["edition"])
    table = table.assign(period=told)
    again = table[table.duplicated(KEY)]
    if again.empty:
        return []
    first = again.iloc[0]
    cell = ", ".join(str(first[name]) for name in KEY)
    return [
        f"donnees/{first['file']}, ligne {again.index[0] + 2} : la case ({cell}) est déjà donnée "
        f"plus haut ou dans un autre fichier. Gardez-en une. Cases en double : {len(again)}."
    ]
