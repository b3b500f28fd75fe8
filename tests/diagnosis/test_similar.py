"""Communes like ours: by figures, told; the middle of what is published, never of what is not."""

import pytest

from ctg_data.catalogue import themes
from ctg_data.diagnosis import search, similar
from ctg_data.disclosure.adapter.gate import Gated, Secrecy
from ctg_data.model import Level
from ctg_data.opening import complete_workspace
from tests.pages import config, data_of
from tests.tables import table
from ui.maps import view as map_view
from ui.themes import choice as theme_choice, zones as theme_zones
from ui.themes.choice import Choice, OnePlace
from ui.themes.zones import Asked

YEAR = 2023
# population, poverty, rate of childcare
OURS = (10_000, 20.0, 50.0)
OTHERS = (
    (5_000, 25.0, 40.0),  # at both bounds
    (20_000, 15.0, 60.0),
    (12_000, 20.0, 70.0),
    (21_000, 20.0, 99.0),  # too large
    (12_000, 25.1, 99.0),  # too poor
    (12_000, "s", 99.0),  # not known
)


@pytest.fixture(scope="module")
def known():
    place = config(fictional=True)
    codes = [place.commune.code, *(one.code for one in place.neighbours[: len(OTHERS)])]
    names = ("population_municipale", "taux_pauvrete", "taux_couverture")
    parts = [
        table(
            [
                ("commune", code, YEAR, figures[rank])
                for code, figures in zip(codes, (OURS, *OTHERS), strict=True)
            ],
            variable=name,
        )
        for rank, name in enumerate(names)
    ]
    release = parts[0].join(*parts[1:])
    return complete_workspace(place, Gated(release, Secrecy(), release.frame.head(0))), codes


def test_communes_within_both_bounds_are_chosen(known):
    data, codes = known
    assert [one.code for one in similar.similar(data).zones] == sorted(codes[1:4])


def test_the_criteria_are_told_with_their_figures(known):
    told = similar.similar(known[0]).criteria.replace("\u202f", " ")
    assert "entre 5 000 et 20 000 habitants (2023)" in told
    assert "entre 15,0 et 25,0 %" in told


def test_the_reference_is_the_middle_of_three_published_rates(known):
    data, _ = known
    zones = similar.similar(data).zones
    rate = data.indicator("PE11")
    assert similar.middle(data, zones, rate, YEAR).value == 60.0
    assert similar.middle(data, zones[:2], rate, YEAR).value is None
    assert similar.middle(data, zones, data.indicator("CTX01"), YEAR).value is None


def test_the_reference_is_offered_where_there_are_enough(known):
    data, _ = known
    assert theme_choice.ALIKE in theme_choice.references(data)
    assert theme_choice.ALIKE not in theme_choice.references(data_of(fictional=False))


def test_what_is_left_out_is_said_and_when_it_will_come():
    data = data_of(fictional=False)
    told = theme_choice.alike_text(data)
    assert told.startswith("Communes semblables : aucune")
    assert "habitants" in told
    assert f"{len(data.territory.comparables)} communes proposées" in told.replace(
        "\u202f", " "
    ).replace("\u00a0", " ")
    assert "prochaine mise à jour" in told


def test_the_fictional_commune_has_communes_alike_with_figures_to_compare():
    data = data_of(fictional=True)
    chosen = similar.similar(data).zones
    proposed = {one.code for one in data.territory.comparables}
    assert similar.ENOUGH <= len(chosen) < len(proposed)
    assert {one.code for one in chosen} < proposed
    assert theme_choice.ALIKE in theme_choice.references(data)
    told = theme_choice.alike_text(data)
    assert all(one.label in told for one in chosen)
    assert data.territory.comparables_choice in told
    for code in ("PE11", "CTX05"):
        rate = data.indicator(code)
        assert similar.middle(data, chosen, rate, YEAR).value is not None, code


def test_far_communes_are_neither_neighbours_nor_ranked_nor_on_the_map():
    data = data_of(fictional=True)
    far = {one.code for one in data.territory.comparables}
    assert far
    assert not far & {one.code for one in data.territory.zones(Level.COMMUNE)}
    assert not far & {one.code for one in search._zones(data)}
    choice = Choice(themes.theme("petite_enfance"), OnePlace(data.territory.epci))
    rates = [
        code
        for code, levels in theme_zones.offered(data, choice).items()
        if Level.COMMUNE in levels
    ]
    assert rates
    for code in rates:
        assert far & set(data.table(data.indicator(code)).frame["code"]), (
            "there is a figure of them"
        )
        ranked = theme_zones.ranked(data, choice, Asked(code, Level.COMMUNE))
        places = [*(one.place for one in ranked.standings), *ranked.masked, *ranked.missing]
        assert not far & {place[1] for place in places}
        assert not far & set(map_view._near(data, data.indicator(code).id).frame["code"])
