"""Which zonings go together, as told; and the city's own, as its project lead adds it."""

import dataclasses
import math
import time
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from shapely.geometry import Polygon
from streamlit.testing.v1 import AppTest

from ctg_data.boundaries import zonings_here as zonings_here
from ctg_data.diagnosis import overlaps
from ctg_data.disclosure.adapter.confidential import protect_socle
from ctg_data.model import Level
from ctg_data.release.policy import Policy
from ctg_data.store.session import Store
from ctg_data.zonings import registry as zonings
from ctg_data.zonings.nature import Nature, Told
from geo.outlines.places import Nesting
from geo.outlines.zones import read_folder
from tests.drawing import read, shown
from tests.ground.test_apart import children, waited
from tests.pages import Reader, bodies, config, data_of
from tests.zone_files import collection, feature
from ui.views import city as view_city

NOBODY = read("A | 10 10 10 10 | 40").iloc[:0]
CHECK, ADD, CANCEL = "Vérifier ce fichier", "Ajouter ce zonage", "Annuler"
Q, AROUND = ("qpv", "Q", 2024), ("iris", "I", 0)


def test_the_page_says_what_the_gate_does(monkeypatch: pytest.MonkeyPatch) -> None:
    data = data_of(fictional=True)
    told = bodies(Reader(monkeypatch, data).open("methode"))
    assert "Quels zonages peuvent être montrés ensemble" in told
    assert "couvert par le secret (autre zonage publié)" in told.replace("\u202f", " ")
    found = overlaps.shown(data.release)
    assert found[0].zoning.startswith("QPV"), "the first zoning is told first"
    assert {"IRIS", "Quartiers de la ville"} <= {one.zoning for one in found}
    frame = data.release.frame
    secret = [one.id for one in data.release.citations if one.confidential]
    for one in found:
        rows = frame[frame["source"].isin(secret) & (frame["period"] == one.period)]
        level = {"IRIS": "iris", "Quartiers de la ville": "quartier"}.get(one.zoning, "qpv")
        if level != "qpv":
            rows = rows[rows["level"] == level]
            assert one.shown == rows["value"].notna().sum()
            assert one.hidden == len(rows) - one.shown


def test_every_overlap_is_named_in_words() -> None:
    place = config(fictional=True)
    known = overlaps.of(place)
    assert known.unknown == ()
    astride = [one for one in place.qpv if len(one.communes) > 1]
    assert astride
    text = "\n".join(f"{one.zone} {one.text}" for one in known.found)
    for one in astride:
        assert f"{one.label.removesuffix(' (fictif)')}, part dans la commune" in text
    assert not any(zone.code in text for zone in (*place.iris, *place.qpv, *place.quartiers))


def test_without_outlines_one_zoning_at_a_time_is_promised() -> None:
    place = config(fictional=False)
    known = overlaps.of(place)
    assert known.found == ()
    assert {"IRIS", "QPV de 2015", "QPV de 2024"} <= set(known.unknown)
    assert "Un seul zonage" in overlaps.summary(known, Policy())


def test_a_second_zoning_never_changes_the_mask_of_the_first() -> None:
    """What the page promises: the first zoning is masked for itself, the others bear the rest."""
    qpv = read("Q | 40 40 30 30 | 140")
    iris = read("I | 60 60 50 43 | 213", level="iris")
    alone = protect_socle(qpv, NOBODY, Policy()).table
    both = protect_socle(
        pd.concat([qpv, iris]), NOBODY, Policy(), [Nesting(AROUND, (Q,), "dans I")]
    ).table
    assert shown(both[both["level"] == "qpv"]) == shown(alone)
    assert shown(both[both["level"] == "iris"]) != shown(iris)


# The city's own zonings, on the page « Données »


@cache
def zones_file() -> bytes:
    """Zones of the fictional commune, as a structure's zones of competence."""
    outlines, _ = read_folder(config(fictional=True))
    forms = [one.shape for one in outlines if one.level is Level.IRIS][:2]
    rows = [
        feature(form, code=f"C{rank}", nom=f"Autour {rank} (fictif)", fictif=True)
        for rank, form in enumerate(forms, start=1)
    ]
    return collection(rows)


@cache
def heavy_file(points: int = 4000, zones: int = 20) -> bytes:
    """Zones that all cross each other, everywhere: valid, and some half minute of geometry."""
    outlines, _ = read_folder(config(fictional=True))
    middle = next(one.shape for one in outlines if one.level is Level.COMMUNE).centroid

    def star(turn: float) -> Polygon:
        turns = [(2 * math.pi * (rank + turn) / points, rank % 2) for rank in range(points)]
        reach = (0.002, 0.003)
        return Polygon(
            (middle.x + reach[out] * math.cos(one), middle.y + reach[out] * math.sin(one))
            for one, out in turns
        )

    rows = [
        feature(star(rank / zones), code=f"C{rank}", nom=f"Étoile {rank} (fictive)", fictif=True)
        for rank in range(zones)
    ]
    return collection(rows)


def drop(app: AppTest, content: bytes) -> None:
    app.file_uploader[0].set_value(("zones.geojson", content, "application/json")).run()


