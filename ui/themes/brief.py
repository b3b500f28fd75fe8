"""En bref: a theme in five lines, each leading to the section that tells more.

What a reader on a phone has before scrolling; every line is made of what its section says.
"""

from html import escape

from ctg_data import fr
from ctg_data.catalogue.themes import SECTIONS
from ctg_data.diagnosis import reading, theme as diagnosis
from ctg_data.diagnosis.theme import Fact, Reach
from ctg_data.workspace import Workspace
from ui.state import terms
from ui.themes import (
    blocks as theme_blocks,
    choice as theme_choice,
    moves as theme_moves,
    sections as theme_sections,
    where as theme_where,
)
from ui.themes.choice import Choice

NOTHING = "pas encore de chiffre."


def brief(data: Workspace, choice: Choice) -> str:
    """Besoin, offre, écart, évolution, où: a line each, as HTML."""
    lines = "".join(
        f'<li><a href="#{key}">{escape(name)}</a> <span>{terms.html(text)}</span></li>'
        for key, name, text in _lines(data, choice)
    )
    return f'<ul class="ctg-brief">{lines}</ul>'


def _lines(data: Workspace, choice: Choice) -> list[tuple[str, str, str]]:
    found = theme_choice.read(data, choice)
    told = []
    for key in SECTIONS:
        main = diagnosis.first(found.section(key), choice.theme.figures)
        said = _short(data, choice, main) if main else NOTHING
        told.append((key, theme_sections.NAMES[key], said))
    moved = theme_moves.in_short(data, choice) or theme_moves.still(data, choice.theme).text
    told.append(("evolution", "Évolution", moved))
    told.append(("ou", "Où", theme_where.in_short(data, choice) or NOTHING))
    return told


def _short(data: Workspace, choice: Choice, fact: Fact) -> str:
    """The figure of a section, and its gap or its move, in a few words."""
    indicator = fact.indicator
    if fact.reach is Reach.ZONES:
        return f"{indicator.title} : {theme_blocks.extent(data, choice, indicator.code)}."
    value = reading.value_text(fact.cell, indicator.decimals, indicator.unit_long)
    where = f" ({fact.place.label})" if fact.reach is Reach.AROUND else ""
    moved = theme_sections.told(fact)
    more = f" : {moved.text}" if moved else ""
    return fr.spaced(f"{value}{where} {fact.cell.moment.when}{more}.")
