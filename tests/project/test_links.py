"""A link that asks for what is not there says so, and what is shown instead; on every page."""

import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages import EVERY_PAGE, Reader, data_of


def told(app: AppTest) -> str:
    """What the page says of its link, with ordinary spaces."""
    blocks = [str(block.proto.body) for block in app.get("html")]
    found = [one for one in blocks if 'class="ctg-missed"' in one]
    assert len(found) <= 1
    return re.sub("[\u202f\xa0]", " ", "".join(found)).replace("&#x27;", "'")


def page() -> None:
    """A page with one selector of each kind."""
    import streamlit as st

    from ui.blocks import selectors
    from ui.state import choices, missed

    choices.restore("page")
    missed.notice()
    selectors.choose("zone", "Zone", ["00100", "K1"], {"00100": "Essai", "K1": "L'Île"}.get)
    selectors.slide("places_eaje", "Places", 1, 80, 20)
    named = {"A": "Naissances", "B": "Revenus"}
    selectors.several("criteres", "Critères", named, ["A"], most=2, hint="")
    missed.read("mot")
    st.text_input("Mot", key="mot", bind="query-params")
    choices.capture()


def run(**query: str | list[str]) -> AppTest:
    app = AppTest.from_function(page)
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"zone": "QP999999"}, "« QP999999 » (Zone) n'est pas proposé ici.*« Essai »"),
        ({"places_eaje": "900"}, "« 900 » (Places) n'est pas proposé ici"),
        ({"places_eaje": "beaucoup"}, r"« beaucoup » (Places).*Affiché à la place : 20"),
        ({"criteres": ["Revenus", "Salaires"]}, "« Salaires » (Critères)"),
        ({"criteres": ["Nids", "Salaires"]}, "« Nids et « Salaires »|« Nids » et « Salaires »"),
        ({"zonne": "K1"}, "demande « zonne = K1 », que cette page ne propose pas"),
        ({"annee": "2019"}, "demande « annee = 2019 »"),
    ],
)
def test_what_is_not_there_is_told_with_what_is_shown(query, said: str) -> None:
    app = run(**query)
    assert not app.exception
    assert re.search(said.replace("(", r"\(").replace(")", r"\)"), told(app))


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"zone": "K1"},
        {"zone": "l'ile"},
        {"zone": "L'Île"},
        {"places_eaje": "30"},
        {"criteres": ["Revenus"]},
        {"mot": "crèche"},
        {"utm_source": "lettre"},
        {"presentation": "oui"},
    ],
)
def test_what_is_there_is_not_commented(query) -> None:
    app = run(**query)
    assert not app.exception
    assert told(app) == ""


def test_what_was_asked_is_shown_as_text() -> None:
    said = told(run(zone="<b>Rouge</b>" + "x" * 200))
    assert "&lt;b&gt;Rouge" in said
    assert "x" * 60 not in said


def test_it_is_said_until_the_reader_chooses() -> None:
    app = run(zone="QP999999")
    app.text_input(key="mot").set_value("crèche").run()
    assert "QP999999" in told(app)
    app.selectbox(key="zone").set_value("K1").run()
    assert told(app) == ""


def test_several_faults_are_told_together() -> None:
    said = told(run(zone="QP999999", places_eaje="900", zonne="x"))
    assert all(one in said for one in ("QP999999", "900", "zonne"))


def test_a_choice_of_another_page_leaves_the_address_of_one_that_has_none() -> None:
    app = run(niveau="IRIS")
    assert "niveau" not in app.query_params


@pytest.mark.parametrize("page", EVERY_PAGE)
@pytest.mark.parametrize("fictional", [False, True])
def test_every_choice_of_every_page_says_what_its_link_lacks(
    page: str, fictional: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All the widgets that stay in the address, found on the page itself."""
    monkeypatch.setenv("CTG_ROLE", "statisticien")
    data = data_of(fictional=fictional)
    plain = Reader(monkeypatch, data).open(page)
    assert told(plain) == ""
    bound = [one for one in (*plain.selectbox, *plain.slider, *plain.multiselect) if in_link(one)]
    reader = Reader(monkeypatch, data)
    for one in bound:
        reader.app.query_params[one.key] = "ZZ999"
    reader.app.query_params["nulle_part"] = "ZZ999"
    app = reader.open(page)
    assert not app.exception
    said = told(app)
    assert "« nulle_part = ZZ999 »" in said
    assert said.count("« ZZ999 »") == len(bound), [one.key for one in bound]


def in_link(one: Any) -> bool:
    """Whether a widget stays in the address."""
    return bool(getattr(one.proto, "query_param_key", ""))
