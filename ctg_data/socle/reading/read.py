"""From bytes to a ``Reading``: pure, no store, no network."""

import hashlib
from collections.abc import Iterable
from typing import Any

import pandas as pd

from ctg_data.natures import COVERED, HOUSEHOLDS
from ctg_data.observations import DTYPES, variables
from ctg_data.socle.reading import cells, identity, observed
from ctg_data.socle.reading.layouts import layouts
from ctg_data.socle.reading.lines import read_lines
from ctg_data.socle.reading.readme import Told, read_titles, read_told, role_of
from ctg_data.socle.reading.recognise import Table, missing_columns, recognise
from ctg_data.socle.reading.result import COORDINATES, Declared, Kind, Reading
from ctg_data.socle.reading.shares import in_percent
from ctg_data.tabular.book import Book, Sheet, letter, text_of
from ctg_data.tabular.names import near, plain
from ctg_data.tabular.report import Message, Place
from ctg_data.tabular.rules import lines_of, listed, message
from ctg_data.tabular.sheets import open_book
from ctg_data.territory.config import TerritoryConfig

ODD = ["text", "error", "date", "ambiguous", "percent", "negative", "fraction"]
EXTRA = {**COORDINATES, "flag": "string", "mark": "string"}


def read_file(
    name: str, content: bytes, territory: TerritoryConfig, *, declared: Declared | None = None
) -> Reading:
    """Read a file of the CAF, whatever its form.

    Args:
        name: its name, which may tell a year.
        content: its bytes.
        territory: whose zones are kept; the others are counted and left aside.
        declared: what the importer says of it.

    Raises:
        UnreadableFile: nothing at all can be read; every other fault is a message.
    """
    declared = declared or Declared()
    book = open_book(name, content)
    told = read_told(book.sheets)
    messages = list(book.messages)
    tables = _titled(_tables(book, told, declared, messages), told)
    published = bool(tables) and all(table.layout.published for table in tables)
    figures, seen = _figures(tables, territory, declared, messages)
    figures = in_percent(_without_unfilled(figures, messages), told, messages)
    who = identity.of(_named(name, tables, published), told, declared, figures, territory)
    figures["period"] = figures["period"].fillna(who.reference.year if who.reference else 0)
    for table in tables:
        messages += missing_columns(table, declared, _year_of(table, figures, who.reference))
    messages += [*_ignored(tables), *identity.units(told, tables), *who.messages]
    return Reading(
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        rows=_complete(observed.dated(figures, tables), who.kind),
        commune=territory.commune.code,
        messages=tuple(messages),
        published=published,
        layouts={table.sheet.name or name: table.layout.id for table in tables},
        listed=frozenset(seen),
        declared=declared,
        **_own_words(told, who),
    )


def _named(name: str, tables: Iterable[Table], published: bool) -> identity.Named:
    """What the year in the name of a file may be."""
    return identity.Named(name, published, any(table.layout.dated for table in tables))


def _titled(tables: list[Table], told: Told) -> list[Table]:
    """The same tables, once their titles have told what they say of the file."""
    for table in tables:
        read_titles(table.sheet, table.header, told)
    return tables


def _own_words(told: Told, who: identity.Identity) -> dict[str, Any]:
    """What the file says of itself, settled."""
    return {
        "kind": who.kind,
        "told_kind": who.told_kind,
        "reference_date": who.reference,
        "generation": who.generation,
        "emitter": told.emitter,
        "contact": told.contact,
        "partitions": identity.partitions(told),
        "subsets": identity.subsets(told),
    }


def _tables(book: Book, told: Told, declared: Declared, messages: list[Message]) -> list[Table]:
    """Understand each sheet; one that should hold figures and does not is a fault."""
    tables, lost = list[Table](), list[Sheet]()
    for sheet in book.sheets:
        if role_of(sheet) or not sheet.cells.size:
            continue
        table = recognise(sheet, declared, told.labels)
        tables.append(table) if table else lost.append(sheet)
    for sheet in lost:
        if tables and not _sounds_like_figures(sheet.name):
            text = f"Feuille « {sheet.name} » : pas de colonne de codes, non reprise."
            messages.append(message("feuille_ignoree", text, [sheet.place(0)], done="ignorée"))
        else:
            messages.append(_not_understood(sheet))
    if not tables and not lost:
        text = "Aucune feuille de chiffres dans ce fichier."
        messages.append(message("disposition_inconnue", text, done="fichier refusé"))
    return tables


