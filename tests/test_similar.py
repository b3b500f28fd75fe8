"""Communes like ours: by figures, told; the middle of what is published, never of what is not."""

import pytest

from ctg_data import similar
from ctg_data.disclosure.gate import Gated, Secrecy
from ctg_data.workspace import Workspace
from tests.pages import config, data_of
from tests.tables import table
from ui import theme_choice

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
    return Workspace(place, Gated(release, Secrecy(), release.frame.head(0))), codes


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


def test_what_is_left_out_is_said():
    told = theme_choice.alike_text(data_of(fictional=False))
    assert told.startswith("Communes semblables : aucune")
    assert "habitants" in told
