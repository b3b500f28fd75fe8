"""Theme pages give nothing hidden away: neither a number, nor a rank, a colour, an order.

Everything a theme can show is built, folds opened, at every level, and searched.  Hidden zones
come last, by name, in pictures and in tables.
"""

import json
from collections.abc import Iterable, Iterator

import pytest

from ctg_data import fr
from ctg_data.catalogue import themes
from ctg_data.model import Level
from ctg_data.workspace import Workspace
from tests.pages import data_of, numbers, texts, written
from tests.project.test_no_leak import CHILDREN, canaries, guarded, leaks, naked
from ui.blocks.components import Block
from ui.themes import (
    blocks as theme_blocks,
    brief as theme_brief,
    choice as theme_choice,
    moves as theme_moves,
    parts as theme_parts,
    schemes as theme_schemes,
    sections as theme_sections,
    where as theme_where,
    zones as theme_zones,
)
from ui.themes.choice import Choice, OnePlace
from ui.themes.zones import Asked

THEMES = list(themes.themes())


def blocks(data: Workspace, choice: Choice) -> Iterator[Block]:
    """Every block of a theme page, open or folded, at every level it offers."""
    found = theme_choice.read(data, choice)
    for code in [one.indicator.code for one in found.facts if one.known]:
        yield theme_blocks.block(data, choice, code)
    for code, levels in theme_zones.offered(data, choice).items():
        for level in levels:
            yield theme_where._block(data, choice, Asked(code, level))
    for level in theme_schemes._levels(data, choice.theme):
        yield theme_schemes.block(data, *theme_schemes.bearing(data, choice, level))
    if theme_moves._moved(data, choice):
        yield theme_moves._block(data, choice)
    if theme_parts.codes(data, choice):
        yield theme_parts.block(data, choice)


def sentences(data: Workspace, choice: Choice) -> list[str]:
    """Every sentence of a theme page."""
    found = theme_choice.read(data, choice)
    told = [text for _, _, text in theme_brief._lines(data, choice)]
    for one in found.facts:
        if one.known:
            told.append(theme_blocks.sentence(data, choice, one.indicator.code))
            told.append(theme_sections.label(data, choice, one))
    for code, levels in theme_zones.offered(data, choice).items():
        told += [theme_where._sentence(data, choice, Asked(code, level)) for level in levels]
    return told


def everything(data: Workspace, theme: str) -> Iterator[str]:
    """All a theme page can send, as text: every sentence, then every block, at every level."""
    choice = Choice(themes.theme(theme), OnePlace(data.territory.epci))
    yield from sentences(data, choice)
    for one in blocks(data, choice):
        yield from (one.table, one.notes, one.file.decode("utf-8-sig"))
        if one.chart:
            yield from (one.chart.figure.to_json(), one.chart.alt)


def sent(told: Iterable[str]) -> set[float]:
    """Every number of what is sent, packed arrays included."""
    found: set[float] = set()
    for one in told:
        if one.startswith('{"data"'):
            spec = json.loads(one)
            found |= numbers(spec).union(*map(written, texts(spec)))
        else:
            found |= written(one)
    return found


@pytest.mark.parametrize("theme", THEMES)
def test_nothing_hidden_is_in_what_a_theme_can_show(theme):
    assert not leaks(sent(everything(guarded(), theme)))


def test_the_search_finds_what_the_gate_hides():
    assert any(CHILDREN in leaks(sent([one])) for one in everything(naked(), "petite_enfance"))


@pytest.mark.parametrize("fictional", [False, True], ids=["real", "fictional"])
@pytest.mark.parametrize("theme", THEMES)
def test_a_masked_zone_has_neither_rank_nor_mark(theme, fictional):
    data = data_of(fictional=fictional)
    choice = Choice(themes.theme(theme), OnePlace(data.territory.epci))
    for code, levels in theme_zones.offered(data, choice).items():
        for level in (one for one in levels if one is not Level.COMMUNE):
            asked = Asked(code, level)
            found = theme_zones.ranked(data, choice, asked)
            frame = theme_zones.table(data, choice, asked).frame
            hidden = set(frame[frame["sign"] != ""]["code"])
            assert not hidden & {one.place[1] for one in found.standings}
            assert hidden == {one[1] for one in (*found.masked, *found.missing)}
            figure = theme_where._chart(data, choice, asked, "").figure
            drawn = {key.split(":")[1] for key in figure.data[0].y}
            assert not hidden & drawn
            last = [key.split(":")[1] for key in figure.layout.yaxis.categoryarray]
            names = [data.label(str(level), one) for one in last if one in hidden]
            assert names == fr.by_name(names)
            assert not hidden & set(last[: len(drawn)])


def test_there_is_something_to_hide():
    assert canaries()
