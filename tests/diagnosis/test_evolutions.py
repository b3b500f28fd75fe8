"""What changed this year: nothing ranked that is hidden, crossed that is cut, or dramatised."""

import pandas as pd
import pytest

from ctg_data import fr
from ctg_data.diagnosis import compared_years, evolutions
from ctg_data.diagnosis.evolutions import Evolutions
from ctg_data.disclosure.adapter.gate import Gated, Secrecy
from ctg_data.model import Level, PublicStatus
from ctg_data.opening import complete_workspace
from ctg_data.release import masked
from ctg_data.release.policy import Policy
from tests.pages import config
from tests.tables import SOURCE
from ui.charts import figures as charts, moves as chart_moves

HOUSEHOLDS, BONUS = "foyers_allocataires", "foyers_prime_activite"
LOW, BASE = "foyers_bas_revenus", "foyers_reference_revenus"


def place():
    return config(fictional=True)


def qpv(vintage):
    return [one.code for one in place().qpv if one.vintage == vintage]


def workspace(*rows):
    """A territory behind the gate: (variable, level, code, vintage, year, number or « s »)."""
    lines = []
    for variable, level, code, vintage, year, value in rows:
        hidden = value == "s"
        status = PublicStatus.SECRET if hidden else PublicStatus.DIFFUSE
        number = None if hidden else float(value)
        key = (variable, level, code, vintage, year, "total")
        lines.append((*key, number, "foyers", str(status), SOURCE.id))
    table = pd.DataFrame(lines, columns=masked.COLUMNS)
    release = masked._release(table, {SOURCE.id: SOURCE}, Policy())
    return complete_workspace(place(), Gated(release, Secrecy(), pd.DataFrame()))


def commune(variable, before, after, years=(2023, 2024)):
    code = place().commune.code
    first, last = years
    return [
        (variable, "commune", code, 2025, first, before),
        (variable, "commune", code, 2025, last, after),
    ]


def zone(variable, code, before, after, vintage=2024):
    return [
        (variable, "qpv", code, vintage, 2023, before),
        (variable, "qpv", code, vintage, 2024, after),
    ]


def found(*rows):
    data = workspace(*rows)
    made = Evolutions(data)
    made.kept_alive = data  # the workspace outlives what is made of it
    return data, made


def shown(evolution):
    return evolution.move.text.replace("\u202f", "").replace("\u00a0", " ")


# What is told


def test_the_last_year_is_compared_with_the_one_before():
    _, made = found(*commune(HOUSEHOLDS, 1000, 1100))
    assert (made.before, made.last) == (2023, 2024)
    (one,) = made.commune
    assert shown(one) == "+10,0 % depuis 2023 (+100 foyers)"


def test_the_largest_relative_change_comes_first_and_a_hidden_one_last():
    _, made = found(
        *commune(HOUSEHOLDS, 1000, 1010),
        *commune(BONUS, 400, 300),
        *commune("foyers_rsa", "s", 900),
    )
    counts = [one.indicator.code for one in made.commune if one.indicator.is_count]
    assert counts == ["AD02A", "CTX02", "AD01A"]
    assert not made.commune[-1].told


def test_one_year_alone_gives_no_evolution():
    code = place().commune.code
    _, made = found((HOUSEHOLDS, "commune", code, 2025, 2024, 1000))
    assert made.before is None
    assert made.commune == ()
    assert made.remarks() == []


def test_a_small_number_is_told_in_households_and_never_in_percent():
    first = qpv(2024)[0]
    data, made = found(*commune(HOUSEHOLDS, 1000, 1010), *zone(HOUSEHOLDS, first, 40, 20))
    (one,) = made.zones(Level.QPV, data.indicator("CTX02"))
    assert shown(one) == "−20 foyers depuis 2023"
    assert one.share is None
    assert not one.doubtful
    drawn = made.shares([data.indicator("CTX02")], [one.zone])
    assert drawn.shown == 0


