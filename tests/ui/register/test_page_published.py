"""Published places on the page « Structures »: told by type, decided one by one or all at once."""

import html

import pytest

from ctg_data.catalogue.structures.declared import kinds
from ctg_data.register.store import in_force
from ctg_data.sources.places import OUTREACH
from ctg_data.store.session import Store
from tests.pages import Reader, bodies, config
from tests.published_places import knowing, place
from ui.frame import page as frame

CITY = config(fictional=False)
HELD = {one.kind for one in in_force(CITY, None).structures}
FREE, OTHER = [kind for kind in kinds() if kind not in HELD][:2]  # what the register has none of
RONDE = place(CITY, "1", FREE, "La Ronde (fictif)", telephone="02 00 00 00 00")
HIDDEN = place(CITY, "2", FREE, "", address="")
BUS = place(CITY, "3", FREE, "Bus des familles (fictif)", standing=OUTREACH)
SCHOOL = place(CITY, "4", "", "Lycée fictif", nature="Lycée")


@pytest.fixture
def open_page(monkeypatch):
    def opened(*places):
        now = knowing(*places)
        reader = Reader(monkeypatch, now())
        monkeypatch.setattr(frame, "open_data", lambda name: now())
        return reader.open("structures")

    return opened


def plain(app):
    return html.unescape(bodies(app)).replace("\u202f", " ").replace("\u00a0", " ")


def press(app, label):
    (button,) = [one for one in app.button if one.label == label]
    return button.click().run()


def lines():
    with Store.open() as store:
        return [one.name for one in in_force(CITY, store).structures]


def decide(app, what):
    return app.radio(key="_published_act").set_value(what).run()


def test_without_a_list_nothing_is_said_of_lists(open_page):
    assert "Publié, et pas encore" not in plain(open_page())


def test_what_is_published_is_told_by_type_with_its_list_and_its_day(open_page):
    app = open_page(RONDE, HIDDEN, BUS, SCHOOL)
    told = plain(app)
    assert not app.exception
    assert "Publié, et pas encore au registre" in told
    assert "3 lieux publiés" in told
    assert "Producteur fictif, Liste insee, 1er janvier 2025" in told
    assert "(nom non diffusé)" in told
    assert "<small>itinérant</small>" in told
    assert "Lycée fictif" in told
    assert [one.label for one in app.expander if "(1)" in one.label] == [
        "Accepter tout ce qui est sûr (1)",
        "Autres lieux publiés, d'aucun type du registre (1)",
    ]


def test_a_place_is_accepted_then_taken_back_with_the_register(open_page):
    app = press(open_page(RONDE), "Accepter ce lieu")
    assert "« La Ronde (fictif) » est au registre." in plain(app)
    assert RONDE.name in lines()
    assert "Publié, et pas encore au registre" in plain(app)
    assert "ou a reçu une décision" in plain(app)
    app = press(app, "Annuler le dernier changement")
    assert RONDE.name not in lines()
    assert "1 lieu publié" in plain(app)


def test_a_place_is_set_aside_with_a_reason_and_offered_again(open_page):
    app = decide(open_page(RONDE), "Écarter")
    app = press(app, "Écarter ce lieu")
    assert "Dites pourquoi" in app.error[0].value
    (asked,) = [one for one in app.text_input if one.label == "Pourquoi l'écarter"]
    asked.input("siège, sans accueil")
    app = press(app, "Écarter ce lieu")
    told = plain(app)
    assert "est écarté" in told
    assert "siège, sans accueil" in told
    app = press(app, "Revenir sur cette décision")
    assert "est oubliée" in plain(app)
    assert "1 lieu publié" in plain(app)


def test_a_place_is_said_to_be_a_structure_of_the_register(open_page):
    with Store.open() as store:
        held = next(one for one in in_force(CITY, store).structures if not one.address)
    app = decide(open_page(place(CITY, "5", held.kind, "Autre nom (fictif)")), "C'est celle-ci")
    (asked,) = [one for one in app.selectbox if one.label == "Structure du registre"]
    assert any("sans adresse au registre" in one for one in asked.options)
    before = lines()
    app = press(app, "C'est celle-ci")
    assert "est rattaché à" in plain(app)
    assert lines() == before


def test_all_that_is_sure_enters_at_once(open_page):
    other = place(CITY, "6", OTHER, "Autre lieu (fictif)")
    app = press(open_page(RONDE, HIDDEN, BUS, other), "Accepter tout ce qui est sûr (2)")
    assert "2 lieux sont entrés au registre" in plain(app)
    assert {RONDE.name, other.name} <= set(lines())
    assert BUS.name not in lines()


def test_a_reader_sees_and_decides_nothing(open_page, monkeypatch):
    monkeypatch.setenv("CTG_ROLE", "lecteur")
    app = open_page(RONDE)
    assert "La Ronde (fictif)" in plain(app)
    assert not {"Accepter ce lieu", "Écarter ce lieu"} & {one.label for one in app.button}
