"""Et si…: recomputed by hand, ordered by scenario, silent on a masked zone."""

import html
import math
from dataclasses import replace

import pandas as pd
import pytest

from ctg_data import fr
from ctg_data.decision import projection, what_if
from ctg_data.decision.proposed import decision
from ctg_data.decision.what_if import Opening
from ctg_data.disclosure.adapter.gate import Gated, Secrecy
from ctg_data.errors import TerritoryError
from ctg_data.model import Level, PublicStatus
from ctg_data.opening import complete_workspace
from ctg_data.release import masked
from ctg_data.release.policy import Policy
from tests.pages import Reader, bodies, config, data_of
from tests.tables import SOURCE

PLACE = config(fictional=True)
COMMUNE, EPCI = PLACE.commune, PLACE.epci
A, B, C = PLACE.quartiers[:3]
BORN = {2019: 130, 2020: 120, 2021: 110, 2022: 100, 2023: 90, 2024: 80}
CENSUS = 2023
CHILDREN = 264  # 0.8 child for one of the 330 births of 2020 to 2022
BIRTHS, UNDER_THREE = "naissances_domiciliees", "enfants_moins_3_recensement"
CRECHE, ALL_PLACES = "places_eaje_implantees", "places_petite_enfance"


def row(variable, zone, year, value, category="total"):
    status = PublicStatus.SECRET if value == "s" else PublicStatus.DIFFUSE
    number = None if value == "s" else float(value)
    key = (variable, str(zone.level), zone.code, zone.vintage, year, category)
    return (*key, number, "enfants", str(status), SOURCE.id)


def usual(children=CHILDREN, born=BORN, zones=((A, 100, 10), (B, 64, 0), (C, 100, 40))):
    """A commune with 50 places of crèche and 132 in all, its rate, and three quartiers."""
    lines = [row(BIRTHS, COMMUNE, year, count) for year, count in born.items()]
    lines += [
        row(UNDER_THREE, COMMUNE, CENSUS, children),
        row(ALL_PLACES, COMMUNE, CENSUS, 132),
        row(CRECHE, COMMUNE, CENSUS, 50),
        row("taux_couverture", COMMUNE, CENSUS, 50),
        row("taux_couverture", EPCI, CENSUS, 60),
    ]
    for zone, few, places in zones:
        lines += [row(UNDER_THREE, zone, CENSUS, few), row(CRECHE, zone, CENSUS, places)]
    return behind(lines)


def behind(lines):
    table = pd.DataFrame(lines, columns=masked.COLUMNS)
    release = masked._release(table, {SOURCE.id: SOURCE}, Policy())
    return complete_workspace(PLACE, Gated(release, Secrecy(), pd.DataFrame()))


def projected(data):
    return projection.project(data, decision(PLACE))


def by_zone(table):
    return table.frame.set_index("code")["value"]


# Children to come


def test_children_already_born_are_the_same_in_every_scenario():
    made = projected(usual())
    assert (made.base, made.last_birth, made.first_unknown) == (2023, 2024, 2026)
    assert made.presence == pytest.approx(0.8)
    for one in made.decision.scenarios:
        assert made.children(one.id, 2024) == pytest.approx(0.8 * (110 + 100 + 90))
        assert made.children(one.id, 2025) == pytest.approx(0.8 * (100 + 90 + 80))


def test_unknown_births_start_from_the_mean_of_three_years_and_follow_the_scenario():
    made = projected(usual())
    low, stable, high = made.decision.scenarios
    mean = (100 + 90 + 80) / 3
    for one in (low, stable, high):
        pace = 1 + one.yearly / 100
        later = [mean * pace, mean * pace**2, mean * pace**3]
        assert made.children(one.id, 2026) == pytest.approx(0.8 * (90 + 80 + later[0]))
        assert made.children(one.id, 2028) == pytest.approx(0.8 * sum(later))
    last = made.years[-1]
    assert last == 2025 + made.decision.horizon
    ends = [made.children(one.id, last) for one in (low, stable, high)]
    assert ends == sorted(ends)
    assert ends[0] < ends[1] < ends[2]


def test_a_year_of_births_that_is_missing_ends_what_is_known():
    born = {year: count for year, count in BORN.items() if year != 2023}
    assert projected(usual(born=born)).last_birth == 2022
    assert projected(usual(born={2021: 110, 2022: 100})) is None


def test_hidden_children_make_no_projection():
    assert projected(usual(children="s")) is None


def test_the_trend_of_births_is_what_is_seen():
    assert projected(usual(born={2020: 100, 2021: 110, 2022: 121})).trend == pytest.approx(10)


