"""A bound is drawn open, with its words and an arrow, and is no bar among the others."""

import pytest

from ctg_data.catalogue.indicators import catalogue
from ctg_data.diagnosis import ranking
from ctg_data.release.masked import Cell
from tests.tables import label, table
from ui.charts import bounded, figures as charts, ranks as chart_ranks
from ui.charts.base import Chart, largest_first, rows
from ui.state import colours

CARD = next(one for one in catalogue().values() if one.code == "PA09")
ROWS = [
    ("iris", "A", 2025, 5),
    ("iris", "B", 2025, "au moins 8"),
    ("iris", "C", 2025, "au plus 3"),
    ("iris", "M", 2025, "s"),
]


class Release:
    def __init__(self, release):
        self.release = release


def zones():
    return table(ROWS, variable=CARD.id, unit="structures")


def ranked() -> Chart:
    found = ranking.ranking(Release(zones()), CARD, zones())
    return chart_ranks.ranks(zones(), found, label, decimals=0, title="Essai")


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


DRAWN = {
    "bars": lambda: charts.bars(zones(), label, decimals=0, title="Essai"),
    "parts": lambda: charts.parts(
        zones(),
        label,
        decimals=0,
        variables={CARD.id: "Lieux"},
        order=[(level, code) for level, code, _, _ in ROWS],
    ),
    "ranks": ranked,
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_bound_is_told_in_words_and_explained_under_the_figure(name: str) -> None:
    chart = DRAWN[name]()
    assert "au moins 8" in plain(chart.alt)
    assert "au plus 3" in plain(chart.alt)
    notes = [plain(one.text.replace("<br>", " ")) for one in chart.figure.layout.annotations]
    assert bounded.LEGEND in notes
    assert not any("≥" in one for one in (*notes, chart.alt))
    dashed = [one for one in chart.figure.layout.shapes if one.line.dash == "dash"]
    assert len(dashed) == 2


@pytest.mark.parametrize("name", DRAWN)
def test_its_words_stand_with_its_name_where_a_phone_has_room(name: str) -> None:
    names = [plain(one.replace("<br>", " ")) for one in DRAWN[name]().figure.layout.yaxis.ticktext]
    assert {"Bruyère : au moins 8", "Colza : au plus 3", "Aubépine"} <= set(names)


@pytest.mark.parametrize("name", ["bars", "parts"])
def test_its_bar_is_open_and_its_arrow_says_which_way_it_goes(name: str) -> None:
    (trace,) = DRAWN[name]().figure.data
    told = dict(zip(map(plain, trace.text), trace.marker.color, strict=True))
    assert told["→"] == told["←"] == charts.CLEAR
    assert told["5"] != charts.CLEAR


def test_a_figure_comes_before_a_bound_and_a_hidden_place_after() -> None:
    assert [one.code for one in largest_first(rows(zones(), label))] == ["A", "B", "C", "M"]


def test_a_figure_without_bounds_has_no_legend_for_them() -> None:
    chart = charts.bars(table(ROWS[:1]), label, decimals=0)
    assert not chart.figure.layout.shapes
    assert not any("Tireté" in one.text for one in chart.figure.layout.annotations)


def test_a_rank_has_an_open_dot_and_no_interval_of_a_draw() -> None:
    trace = ranked().figure.data[0]
    symbols = dict(zip(trace.y, trace.marker.symbol, strict=True))
    assert symbols["iris:A"] == "circle"
    assert symbols["iris:B"] == symbols["iris:C"] == "circle-open"
    arrows = {one.text for one in ranked().figure.layout.annotations} & {"→", "←"}
    assert arrows == {"→", "←"}


def test_a_series_does_not_join_a_bound() -> None:
    years = [(2022, 4), (2023, 5), (2024, "au moins 6"), (2025, 7)]
    made = table([("commune", "A", year, value) for year, value in years])
    chart = charts.lines(made, label, decimals=0, title="Essai")
    line, dots = chart.figure.data
    assert dict(zip(line.x, line.y, strict=True))[2024] is None
    assert (dots.x, dots.y) == ((2024,), (6.0,))
    assert dots.marker.symbol == "circle-open"
    assert plain(dots.text[0]) == "au moins 6 ↑"
    assert "2024 au moins 6, 2025 7" in plain(chart.alt)


def test_a_gap_to_a_bound_is_not_drawn() -> None:
    made = table([*ROWS[:2], ("commune", "C", 2025, 3)])
    chart = charts.gaps(made, label, reference=("commune", "C"), decimals=0, title="Essai")
    drawn = [key for one in chart.figure.data if one.mode == "markers+text" for key in one.y]
    assert drawn == ["iris:A"]
    assert "Bruyère au moins 8" in plain(chart.alt)
    assert any("écart non calculé" in one.text for one in chart.figure.layout.annotations)


def test_the_outline_is_read_on_white() -> None:
    assert bounded.LINE["color"] == colours.MUTED
    assert bounded.LINE["width"] >= 2
    assert isinstance(rows(zones(), label)[1].cell, Cell)
