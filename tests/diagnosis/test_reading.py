"""Sentences a reader will quote: what they say, and what they refuse to say."""

import re
from dataclasses import replace

import pytest

from ctg_data import fr
from ctg_data.catalogue.cards import Break
from ctg_data.catalogue.indicators import catalogue
from ctg_data.diagnosis.reading import (
    Move,
    agreed,
    answer,
    evolution,
    gap,
    is_noise,
    lecture,
    value_text,
)
from ctg_data.model import PublicStatus
from ctg_data.release.masked import Cell

CODES = {one.code: one for one in catalogue().values()}
COVERAGE, FOYERS, RSA = CODES["PE11"], CODES["CTX02"], CODES["AD01B"]
PLACES, POVERTY, MISSING = CODES["PE06"], CODES["CTX05"], CODES["PE15"]


def cell(value: float | None, period: int = 2023, sign: str = "") -> Cell:
    status = {"~": "arrondi", "s": "secret", "n.d.": "non_disponible", "–": "sans_objet"}
    return Cell(value, PublicStatus(status.get(sign, "diffuse")), period, "")


def plain(text: str) -> str:
    """No-break spaces as plain ones, to read the expected sentence at a glance."""
    return text.replace(fr.NARROW, " ").replace(fr.WIDE, " ")


def moved(before: float, after: float, indicator=FOYERS, sign: str = "") -> str:
    return plain(evolution(cell(before, 2023, sign), cell(after, 2024, sign), indicator).text)


def compared(value: float, reference: float, indicator=COVERAGE, name="la Métropole") -> str:
    return plain(gap(cell(value), cell(reference), name, indicator).text)


@pytest.mark.parametrize(
    ("before", "after", "sign", "text"),
    [
        pytest.param(40630, 40640, "~", "stable depuis 2023", id="prints as 0,0 %"),
        pytest.param(40631, 40640, "", "stable depuis 2023", id="exact, prints as 0,0 %"),
        pytest.param(150, 155, "~", "stable depuis 2023", id="five is what rounding makes"),
        pytest.param(150, 160, "~", "+6,7 % depuis 2023 (+10 foyers)", id="ten is more"),
        pytest.param(150, 155, "", "+3,3 % depuis 2023 (+5 foyers)", id="exact, five is five"),
        pytest.param(5400, 5320, "~", "−1,5 % depuis 2023 (−80 foyers)", id="a fall"),
        pytest.param(200, 201, "", "+0,5 % depuis 2023 (+1 foyer)", id="one is singular"),
        pytest.param(99, 120, "", "+21 foyers depuis 2023", id="under 100, no percentage"),
        pytest.param(100, 120, "", "+20,0 % depuis 2023 (+20 foyers)", id="from 100, one"),
        pytest.param(45, 45, "", "stable depuis 2023", id="the same"),
        pytest.param(45, 46, "", "+1 foyer depuis 2023", id="small and exact"),
        pytest.param(0, 12, "", "+12 foyers depuis 2023", id="from nothing"),
    ],
)
def test_a_count_moves_in_percent_and_in_number(before, after, sign, text):
    assert moved(before, after, sign=sign) == text


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (61.7, 63.5, "+1,8 point depuis 2023"),
        (63.5, 61.2, "−2,3 points depuis 2023"),
        (61.7, 61.7, "stable depuis 2023"),
        (61.72, 61.74, "stable depuis 2023"),
        (61.74, 61.76, "stable depuis 2023"),  # printed 61,7 then 61,8, and 0,02 apart
        (45.23, 44.598, "−0,6 point depuis 2023"),  # printed 45,2 then 44,6; 0,632 apart
        (45.249, 44.551, "−0,7 point depuis 2023"),
        (17.16, 0.0, "−17,2 points depuis 2023"),
        (20.0, 22.0, "+2,0 points depuis 2023"),
    ],
)
def test_a_rate_moves_in_points(before, after, text):
    assert moved(before, after, RSA) == text


def test_a_number_of_people_for_one_structure_moves_in_people():
    assert moved(1250, 1310, CODES["VS01"]) == "+60,0 habitants depuis 2023"
    assert compared(1310.0, 1250.0, CODES["VS01"]) == "60,0 habitants au-dessus de la Métropole"


def test_a_count_that_moved_by_a_few_is_not_judged_and_one_more_structure_is():
    def sense(before, after, indicator):
        return evolution(cell(before, 2023), cell(after, 2024), indicator).favourable

    assert sense(27, 25, CODES["PE09"]) == 0
    assert sense(27, 22, CODES["PE09"]) == -1
    assert sense(1, 2, CODES["VS05"]) == 1


def test_a_shortfall_moves_in_places_whatever_its_size():
    assert moved(322, 233, MISSING) == "−89 places depuis 2023"


