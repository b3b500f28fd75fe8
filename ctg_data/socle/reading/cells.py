"""Tables that were understood → one line per figure, each with its place in the file."""

from typing import Any

import numpy as np
import pandas as pd

from ctg_data.socle.reading.layouts import BASE
from ctg_data.socle.reading.recognise import Table
from ctg_data.tabular.book import letter, text_of
from ctg_data.tabular.names import plain
from ctg_data.tabular.report import Message
from ctg_data.tabular.rules import lines_of, listed, message
from ctg_data.tabular.values import read_values

CARRIED = ["code", "level", "vintage", "period", "note"]
FIGURES = [
    *("variable", "category", *CARRIED, "value", "status", "flag", "mark", "base"),
    *("sheet", "line", "column", "letter", "empty_column", "published"),
]


def wide(table: Table, lines: pd.DataFrame) -> tuple[pd.DataFrame, list[Message]]:
    """One line per zone and column → one line per figure."""
    columns, told = _once(table)
    rows = lines.index.to_numpy(dtype=int)
    figures = [one for one in columns if not one.base]
    if not len(rows) or not figures:
        return pd.DataFrame(columns=FIGURES), told
    width, places = len(figures), [one.index for one in figures]
    frame = read_values(table.sheet.cells[np.ix_(rows, places)])
    for name in CARRIED:
        frame[name] = lines[name].repeat(width).array
    frame["variable"] = np.tile([one.variable for one in figures], len(rows))
    frame["category"] = np.tile([one.category for one in figures], len(rows))
    frame["column"] = np.tile([one.header for one in figures], len(rows))
    frame["letter"] = np.tile([letter(one.index) for one in figures], len(rows))
    frame["line"] = np.repeat([table.sheet.lines[row] for row in rows], width)
    frame["sheet"] = table.sheet.name
    frame["published"] = table.layout.published
    frame["base"] = _bases(table, columns, figures, rows)
    frame["empty_column"] = _empty_columns(table, lines, figures, frame)
    return frame[FIGURES], told


def _bases(table: Table, columns: list[Any], figures: list[Any], rows: Any) -> Any:
    """Allocataires behind each figure, where the file has a column for it."""
    of = {one.target: one.index for one in columns if one.base}
    bases = np.full((len(rows), len(figures)), np.nan)
    for place, one in enumerate(figures):
        if one.target in of:
            told = read_values(table.sheet.cells[rows, of[one.target]])["value"]
            bases[:, place] = told.to_numpy(dtype=float, na_value=np.nan)
    whole = np.where(bases == np.floor(bases), bases, np.nan)
    return pd.array(whole.ravel(), dtype="Float64").astype("Int64")


def _empty_columns(table: Table, lines: pd.DataFrame, figures: list[Any], frame: Any) -> Any:
    """Columns without a figure in the whole file that year: not given, which is not hidden."""
    every = table.sheet.cells[table.header + 1 :]
    if "period" in table.markers:
        keys = [frame["letter"], frame["period"].astype("string").fillna("")]
        return frame["status"].eq("").groupby(keys).transform("all")
    blank = [all(cell is None for cell in every[:, one.index]) for one in figures]
    return np.tile(blank, len(lines))


def _once(table: Table) -> tuple[list[Any], list[Message]]:
    """Keep one column of each; the same twice with other figures is a fault."""
    kept: dict[str, Any] = {}
    told = []
    body = table.sheet.cells[table.header + 1 :]
    for one in table.columns:
        key = one.target + (BASE if one.base else "")
        if (first := kept.setdefault(key, one)) is one:
            continue
        same = all(
            text_of(a) == text_of(b)
            for a, b in zip(body[:, first.index], body[:, one.index], strict=True)
        )
        identifier = "colonne_repetee_egale" if same else "colonne_repetee"
        text = f"Colonne « {one.header} » en double (colonnes {letter(first.index)} et "
        text += f"{letter(one.index)})" + (", identiques." if same else ", de contenus différents.")
        done = "la première est lue" if same else "fichier refusé"
        place = table.sheet.place(table.header, None, one.header)
        told.append(message(identifier, text, [place], done=done))
    return list(kept.values()), told


