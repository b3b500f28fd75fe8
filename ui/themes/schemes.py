"""Présent ou absent: which structures each zone has, as a table that reads at a glance."""

from html import escape

import streamlit as st

from ctg_data import fr
from ctg_data.catalogue.themes import Theme
from ctg_data.diagnosis import reading, schemes
from ctg_data.diagnosis.schemes import Schemes
from ctg_data.diagnosis.theme import LATEST
from ctg_data.documents import csv
from ctg_data.model import Level
from ctg_data.workspace import Workspace
from ui.blocks import components, notes, states, tables
from ui.blocks.components import Block
from ui.state.memo import remembered
from ui.themes.choice import Choice
from ui.themes.where import NOUNS

QUESTION = "Quels lieux, dans quels quartiers ?"
TOTAL = "Types présents"
SCOPE = "Structures du registre, ouvertes au 31 décembre, là où elles sont implantées."
SERVES = "Un lieu sert souvent plusieurs quartiers : « 0 » dit qu'aucun n'y est implanté."


def shown(data: Workspace, choice: Choice) -> None:
    """The types of the theme, zone by zone, at the level chosen above where it is known."""
    found = _levels(data, choice.theme)
    if not found:
        components.question(QUESTION, kind="Lieux")
        states.show(
            "awaited",
            "Lieux non disponibles",
            "Ils sont attendus du registre des structures de la ville, avec leurs dates.",
        )
        return
    asked = st.session_state.get("niveau")
    of = bearing(data, choice, Level(asked) if asked in found else found[0])
    components.question(QUESTION, _sentence(data, *of), kind="Lieux")
    components.show(block(data, *of), "schemes")


def bearing(data: Workspace, choice: Choice, level: Level) -> tuple[Theme, Level, int]:
    """What of a choice bears on places: a year when they are known, else the last one."""
    known = choice.year in _years(data, choice.theme, level)
    return choice.theme, level, choice.year if known else LATEST


@remembered
def _levels(data: Workspace, theme: Theme) -> list[Level]:
    return schemes.levels(data, theme)


@remembered
def _years(data: Workspace, theme: Theme, level: Level) -> list[int]:
    return schemes.years(data, theme, level)


@remembered
def _found(data: Workspace, theme: Theme, level: Level, year: int) -> Schemes:
    return schemes.schemes(data, theme, level, year)


@remembered
def _sentence(data: Workspace, theme: Theme, level: Level, year: int) -> str:
    """Where there is none of them."""
    found = _found(data, theme, level, year)
    kinds = ", ".join(one[:1].lower() + one[1:] for one in found.types.values())
    total, count = len(found.places), len(found.lacking)
    one, several = NOUNS[level]
    if found.unsure:
        return _unsure(found, several, kinds)
    if not count:
        return f"Fin {found.period}, aucun {one} n'est sans l'un de ces lieux : {kinds}."
    names = ", ".join(data.label(*place) for place in found.lacking)
    verb = "n'en a" if count < 2 else "n'en ont"
    return (
        f"Fin {found.period}, {fr.plural(count, one, several)} sur {fr.number(total)} {verb} "
        f"aucun ({kinds}) : {names}."
    )


def _unsure(found: Schemes, several: str, kinds: str) -> str:
    """Where some lists are not declared complete: what is there is told, no absence is."""
    total = len(found.places)
    if total == len(found.unsure):
        return f"Fin {found.period}, on ne sait pas où sont ces lieux ({kinds})."
    having = total - len(found.lacking) - len(found.unsure)
    lacking = f", {fr.number(len(found.lacking))} n'en ont aucun" if found.lacking else ""
    return (
        f"Fin {found.period}, {fr.number(having)} des {fr.number(total)} {several} ont au moins "
        f"l'un de ces lieux ({kinds}){lacking} ; des {fr.number(len(found.unsure))} autres, on ne "
        "le sait pas : les listes ne sont pas déclarées complètes."
    )


@remembered
def block(data: Workspace, theme: Theme, level: Level, year: int) -> Block:
    """The matrix, its words and its file."""
    found = _found(data, theme, level, year)
    caption = f"Lieux implantés, {level.label}, fin {found.period} (nombre)"
    heads = [*found.types.values(), TOTAL]
    body = [
        tables.row(escape(data.label(*place)), _cells(found, place), [], heads=heads)
        for place in found.places
    ]
    table = tables.frame_html(caption, ["Territoire"], heads, [], body)
    title, cited = f"Lieux, {theme.title}", notes.source_text(found.table.citations)
    return Block(
        chart=None,
        table=notes.folded(components.TABLE, notes.quotable(table, cited)),
        notes=notes.notes_html(
            found.table, lecture=_lecture(data, found), scope=SCOPE, remarks=[SERVES]
        ),
        file=csv.to_csv(found.table, data.label, title=title, decimals=0),
        file_name=csv.file_name(title, data.territory.label, fictional=data.territory.fictional),
    )


def _cells(found: Schemes, place: tuple[str, str]) -> list[str]:
    """A filled mark where there is one at least, a true 0 elsewhere, the sign where unknown."""
    counts = [found.count(place, one) for one in found.types]
    marks = [_mark(found, place, one) for one in found.types]
    present = sum(bool(one) for one in counts)
    if None not in counts:
        return [*marks, f"{present} sur {len(counts)}"]
    return [*marks, f"au moins {present} sur {len(counts)}" if present else "n.d."]


def _mark(found: Schemes, place: tuple[str, str], kind: str) -> str:
    cell = found.cell(place, kind)
    if not cell.told:
        return tables.sign_html(cell.sign)
    style = "ctg-none" if cell.value == 0 else "ctg-has"
    return f'<span class="{style}">{tables.cell_html(cell, 0)}</span>'


def _lecture(data: Workspace, found: Schemes) -> str:
    """The first zone that has something, else the first of all."""
    first = next((one for one in found.places if one not in found.lacking), found.places[0])
    kind = next((one for one in found.types if found.count(first, one)), next(iter(found.types)))
    cell = found.cell(first, kind)
    told = reading.value_text(cell, 0) if cell.told else "nombre non connu"
    return f"Fin {found.period}, {data.label(*first)}, {found.types[kind]} : {told}."