def test_a_move_is_favourable_or_not_as_the_card_says():
    def sense(before, after, indicator):
        return evolution(cell(before, 2023), cell(after, 2024), indicator).favourable

    assert sense(20.0, 22.0, POVERTY) == -1
    assert sense(22.0, 20.0, POVERTY) == 1
    assert sense(22.0, 20.0, RSA) == 0  # a fall may be non-take-up
    assert sense(400, 500, PLACES) == 1
    assert sense(400, 500, FOYERS) == 0
    assert sense(400, 400, PLACES) == 0


def test_a_break_forbids_comparing_across_it_and_only_across_it():
    cut = replace(RSA, breaks=(Break(2022, "Réforme."),))

    def said(first, last):
        return evolution(cell(20.0, first), cell(30.0, last), cut)

    assert plain(said(2021, 2022).text) == "évolution non calculée : rupture de série en 2022"
    assert said(2020, 2024).favourable == 0
    assert said(2022, 2023).text.startswith("+10,0")
    assert said(2020, 2021).text.startswith("+10,0")


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (
            cell(None, 2022, "s"),
            cell(5, 2023),
            "évolution non calculée : donnée couverte par le secret statistique en 2022",
        ),
        (
            cell(5, 2022),
            cell(None, 2023, "n.d."),
            "évolution non calculée : donnée non disponible en 2023",
        ),
        (cell(None, 0, "n.d."), cell(5), "évolution non calculée : donnée non disponible"),
        (cell(5), cell(5), "évolution non calculée : une seule année disponible"),
    ],
)
def test_what_cannot_be_compared_says_why(before, after, text):
    assert evolution(before, after, FOYERS) == Move(text, 0, False, made=False)


def test_noise_says_nothing_of_what_is_hidden():
    assert not is_noise(cell(None, 2022, "s"), cell(5), FOYERS)
    assert is_noise(cell(40, sign="~"), cell(45, sign="~"), FOYERS)
    assert not is_noise(cell(40), cell(45), FOYERS)


@pytest.mark.parametrize(
    ("value", "other", "text"),
    [
        (61.7, 63.5, "1,8 place pour 100 au-dessous de la Métropole"),
        (61.7, 60.9, "0,8 place pour 100 au-dessus de la Métropole"),
        (66.0, 63.5, "2,5 places pour 100 au-dessus de la Métropole"),
        (63.5, 63.5, "au niveau de la Métropole"),
        (63.52, 63.48, "au niveau de la Métropole"),
        (63.56, 63.44, "0,1 place pour 100 au-dessus de la Métropole"),  # printed 63,6 and 63,4
        (110.0, 63.5, "46,5 places pour 100 au-dessus de la Métropole"),
    ],
)
def test_a_gap_between_rates_is_told_in_their_unit(value, other, text):
    assert compared(value, other) == text


def test_a_gap_agrees_with_the_article_of_its_reference():
    assert compared(61.7, 64.4, name="le département") == (
        "2,7 places pour 100 au-dessous du département"
    )
    assert compared(61.7, 31.3, name="Ellébore") == "30,4 places pour 100 au-dessus d'Ellébore"


def test_a_gap_is_favourable_or_not_as_the_card_says():
    assert gap(cell(61.7), cell(63.5), "la Métropole", COVERAGE).favourable == -1
    assert gap(cell(26.4), cell(15.0), "la Métropole", POVERTY).favourable == -1
    assert gap(cell(12.0), cell(15.0), "la Métropole", POVERTY).favourable == 1


def test_counts_of_two_places_are_told_as_a_share_of_the_bigger_one():
    assert compared(40640, 128985, FOYERS) == "l'équivalent de 31,5 % du total de la Métropole"
    assert compared(60, 128985, FOYERS) == "contre 128 985 pour la Métropole"
    assert compared(500, 60, FOYERS, "la commune") == "contre 60 pour la commune"


def test_a_gap_needs_the_same_year():
    text = gap(cell(61.7, 2023), cell(63.5, 2022), "la Métropole", COVERAGE).text
    assert text == "comparaison avec la Métropole impossible : rien en 2023 pour la Métropole"


@pytest.mark.parametrize(
    ("sign", "words"),
    [("s", "donnée couverte par le secret statistique"), ("n.d.", "donnée non disponible")],
)
def test_a_hidden_gap_is_named(sign, words):
    text = f"comparaison avec la Métropole impossible : {words}"
    for pair in ((cell(None, sign=sign), cell(60.0)), (cell(60.0), cell(None, sign=sign))):
        assert gap(*pair, "la Métropole", COVERAGE) == Move(text, 0, False, made=False)


def test_a_unit_agrees_with_its_number():
    assert agreed("places", 1) == agreed("places", 1.9) == "place"
    assert agreed("places", 2) == "places"
    assert agreed("personnes couvertes par au moins une prestation", 1).startswith("personne couv")
    assert agreed("enfants de moins de 3 ans", 0) == "enfant de moins de 3 ans"
    assert agreed("%", 0.4) == "%"
    assert plain(value_text(cell(1.95), 1, "places")) == "2,0 places"


def test_the_reading_of_a_rate():
    assert (
        plain(lecture(COVERAGE, "la Métropole", cell(63.5)))
        == "En décembre 2023, la Métropole offre 63,5 places pour 100 enfants de moins de 3 ans."
    )


