"""Which line of a table is which zone, and what is said of the lines that are none."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ctg_data import fr
from ctg_data.model import Level
from ctg_data.socle.reading.codes import TOTAL, all_here, level_of_type, resolve
from ctg_data.socle.reading.recognise import Table
from ctg_data.socle.reading.result import Declared
from ctg_data.tabular.book import text_of
from ctg_data.tabular.dates import date_of
from ctg_data.tabular.names import plain
from ctg_data.tabular.report import Message, Place
from ctg_data.tabular.rules import lines_of, listed, message
from ctg_data.tabular.values import read_value
from ctg_data.territory.config import TerritoryConfig

MANY = 40  # places named one by one in a report


def read_lines(
    table: Table, territory: TerritoryConfig, declared: Declared
) -> tuple[pd.DataFrame, list[Message]]:
    """The lines that are a zone of the territory, and remarks on the others.

    Returns:
        A frame indexed by row of ``sheet.cells``: ``code, level, vintage, period, note``, and
        ``shifted`` for a line whose cells do not stand under their headers.
    """
    body = np.arange(table.header + 1, table.sheet.cells.shape[0])
    filled = (table.sheet.cells[body] != None).any(axis=1) if len(body) else body  # noqa: E711
    body = body[np.asarray(filled, dtype=bool)]
    lines = resolve(
        _cells(table, body, "code"),
        _cells(table, body, "type"),
        _cells(table, body, "label"),
        table.level,
        territory,
        published=table.layout.published,
        renamed={key.upper(): value for key, value in declared.codes.items()},
    )
    lines.index = pd.Index(body)
    _first_cell_totals(table, lines)
    told = _remarks(table, lines, territory, declared)
    kept = lines[lines["state"] == "ok"].copy()
    kept["period"] = _periods(table, kept.index)
    kept["note"] = [text_of(one) for one in _cells(table, kept.index, "note")]
    shifted = _shifted(table, kept.index)
    kept["shifted"] = kept.index.isin(shifted)
    told += _shapes(table, kept.index, shifted) + _labels(table, kept, territory)
    return kept, told


def _cells(table: Table, rows: Any, role: str) -> list[Any]:
    if (place := table.markers.get(role)) is None:
        return [None] * len(rows)
    return list(table.sheet.cells[np.asarray(rows, dtype=int), place])


def _periods(table: Table, rows: Any) -> Any:
    dates = [date_of(cell) for cell in _cells(table, rows, "period")]
    return pd.array([one.year if one else None for one in dates], dtype="Int64")


def _first_cell_totals(table: Table, lines: pd.DataFrame) -> None:
    """« Total » may stand in a column that is neither the code, the type nor the name."""
    doubtful = lines.index[lines["state"].isin(["uncoded", "text"])]
    for row in doubtful:
        first = next(cell for cell in table.sheet.cells[row] if cell is not None)
        if TOTAL.fullmatch(plain(text_of(first))) and len(text_of(first)) < 60:
            lines.loc[row, "state"] = "total"


def _remarks(
    table: Table, lines: pd.DataFrame, territory: TerritoryConfig, declared: Declared
) -> list[Message]:
    """Say what became of every line that is not a zone of the territory."""
    state = {name: rows.index.tolist() for name, rows in lines.groupby("state")}
    told: list[Message] = []
    lost = [row for name in ("uncoded", "text") for row in state.get(name, [])]
    with_figures = [row for row in lost if _has_figures(table, row)]
    damaged = state.get("damaged", [])
    if table.layout.published and all_here(lines, territory):  # whatever they are, not ours
        damaged = sorted({*damaged, *with_figures})
    untyped = _untyped(table, with_figures)
    told += _unknown_types(table, untyped)
    told += _uncoded(table, sorted(set(with_figures) - set(untyped) - set(damaged)))
    told += _totals(table, state.get("total", []))
    if words := sorted(set(lost) - set(with_figures)):
        text = f"{fr.plural(len(words), 'ligne')} de texte sous l'en-tête (unités, notes) : "
        text += f"{lines_of(table.sheet.lines[row] for row in words)}."
        told.append(message("lignes_de_texte", text, _places(table, words), done="ignorées"))
    told += _phantoms(table, lines, state.get("phantom", []))
    told += _short(table, lines, state.get("short", []), territory)
    told += _unknown(table, lines, state.get("unknown", []), declared)
    told += _damaged(table, damaged)
    if others := state.get("outside", []):
        text = f"{fr.plural(len(others), 'ligne')} de zones hors du territoire."
        told.append(message("hors_territoire", text, _places(table, others[:1]), done="laissées"))
    return told


def _places(table: Table, rows: Sequence[int], header: str = "", value: str = "") -> list[Place]:
    return [table.sheet.place(row, None, header, value) for row in rows[:MANY]]


def _has_figures(table: Table, row: int) -> bool:
    cells = [table.sheet.cells[row, one.index] for one in table.columns]
    if (place := table.markers.get("value")) is not None:
        cells.append(table.sheet.cells[row, place])
    numbers = [read_value(cell).number for cell in cells]
    return sum(number is not None for number in numbers) >= min(2, len(cells))


def _untyped(table: Table, rows: list[int]) -> list[int]:
    """Lines with a code, and a type of zone that nobody knows."""
    types = zip(rows, _cells(table, rows, "type"), _cells(table, rows, "code"), strict=True)
    return [row for row, kind, code in types if kind and code and not level_of_type(kind)]


def _unknown_types(table: Table, rows: list[int]) -> list[Message]:
    if not rows:
        return []
    names = sorted({text_of(one) for one in _cells(table, rows, "type")})
    where = lines_of(table.sheet.lines[row] for row in rows)
    text = f"Type de zone inconnu, {where} : {listed('', [f'« {one} »' for one in names])}. "
    text += "Écrivez commune, quartier, QPV ou IRIS."
    places = _places(table, rows, _header_of(table, "type"))
    return [message("type_inconnu", text, places, done="fichier refusé")]


def _uncoded(table: Table, rows: list[int]) -> list[Message]:
    if not rows:
        return []
    where = lines_of(table.sheet.lines[row] for row in rows)
    text = f"Des chiffres sans code de zone, {where} : un libellé ne suffit pas à les rattacher."
    return [message("ligne_sans_code", text, _places(table, rows), done="fichier refusé")]


def _totals(table: Table, rows: list[int]) -> list[Message]:
    told = []
    for row in rows[:MANY]:
        name = next(text_of(cell) for cell in table.sheet.cells[row] if text_of(cell))
        line = table.sheet.lines[row]
        text = f"Ligne « {name[:40]} » détectée et exclue des zones (ligne {line})."
        told.append(message("ligne_total", text, _places(table, [row]), done="exclue"))
    return told


def _phantoms(table: Table, lines: pd.DataFrame, rows: list[int]) -> list[Message]:
    if not rows:
        return []
    names = sorted({str(lines.at[row, "code"]) for row in rows})
    text = f"{fr.plural(len(rows), 'ligne')} sans lieu connu ({', '.join(names[:5])})."
    return [message("ligne_fantome", text, _places(table, rows), done="exclues")]


def _short(
    table: Table, lines: pd.DataFrame, rows: list[int], territory: TerritoryConfig
) -> list[Message]:
    """Codes that lost characters: named, with what they may have been, never mended alone."""
    told = []
    header = _header_of(table, "code")
    for row in rows[:MANY]:
        code, level = str(lines.at[row, "code"]), Level(str(lines.at[row, "level"]) or "iris")
        length = 5 if level is Level.COMMUNE else 9
        what = "commune" if level is Level.COMMUNE else "IRIS"
        text = f"Code {what} {code} : {len(code)} caractères au lieu de {length}."
        if "/" in code:
            text = f"Code {what} {code} : c'est une date, le tableur a converti le code."
        if "E+" in code:
            text = f"Code {what} {code} : écrit en notation scientifique, ses chiffres sont perdus."
        close = _candidates(code, [zone.code for zone in territory.zones(level)])
        text += " Zéro initial perdu ?" if code.isdigit() else ""
        text += f" {listed('Code', close).capitalize()} : est-ce lui ?" if len(close) == 1 else ""
        proposal = {code: close[0]} if len(close) == 1 else {}
        places = _places(table, [row], header, code)
        done = "fichier refusé ; renvoyez les codes en texte"
        told.append(message("code_incomplet", text, places, done=done, proposal=proposal))
    return told


def _candidates(code: str, known: Sequence[str]) -> list[str]:
    """Known codes that lose some of their zeros to become this one, the leading ones first."""
    padded = [one for one in known if code.zfill(len(one)) == one]
    if padded:
        return padded
    return [
        one
        for one in known
        if any(digit == "0" and one[:n] + one[n + 1 :] == code for n, digit in enumerate(one))
    ]


def _unknown(
    table: Table, lines: pd.DataFrame, rows: list[int], declared: Declared
) -> list[Message]:
    told = []
    header = _header_of(table, "code")
    of_code = lines.loc[rows, "code"]
    for code in of_code.unique():
        some = of_code.index[of_code == code].tolist()
        level = str(lines.at[some[0], "level"])
        places = _places(table, some, header, str(code))
        if "*" in declared.set_aside or code in declared.set_aside:
            text = f"Zone {code} inconnue du territoire, laissée de côté comme confirmé."
            told.append(message("colonne_confirmee", text, places, done="laissée"))
            continue
        when = {"QP": " 2015", "QN": " 2024"}.get(str(code)[:2], "") if level == Level.QPV else ""
        kind = Level(level).label if level else "zones"
        text = f"Zone {code} inconnue de la géographie{when} du territoire ({kind}) ; "
        text += "existe-t-il une nouvelle version des contours ?"
        done = "fichier refusé tant que la zone n'est pas corrigée ou laissée de côté"
        proposal = {str(code): "laisser de côté"}
        told.append(message("zone_inconnue", text, places, done=done, proposal=proposal))
    return told


def _damaged(table: Table, rows: list[int]) -> list[Message]:
    """Codes of others' zones in a national file: nothing of the territory depends on them."""
    if not rows:
        return []
    where, header = lines_of(table.sheet.lines[row] for row in rows), _header_of(table, "code")
    text = f"Code de zone mal formé, {where} : ce n'est pas une zone du territoire."
    codes = zip(rows[:MANY], _cells(table, rows[:MANY], "code"), strict=True)
    places = [table.sheet.place(row, None, header, text_of(code)) for row, code in codes]
    return [message("code_ailleurs", text, places, done="laissées de côté")]


