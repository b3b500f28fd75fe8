"""Each page, with each territory, with a source away, with nothing to show."""

import re
from dataclasses import replace
from functools import cache

import pytest

from ctg_data import fr, role
from ctg_data.catalogue.themes import SECTIONS
from ctg_data.disclosure.adapter.evidence import Evidence
from ctg_data.disclosure.adapter.gate import Gated, Secrecy
from ctg_data.model import Level
from ctg_data.opening import complete_workspace
from ctg_data.territory import embedded
from tests.pages import (
    DISTINCT,
    PAGES,
    ROOT,
    Reader,
    behind_the_gate,
    bodies,
    config,
    data_of,
    figures,
)
from ui.blocks import states

MINE = ("accueil", "petite_enfance", "donnees", "methode")


@pytest.fixture(params=[False, True], ids=["real", "fictional"])
def data(request):
    return data_of(fictional=request.param)


@cache
def lacking(gone: str):
    """The real territory without the rows of one producer."""
    place = config(fictional=False)
    table, citations = embedded.embedded(place)
    kept = ~table["source"].str.startswith(gone)
    return behind_the_gate(place, table[kept].reset_index(drop=True), citations)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_and_keeps_its_promises(page, data, monkeypatch):
    app = Reader(monkeypatch, data).open(page)
    assert not app.exception
    assert not app.error
    text = bodies(app)
    if figures(app):
        assert all(f"<dt>{word}</dt>" in text for word in ("Lecture", "Champ", "Source"))
        assert all(one.proto.alt for one in app.get("plotly_chart"))
    if data.territory.fictional:
        assert "fictif" in text.lower()


@pytest.mark.parametrize("page", MINE)
def test_every_choice_of_a_page_opens(page, data, monkeypatch):
    reader = Reader(monkeypatch, data)
    reader.open(page)
    for app in reader.every_choice():
        assert not app.exception
        assert not app.error


@pytest.mark.parametrize("page", DISTINCT)
@pytest.mark.parametrize("gone", ["caf_", "insee_"])
def test_a_page_opens_without_a_producer(page, gone, monkeypatch):
    app = Reader(monkeypatch, lacking(gone)).open(page)
    assert not app.exception
    assert not app.error


@cache
def nothing():
    """The real territory, of which one row of its region is all that is known."""
    place = config(fictional=False)
    table, citations = embedded.embedded(place)
    one = table[table["level"] == str(Level.REGION)].head(1).reset_index(drop=True)
    return behind_the_gate(place, one, citations)


@pytest.mark.parametrize("page", DISTINCT)
def test_a_page_opens_with_nothing_to_show(page, monkeypatch):
    app = Reader(monkeypatch, nothing()).open(page)
    assert not app.exception
    assert not app.error
    if page in ("accueil", "petite_enfance"):
        assert "ctg-awaited" in bodies(app)
        assert app.get("page_link")  # and the way to get them


def test_accueil_shows_six_to_eight_key_figures_with_their_source(data, monkeypatch):
    text = bodies(Reader(monkeypatch, data).open("accueil"))
    cards = re.findall(r'<article class="ctg-figure">.*?</article>', text)
    assert 6 <= len(cards) <= 8
    for card in cards:
        assert re.search(r'class="ctg-source">\d{4} · \w', card)


def test_accueil_says_what_the_data_say(data, monkeypatch):
    text = bodies(Reader(monkeypatch, data).open("accueil"))
    place = data.territory.commune
    for code in ("CTX01", "CTX02", "PE11"):
        indicator = data.indicator(code)
        cell = data.cell(indicator, place)
        assert f">{fr.number(cell.value, indicator.decimals)} <small>" in text