def _sounds_like_figures(name: str) -> bool:
    known = {word for one in layouts() for word in one.sheets} | {"histo"}
    return bool(known & set(plain(name).split()[:2]))


def _not_understood(sheet: Sheet) -> Message:
    """A sheet without a known header: say what it has, and what comes near."""
    rows = range(min(40, sheet.cells.shape[0]))
    row = max(rows, key=lambda r: sum(_is_word(cell) for cell in sheet.cells[r]))
    headers = [text_of(cell) for cell in sheet.cells[row] if _is_word(cell)][:200]
    close = [
        f"{found[0]} pour {wanted}"
        for wanted in ("CODGEO", "A", "AM", "ENF_2", "ENF", "PERCOU")
        if (found := near(wanted, "", headers, 1))
    ]
    where = f"Feuille « {sheet.name} » : la" if sheet.name else "La"
    text = f"{where} disposition n'est pas reconnue (ni colonne de codes, ni variables connues)."
    if len(headers) > 1:
        text += f" En-tête probable, ligne {sheet.lines[row]} : {', '.join(headers[:8])}."
    text += f" Colonnes proches : {listed('', close)}." if close else ""
    done = "fichier refusé ; partez du modèle de socle"
    return message("disposition_inconnue", text, [sheet.place(row)], done=done)


def _is_word(cell: object) -> bool:
    """Text that starts with a letter: never a count."""
    return isinstance(cell, str) and cell[:1].isalpha()


def _figures(
    tables: Iterable[Table],
    territory: TerritoryConfig,
    declared: Declared,
    messages: list[Message],
) -> tuple[pd.DataFrame, set[tuple[str, str]]]:
    """Every figure of every table, and the zones that have a line."""
    frames, seen = [pd.DataFrame(columns=cells.FIGURES)], set[tuple[str, str]]()
    for table in tables:
        lines, told = read_lines(table, territory, declared)
        messages += told
        read = cells.long if table.layout.long else cells.wide
        frame, more = read(table, lines[~lines["shifted"]])
        messages += [*more, *_broken(table, set(lines.index))]
        frames.append(frame)
        seen |= set(zip(lines["level"], lines["code"], strict=True))
    full = [frame for frame in frames if len(frame)]
    figures = pd.concat(full, ignore_index=True) if full else frames[0].copy()
    figures["period"] = figures["period"].astype("Int64")
    return figures, seen


def _without_unfilled(figures: pd.DataFrame, messages: list[Message]) -> pd.DataFrame:
    """Leave out columns of a socle that nobody filled in: not given is not hidden."""
    unfilled = figures["empty_column"].eq(True) & ~figures["published"].eq(True)
    names = figures[unfilled].groupby("sheet", sort=False)["column"].unique()
    for sheet, columns in names.items():
        head = f"Feuille « {sheet} » : " if sheet else ""
        text = (
            f"{head}{listed('colonne', columns, 8)} sans aucun chiffre : lues comme non fournies."
        )
        messages.append(message("colonnes_vides", text, [Place(str(sheet))], done="laissées"))
    return figures[~unfilled].reset_index(drop=True)


def _broken(table: Table, rows: set[int]) -> list[Message]:
    """Merged cells and formulas without their result, in lines of figures."""
    sheet, told = table.sheet, list[Message]()
    lines = {sheet.lines[row]: row for row in rows}
    for first, last, left, right in sheet.merged:
        if hit := sorted(line for line in lines if first <= line <= last):
            spot = f"{letter(left - 1)}{first}:{letter(right - 1)}{last}"
            text = f"Cellules fusionnées {spot}, {lines_of(hit)} : on ne sait à quelle zone "
            text += "revient le chiffre."
            places = [sheet.place(lines[hit[0]], left - 1)]
            told.append(message("cellules_fusionnees", text, places, done="fichier refusé"))
    wanted = {one.index: one.header for one in table.columns}
    hollow = [(line, col - 1) for line, col in sheet.hollow if line in lines and col - 1 in wanted]
    if hollow:
        places = [sheet.place(lines[line], None, wanted[col]) for line, col in hollow[:40]]
        text = f"{len(hollow)} formule{'s' if len(hollow) > 1 else ''} sans résultat enregistré : "
        text += "ouvrez le classeur dans Excel, enregistrez-le, renvoyez-le."
        told.append(message("formule_sans_valeur", text, places, done="fichier refusé"))
    return told


