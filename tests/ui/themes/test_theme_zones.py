"""What a theme shows is kept by what bears on it, and by all that bears on it."""

from itertools import product

import pytest

from ctg_data.catalogue import themes
from ctg_data.diagnosis import theme as diagnosis
from ctg_data.diagnosis.theme import LATEST, Reach
from tests.pages import data_of
from ui.blocks.components import Block
from ui.themes import (
    blocks as theme_blocks,
    choice as theme_choice,
    schemes as theme_schemes,
    where as theme_where,
    zones as theme_zones,
)
from ui.themes.choice import Choice
from ui.themes.zones import Asked


def shown(block: Block) -> tuple[str, ...]:
    figure = block.chart.figure.to_json() + block.chart.alt if block.chart else ""
    return figure, block.table, block.notes, block.file.decode(), block.file_name


@pytest.mark.parametrize(
    ("theme", "fictional"),
    [("petite_enfance", False), ("petite_enfance", True), ("jeunesse", False)],
)
def test_what_is_left_of_a_choice_shows_the_same(theme: str, fictional: bool):
    data, about = data_of(fictional=fictional), themes.theme(theme)
    years = [LATEST, 1900, *diagnosis.years(data, about)[:2]]
    fewer = 0
    for reference, year in product(theme_choice.references(data).values(), years):
        choice = Choice(about, reference, year)
        for code, levels in theme_zones.offered(data, choice).items():
            for asked in (Asked(code, level) for level in levels):
                bearing = theme_zones.bearing(data, choice, asked)
                fewer += bearing != choice
                assert theme_where._sentence(data, bearing, asked) == theme_where._sentence(
                    data, choice, asked
                )
                assert shown(theme_where._block(data, bearing, asked)) == shown(
                    theme_where._block(data, choice, asked)
                )
    assert fewer, "nothing is left out of any choice: it would be made again at each of them"


@pytest.mark.parametrize(
    ("theme", "fictional"), [("petite_enfance", False), ("petite_enfance", True)]
)
def test_a_block_made_for_one_reference_is_that_of_the_others_where_none_bears(
    theme: str, fictional: bool
):
    data, about = data_of(fictional=fictional), themes.theme(theme)
    fewer, shortfalls = 0, 0
    years = [LATEST, 1900, *diagnosis.years(data, about)[:2]]
    for reference, year in product(theme_choice.references(data).values(), years):
        choice = Choice(about, reference, year)
        for one in theme_choice.read(data, choice).facts:
            if not one.known:
                continue
            code = one.indicator.code
            bearing = theme_blocks._bearing(data, choice, code)
            fewer += bearing != choice
            shortfalls += one.indicator.compute.against_reference
            assert shown(theme_blocks._block(data, bearing, code)) == shown(
                theme_blocks._block(data, choice, code)
            )
            if one.reach is Reach.ZONES:
                assert theme_blocks._extent(data, bearing, code) == theme_blocks._extent(
                    data, choice, code
                )
    assert fewer
    assert shortfalls or not fictional, "a card whose count does depend on a reference is tried"


def test_figures_of_zones_are_one_table_whatever_they_are_compared_with():
    data, about = data_of(fictional=True), themes.theme("petite_enfance")
    choices = [Choice(about, one) for one in theme_choice.references(data).values()]
    shared = 0
    for code, levels in theme_zones.offered(data, choices[0]).items():
        aims = data.indicator(code).compute.against_reference
        for asked in (Asked(code, level) for level in levels):
            tables = {id(theme_zones.table(data, one, asked)) for one in choices}
            assert (len(tables) > 1) is aims, asked
            shared += len(tables) == 1
    assert shared


def test_places_are_told_by_the_year_they_are_known_for():
    data, about = data_of(fictional=True), themes.theme("vie_sociale")
    reference = next(iter(theme_choice.references(data).values()))
    levels = theme_schemes._levels(data, about)
    assert levels
    for level, year in product(levels, [LATEST, 1900, *diagnosis.years(data, about)]):
        of = theme_schemes.bearing(data, Choice(about, reference, year), level)
        assert shown(theme_schemes.block(data, *of)) == shown(
            theme_schemes.block(data, about, level, year)
        )
    assert theme_schemes.bearing(data, Choice(about, reference, 1900), levels[0])[2] == LATEST
