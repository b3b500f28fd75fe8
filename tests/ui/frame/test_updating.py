"""An update goes on by itself, is joined rather than doubled, and ends in words."""

import threading

import pytest

from ctg_data.errors import SourceUnavailable
from ctg_data.sources import registry
from ctg_data.update.run import Outcome, Progress, Summary
from tests.pages import Reader, bodies, config, data_of
from ui.frame import updating

SOURCES = list(registry.sources().values())
PATIENCE = 30


@pytest.fixture(autouse=True)
def _no_job():
    updating.JOBS._known.clear()
    yield
    updating.JOBS._known.clear()


@pytest.fixture
def place():
    return config(fictional=False)


def succeeding(territory, store, progress):
    outcome = Outcome(SOURCES[0], "a_jour", 12, 2024)
    progress(Progress(SOURCES[0], 1, 2))
    progress(Progress(SOURCES[0], 1, 2, outcome))
    failing = Outcome(SOURCES[1], "echec", problems=("La source ne répond pas.",))
    progress(Progress(SOURCES[1], 2, 2, failing))
    return Summary(territory, (outcome, failing))


def finished(place, run):
    job = updating.start(place, run)
    assert job.done.wait(PATIENCE)
    return job


def test_it_ends_with_a_summary_and_a_full_bar(place):
    job = finished(place, succeeding)
    assert updating.share(job) == 1.0
    assert len(job.result.failed) == 1


def test_a_second_request_joins_the_first(place):
    gate = threading.Event()

    def waiting(territory, store, progress):
        gate.wait(PATIENCE)
        return Summary(territory, ())

    first = updating.start(place, waiting)
    assert updating.start(place, waiting) is first
    gate.set()
    assert first.done.wait(PATIENCE)
    assert updating.start(place, succeeding) is not first


def test_what_goes_wrong_is_told_in_french_without_detail(place, caplog):
    def away(territory, store, progress):
        raise SourceUnavailable("Aucune source ne répond.")

    def broken(territory, store, progress):
        raise ValueError("4 familles")

    assert finished(place, away).problem == "Aucune source ne répond."
    job = finished(place, broken)
    assert "imprévue" in job.problem
    assert "4 familles" not in job.problem + caplog.text


def test_the_page_tells_each_source_then_lets_go(place, monkeypatch):
    finished(place, succeeding)
    app = Reader(monkeypatch, data_of(fictional=False)).open("donnees")
    text = bodies(app)
    assert "Mise à jour terminée" in text
    assert "La source ne répond pas." in text
    close = next(one for one in app.button if one.label == "Fermer ce compte rendu")
    close.click().run()
    assert updating.JOBS.of(place.id) is None
    assert "Mise à jour terminée" not in bodies(app)


def test_the_button_starts_an_update_once(place, monkeypatch):
    started = []
    monkeypatch.setattr(updating, "start", lambda territory: started.append(territory.id))
    app = Reader(monkeypatch, data_of(fictional=False)).open("donnees")
    next(one for one in app.button if one.label == "Mettre à jour").click().run()
    assert started == [place.id]