def _header_of(table: Table, role: str) -> str:
    return text_of(table.sheet.cells[table.header, table.markers[role]])


def _last_header(table: Table) -> int:
    header = table.sheet.cells[table.header]
    return max(place for place, cell in enumerate(header) if cell is not None)


def _shifted(table: Table, rows: Any) -> list[int]:
    """Lines with cells beyond the last header."""
    beyond = table.sheet.cells[:, _last_header(table) + 1 :]
    return [row for row in rows if any(cell is not None for cell in beyond[row])]


def _shapes(table: Table, rows: Any, shifted: list[int]) -> list[Message]:
    """Lines cut, shortened or pushed sideways by a stray separator."""
    sheet, told, last = table.sheet, list[Message](), _last_header(table)
    if shifted:
        where = lines_of(sheet.lines[row] for row in shifted)
        text = f"Plus de cellules que d'en-têtes, {where} : un séparateur de trop décale la ligne ?"
        told.append(message("ligne_decalee", text, _places(table, shifted), done="fichier refusé"))
    short = [row for row in rows if sheet.widths[row] <= last and not sheet.name]
    final = len(sheet.lines) - 1
    if sheet.cut_short and final in short:
        text = (
            f"Le fichier s'arrête au milieu de la ligne {sheet.lines[final]} : envoi interrompu ?"
        )
        told.append(message("fichier_coupe", text, _places(table, [final]), done="fichier refusé"))
        short.remove(final)
    if short:
        where = lines_of(sheet.lines[row] for row in short)
        text = f"Moins de cellules que d'en-têtes, {where}."
        done = "cellules absentes lues comme vides"
        told.append(message("ligne_courte", text, _places(table, short), done=done))
    return told


def _labels(table: Table, kept: pd.DataFrame, territory: TerritoryConfig) -> list[Message]:
    """A name that is another zone's: the lines may have slid against their codes."""
    names = {(lv, plain(label)): code for (lv, code), label in territory.labels.items()}
    told = []
    labels = map(text_of, _cells(table, kept.index, "label"))
    for row, level, code, label in zip(
        kept.index, kept["level"], kept["code"], labels, strict=True
    ):
        owner = names.get((level, plain(label)), code)
        if owner != code and plain(territory.labels.get((level, code), "")) != plain(label):
            text = f"Ligne {table.sheet.lines[row]} : le code {code} porte le libellé de {owner}."
            done = "le code fait foi"
            told.append(message("libelle_autre_zone", text, _places(table, [row]), done=done))
    return told[:MANY]