def test_a_large_change_asks_to_be_checked():
    _, made = found(*commune(HOUSEHOLDS, 1000, 1380))
    assert made.commune[0].doubtful


# What is hidden


def test_a_hidden_cell_is_named_and_never_ranked_nor_drawn():
    first, second = qpv(2024)[:2]
    data, made = found(
        *commune(HOUSEHOLDS, 1000, 1010),
        *zone(HOUSEHOLDS, first, "s", 900),
        *zone(HOUSEHOLDS, second, 300, 303),
    )
    indicator = data.indicator("CTX02")
    rows = made.zones(Level.QPV, indicator)
    assert [one.zone.code for one in rows] == [second, first]
    assert "secret statistique" in shown(rows[1])
    table = made.shares([indicator], [one.zone for one in rows])
    assert table.cell("qpv", first).value is None
    chart = charts.bars(table, data.label, decimals=1)
    assert len(chart.figure.data[0].x) == 1


def test_a_change_of_a_hidden_cell_is_in_no_figure_of_the_commune():
    data, made = found(*commune(HOUSEHOLDS, 1000, 1010), *commune(BONUS, "s", 300))
    counts = [one.indicator for one in made.commune if one.indicator.is_count]
    table = made.shares(counts, [place().commune])
    words = {one.id: one.title for one in counts}
    chart = chart_moves.moves(table, words, decimals=1, title="Évolution")
    assert list(chart.figure.data[0].y) == [data.indicator("CTX02").id]
    (note,) = chart.figure.layout.annotations
    assert note.text == "s"


def test_a_change_within_rounding_is_drawn_as_stable_and_not_in_percent():
    data, made = found(*commune(HOUSEHOLDS, 100000, 100001), *commune(BONUS, 400, 420))
    counts = [one.indicator for one in made.commune]
    table = made.shares(counts, [place().commune])
    stable = {one.indicator.id for one in made.commune if one.move.stable}
    chart = chart_moves.moves(
        table, {one.id: one.code for one in counts}, decimals=1, title="Évolution", stable=stable
    )
    (bars,) = chart.figure.data
    drawn = dict(zip(bars.y, zip(bars.x, bars.text, strict=True), strict=True))
    assert drawn[data.indicator("CTX02").id] == (0, "stable")
    assert drawn[data.indicator("AD02A").id] == (5, f"+5,0{fr.WIDE}%")
    assert "CTX02 stable" in chart.alt


# What does not compare


def test_a_break_of_series_is_said_and_never_crossed():
    years = (2018, 2019)
    data, made = found(*commune(HOUSEHOLDS, 1000, 1010, years), *commune(BONUS, 400, 900, years))
    cut = {one.indicator.code: one for one in made.commune}["AD02A"]
    assert "rupture de série en 2019" in shown(cut)
    assert not cut.told
    assert {one.code for one, _ in made.breaks()} >= {"AD02A"}
    table = made.shares([data.indicator("AD02A")], [place().commune])
    assert table.shown == 0


def test_two_generations_of_qpv_are_two_places_and_it_is_said():
    data, made = found(
        *commune(HOUSEHOLDS, 1000, 1010),
        (HOUSEHOLDS, "qpv", qpv(2015)[0], 2015, 2023, 300),
        (HOUSEHOLDS, "qpv", qpv(2024)[0], 2024, 2024, 400),
    )
    (one,) = made.zones(Level.QPV, data.indicator("CTX02"))
    assert not one.told
    assert any("nouveaux contours" in text for text in made.remarks())


def test_a_missing_year_is_said():
    _, made = found(*commune(HOUSEHOLDS, 1000, 1010, (2021, 2024)))
    assert any("Aucune donnée 2023" in text for text in made.remarks())


# Unfavourable and getting worse


