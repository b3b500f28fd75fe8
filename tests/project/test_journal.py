"""The journal is the statistician's: nobody else reads it, and it never holds a value."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from ctg_data import opening, workspace
from ctg_data.disclosure.adapter.evidence import Evidence
from ctg_data.errors import UserError
from ctg_data.role import Role, current
from ctg_data.territory.config import open_territory, territory_names
from tests import ROOT
from tests.pages import ROUTER, Reader, data_of

FICTIONAL = next(name for name in territory_names() if open_territory(name).fictional)


def opened(monkeypatch, role: str | None, **link: str) -> AppTest:
    if role:
        monkeypatch.setenv("CTG_ROLE", role)
    app = AppTest.from_file(str(ROUTER), default_timeout=120)
    for name, value in {"territoire": FICTIONAL, **link}.items():
        app.query_params[name] = value
    return app.run().switch_page("../../pages/journal.py").run()


def everything(app: AppTest) -> str:
    return " ".join(str(getattr(element, "proto", "")) for element in app.main)


def test_the_default_role_is_contributor(monkeypatch):
    assert current() is Role.CONTRIBUTEUR
    monkeypatch.setenv("CTG_ROLE", "roi")
    with pytest.raises(UserError, match="« roi »"):
        current()


def test_the_facade_itself_refuses():
    with pytest.raises(UserError, match="statisticien"):
        opening.open_workspace(FICTIONAL).journal()


def test_the_statistician_reads_which_cell_and_which_rule(monkeypatch):
    app = opened(monkeypatch, "statisticien")
    assert not app.exception
    assert not app.error
    text = everything(app)
    assert "moins de 5 allocataires" in text
    assert "protège une autre case" in text


@pytest.mark.parametrize(
    ("audit", "stopped", "told"),
    [
        (Evidence(40, 2, 0, "2026-11-23", 1.0), 0, "40 cases attaquées, 2 recalculables"),
        (Evidence(40, 0, 1, "2026-11-23", 1.0), 1, "1 cellule allait être montrée à tort"),
        (None, 3, "3 cellules allaient être montrées à tort"),
        (None, 0, "audit : **non vérifié"),
    ],
)
def test_the_journal_prints_what_was_measured(monkeypatch, audit, stopped, told):
    monkeypatch.setenv("CTG_ROLE", "statisticien")
    data = data_of(fictional=True)
    monkeypatch.setattr(data, "secrecy", replace(data.secrecy, audit=audit, stopped=stopped))
    app = Reader(monkeypatch, data).open("journal")
    words = " ".join(str(one.value) for one in (*app.markdown, *app.warning))
    assert told in words.replace("\u00a0", " ").replace("\u202f", " ")
    assert ("à tort" in words) is bool(stopped)


@pytest.mark.parametrize("role", [None, "lecteur", "contributeur"])
def test_nobody_else_does(monkeypatch, role):
    """Not in the menu; and the page itself, run alone, is closed."""
    with pytest.raises(ValueError, match=r"journal\.py"):
        opened(monkeypatch, role)
    page = AppTest.from_file(str(ROOT / "pages" / "journal.py"), default_timeout=120)
    page.query_params["territoire"] = FICTIONAL
    text = everything(page.run())
    assert "réservée au statisticien" in text
    assert "protège une autre case" not in text


def test_never_on_a_projector(monkeypatch):
    text = everything(opened(monkeypatch, "statisticien", presentation="oui"))
    assert "protège une autre case" not in text


def test_the_journal_holds_no_value(monkeypatch):
    monkeypatch.setenv("CTG_ROLE", "statisticien")
    journal = opening.open_workspace(FICTIONAL).journal()
    assert list(journal.columns) == workspace.JOURNAL
    numbers = journal.select_dtypes("number").columns
    assert list(numbers) == ["Année"]
    assert journal["Année"].between(2000, 2100).all()
