"""Sentences of the real commune, against a computation that imports nothing of the project."""

import re

import pytest

from ctg_data.diagnosis import profile, reading
from ctg_data.model import Level
from tests.contre_calcul import phrases
from tests.pages import data_of
from ui.blocks import places
from ui.maps import view as map_view, words as map_words

# card → numerator, denominator, of those whose figures are embedded
SHARES = {
    "AD01": ("foyers_rsa_socle/total", "foyers_allocataires/total"),
    "AD02": ("foyers_prime_activite/total", "foyers_allocataires/total"),
    "AS01A": ("foyers_aide_logement/total", "foyers_allocataires/total"),
}
GAP = re.compile(r"([\d\s,]+)\s*points? (au-dessus|au-dessous)")


@pytest.fixture(scope="module")
def data():
    return data_of(fictional=False)


@pytest.fixture(scope="module")
def rows(data):
    return phrases.lines(data.territory.folder / "donnees")


def shares(data, rows, code: str, level: Level):
    """Each zone of a level with its cell and its exact share of the same year."""
    card = next((one for one in data.indicators() if one.code == code), None)
    assert card is not None
    for zone in data.territory.zones(level):
        cell = data.cell(card, zone)
        place = (str(level), zone.code)
        if cell.value is not None and cell.period > 0:
            yield card, zone, cell, phrases.share(rows, *SHARES[code], place, cell.period)


@pytest.mark.parametrize("code", SHARES)
@pytest.mark.parametrize("level", [Level.IRIS, Level.QPV, Level.COMMUNE])
def test_each_share_shown_is_that_of_the_files(data, rows, code, level):
    seen = 0
    for card, _, cell, exact in shares(data, rows, code, level):
        if exact is not None:
            seen += 1
            assert phrases.french(reading.value_text(cell, card.decimals)) == phrases.printed(
                exact, card.decimals
            )
    assert seen or level is not Level.IRIS


@pytest.mark.parametrize("code", SHARES)
def test_each_gap_is_that_of_exact_values_the_same_year(data, rows, code):
    commune = data.territory.commune
    whole, seen = ("commune", commune.code), 0
    for level in (Level.IRIS, Level.QPV):
        for card, zone, cell, exact in shares(data, rows, code, level):
            known = profile.profile(data, zone, commune, places.in_words(commune))
            line = next(one for one in known.lines if one.indicator.code == code)
            other = phrases.share(rows, *SHARES[code], whole, cell.period)
            if other is None or exact is None:
                assert line.gap is None or not line.gap.made or exact is None
                continue
            seen += 1
            assert line.gap is not None
            expected = phrases.apart(exact, other, card.decimals)
            found = GAP.search(line.gap.text)
            if expected.side == "au niveau":
                assert line.gap.text.startswith("au niveau")
            else:
                assert found
                assert (phrases.french(found[1]), found[2]) == (expected.size, expected.side)
    assert seen > 20 or code == "AD01"


@pytest.mark.parametrize("level", [Level.IRIS, Level.COMMUNE, Level.QPV])
def test_the_ends_of_a_map_are_told_with_their_ties_and_among_how_many(data, level):
    """From the cells that the map shows: who is first is computed again, ties included."""
    tried = ties = partial = 0
    for measure, levels in map_view.offered(data).items():
        if level not in levels:
            continue
        card = data.indicator(measure)
        for period, vintage in map_view.years(data, measure, level).items():
            asked = map_view.Question(card.id, level, vintage, period)
            spots = map_view.matter(data, asked).layer.spots
            zones = {z.code: z for z in data.territory.zones(level) if z.code in spots}
            cells = {code: data.cell(card, zone, period) for code, zone in zones.items()}
            known = {
                code: phrases.Decimal(str(cell.value))
                for code, cell in cells.items()
                if cell.value is not None
            }
            said = map_words.answer(data, asked)
            if len(known) < 2:
                assert len(spots) < 2 or "le plus haut" not in said
                continue
            tried += 1
            high, low = phrases.ends(known, card.decimals)
            partial += len(known) < len(spots)
            assert (f"sur {len(spots)}" in said) or len(known) == len(spots)
            if len(high) == len(known):
                assert "à égalité" in said
                continue
            ties += len(high) > 1 or len(low) > 1
            assert ("les plus hauts, à égalité" in said) == (len(high) > 1)
            assert ("les plus bas, à égalité" in said) == (len(low) > 1)
            top, bottom = said.split(" ; ")[:2]
            assert any(zones[code].label in top for code in high)
            assert any(zones[code].label in bottom for code in low)
    assert tried
    assert ties or level is not Level.COMMUNE
    assert partial or level is not Level.IRIS