@pytest.mark.parametrize(
    ("before", "after", "households", "expected"),
    [
        pytest.param(150, 180, 500, 1, id="worse than the commune and worsening"),
        pytest.param(180, 150, 500, 0, id="worse, but better than last year"),
        pytest.param(50, 80, 500, 0, id="worsening, but better than the commune"),
        pytest.param(150, 153, 500, 0, id="by fewer than five households"),
        pytest.param("s", 180, 500, 0, id="hidden"),
    ],
)
def test_an_alert_takes_a_worse_level_and_a_worse_year(before, after, households, expected):
    first = qpv(2024)[0]
    _, made = found(
        *commune(HOUSEHOLDS, 5000, 5000),
        *commune(LOW, 1000, 1000),
        *commune(BASE, 4000, 4000),
        *zone(HOUSEHOLDS, first, 600, 600),
        *zone(LOW, first, before, after),
        *zone(BASE, first, households, households),
    )
    assert len(made.alerts) == expected
    if expected:
        assert made.alerts[0].evolution.indicator.code == "CTX06"
        assert "au-dessus de la commune" in made.alerts[0].gap.text


def test_only_what_the_caf_counts_is_followed():
    _, made = found(*commune(HOUSEHOLDS, 1000, 1010))
    codes = {one.code for one in made.indicators}
    assert {"CTX02", "AD02A", "PE02"} <= codes
    assert not codes & {"CTX01", "PE03", "PE11", "PE06"}


def test_evolutions_are_made_once_for_all_readers():
    data = workspace(*commune(HOUSEHOLDS, 1000, 1010))
    assert evolutions.evolutions(data) is evolutions.evolutions(data)


def test_years_on_offer_are_those_of_the_commune_then_those_of_its_zones():
    code, iris = place().commune.code, place().zones(Level.IRIS)[0]
    rows = [(HOUSEHOLDS, "commune", code, 2025, year, 1000 + year) for year in (2022, 2023, 2024)]
    rows += [
        (HOUSEHOLDS, "iris", iris.code, iris.vintage, year, year - 1800) for year in (2018, 2020)
    ]
    data = workspace(*rows)
    assert compared_years.comparable(data) == [(2023, 2024), (2022, 2023), (2018, 2020)]

    usual = evolutions.evolutions(data)
    assert (usual.before, usual.last, usual.levels()) == (2023, 2024, [])
    assert usual.elsewhere() == (2018, 2020)

    chosen = evolutions.evolutions(data, (2018, 2020))
    assert chosen.levels() == [Level.IRIS]
    (moved,) = chosen.zones(Level.IRIS, data.indicator("CTX02"))
    assert (moved.before.value, moved.after.value) == (218, 220)
    assert chosen.elsewhere() is None
    assert not chosen.commune


def test_one_year_alone_compares_with_nothing():
    code = place().commune.code
    assert not compared_years.comparable(workspace((HOUSEHOLDS, "commune", code, 2025, 2024, 1000)))


def test_a_level_whose_other_year_is_unknown_offers_nothing_to_compare():
    (code, *_), year = qpv(2024), (HOUSEHOLDS, "qpv")
    rows = commune(HOUSEHOLDS, 900, 950)
    data = workspace(*rows, (*year, code, 2024, 2024, 300))
    made = evolutions.evolutions(data)
    assert made.levels() == [Level.QPV]
    assert made.counted(Level.QPV) == []


def test_a_level_where_nothing_moved_is_still_compared():
    (code, *_) = qpv(2024)
    data = workspace(*commune(HOUSEHOLDS, 900, 950), *zone(HOUSEHOLDS, code, 300, 300))
    made = evolutions.evolutions(data)
    assert made.counted(Level.QPV) == [data.indicator("CTX02")]


@pytest.mark.parametrize(
    ("last", "doubtful"),
    [(1299, False), (1300, True), (1301, True), (1360, True), (701, False), (700, True)],
)
def test_a_third_more_or_less_is_to_be_checked_from_thirty_percent_on(last, doubtful):
    from types import SimpleNamespace

    from ctg_data.diagnosis.one_change import Evolution

    before, after = (SimpleNamespace(value=float(value)) for value in (1000, last))
    count = SimpleNamespace(is_count=True)
    assert Evolution(count, None, before, after, None).doubtful is doubtful
