"""Published places beside the register: in the directory, on the map, in the profile of a zone."""

import html
import json
from dataclasses import replace
from datetime import date

import pytest

from ctg_data.catalogue.structures.declared import needs
from ctg_data.model import Level
from ctg_data.register import directory_page
from ctg_data.sources.places import OUTREACH
from geo.maps import palette
from tests.pages import Reader, bodies, config, data_of
from tests.published_places import knowing, place
from tests.ui.maps.test_map_pins import squares
from tests.ui.maps.test_map_views import several
from ui.blocks import published_beside
from ui.maps import pins as map_pins, view as map_view, words as map_words
from ui.register import directory as directory_view, zone_structures

TOWN = config(fictional=True)
HELD = next(
    one for one in data_of(fictional=True).structures() if one.kind == "laep" and one.located
)
NEAR = {"longitude": (HELD.longitude or 0) + 0.001, "latitude": HELD.latitude}
IRIS = TOWN.iris[0]
INSIDE = {"zones": {"iris": IRIS.code}, "probable": ("iris",)}
RONDE = place(TOWN, "1", "laep", "La Ronde (fictif)", **NEAR, **INSIDE)
AGAIN = replace(RONDE, key="9", source="autre", citation="autre:essai@1", address="")
HIDDEN = place(TOWN, "2", "laep", "", address="", **NEAR)
BUS = place(TOWN, "3", "laep", "Bus des familles (fictif)", standing=OUTREACH, **NEAR, **INSIDE)
SAME = place(TOWN, "4", "laep", HELD.name, address=HELD.address)
NEED = next(one.id for one in needs().values() if "laep" in one.types)
TODAY = date(2026, 12, 1)
APART = "Publié, non confirmé par la Ville"


@pytest.fixture
def data():
    return knowing(RONDE, AGAIN, HIDDEN, BUS, SAME, fictional=True)()


def plain(text):
    return html.unescape(text).replace("\u202f", " ").replace("\u00a0", " ")


def test_a_place_has_one_entry_whatever_the_lists_and_none_when_the_register_has_it(data):
    around = published_beside.around(data)
    assert [one.name for one in around.entries] == [RONDE.name, BUS.name]
    assert around.nameless == 1
    ronde, bus = around.entries
    assert "Liste insee" in ronde.source
    assert "Liste autre" in ronde.source
    assert "Quartier probable" in ronde.note
    assert "Itinérant" in bus.note
    assert not bus.zones
    assert not bus.located
    assert list(around.known) == [HELD.id]
    assert "publié aussi par Producteur fictif" in around.known[HELD.id][0]


def test_the_directory_tells_apart_what_the_city_does_not_confirm(monkeypatch, data):
    app = Reader(monkeypatch, data).open("annuaire")
    label = next(one.label for one in app.button if one.key == f"_besoin_{NEED}")
    assert "2 publiés, à confirmer" in plain(label)
    told = plain(bodies(app.selectbox(key="besoin").select(NEED).run()))
    assert not app.exception
    apart = told.index(f"{APART} (2)")
    assert told.index("La Ronde (fictif)") > apart
    assert told.index("Bus des familles (fictif)") > apart
    assert told.index(HELD.name) < apart
    assert told.count("La Ronde (fictif)") == 1
    assert "Au registre de la Ville" in told
    assert "1 lieu publié sans nom diffusé n'est pas montré" in told
    assert "01/01/2025" in told


def test_the_directory_finds_by_words_and_tells_apart(monkeypatch, data):
    app = Reader(monkeypatch, data).open("annuaire")
    told = plain(bodies(app.text_input(key="_annuaire_mots").input("ronde").run()))
    assert not app.exception
    assert "« ronde » : 0 lieu du registre et 1 lieu publié." in told
    assert told.index(APART) < told.index("La Ronde (fictif)")
    told = plain(bodies(app.text_input(key="_annuaire_mots").input(HELD.name).run()))
    assert HELD.name in told
    assert told.count('<article class="ctg-place">') == 1


def test_the_page_to_print_tells_them_apart_too(data):
    found = directory_view.listing(data, NEED, TOWN.commune, TODAY)
    more = published_beside.listing(data, NEED, TOWN.commune, TODAY)
    page = directory_page.to_html(found, data.register, TOWN, "x", "Ici", TODAY, more).decode()
    head, _, tail = page.partition("non confirmé par la Ville")
    assert RONDE.name not in head
    assert RONDE.name in tail
    without = directory_page.to_html(found, data.register, TOWN, "x", "Ici", TODAY).decode()
    assert "non confirmé" not in without


def test_the_map_draws_them_open_and_its_legend_says_which(data):
    asked = replace(several(data, Level.IRIS), over="laep")
    drawn = squares(json.loads(map_view.picture(data, asked, "").figure.to_json()))
    hollow, full = (
        [one for one in drawn if one["marker"]["color"] == colour]
        for colour in (palette.BORDER, palette.PIN)
    )
    assert [one[0] for trace in hollow for one in trace["customdata"]] == [RONDE.name]
    words = hollow[0]["customdata"][0][1]
    assert "Quartier probable" in words
    assert "Producteur fictif" in words
    assert full
    legend = plain(map_words.legend_html(data, asked))
    assert "publiés au 1er janvier 2025, non confirmés par la Ville (1 lieu" in legend
    assert 'class="pin open"' in legend


def test_without_a_list_the_map_and_the_directory_say_nothing_of_lists(monkeypatch):
    bare = data_of(fictional=True)
    assert not map_pins.published_legend(bare, "laep")
    assert not any(one.open for one in map_pins.pins(bare, "laep", 2022))
    told = plain(bodies(Reader(monkeypatch, bare).open("annuaire")))
    assert "confirm" not in told


def test_the_profile_of_a_zone_tells_them_apart(data):
    said, table, _ = zone_structures._told(data, IRIS, TODAY)
    assert "1 autre lieu y est publié, sans que la Ville l'ait confirmé." in plain(said)
    assert "zone probable ; publié, non confirmé par la Ville" in plain(table)
    assert BUS.name not in plain(table)
