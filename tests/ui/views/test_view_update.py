"""The first update: offered on « Accueil » to whoever may ask for it, followed, told, then gone."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ctg_data.model import Level
from ctg_data.role import ENVIRONMENT, Role
from ctg_data.sources import registry
from ctg_data.sources.http import ADDRESSES
from ctg_data.store.session import Store
from ctg_data.territory import embedded
from ctg_data.update import states as source_states
from ctg_data.update.asking import asking
from ctg_data.update.run import Outcome, Progress, Summary
from tests import standin_data
from tests.browser import serving
from tests.pages import Reader, behind_the_gate, bodies, config, data_of
from tests.standin import Reply, StandIn
from ui.frame import updating
from ui.views import update as view_update

SOURCES = list(registry.sources().values())
PLACE = config(fictional=False)
PATIENCE = 30
NEVER = "pas encore été demandés"
AWAY = "source.example ne répond pas : connexion impossible."


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    updating.JOBS._known.clear()
    source_states.look_again()
    yield
    updating.JOBS._known.clear()
    source_states.look_again()


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Reader:
    return Reader(monkeypatch, data_of(fictional=False))


def buttons(app) -> list[str]:
    return [one.label for one in app.button]


def press(app, label: str):
    return next(one for one in app.button if one.label == label).click().run()


def links(app) -> list[str]:
    return [one.proto.label for one in app.get("page_link")]


def received(*sources: registry.Source) -> None:
    """Write that sources have answered."""
    with Store.open() as store:
        for one in sources:
            store.record_success(PLACE.id, one.id, rows=1, last_year=2024)
    source_states.look_again()


def giving(*outcomes: Outcome) -> Callable[..., Summary]:
    """An update that ends so."""

    def run(territory, store, progress, source_ids=()):
        for step, one in enumerate(outcomes, start=1):
            progress(Progress(one.source, step, len(outcomes)))
            progress(Progress(one.source, step, len(outcomes), one))
        return Summary(territory, outcomes)

    return run


def ended(*outcomes: Outcome, kind: str = updating.FIRST) -> updating.Job:
    job = updating.start(PLACE, giving(*outcomes), kind=kind)
    assert job.done.wait(PATIENCE)
    return job


def test_it_is_offered_with_what_from_whom_how_long_and_what_leaves(reader):
    app = reader.open("accueil")
    text = bodies(app).replace("\u00a0", " ").replace("\u202f", " ").replace("&#x27;", "'")
    assert view_update.RECEIVE in buttons(app)
    assert f"{len(SOURCES)} sources publiques" in text
    wait = asking([one.source for one in data_of(fictional=False).sources()], PLACE).minutes
    for words in (
        "Cnaf, Insee",
        f"environ {wait} minute",
        "Rien ne quitte ce poste",
        "data.caf.fr",
    ):
        assert words in text
    assert all(one.title in text for one in SOURCES), "each of them is named"
    assert 'class="ctg-figure"' in text, "and the page still shows what came with it"


@pytest.mark.parametrize(
    ("fictional", "who"), [(True, Role.CONTRIBUTEUR), (False, Role.LECTEUR)], ids=["fictif", "lu"]
)
def test_it_is_not_offered_to_whom_the_page_of_data_refuses_it(monkeypatch, fictional, who):
    monkeypatch.setenv(ENVIRONMENT, who)
    reader = Reader(monkeypatch, data_of(fictional=fictional))
    text = bodies(reader.open("donnees")).replace("\u00a0", " ")
    assert updating.refusal(config(fictional=fictional)).title in text
    app = reader.open("accueil")
    assert view_update.RECEIVE not in buttons(app)
    assert NEVER not in bodies(app)
    assert not any("manque encore" in one or "Recevoir" in one for one in links(app))


def test_two_who_press_at_once_ask_once(monkeypatch, reader):
    begun, gate, ran = threading.Event(), threading.Event(), []

    def run(territory, store, progress):
        ran.append(territory.id)
        progress(Progress(SOURCES[0], 1, 2))
        begun.set()
        gate.wait(PATIENCE)
        return Summary(territory, ())

    monkeypatch.setattr(updating.start, "__defaults__", (run,))
    other = Reader(monkeypatch, data_of(fictional=False))
    mine, theirs = reader.open("accueil"), other.open("accueil")
    try:
        for app in (mine, theirs):
            assert view_update.RECEIVE not in buttons(press(app, view_update.RECEIVE))
            assert begun.wait(PATIENCE)
            assert "interrogation en cours" in bodies(app.run())
    finally:
        gate.set()
    assert updating.JOBS.of(PLACE.id).done.wait(PATIENCE)
    assert ran == [PLACE.id]


def test_what_failed_is_told_and_asked_again_alone(monkeypatch, reader):
    good, bad = SOURCES[:-2], SOURCES[-2:]
    received(*good)
    ended(
        *(Outcome(one, "a_jour", 3, 2024) for one in good),
        *(Outcome(one, "echec", problems=(f"{AWAY} Réessayez plus tard.",)) for one in bad),
    )
    app = reader.open("accueil")
    assert AWAY in bodies(app).replace("\u00a0", " ")
    assert "Réessayez plus tard." in bodies(app)
    asked = []
    monkeypatch.setattr(updating, "start", lambda place, **told: asked.append(told))
    press(app, "Redemander 2\u00a0sources manquantes")
    assert asked == [{"only": [one.id for one in bad], "kind": updating.FIRST}]


def test_a_network_that_is_cut_is_one_sentence_beside_the_figures(reader):
    ended(*(Outcome(one, "echec", problems=(AWAY,)) for one in SOURCES))
    app = reader.open("accueil")
    text = bodies(app)
    assert text.count("Aucune source n'a pu être reçue".replace("'", "&#x27;")) == 1
    assert 'class="ctg-figure"' in text
    assert not next(one for one in app.expander if "Résultat" in one.label).proto.expanded
    assert view_update.RECEIVE in buttons(app)


def test_once_all_has_come_nothing_is_offered(reader):
    assert "première mise à jour" in bodies(reader.open("accueil"))
    received(*SOURCES)
    app = reader.open("accueil")
    assert "première mise à jour" not in bodies(app), "outlines bring no year, and are there"
    assert view_update.RECEIVE not in buttons(app)
    assert NEVER not in bodies(app)
    assert not any("manque encore" in one for one in links(app))


def test_the_end_is_told_until_it_is_closed(reader):
    received(*SOURCES)
    ended(*(Outcome(one, "a_jour", 3, 2024) for one in SOURCES))
    app = reader.open("accueil")
    assert "Mise à jour terminée" in bodies(app)
    app = press(app, "Fermer ce compte rendu")
    assert "Mise à jour terminée" not in bodies(app)


def test_an_update_asked_for_on_the_page_of_data_is_not_told_here(reader):
    received(*SOURCES)
    ended(Outcome(SOURCES[0], "echec", problems=(AWAY,)), kind=updating.AGAIN)
    assert AWAY not in bodies(reader.open("accueil"))
    assert AWAY in bodies(reader.open("donnees")).replace("\u00a0", " ")


def test_what_never_came_is_one_quiet_line(reader):
    received(*SOURCES[1:])
    app = reader.open("accueil")
    assert NEVER not in bodies(app)
    assert any(one.startswith("Il manque encore 1\u00a0source") for one in links(app))


def test_a_source_that_has_nothing_here_is_not_awaited_for_ever(reader):
    received(*SOURCES[1:])
    with Store.open() as store:
        store.record_nothing(PLACE.id, SOURCES[0].id)
    source_states.look_again()
    assert not any("manque encore" in one for one in links(reader.open("accueil")))


def test_a_theme_without_figure_leads_there_until_then(monkeypatch):
    table, citations = embedded.embedded(PLACE)
    one = table[table["level"] == str(Level.REGION)].head(1).reset_index(drop=True)
    reader = Reader(monkeypatch, behind_the_gate(PLACE, one, citations))
    way = "Recevoir les chiffres publiés"
    assert way in links(reader.open("jeunesse"))
    received(SOURCES[0])
    assert way not in links(reader.open("jeunesse"))


@pytest.fixture
def producers() -> Iterator[tuple[StandIn, dict[str, str]]]:
    """Producers who know the commune for its households only; Insee knows nothing."""
    with StandIn() as standin:
        standin_data.fill(standin)
        standin.observations.clear()
        for row in standin.datasets["s_ben_com_f"].rows:
            if row["numcomdo"] == standin_data.COMMUNE:
                row |= {
                    "numcomdo": PLACE.commune.code,
                    "dtreffre": f"{int(row['dtreffre'][:4]) + 1}-12",
                }
        standin.plan("s_ben_dep", Reply(404, wait=3.0))  # time to be seen at work
        names = (*ADDRESSES, "PORTAIL")
        yield standin, {f"CTG_URL_{one}": f"{standin.address}/{one.lower()}" for one in names}


@pytest.mark.browser
def test_one_button_fills_the_page(producers, visit, tmp_path: Path):
    standin, addresses = producers
    with serving(tmp_path / "home", **addresses) as server:
        phone, tab = visit(server, 390), visit(server)
        for one in (phone, tab):
            page = one.goto("/")
            page.get_by_role("button", name=view_update.RECEIVE).wait_for()
            assert one.overflow() <= 0
        assert not standin.asked, "nothing leaves before it is asked for"
        page.get_by_role("button", name=view_update.RECEIVE).click()
        page.locator(".ctg-steps li").first.wait_for()
        page.get_by_text("Mise à jour terminée").wait_for(timeout=120_000)
        tab.settle()
        figure = page.locator(".ctg-figure").filter(has_text="Foyers allocataires").first
        assert "2025" in figure.inner_text(), "the page itself, filled"
        page.get_by_role("button", name="sources manquantes").wait_for()
        page.get_by_role("button", name="Fermer ce compte rendu").click()
        page.get_by_text("Il manque encore").wait_for()
        tab.check()
        phone.goto("/")
        assert phone.overflow() <= 0
        phone.check()
