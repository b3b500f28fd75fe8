"""Which zonings go together, as told; and the city's own, as its project lead adds it."""

import dataclasses
from pathlib import Path

import pandas as pd
import pytest

from ctg_data import overlaps, zonings
from ctg_data.disclosure.confidential import protect_socle
from ctg_data.disclosure.policy import Policy
from ctg_data.disclosure.relations import Nesting
from ctg_data.model import Level
from ctg_data.store import Store
from ctg_data.zoning import Nature, Told
from geo.zones import read_folder
from tests.drawing import read, shown
from tests.pages import Reader, bodies, config, data_of
from tests.zone_files import collection, feature
from ui import view_city

NOBODY = read("A | 10 10 10 10 | 40").iloc[:0]
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


def zones_file() -> bytes:
    """Zones of the fictional commune, as a structure's zones of competence."""
    outlines, _ = read_folder(config(fictional=True))
    forms = [one.shape for one in outlines if one.level is Level.IRIS][:2]
    rows = [
        feature(form, code=f"C{rank}", nom=f"Autour {rank} (fictif)", fictif=True)
        for rank, form in enumerate(forms, start=1)
    ]
    return collection(rows)


def test_a_project_lead_adds_a_zoning_and_takes_it_away(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader(monkeypatch, data_of(fictional=True))
    app = reader.open("donnees")
    assert "Ceux du territoire" in bodies(app)
    app.file_uploader[0].set_value(("zones.geojson", zones_file(), "application/json")).run()
    [button] = [one for one in app.button if one.label == "Vérifier ce fichier"]
    button.click().run()
    told = bodies(app)
    for words in ("Fichier refusé", "auteur", "méthode", "date"):
        assert words in told
    text = {one.label: one for one in app.text_input}
    text["Auteur des contours"].set_value("Ville fictive")
    text["Méthode, en une phrase"].set_value("À la main")
    text["Date des contours (jj/mm/aaaa)"].set_value("1/1/2024")
    [nature] = [one for one in app.selectbox if one.label == "Nature des zones"]
    nature.set_value(Nature.COMPETENCE).run()
    [button] = [one for one in app.button if one.label == "Vérifier ce fichier"]
    button.click().run()
    assert "Ce fichier peut être ajouté" in bodies(app)
    [button] = [one for one in app.button if one.label == "Ajouter ce zonage"]
    button.click().run()
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