def long(table: Table, lines: pd.DataFrame) -> tuple[pd.DataFrame, list[Message]]:
    """One line per figure already."""
    rows = lines.index.to_numpy(dtype=int)
    if not len(rows):
        return pd.DataFrame(columns=FIGURES), []
    names = _named(table, rows)
    targets = np.array([table.layout.target(name) for name in names], dtype=object)
    known = np.array([bool(t) and not t.endswith(BASE) for t in targets], dtype=bool)
    told = _unknown_variables(
        table, rows[~known], [n for n, k in zip(names, known, strict=True) if not k]
    )
    rows, targets, lines = rows[known], targets[known], lines[known]
    place = table.markers["value"]
    frame = read_values(table.sheet.cells[rows, place])
    for name in CARRIED:
        frame[name] = lines[name].array
    frame["variable"] = [target.partition("/")[0] for target in targets]
    frame["category"] = [target.partition("/")[2] or "total" for target in targets]
    frame["column"] = text_of(table.sheet.cells[table.header, place])
    frame["letter"] = letter(place)
    frame["line"] = [table.sheet.lines[row] for row in rows]
    frame["sheet"], frame["published"], frame["empty_column"] = table.sheet.name, False, False
    frame["base"] = _told_bases(table, rows)
    told += _apply_statuses(table, rows, frame)
    return frame[FIGURES], told


def _named(table: Table, rows: Any) -> list[str]:
    names = [text_of(cell) for cell in table.sheet.cells[rows, table.markers["variable"]]]
    if (place := table.markers.get("category")) is None:
        return names
    parts = [text_of(cell) for cell in table.sheet.cells[rows, place]]
    return [
        name if plain(part) in ("", "total", "ensemble") else f"{name}/{part}"
        for name, part in zip(names, parts, strict=True)
    ]


def _unknown_variables(table: Table, rows: Any, names: list[str]) -> list[Message]:
    if not names:
        return []
    several = sorted(set(names))
    text = f"{listed('Variable', [f'« {one} »' for one in several], 12)} : non reprises."
    places = [table.sheet.place(int(row), None, "variable") for row in rows[:10]]
    return [message("variables_inconnues", text, places, done="non reprises")]


def _told_bases(table: Table, rows: Any) -> Any:
    if (place := table.markers.get("base")) is None:
        return pd.array([None] * len(rows), dtype="Int64")
    numbers = read_values(table.sheet.cells[rows, place])["value"]
    return numbers.where(numbers == numbers.round()).astype("Int64").array


def _apply_statuses(table: Table, rows: Any, frame: pd.DataFrame) -> list[Message]:
    """What the column « statut » says of a blank; a value it calls secret is marked."""
    if (place := table.markers.get("status")) is None:
        return []
    words = [plain(text_of(cell)) for cell in table.sheet.cells[rows, place]]
    statuses = {plain(key): value for key, value in table.layout.statuses.items()}
    told = pd.Series([statuses.get(word, "") for word in words], dtype="string")
    silent = told.ne("") & ~told.isin(["diffuse", "arrondi"])
    contradicted = silent & frame["value"].notna()
    frame.loc[contradicted, "flag"] = "under_secret"
    frame["status"] = frame["status"].where(~silent, told)
    rounded = told.eq("arrondi") & frame["value"].notna()
    frame["status"] = frame["status"].mask(rounded, "arrondi")
    odd = [n for n, word in enumerate(words) if word and word not in statuses]
    return _odd_statuses(table, rows[odd], sorted({words[n] for n in odd}))


def _odd_statuses(table: Table, rows: Any, names: list[str]) -> list[Message]:
    """Words of « statut » that nobody declared: a blank beside them is hidden, never 0."""
    if not names:
        return []
    header = text_of(table.sheet.cells[table.header, table.markers["status"]])
    where = lines_of(table.sheet.lines[row] for row in rows)
    text = f"Statut inconnu, {where} : {listed('', [f'« {one} »' for one in names])}."
    places = [table.sheet.place(int(row), None, header) for row in rows[:10]]
    return [message("statut_inconnu", text, places, done="lu comme une ligne sans statut")]
