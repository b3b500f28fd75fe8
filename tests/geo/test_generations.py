"""Two generations of QPV: who says which, and who is the heir of whom."""

import pytest
from shapely.geometry import box

from ctg_data.errors import UserError
from ctg_data.model import Level
from ctg_data.territory import config as territory
from geo.outlines import generations, zones
from geo.outlines.zones import Outline
from tests.pages import config


def qpv(code: str, form) -> Outline:
    vintage = generations.of_code(code) or 0
    return Outline(Level.QPV, code, vintage, f"Quartier {code}", form)


@pytest.mark.parametrize(
    ("told", "codes", "period", "expected"),
    [
        (2024, [], None, 2024),
        (None, ["QP000001"], 2024, 2015),  # its codes say it: the year does not
        (None, ["QN00001M"], 2022, 2024),
        (2015, ["QP000001", "QP000002"], None, 2015),
        (None, [], 2022, 2015),
        (None, [], 2023, 2024),  # December 2023 is published on the new boundaries
        (None, ["00100"], 2023, 2024),
    ],
)
def test_declaration_or_codes_decide_and_the_year_by_default(told, codes, period, expected):
    assert generations.decide("fichier", codes, told, period) == expected


@pytest.mark.parametrize(
    ("told", "codes", "words"),
    [
        (2015, ["QN00001M"], "2015 est annoncée, mais les codes sont ceux de 2024"),
        (2024, ["QP000001"], "2024 est annoncée, mais les codes sont ceux de 2015"),
        (None, ["QP000001", "QN00001M"], "deux générations de QPV sont mêlés"),
        (2020, [], "la génération 2020 des QPV est inconnue"),
        (None, [], "rien ne dit la génération"),
    ],
)
def test_a_disagreement_is_an_error(told, codes, words):
    with pytest.raises(UserError, match=words):
        generations.decide("fichier", codes, told)


OLD = [qpv("QP000001", box(0, 46, 0.02, 46.02)), qpv("QP000002", box(0.1, 46, 0.12, 46.02))]
NEW = [qpv("QN00002M", box(0, 46, 0.04, 46.02)), qpv("QN00001I", box(0.1, 46, 0.12, 46.02))]


def test_equal_numbers_are_not_heirs():
    shares = generations.passage(OLD, NEW)
    assert {(one.old, one.new) for one in shares} == {
        ("QP000001", "QN00002M"),
        ("QP000002", "QN00001I"),
    }
    told = generations.rupture(OLD[0], NEW[1], shares)
    assert "n'ont aucun terrain commun" in told


def test_shares_are_measured_both_ways_and_a_break_is_told():
    shares = generations.passage(OLD, NEW)
    assert shares[0].of_old == pytest.approx(1.0)
    assert shares[0].of_new == pytest.approx(0.5, abs=1e-3)
    told = generations.rupture(OLD[0], NEW[0], shares).replace("\u202f", " ").replace("\u00a0", " ")
    assert "Rupture de série" in told
    assert "100 % de l'ancien périmètre est dans le nouveau, dont il fait 50 %" in told
    assert shares[1].unchanged
    assert generations.rupture(OLD[1], NEW[1], shares) == ""


def test_a_sliver_is_not_a_passage():
    beside = qpv("QN00003N", box(0.0199, 46, 0.05, 46.02))
    assert generations.passage(OLD[:1], [beside]) == []


def test_a_split_gives_to_both():
    halves = [qpv("QN00004M", box(0, 46, 0.01, 46.02)), qpv("QN00005M", box(0.01, 46, 0.02, 46.02))]
    shares = generations.passage(OLD[:1], halves)
    assert sum(one.of_old for one in shares) == pytest.approx(1.0)
    assert [round(one.of_new, 3) for one in shares] == [1.0, 1.0]


def test_which_communes_a_zone_covers():
    towns = [
        Outline(Level.COMMUNE, "00100", 2025, "A", box(-1, 45, 0.015, 47)),
        Outline(Level.COMMUNE, "00101", 2025, "B", box(0.015, 45, 1, 47)),
        Outline(Level.COMMUNE, "00102", 2025, "C", box(3, 45, 4, 47)),
    ]
    covered = generations.communes_covered(OLD[0], towns)
    assert set(covered) == {"00100", "00101"}
    assert covered["00100"] == pytest.approx(0.75, abs=1e-3)


def test_a_border_drawn_twice_is_no_other_commune():
    towns = [
        Outline(Level.COMMUNE, "00100", 2025, "A", box(-1, 45, 0.019, 47)),
        Outline(Level.COMMUNE, "00101", 2025, "B", box(0.019, 45, 1, 47)),
    ]
    assert generations.told([OLD[0], *towns], {"QP000001": ("00100",)}) == []
    [told] = generations.told([OLD[0], *towns], {"QP000001": ("00100", "00101")})
    assert "s'étend sur plusieurs communes" in told


def test_the_example_follows_the_ground_and_not_the_numbers():
    place = config(fictional=True)
    outlines, _ = zones.read_folder(place)
    old = [one for one in outlines if one.vintage == 2015 and one.level is Level.QPV]
    new = [one for one in outlines if one.vintage == 2024 and one.level is Level.QPV]
    heirs = {(one.old, one.new) for one in generations.passage(old, new)}
    assert ("QP000003", "QN00001M") in heirs
    assert ("QP000004", "QN00001M") in heirs
    assert ("QP000001", "QN00002M") in heirs
    assert ("QP000001", "QN00001M") not in heirs


def test_generations_known_are_those_of_the_territories():
    known = {
        zone.vintage
        for name in territory.territory_names()
        for zone in territory.open_territory(name).qpv
    }
    assert known == {generations.OLD, generations.NEW}