def say(app: AppTest) -> None:
    """What the check asks of who drops a file."""
    text = {one.label: one for one in app.text_input}
    text["Auteur des contours"].set_value("Ville fictive")
    text["Méthode, en une phrase"].set_value("À la main")
    text["Date des contours (jj/mm/aaaa)"].set_value("1/1/2024")
    [nature] = [one for one in app.selectbox if one.label == "Nature des zones"]
    nature.set_value(Nature.COMPETENCE).run()


def press(app: AppTest, label: str) -> None:
    [button] = [one for one in app.button if one.label == label]
    button.click().run()


def offered(app: AppTest) -> set[str]:
    return {one.label for one in app.button}


def over(app: AppTest, patience: float = 60.0) -> None:
    """The page as it is once the check is over: it looks by itself, every second."""
    limit = time.monotonic() + patience
    while CANCEL in offered(app):
        assert time.monotonic() < limit, "the check is not over"
        time.sleep(0.3)
        app.run()


def test_a_project_lead_adds_a_zoning_and_takes_it_away(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader(monkeypatch, data_of(fictional=True))
    app = reader.open("donnees")
    assert "Ceux du territoire" in bodies(app)
    drop(app, zones_file())
    press(app, CHECK)
    over(app)
    told = bodies(app)
    for words in ("Fichier refusé", "auteur", "méthode", "date"):
        assert words in told
    say(app)
    press(app, CHECK)
    over(app)
    assert "Ce fichier peut être ajouté" in bodies(app)
    press(app, ADD)
    assert not app.exception
    told = bodies(app)
    for words in ("2 zones de", "Ville fictive", "En place"):
        assert words in told.replace("\xa0", " ")
    [sure] = [one for one in app.checkbox if "ne pourront plus" in one.label]
    sure.check().run()
    [button] = [one for one in app.button if one.label == "Retirer ce zonage"]
    button.click().run()
    assert "Retiré le" in bodies(app)
    with Store.open() as store:
        [one] = zonings.listed(store, data_of(fictional=True).territory.id)
    assert not one.in_place


@pytest.fixture
def heavy(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """A file that is long to judge, its check begun."""
    app = Reader(monkeypatch, data_of(fictional=True)).open("donnees")
    drop(app, heavy_file())
    say(app)
    return app


def test_a_long_check_is_followed_and_cancelled(heavy: AppTest) -> None:
    press(heavy, CHECK)
    assert waited(lambda: bool(children()))
    heavy.run()
    assert children(), "the page answers while the file is judged"
    assert "Vérification des zones de" in heavy.get("progress")[0].proto.text
    assert CANCEL in offered(heavy)
    [button] = [one for one in heavy.button if one.label == CHECK]
    assert button.disabled
    press(heavy, CANCEL)
    assert waited(lambda: not children(), 5)
    over(heavy, 5)
    told = bodies(heavy)
    for words in ("Fichier non vérifié", "annulée", "été écrit"):
        assert words in told
    assert ADD not in offered(heavy)
    with Store.open() as store:
        assert zonings.listed(store, data_of(fictional=True).territory.id) == []


def test_a_check_that_lasts_is_ended(heavy: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zonings_here, "SECONDS", 4.0)
    press(heavy, CHECK)
    over(heavy)
    assert children() == []
    told = bodies(heavy).replace("\u202f", " ").replace("\xa0", " ")
    for words in ("Fichier non vérifié", "arrêtée après 4 secondes", "simplifiez-les"):
        assert words in told
    assert ADD not in offered(heavy)
    assert CHECK in offered(heavy)


def test_other_words_or_no_file_end_the_check(heavy: AppTest) -> None:
    press(heavy, CHECK)
    assert waited(lambda: bool(children()))
    [author] = [one for one in heavy.text_input if one.label == "Auteur des contours"]
    author.set_value("Une autre").run()
    assert waited(lambda: not children(), 5)
    assert CANCEL not in offered(heavy)
    press(heavy, CHECK)
    assert waited(lambda: bool(children()))
    heavy.file_uploader[0].set_value(None).run()
    assert waited(lambda: not children(), 5)
    assert not heavy.exception


def test_a_reader_only_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CTG_ROLE", "lecteur")
    app = Reader(monkeypatch, data_of(fictional=True)).open("donnees")
    assert not [one for one in app.file_uploader if one.label == "Fichier de zones"]


def test_a_zone_that_may_not_be_studied_says_no_number() -> None:
    data = data_of(fictional=True)
    states = {view_city.state_of(data, one.code) for one in data.territory.quartiers}
    assert states == {"Montrés"}
    nobody = view_city.state_of(data, "inconnu")
    assert "aucun fichier" in nobody


def test_what_is_said_of_a_file_is_written_down(tmp_path: Path) -> None:
    told = Told(Nature.COMPETENCE, "Ville", "2024-01-01", "À la main")
    assert dataclasses.replace(told, dated="").wrong_date.startswith("date : à dire")
    assert (told.vintage, told.wrong_date) == (2024, "")