def _year_of(table: Table, figures: pd.DataFrame, reference: object) -> int | None:
    """The year of one table, which decides of the columns it may lack."""
    rows = figures[figures["sheet"] == table.sheet.name]
    return int(rows["period"].max()) if len(rows) else getattr(reference, "year", None)


def _ignored(tables: Iterable[Table]) -> list[Message]:
    """Columns that give nothing the dashboard knows: said, never an error."""
    told = []
    for table in tables:
        if table.others and not table.layout.long:
            names = list(table.others.values())
            text = f"{listed('Colonne', names, 12)} : non reprise{'s' if len(names) > 1 else ''}."
            place = table.sheet.place(table.header)
            told.append(message("colonnes_non_reprises", text, [place], done="non reprises"))
    return told


def _complete(figures: pd.DataFrame, kind: Kind) -> pd.DataFrame:
    """Give blanks their meaning, odd cells none, and each figure its unit and base."""
    frame = figures.copy()
    natures = frame["variable"].map({one.id: one.nature for one in variables().values()})
    frame["unit"] = frame["variable"].map({one.id: one.unit for one in variables().values()})
    frame["source"] = "socle"
    values = frame["value"].astype("Float64")
    counted = natures.isin(COVERED).astype(bool)
    fraction = (counted & (values != values.round()).fillna(False)).astype(bool)
    flag = frame["flag"].astype("string").fillna("")
    flag = flag.mask(fraction & ~flag.isin(ODD), "fraction")
    percent_of_rate = flag.eq("percent") & ~counted
    decimal_of_rate = flag.eq("ambiguous") & ~counted
    flag = flag.mask(percent_of_rate | decimal_of_rate, "")
    odd = flag.isin(ODD)
    status = _statuses(frame, counted, kind).mask(odd, "non_disponible")
    frame = frame.assign(value=values.mask(odd), status=status, flag=flag)
    frame["base"] = _bases(frame, natures)
    columns = [*DTYPES, *EXTRA]
    return frame[columns].astype({**DTYPES, **EXTRA}).reset_index(drop=True)


def _statuses(frame: pd.DataFrame, counted: pd.Series, kind: Kind) -> pd.Series:
    """The sense of a blank: a producer's note, a hole of a protégé file, or nothing given."""
    status, note = frame["status"].astype("string"), frame["note"].astype("string").fillna("")
    blank = status.eq("") & frame["value"].isna()
    published = frame["published"].astype(bool)
    empty = frame["empty_column"].astype(bool)
    meaning = pd.Series("secret_cellule", index=frame.index, dtype="string")
    meaning = meaning.mask(published & ~note.isin(["", "0"]), "qualite")
    meaning = meaning.mask(published & note.eq("3"), "secret_zone")
    told = note.isin(["", "0"]) & empty
    meaning = meaning.mask(~counted | told | (~published & (kind is Kind.EXACT)), "non_disponible")
    return status.mask(blank, meaning)


def _bases(frame: pd.DataFrame, natures: pd.Series) -> pd.Series:
    """Allocataires behind each value: itself, those of the zone for its people, or unknown."""
    own = frame["value"].where(natures.eq(HOUSEHOLDS).astype(bool))
    keys = ["level", "code", "vintage", "period"]
    is_whole = frame["variable"].eq("foyers_allocataires") & frame["category"].eq("total")
    whole = frame[is_whole].drop_duplicates(keys).set_index(keys)["value"]
    people = frame["variable"].eq("personnes_couvertes") & frame["value"].notna()
    behind = pd.Series(pd.NA, index=frame.index, dtype="Float64")
    if people.any() and len(whole):
        wanted = pd.MultiIndex.from_frame(frame.loc[people, keys])
        behind.loc[people] = whole.reindex(wanted).to_numpy()
    fewer = (behind > frame["value"]).fillna(False).astype(bool)
    behind = behind.mask(fewer, frame["value"])  # never more than the persons
    told = frame["base"].astype("Float64").where(frame["value"].notna())
    base = told.fillna(own).fillna(behind)
    return base.where(base == base.round()).astype("Int64")