def test_the_verb_agrees_with_a_name_in_the_plural():
    text = plain(lecture(FOYERS, "Les Coteaux", cell(3976)))
    assert text.startswith("En 2023, Les Coteaux comptent 3 976 foyers ayant droit")
    assert "les voisines comptent" in lecture(FOYERS, "les voisines", cell(3976))


def test_the_reading_of_a_shortfall_names_its_reference():
    text = plain(lecture(MISSING, "Exempleville", cell(62), "la Métropole"))
    assert text == (
        "En 2023, Exempleville compte 62 places de moins que si son taux de couverture "
        "était celui de la Métropole."
    )
    assert "1 place de moins" in plain(lecture(MISSING, "Exempleville", cell(1)))
    nothing = plain(lecture(MISSING, "Les Coteaux", cell(0.3), "le département"))
    assert nothing == (
        "En 2023, aucune place ne manque : Les Coteaux atteignent déjà le taux de couverture "
        "du département."
    )


@pytest.mark.parametrize("one", catalogue().values(), ids=lambda one: one.code)
def test_every_reading_renders_as_a_sentence(one):
    text = plain(lecture(one, "Exempleville", cell(123.4)))
    assert "Exempleville" in text
    assert "2023" in text
    assert fr.number(123.4, one.decimals) in text
    assert re.fullmatch(r"[A-ZÀ-Ý].*[^ .]\.", text)
    assert "{" not in text
    assert "  " not in text


@pytest.mark.parametrize("one", catalogue().values(), ids=lambda one: one.code)
def test_every_answer_renders_as_a_sentence(one):
    text = plain(answer(one, "Exempleville", cell(123.4), [("la Métropole", cell(130.4))]))
    assert text.startswith(("Exempleville compte 123", "En 2023, Exempleville compte 123"))
    assert re.fullmatch(r"[A-ZÀ-Ý].*[^ .]\.", text)
    apart = {"%": "points", "rang moyen": "rangs"}.get(one.unit, one.unit.rpartition(" ")[0])
    if re.search("pour 1 [^0]", one.unit):
        apart = one.unit.split(" pour ")[0]
    assert one.is_count or f"7,0 {plain(apart)} au-dessous de la Métropole" in text


def test_a_hidden_reading_says_why():
    hidden = lecture(COVERAGE, "la Bruyère", cell(None, 2023, "s"))
    assert plain(hidden) == "La Bruyère : donnée couverte par le secret statistique en 2023."
    absent = lecture(COVERAGE, "la Bruyère", cell(None, 0, "n.d."))
    assert plain(absent) == "La Bruyère : donnée non disponible."
    nothing = lecture(COVERAGE, "la Bruyère", cell(None, 2023, "–"))
    assert plain(nothing) == "La Bruyère : sans objet en 2023."


def test_the_answer_of_a_page():
    references = [("la Métropole", cell(63.5)), ("la France", cell(60.9))]
    assert plain(answer(COVERAGE, "Fictiville", cell(61.7), references)) == (
        "Fictiville compte 61,7 places d'accueil pour 100 enfants de moins de 3 ans en 2023 : "
        "1,8 place pour 100 au-dessous de la Métropole, 0,8 au-dessus de la France."
    )


def test_the_answer_leaves_out_what_does_not_compare():
    references = [("la Métropole", cell(None, 2023, "s")), ("la France", cell(60.9, 2022))]
    assert plain(answer(COVERAGE, "la commune", cell(61.7), references)) == (
        "La commune compte 61,7 places d'accueil pour 100 enfants de moins de 3 ans en 2023."
    )


def test_the_answer_for_a_percentage_a_count_a_shortfall_and_a_secret():
    assert plain(answer(RSA, "Les Coteaux", cell(30.0), [("la commune", cell(13.1))])) == (
        "Les Coteaux comptent 30,0 % de foyers percevant le RSA parmi les foyers allocataires "
        "en 2023 : 16,9 points au-dessus de la commune."
    )
    assert plain(answer(FOYERS, "Fictiville", cell(40640), [("la Métropole", cell(128985))])) == (
        "Fictiville compte 40 640 foyers allocataires de la CAF en 2023 : "
        "l'équivalent de 31,5 % du total de la Métropole."
    )
    comma = plain(answer(CODES["JE02"], "Fictiville", cell(1035)))
    assert comma.endswith("foyers allocataires de moins de 25 ans, hors étudiants, en 2023.")
    named = plain(answer(MISSING, "Fictiville", cell(62), [("la Métropole", cell(0))]))
    assert named.endswith("celui de la Métropole.")
    assert "secret statistique" in answer(FOYERS, "Fictiville", cell(None, 2023, "s"))


def test_signs_stand_for_numbers_that_cannot_be_written():
    assert value_text(cell(None, sign="s"), 1, "places") == "s"
    assert value_text(cell(None, sign="n.d."), 0) == "n.d."
    assert value_text(cell(12345.0), 0) == "12\u202f345"