# The same on the cards

CARDS = {"bas": "PE17A", "stable": "PE17", "haut": "PE17B"}
BY_HAND = {  # 132 places for 0.8 child for one birth: of 90 births a year, moved three times
    "bas": 132 / (0.8 * (81 + 72.9 + 65.61)),
    "stable": 132 / (0.8 * (90 + 90 + 90)),
    "haut": 132 / (0.8 * (99 + 108.9 + 119.79)),
}


def card(data, code):
    return data.table(data.indicator(code))


@pytest.fixture
def by_tenths(monkeypatch):
    """Births that fall by a tenth a year, stay, or rise by a tenth."""
    chosen = decision(PLACE)
    paces = zip(chosen.scenarios, (-10.0, 0.0, 10.0), strict=True)
    moved = replace(chosen, scenarios=tuple(replace(one, yearly=pace) for one, pace in paces))
    monkeypatch.setattr(what_if, "readable", lambda place: moved)


@pytest.mark.usefixtures("by_tenths")
@pytest.mark.parametrize("scenario", CARDS)
def test_a_card_of_projection_is_worked_out_by_hand(scenario):
    """No child of 2028 is born when the last births known are of 2024."""
    cell = card(usual(), CARDS[scenario]).cell("commune", COMMUNE.code)
    assert cell.period == 2028
    assert cell.value == pytest.approx(100 * BY_HAND[scenario])
    assert cell.unit == "places pour 100 enfants"


@pytest.mark.parametrize("scenario", CARDS)
def test_a_card_and_the_page_give_one_figure(scenario):
    data = data_of(fictional=True)
    made, known = projection.project(data, decision(PLACE)), what_if.basis(data)
    told = card(data, CARDS[scenario]).cell("commune", COMMUNE.code)
    _, rates = what_if.scenarios(made, known, 60)
    assert told.value == rates[scenario].cell("commune", COMMUNE.code, told.period).value
    how = data.indicator(CARDS[scenario]).compute
    drawn_on = [data.indicator(one).compute.operand for one in (projection.CHILDREN, "PE03")]
    assert [how.need, how.births, how.offer] == [*drawn_on, what_if.PLACES]


@pytest.mark.parametrize("lacking", [{"children": "s"}, {"born": {2021: 110, 2022: 100}}], ids=str)
def test_a_card_without_its_figures_gives_none(lacking):
    assert card(usual(**lacking), "PE17").shown == 0


def test_a_scenario_that_no_card_knows_is_refused(tmp_path):
    place = replace(PLACE, folder=tmp_path)
    text = (PLACE.folder / "decision.toml").read_text(encoding="utf-8")
    wrong = text.replace('id = "bas"', 'id = "creux"').replace("horizon = 5", "horizon = 2")
    (tmp_path / "decision.toml").write_text(wrong, encoding="utf-8")
    with pytest.raises(TerritoryError, match="bas, stable, haut") as told:
        decision(place)
    assert "« horizon » : 3 ans au moins" in str(told.value)


# Places to create


def test_places_to_create_are_the_children_of_the_aim_less_the_places():
    known = what_if.basis(usual())
    assert (known.period, known.offer, known.guessed) == (CENSUS, 132, ())
    (lacking,) = what_if.to_create(known.children, known, 60).frame["value"]
    assert lacking == 27  # 0,60 × 264 − 132 = 26,4: a part of a place is one more
    (opened,) = what_if.to_create(known.children, known, 60, added=20).frame["value"]
    assert opened == pytest.approx(lacking - 20)
    (reached,) = what_if.to_create(known.children, known, 40).frame["value"]
    assert reached == 0


def test_the_rate_to_come_is_the_offer_on_children_to_come():
    data = usual()
    made, known = projected(data), what_if.basis(data)
    lacking, rates = what_if.scenarios(made, known, 60, 10)
    for one in made.decision.scenarios:
        for year in made.years:
            children = made.children(one.id, year)
            (rate,) = rates[one.id].where(period=year).frame["value"]
            (places,) = lacking[one.id].where(period=year).frame["value"]
            assert rate == pytest.approx(100 * 142 / children)
            assert places == math.ceil(round(max(0.0, 0.6 * children - 142), 6))


def test_what_may_be_aimed_at_is_published_for_that_year():
    found = what_if.targets(usual(), CENSUS)
    assert {key: rate for key, (_, rate) in found.items()} == {"epci": 60}


