"""Ranks are worth what the counts behind them are worth."""

from dataclasses import replace

import pytest

from ctg_data.catalogue.indicators import catalogue, compute
from ctg_data.diagnosis import ranking
from ctg_data.diagnosis.ranking import Part, Span
from ctg_data.model import PublicStatus
from ctg_data.release.masked import Cell
from tests.tables import table

CODES = {one.code: one for one in catalogue().values()}
SHARE = CODES["AD01"]  # RSA socle among households: a share of people, a fall is favourable
TOP, BOTTOM = SHARE.compute.numerator[0], SHARE.compute.denominator[0]


class Release:
    """What a ranking asks of a workspace."""

    def __init__(self, release):
        self.release = release


def zones(*rows):
    """Zones with their households on RSA and their households, and the share of each."""
    parts = []
    for operand, rank in ((TOP, 1), (BOTTOM, 2)):
        name, _, category = operand.partition("/")
        made = table(
            [("iris", row[0], 2024, row[rank]) for row in rows], variable=name, unit="foyers"
        )
        assert category == "total"
        parts.append(made)
    release = parts[0].join(parts[1])
    return Release(release), compute(release, SHARE)


def test_the_most_worrying_zone_comes_first():
    data, shares = zones(("A", 100, 1000), ("B", 300, 1000), ("C", 200, 1000))
    found = ranking.ranking(data, SHARE, shares)
    assert [one.place[1] for one in found.standings] == ["B", "C", "A"]
    assert [one.rank for one in found.standings] == ["1", "2", "3"]


def test_the_order_turns_with_the_polarity():
    data, shares = zones(("A", 100, 1000), ("B", 300, 1000))
    rising = replace(SHARE, polarity="hausse")
    assert [one.place[1] for one in ranking.ranking(data, rising, shares).standings] == ["A", "B"]


def test_small_counts_share_a_rank():
    data, shares = zones(("A", 30, 150), ("B", 33, 150), ("C", 600, 1000))
    found = ranking.ranking(data, SHARE, shares)
    assert [(one.place[1], one.rank) for one in found.standings] == [
        ("C", "1"),
        ("B", "2 à 3"),
        ("A", "2 à 3"),
    ]


def test_a_masked_zone_is_apart_and_a_missing_one_too():
    data, shares = zones(("A", 100, 1000), ("B", "s", 1000), ("C", "n.d.", 1000))
    found = ranking.ranking(data, SHARE, shares)
    assert [one.place[1] for one in found.standings] == ["A"]
    assert found.masked == (("iris", "B"),)
    assert found.missing == (("iris", "C"),)
    assert found.standings[0].rank == "1"


def test_a_zone_is_on_a_side_only_beyond_doubt():
    data, shares = zones(("A", 100, 1000), ("B", 152, 1000), ("C", 300, 1000))
    base = Cell(15.0, PublicStatus.DIFFUSE, 2024, "%")
    sides = {one.place[1]: one.side for one in ranking.ranking(data, SHARE, shares, base).standings}
    assert sides == {"A": -1, "B": 0, "C": 1}


def test_the_interval_of_a_share_is_that_of_wilson():
    """81 in 263: 25,5 to 36,6 % (Newcombe, 1998, Statistics in Medicine 17, table I)."""
    data, shares = zones(("A", 81, 263))
    own = ranking.ranking(data, SHARE, shares).standings[0].span
    assert own.low == pytest.approx(25.53, abs=0.01)
    assert own.high == pytest.approx(36.62, abs=0.01)


def test_rounding_widens_the_interval():
    plain = ranking._share([Part(TOP, _cell(80))], [Part(BOTTOM, _cell(260))])
    rounded = ranking._share(
        [Part(TOP, _cell(80, rounded=True))], [Part(BOTTOM, _cell(260, rounded=True))]
    )
    assert rounded.low < plain.low < plain.high < rounded.high


def test_places_do_not_waver_and_people_do():
    assert ranking._count([Part("places_eaje_implantees/total", _cell(60))]) == Span(60, 60)
    people = ranking._count([Part(BOTTOM, _cell(100))])
    assert people.low == pytest.approx(80.4)
    assert people.high == pytest.approx(119.6)


def test_an_age_band_counted_in_part_weighs_its_part():
    half = ranking._count([Part(BOTTOM, _cell(400), 0.25)])
    assert half == ranking._count([Part(BOTTOM, _cell(100))])


def test_a_published_rate_moves_by_its_decimals_only():
    rates = table([("commune", "A", 2023, 61.7), ("commune", "B", 2023, 63.6)])
    found = ranking.ranking(Release(rates), CODES["PE11"], rates)
    assert [one.rank for one in found.standings] == ["1", "2"]
    assert not found.counted


@pytest.mark.parametrize("count", [0, 1, 50, 100])
def test_a_share_stays_between_nothing_and_everything(count):
    own = ranking._share([Part(TOP, _cell(count))], [Part(BOTTOM, _cell(100))])
    least = 1e-9
    assert -least <= own.low <= count + least
    assert count - least <= own.high <= 100 + least


def _cell(value, *, rounded=False):
    status = PublicStatus.ARRONDI if rounded else PublicStatus.DIFFUSE
    return Cell(float(value), status, 2024, "foyers")
