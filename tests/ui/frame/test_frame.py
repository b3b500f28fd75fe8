"""What holds around every page: roles, errors without detail, choices that follow the reader."""

import logging
import re
import shutil
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from ctg_data import opening
from ctg_data.errors import UserError
from ctg_data.role import ENVIRONMENT, Role
from ctg_data.territory import config as territory
from tests import ROOT
from tests.pages import config
from ui.frame import incidents, menu, page as frame
from ui.state import choices

ROUTER = ROOT / "ui" / "frame" / "router.py"
CONFIDENTIAL = "3 familles dans la zone 001230101"


def opened(**query: str) -> AppTest:
    """The home page, through the menu."""
    app = AppTest.from_file(str(ROUTER), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def broken_by(problem: Exception):
    """A way of opening data that fails."""

    def fail(name: str | None) -> None:
        raise problem

    return fail


def test_a_bug_gives_a_number_to_quote_and_no_value(monkeypatch, caplog):
    monkeypatch.setattr(frame, "open_data", broken_by(ValueError(CONFIDENTIAL)))
    with caplog.at_level(logging.ERROR, logger="ctg"):
        app = opened()
    said = app.error[0].value
    number = re.search(r"incident \*\*(\w{6})\*\*", said)
    assert number
    assert not app.exception
    assert number[1] in caplog.text
    assert "ValueError" in caplog.text
    assert "frame.py" in caplog.text
    assert "familles" not in said + caplog.text


def test_what_the_reader_can_act_on_is_shown_as_it_is(monkeypatch, caplog):
    monkeypatch.setattr(frame, "open_data", broken_by(UserError("Corrigez le fichier.")))
    app = opened()
    assert app.error[0].value == "Corrigez le fichier."
    assert "incident" not in caplog.text


def test_the_trail_of_a_bug_holds_no_value():
    try:
        int(CONFIDENTIAL)
    except ValueError as problem:
        told = incidents.trail(problem)
    assert told.startswith("ValueError, test_frame.py:")
    assert "familles" not in told


def test_an_unknown_role_is_told_with_those_that_exist(monkeypatch):
    monkeypatch.setenv(ENVIRONMENT, "chef")
    said = opened().error[0].value
    assert "« chef »" in said
    assert all(role in said for role in Role)


def test_every_role_has_a_home_and_no_empty_group():
    for who in Role:
        groups = menu.listed(who)
        assert groups
        assert all(groups.values())


@pytest.mark.parametrize("who", Role)
def test_the_menu_lists_only_pages_that_exist(who):
    for entries in menu.listed(who).values():
        assert all(entry.path.is_file() for entry in entries)


def test_a_page_has_a_foot_even_when_it_stops_half_way():
    app = opened(territoire="atlantide")
    assert "n'existe pas" in app.error[0].value
    assert any("ctg-foot" in str(block.proto) for block in app.get("html"))


def test_a_presentation_is_on_until_it_is_switched_off():
    app = opened(presentation="oui")
    assert choices.PRESENTATION in app.query_params
    app.button(key="presentation-switch").click().run()
    assert choices.PRESENTATION not in app.query_params


def test_a_territory_whose_folder_changes_is_opened_again(monkeypatch, tmp_path):
    """And one that does not is opened once, by whatever name it is asked for."""
    place = config(fictional=False)
    folder = tmp_path / place.id
    shutil.copytree(place.folder, folder)
    monkeypatch.setattr(territory, "open_territory", lambda name: replace(place, folder=folder))
    monkeypatch.setattr(opening, "open_workspace", lambda name: object())
    frame.refresh()
    first = frame.open_data(None)
    assert frame.open_data(place.id) is first
    figures = next(folder.rglob("*.csv"))
    figures.write_bytes(figures.read_bytes() + b"\n")
    assert frame.open_data(None) is first, "looked at again after some seconds, not at each run"
    frame.refresh()
    assert frame.open_data(None) is not first


def one_level() -> None:
    """A page with one selector of a level."""
    from ctg_data.model import Level
    from ui.blocks import selectors

    selectors.level([Level.QPV, Level.QUARTIER, Level.IRIS])


@pytest.mark.parametrize(
    ("asked", "value", "kept"),
    [
        pytest.param("iris", "iris", "IRIS", id="short name"),
        pytest.param("QUARTIER", "quartier", "Quartiers de la ville", id="capitals"),
        pytest.param("quartiers de la ville", "quartier", "Quartiers de la ville", id="words"),
        pytest.param("IRIS", "iris", "IRIS", id="as on screen"),
        pytest.param("département", "qpv", None, id="not on offer"),
        pytest.param("?", "qpv", None, id="no word"),
    ],
)
def test_a_link_may_hold_the_short_name_of_a_choice(asked, value, kept):
    app = AppTest.from_function(one_level)
    app.query_params["niveau"] = asked
    app.run()
    assert not app.exception
    assert app.selectbox(key="niveau").value == value
    assert app.query_params.get("niveau") in (kept, [kept])


def test_a_territory_opened_in_a_new_state_is_told_once():
    frame.opened_anew()
    place = config(fictional=True).id
    frame._OPENED.clear()
    frame._LAST.clear()
    frame.open_data(place)
    frame._OPENED.clear()
    frame.open_data(place)  # the same state, opened again for want of room
    assert (frame.opened_anew(), frame.opened_anew()) == ([place], [])
