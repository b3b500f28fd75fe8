"""The profile of a zone, its lookalikes, its sparklines, and the search that leads to it."""

import base64
import re

import pytest

from ctg_data.catalogue.cards import Break
from ctg_data.diagnosis import profile, search
from ctg_data.model import Level, Sign
from ctg_data.release.masked import MaskedTable
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace
from tests.pages import data_of
from tests.tables import table
from ui.blocks import sparkline


@pytest.fixture(scope="module", params=[False, True], ids=["réel", "fictif"])
def data(request: pytest.FixtureRequest) -> Workspace:
    return data_of(fictional=request.param)


def places(data: Workspace) -> list[Zone]:
    place = data.territory
    return [place.commune, *place.qpv, *place.iris[:12]]


def test_every_indicator_of_the_level_is_shown_hidden_or_absent(data: Workspace) -> None:
    for zone in places(data):
        found = profile.profile(data, zone, data.territory.commune, "la commune")
        offered = [one for one in data.indicators() if zone.level in one.levels]
        assert len(found.lines) + found.absent == len(offered)
        assert found.hidden == sum(one.cell.sign is Sign.SECRET for one in found.lines)
        for line in found.lines:
            assert line.cell == data.cell(line.indicator, zone, line.cell.period)


def test_a_hidden_figure_is_neither_compared_nor_followed(data: Workspace) -> None:
    hidden = 0
    for zone in places(data):
        for line in profile.profile(data, zone, data.territory.commune, "la commune").lines:
            if not line.cell.told:
                hidden += 1
                assert line.gap is None
                assert not line.worrying
    assert hidden or not data.territory.fictional


def test_lookalikes_have_about_the_same_known_size(data: Workspace) -> None:
    size = data.indicator(profile.SIZE)
    for zone in data.territory.iris:
        own = data.cell(size, zone)
        for other in profile.alike(data, zone):
            cell = data.cell(size, other, own.period)
            assert other.code != zone.code
            assert own.value
            assert cell.value
            assert 0.5 <= cell.value / own.value <= 2


def test_a_zone_whose_size_is_hidden_resembles_nobody(data: Workspace) -> None:
    size = data.indicator(profile.SIZE)
    masked = [one for one in data.territory.iris if data.cell(size, one).value is None]
    assert masked, "no zone is hidden: this test proves nothing"
    assert all(profile.alike(data, one) == () for one in masked)


def _svg(image: str) -> str:
    found = re.search(r"base64,([^\"]+)", image)
    return base64.b64decode(found[1]).decode() if found else ""


def series(*values: float | str) -> MaskedTable:
    """One commune, year after year from 2018."""
    rows = [("commune", "A", 2018 + rank, value) for rank, value in enumerate(values)]
    return table(rows, unit="foyers")


def test_a_sparkline_holds_no_value() -> None:
    drawing = _svg(sparkline.html(series(7919, 7927, 7933), 0))
    assert drawing.count("<polyline") == 1
    assert not {"7919", "7927", "7933"} & set(re.findall(r"\d+", drawing))


def test_a_hidden_year_is_a_hole_in_the_line() -> None:
    assert _svg(sparkline.html(series(10, 20, "s", 30, 40), 0)).count("<polyline") == 2
    assert sparkline.html(series("s", 20, "s"), 0) == ""


def test_a_break_is_never_bridged() -> None:
    cut = (Break(2020, "autre champ"),)
    assert _svg(sparkline.html(series(10, 20, 30, 40), 0)).count("<polyline") == 1
    assert _svg(sparkline.html(series(10, 20, 30, 40), 0, cut)).count("<polyline") == 2


def test_two_generations_of_qpv_are_never_joined() -> None:
    old = table([("qpv", "A", year, 10.0) for year in (2018, 2019)], vintage=2015)
    new = table([("qpv", "A", year, 20.0) for year in (2024, 2025)], vintage=2024)
    assert _svg(sparkline.html(old.join(new), 0)).count("<polyline") == 2


# Search


def first(data: Workspace, words: str) -> search.Hit:
    return search.search(data, words)[0]


def test_a_benefit_and_a_quarter_lead_to_its_figure() -> None:
    data = data_of(fictional=False)
    quarter = data.territory.qpv[0]
    hit = first(data, f"rsa {quarter.label.upper()}")
    assert hit.zone == quarter
    assert hit.indicator
    assert "RSA" in hit.indicator.title


def test_words_are_matched_without_accents_and_in_the_plural() -> None:
    data = data_of(fictional=True)
    assert first(data, "pauvretes").indicator == first(data, "pauvreté").indicator


def test_a_word_of_the_glossary_leads_to_its_term() -> None:
    data = data_of(fictional=False)
    hit = first(data, "halte-garderie")
    assert hit.indicator
    assert "EAJE" in hit.indicator.title


def test_a_zone_alone_is_an_answer(data: Workspace) -> None:
    zone = data.territory.iris[0]
    hit = first(data, zone.label)
    assert hit.zone == zone
    assert hit.indicator is None
    assert zone.level is Level.IRIS


@pytest.mark.parametrize("words", ["", "?", "le la les", "zzzz"])
def test_nothing_is_found_in_nothing(data: Workspace, words: str) -> None:
    assert search.search(data, words) == []
