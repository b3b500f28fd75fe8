"""Present, absent or not known: never one for another."""

import pytest

from ctg_data.catalogue import themes
from ctg_data.diagnosis import schemes
from ctg_data.diagnosis.theme import LATEST
from ctg_data.disclosure.adapter.gate import Gated, Secrecy
from ctg_data.model import Level
from ctg_data.opening import complete_workspace
from tests.pages import config, data_of
from tests.tables import table
from ui.themes import schemes as theme_schemes
from ui.themes.choice import Choice, OnePlace


@pytest.fixture(scope="module")
def few():
    """Three quartiers and two types; one count is not known."""
    place = config(fictional=True)
    codes = [one.code for one in place.quartiers[:3]]
    counts = {"laep": (2, 0, 0), "clas": (1, 0, "n.d.")}
    rows = [
        table(
            [("quartier", code, 2024, n) for code, n in zip(codes, some, strict=True)],
            variable="structures",
            unit="structures",
        )
        for some in counts.values()
    ]
    frames = [one._frame.assign(category=name) for one, name in zip(rows, counts, strict=True)]
    release = rows[0]._with(frames[0]).join(rows[1]._with(frames[1]))
    return complete_workspace(place, Gated(release, Secrecy(), frames[0].head(0)))


def test_a_zone_lacks_only_what_is_known_to_be_absent(few):
    found = schemes.schemes(few, themes.theme("parentalite"), Level.QUARTIER, LATEST)
    codes = [one.code for one in few.territory.quartiers[:3]]
    assert [code for _, code in found.lacking] == [codes[1]]  # the third may have one


def test_a_type_nobody_counted_has_no_column(few):
    found = schemes.schemes(few, themes.theme("parentalite"), Level.QUARTIER, LATEST)
    assert list(found.types) == ["laep", "clas"]


def test_present_absent_and_unknown_do_not_look_alike(few):
    place = few.territory
    choice = Choice(themes.theme("parentalite"), OnePlace(place.epci))
    shown = theme_schemes.block(few, choice.theme, Level.QUARTIER, choice.year).table
    assert '<span class="ctg-has">2</span>' in shown
    assert '<span class="ctg-none">0</span>' in shown
    assert 'title="donnée non disponible">n.d.</abbr>' in shown
    assert "2 sur 2" in shown
    assert "0 sur 2" in shown


@pytest.mark.parametrize("theme", [one.id for one in themes.themes().values() if one.schemes])
def test_every_theme_tells_its_types_or_awaits_them(theme):
    known = schemes.levels(data_of(fictional=True), themes.theme(theme))
    assert Level.QPV in known
    assert schemes.levels(data_of(fictional=False), themes.theme(theme)) == []