def test_a_move_within_rounding_is_stable_on_screen(monkeypatch):
    """40 630 then 40 640 rounded households: the page must not cry growth."""
    place = config(fictional=False)
    table, citations = embedded.embedded(place)
    mine = (table["code"] == place.commune.code) & (table["variable"] == "foyers_allocataires")
    last = table.loc[mine, "period"].max()
    table.loc[mine & (table["period"] == last - 1), "value"] = 40630
    table.loc[mine & (table["period"] == last), "value"] = 40640
    app = Reader(monkeypatch, behind_the_gate(place, table, citations)).open("accueil")
    card = re.search(r"<article[^>]*><h2>Foyers allocataires</h2>.*?</article>", bodies(app))
    assert "40\u202f640" in card[0]
    assert f"stable depuis {last - 1}" in card[0]


def test_petite_enfance_answers_its_question_first(data, monkeypatch):
    app = Reader(monkeypatch, data).open("petite_enfance")
    lead = re.search(r'class="ctg-answer ctg-lead">(.*?)</p>', bodies(app))[1]
    indicator = data.indicator("PE11")
    cell = data.cell(indicator, data.territory.commune)
    assert fr.number(cell.value, 1) in lead
    assert str(cell.period) in lead
    assert "pour 100 au-dessous" in lead.replace(fr.WIDE, " ")


def test_the_same_figure_is_on_screen_in_the_table_and_in_the_file(data, monkeypatch):
    reader = Reader(monkeypatch, data)
    app = reader.open("petite_enfance")
    indicator = data.indicator("PE11")
    value = fr.number(data.cell(indicator, data.territory.commune).value, 1)
    notes = [one["layout"].get("annotations", []) for one in figures(app)]
    assert value in {one["text"] for some in notes for one in some}
    assert re.search(f'<td class="n"[^>]*>{value}</td>', bodies(app))
    assert any(f";{value};" in one.decode("utf-8-sig") for one in reader.files)


def test_the_intercommunalite_is_said_to_include_the_commune(data, monkeypatch):
    text = bodies(Reader(monkeypatch, data).open("petite_enfance"))
    place = data.territory
    assert f"{place.epci.label} comprend {place.commune.label}." in text.replace("&#x27;", "'")


def test_choices_follow_the_reader_from_page_to_page(data, monkeypatch):
    reader = Reader(monkeypatch, data)
    app = reader.open("petite_enfance")
    app.selectbox(key="reference").select("region").run()
    reader.open("donnees")
    assert reader.open("petite_enfance").selectbox(key="reference").value == "region"


def test_a_reference_changes_the_gaps(data, monkeypatch):
    app = Reader(monkeypatch, data).open("petite_enfance")
    before = bodies(app)
    after = bodies(app.selectbox(key="reference").select("france").run())
    assert "avec la France, en places pour 100" in after
    assert before != after


def test_places_missing_say_from_whom_they_are_awaited(monkeypatch):
    text = bodies(Reader(monkeypatch, data_of(fictional=False)).open("petite_enfance"))
    line = re.search(r"<tr[^>]*>(?:(?!</tr>).)*Places manquantes pour atteindre.*?</tr>", text)
    assert "Données ouvertes" in line[0]


def test_the_fictional_commune_shows_the_full_page(monkeypatch):
    app = Reader(monkeypatch, data_of(fictional=True)).open("petite_enfance")
    assert "ctg-awaited" not in bodies(app)
    assert len(figures(app)) == len(SECTIONS) + 2  # one for each, and for évolution and où


def test_donnees_lists_every_source_and_refuses_to_update_what_is_invented(data, monkeypatch):
    app = Reader(monkeypatch, data).open("donnees")
    text = bodies(app)
    assert all(fr.spaced(one.source.title) in text.replace("&#x27;", "'") for one in data.sources())
    names = [one.label for one in app.button]
    if data.territory.fictional:
        assert "Un territoire fictif ne se met pas à jour" in text
        assert "Mettre à jour" not in names
    else:
        assert "Mettre à jour" in names


def cards_in(app) -> int:
    """How many cards of indicators are printed; the fold of the proofs of dates is none."""
    return bodies(app).count('<details class="ctg-method">')


def test_methode_finds_a_card_by_a_word_without_its_accents(data, monkeypatch):
    app = Reader(monkeypatch, data).open("methode")
    every = cards_in(app)
    assert every == len(data.indicators())
    app.text_input(key="mot").set_value("creche").run()
    found = cards_in(app)
    assert 0 < found < every
    app.text_input(key="mot").set_value("zzzz").run()
    assert "Aucun indicateur ne correspond" in bodies(app)