def test_what_is_not_published_is_estimated_and_said():
    """The real commune: its rate is published, neither its children under three nor its places."""
    data = data_of(fictional=False)
    known = what_if.basis(data)
    place = (str(Level.COMMUNE), data.territory.commune.code)
    rate = data.table(data.indicator("PE11")).cell(*place, known.period).value
    five = data.release.where(variable="population_age", category="0-4")
    children = 0.6 * five.cell(*place, known.period).value
    assert known.guessed_children
    assert known.guessed_places
    assert len(known.guessed) == 2
    assert known.offer == pytest.approx(rate * children / 100)
    _, aimed = what_if.targets(data, known.period)["epci"]
    (lacking,) = what_if.to_create(known.children, known, aimed).frame["value"]
    assert lacking == math.ceil((aimed - rate) / 100 * children)


# Zone by zone


def test_each_zone_is_measured_against_the_whole_commune():
    found = what_if.zones(usual(), Level.QUARTIER)
    assert found.average == pytest.approx(100 * 50 / 264)
    lacking = by_zone(found.lacking(20))
    assert lacking[A.code] == pytest.approx(20 - 10)
    assert lacking[B.code] == 13  # 0,2 × 64 = 12,8
    assert lacking[C.code] == 0
    assert by_zone(found.ratio())[C.code] == 40


def test_in_a_year_to_come_a_zone_keeps_its_share_of_children():
    data = usual()
    made = projected(data)
    found = what_if.zones(data, Level.QUARTIER, made, "bas", 2028)
    grown = made.children("bas", 2028) / CHILDREN
    assert by_zone(found.children)[A.code] == pytest.approx(100 * grown)
    assert set(found.children.frame["period"]) == {2028}


def test_a_masked_zone_gets_no_estimate():
    data = usual(zones=((A, 100, 10), (B, "s", 0), (C, 100, 40)))
    made = projected(data)
    found = what_if.zones(data, Level.QUARTIER, made, "haut", 2029)
    for table in (
        found.children,
        found.ratio(),
        found.lacking(20),
        found.ratio(Opening(B.code, 9)),
    ):
        kept = table.frame.set_index("code")
        assert kept.loc[B.code, "sign"] == "s"
        assert pd.isna(kept.loc[B.code, "value"])
        assert kept.loc[A.code, "value"] > 0


def test_a_structure_changes_its_zone_and_no_other():
    found = what_if.zones(usual(), Level.QUARTIER)
    before, after = by_zone(found.ratio()), by_zone(found.ratio(Opening(B.code, 16)))
    assert after[B.code] == pytest.approx(100 * 16 / 64)
    assert [after[one.code] == before[one.code] for one in (A, B, C)] == [True, False, True]


# On the page


def test_the_page_says_what_it_supposes_and_follows_the_reader(monkeypatch):
    app = Reader(monkeypatch, usual()).open("et_si")
    assert not app.exception
    text = html.unescape(bodies(app))
    chosen = decision(PLACE)
    assert fr.day(chosen.dated) in text
    assert all(fr.spaced(one.reason) in text for one in chosen.scenarios)
    assert f"27{fr.WIDE}places en {CENSUS}" in text  # 0,60 × 264 − 132 = 26,4
    app.slider(key="ouvertes").set_value(20).run()
    assert f"7{fr.WIDE}places en {CENSUS}" in html.unescape(bodies(app))
    app.selectbox(key="cible").select("objectif").run()
    app.slider(key="but").set_value(45).run()
    assert "atteint déjà 45,0 places pour 100 enfants" in html.unescape(bodies(app))
    assert not app.exception


def test_a_masked_zone_is_not_offered_to_open_a_structure(monkeypatch):
    data = usual(zones=((A, 100, 10), (B, "s", 0), (C, 100, 40)))
    app = Reader(monkeypatch, data).open("et_si")
    assert not app.exception
    assert app.selectbox(key="zone").options == [A.label, C.label]


def test_a_structure_puts_places_within_reach_of_zones_told_before_and_after(monkeypatch):
    data = data_of(fictional=True)
    app = Reader(monkeypatch, data).open("et_si")
    assert not app.exception
    text = html.unescape(bodies(app))
    assert fr.spaced("Qui aurait plus de places à portée ?") in text
    zone = next(
        one
        for level in what_if.levels(data)[:1]
        for one in data.territory.zones(level)
        if one.code == app.selectbox(key="zone").value
    )
    kind = decision(data.territory).kinds[0]
    found = data.opened(data.indicator("PE14C"), zone, kind.places)
    first = found.gain.frame.sort_values("value").iloc[-1]["code"]
    for table in (found.before, found.after):
        assert fr.number(table.cell("iris", first).value, 1) in text
