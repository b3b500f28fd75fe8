"""Figures: masked tables only, hidden cells in their place, nothing told by the drawing."""

import pandas as pd
import plotly.io as pio
import pytest

from ctg_data.catalogue.cards import Break
from ctg_data.errors import UnmaskedDataError
from tests.tables import label, table
from ui.charts import figures as charts
from ui.charts.base import CONFIG, axis_range

YEAR = 2023
ALL = {
    "bars": lambda t: charts.bars(t, label, decimals=1),
    "lines": lambda t: charts.lines(t, label, decimals=1),
    "gaps": lambda t: charts.gaps(t, label, reference=("epci", "M"), decimals=1),
    "parts": lambda t: charts.parts(
        t, label, decimals=1, variables={"essai": "Tout"}, order=[("commune", "A")]
    ),
}


@pytest.fixture
def places():
    return table(
        [
            ("commune", "A", YEAR, 61.7),
            ("commune", "B", YEAR, "s"),
            ("commune", "C", YEAR, 110.0),
            ("epci", "M", YEAR, 63.5),
        ]
    )


def words(chart) -> str:
    """Every text laid on a figure."""
    figure = chart.figure
    ticks = list(figure.layout.yaxis.ticktext or []) + list(figure.layout.xaxis.ticktext or [])
    notes = [one.text for one in figure.layout.annotations]
    texts = [str(text) for trace in figure.data for text in (trace.text or [])]
    return " ".join([*ticks, *notes, *texts])


@pytest.mark.parametrize("kind", ALL)
def test_a_figure_refuses_what_has_not_been_masked(kind, places):
    with pytest.raises(UnmaskedDataError):
        ALL[kind](pd.DataFrame({"value": [7919]}))
    assert ALL[kind](places).alt


def test_bars_rank_shown_places_and_leave_the_hidden_one_last(places):
    figure = charts.bars(places, label, decimals=1, highlight="A").figure
    order = [key.split(":")[1] for key in figure.layout.yaxis.categoryarray]
    assert order == ["C", "M", "A", "B"]
    assert list(figure.data[0].x) == [110.0, 63.5, 61.7]  # nothing at all for B, above all no 0


def test_a_hidden_place_says_why(places):
    chart = charts.bars(places, label, decimals=1, title="Essai")
    assert "s\u202f: secret statistique" in words(chart)
    assert "Bruyère s" in chart.alt


def test_numbers_are_written_in_french_beside_the_bars(places):
    assert {"61,7", "110,0"} <= set(words(charts.bars(places, label, decimals=1)).split())


def test_the_reference_is_a_line_with_its_name(places):
    reference = places.where(level="epci")
    chart = charts.bars(
        places.where(level="commune"), label, decimals=1, reference=reference, title="Essai"
    )
    assert chart.figure.layout.shapes[0].x0 == 63.5
    assert "Métropole des Exemples\u00a0: 63,5" in words(chart)


def test_the_axis_comes_from_shown_numbers_only(places):
    """Room for a hidden bar would be a lower bound of what it hides."""
    without = places.where(code=["A", "C", "M"])
    ranges = [
        charts.bars(one, label, decimals=1).figure.layout.xaxis.range for one in (places, without)
    ]
    assert ranges[0] == ranges[1]


@pytest.mark.parametrize("values", [[], [0.0], [5.0, 5.0], [-3.0, 2.0]])
def test_an_axis_always_has_a_width(values):
    low, high = axis_range(values)
    assert low < high


def test_gaps_are_drawn_in_points_around_the_reference(places):
    chart = charts.gaps(places, label, reference=("epci", "M"), decimals=1, title="Essai")
    dots = dict(zip(chart.figure.data[1].y, chart.figure.data[1].x, strict=True))
    assert dots["commune:A"] == pytest.approx(-1.8)
    assert "commune:B" not in dots
    assert "−1,8" in words(chart)
    assert "secret statistique" in words(chart)


def test_gaps_without_reference_fall_back_on_bars(places):
    chart = charts.gaps(places, label, reference=("region", "Z"), decimals=1)
    assert list(chart.figure.data[0].x) == [110.0, 63.5, 61.7]


def series(*points):
    return table([("commune", "A", year, value) for year, value in points])


def test_a_masked_year_leaves_a_gap_and_its_sign():
    chart = charts.lines(series((2020, 10), (2021, "s"), (2022, 12)), label, decimals=0)
    (line,) = chart.figure.data
    assert list(line.y) == [10, None, 12]
    assert line.connectgaps is False
    signs = [(one.x, one.y, one.yref) for one in chart.figure.layout.annotations if one.text == "s"]
    assert signs == [(2021, 0, "paper")]  # on the axis: a height would be a value
    assert "2021 s" in chart.alt


def test_a_missing_year_leaves_a_gap_too():
    (line,) = charts.lines(series((2019, 4), (2021, 6)), label, decimals=0).figure.data
    assert list(line.y) == [4, None, 6]


def test_a_break_cuts_the_line_and_is_said():
    cut = Break(2019, "nouvelle prime d'activité")
    chart = charts.lines(
        series((2018, 10), (2019, 14)), label, decimals=0, breaks=(cut,), title="Essai"
    )
    (line,) = chart.figure.data
    assert list(line.y) == [10, None, 14]
    assert "rupture de série en 2019" in words(chart)
    assert "Rupture de série en 2019 : nouvelle prime d'activité" in chart.alt


def test_two_generations_of_qpv_are_never_joined():
    old = table([("qpv", "A", 2022, 10), ("qpv", "A", 2023, 11)], vintage=2015)
    new = table([("qpv", "A", 2024, 30)], vintage=2024)
    chart = charts.lines(old.join(new), label, decimals=0)
    assert len(chart.figure.data) == 2
    assert "contours 2015" in chart.alt
    assert "contours 2024" in chart.alt


def test_parts_share_one_scale_and_one_order():
    order = [("commune", "A"), ("epci", "M")]
    both = table([("epci", "M", YEAR, 24.1), ("commune", "A", YEAR, 36.5)], variable="eaje")
    other = table([("epci", "M", YEAR, 36.4), ("commune", "A", YEAR, "s")], variable="psu")
    chart = charts.parts(
        both.join(other),
        label,
        decimals=1,
        variables={"eaje": "Crèches", "psu": "Autres"},
        order=order,
        highlight="A",
    )
    assert list(chart.figure.layout.yaxis.ticktext)[0::2] == ["Aubépine", "Aubépine"]
    assert list(chart.figure.data[0].x) == [36.5, 24.1, 36.4]
    assert "secret statistique" in words(chart)
    assert "Crèches : Métropole des Exemples 24,1" in chart.alt


def test_no_picture_can_be_taken_from_the_toolbar():
    """A picture without logos, source and note may not leave (article 8)."""
    assert CONFIG["displayModeBar"] is False
    assert "toImage" in CONFIG["modeBarButtonsToRemove"]


@pytest.mark.parametrize("kind", ALL)
def test_an_empty_table_is_an_empty_figure(kind):
    empty = table([("commune", "A", YEAR, 1.0)]).where(code="Z")
    assert ALL[kind](empty).figure is not None


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
def test_what_is_sent_of_a_figure_is_what_it_tells_each_time_that_it_is_asked(make, places):
    chart = make(places.where(period=YEAR))
    told = pio.to_json(chart.figure, validate=False)
    assert told == pio.to_json(chart.ready.to_dict(), validate=False)
    taken = chart.ready.to_dict()
    taken["data"][0].clear()
    taken.pop("layout")
    assert told == pio.to_json(chart.ready.to_dict(), validate=False)