FOUND = Evidence(attacked=40, leaks=0, undecided=0, on="2026-11-23", seconds=1.0)
ATTACKED = Secrecy(hidden=9, hidden_by_us=7, audit=FOUND)
MASKED = "7 cellules masquées par nos soins, "


@pytest.mark.parametrize(
    ("secrecy", "told"),
    [
        pytest.param(
            replace(ATTACKED, apart=(("Insee, IRIS", 12), ("Cnaf", 2))),
            f"résiste à l'attaque : {MASKED}40 cases attaquées, aucune recalculable, vérifié le 23",
            id="attacked, nothing found, beside figures that disagree",
        ),
        pytest.param(
            replace(ATTACKED, audit=replace(FOUND, leaks=1)),
            f"ne résiste pas entièrement à l'attaque : {MASKED}40 cases attaquées, 1 recalculable,",
            id="attacked, and something gave way",
        ),
        pytest.param(
            replace(ATTACKED, audit=replace(FOUND, undecided=3)),
            f"ne résiste pas entièrement à l'attaque : {MASKED}40 cases attaquées, aucune "
            "recalculable, 3 indécises",
            id="attacked, and not to the end",
        ),
        pytest.param(
            replace(ATTACKED, audit=None, dropped=("Un tableau n'est pas montré.",)),
            "Masquage non vérifié",
            id="never attacked",
        ),
        pytest.param(Secrecy(hidden=9), "il n'y a rien d'autre à protéger", id="nothing of ours"),
    ],
)
def test_methode_claims_what_the_audit_measured_and_no_more(secrecy, told, monkeypatch):
    known = data_of(fictional=False)
    gated = Gated(known.release.join(), secrecy, known._journal)
    data = complete_workspace(known.territory, gated, register=known.register)
    text = bodies(Reader(monkeypatch, data).open("methode")).replace("&#x27;", "'")
    assert told in unspaced(text)
    assert ("ce que nous publions résiste" in text.lower()) is (secrecy.audit == FOUND)
    assert all(one in text for one in secrecy.dropped)
    differ = (
        "12 chiffres d'autres zonages (Insee, IRIS)",
        "Quelques chiffres d'autres zonages (Cnaf)",
    )
    assert [one in unspaced(text) for one in differ] == [bool(secrecy.apart)] * 2


def unspaced(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_a_state_never_looks_like_a_number():
    for state in states.SIGNS:
        shown = states.state_html(state, "Titre", "Texte")
        assert not re.search(r">\s*\d", shown)
        assert f"ctg-{state}" in shown


def test_a_page_is_short_and_does_no_computing():

    for page in MINE:
        source = (ROOT / "pages" / f"{page}.py").read_text(encoding="utf-8")
        assert len(source.splitlines()) <= 80
        assert not re.search(r"^\s*(import|from) (pandas|numpy|plotly|requests)\b", source, re.M)


def test_tables_have_headers_for_who_listens(data, monkeypatch):
    text = bodies(Reader(monkeypatch, data).open("petite_enfance"))
    tables = re.findall(r"<table.*?</table>", text)
    assert tables
    for one in tables:
        assert "<caption" in one
        assert 'scope="col"' in one
        assert 'scope="row"' in one


def test_nothing_of_a_frame_reaches_a_page_as_nan(data, monkeypatch):
    for page in MINE:
        text = bodies(Reader(monkeypatch, data).open(page))
        assert not re.search(r"\bnan\b|<NA>|None\b", text)


def test_a_reader_of_the_committee_cannot_start_an_update(monkeypatch):
    monkeypatch.setenv(role.ENVIRONMENT, role.Role.LECTEUR)
    app = Reader(monkeypatch, data_of(fictional=False)).open("donnees")
    assert "Mettre à jour" not in [one.label for one in app.button]
    assert "Ouverte en lecture" in bodies(app)
