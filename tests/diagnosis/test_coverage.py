"""What is said to be covered is: the convention, the catalogue and the release agree."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from ctg_data import observations
from ctg_data.catalogue.cards import ORIGINS
from ctg_data.catalogue.indicators import catalogue
from ctg_data.diagnosis import coverage, legal_grid
from ctg_data.diagnosis.legal_grid import State
from ctg_data.disclosure.adapter.gate import gate
from ctg_data.errors import TerritoryError
from ctg_data.model import Citation, Level
from ctg_data.observations import variables
from ctg_data.opening import complete_workspace
from ctg_data.territory.config import open_territory
from ctg_data.workspace import Workspace

OPEN = Citation("ouvert", "Cnaf", "Données ouvertes", "2024", "2026-10-01", "Licence Ouverte")


def workspace(*cells: tuple[str, str, str, float | None, str]) -> Workspace:
    """A territory that holds these cells only: variable, part, level, value, status."""
    config = replace(open_territory(), qpv=(), iris=(), quartiers=())
    rows = [
        {
            **{"variable": variable, "category": part, "level": level, "code": "C"},
            **{"vintage": 2025, "period": 2024, "value": value, "base": pd.NA},
            **{"unit": variables()[variable].unit, "status": status, "source": "ouvert"},
        }
        for variable, part, level, value, status in cells
    ]
    frame = pd.DataFrame(rows, columns=list(observations.DTYPES))
    return complete_workspace(config, gate(observations.validate(frame), config, {"ouvert": OPEN}))


@pytest.fixture(scope="module")
def bare() -> Workspace:
    return workspace(("population_municipale", "total", "commune", 1000.0, "diffuse"))


def line(data: Workspace, code: str) -> coverage.Known:
    return next(one for one in coverage.known(data) if one.indicator.code == code)


def test_every_objective_is_there_and_no_indicator_is_lost(bare):
    every = coverage.known(bare)
    subjects = coverage.objectives(bare, every)
    convention = bare.territory.convention
    assert [one.id for one in subjects] == [
        one["id"] for axis in convention["axe"] for one in axis["objectif"]
    ]
    placed = [one.indicator.id for subject in subjects for one in subject.known]
    transversal = [one.id for one in catalogue().values() if one.objective == "transversal"]
    assert sorted([*placed, *transversal]) == sorted(catalogue())


def test_an_indicator_with_a_figure_says_where_and_when(bare):
    one = line(bare, "CTX01")
    assert (one.present, one.levels, one.years) == (True, (Level.COMMUNE,), (2024,))
    assert one.missing == ()


def test_an_indicator_without_one_says_what_is_missing(bare):
    one = line(bare, "VS02")
    assert not one.present
    assert coverage.gathered(one.missing) == [variables()["population_zone_competence"].label]
    assert one in coverage.awaited(coverage.known(bare))["registre"]


def test_a_part_is_missing_by_its_own_name(bare):
    assert line(bare, "JE09").missing == ("zones_sans_offre_12_25/total",)
    declared, missing = variables()["structures"], line(bare, "EN08").missing
    assert missing == ("structures/clas",)
    assert coverage.gathered(missing) == [f"{declared.label} ({declared.categories['clas']})"]
    twice = coverage.gathered(["structures/clas", "structures/evs", "structures/clas"])
    assert twice == [f"{declared.label} ({', '.join(map(declared.part, ('clas', 'evs')))})"]


def test_what_is_masked_was_received_and_is_not_awaited():
    data = workspace(("foyers_asf", "total", "commune", None, "secret_cellule"))
    one = line(data, "PA03")
    assert (one.present, one.masked) == (False, True)
    awaited = [
        known for lines in coverage.awaited(coverage.known(data)).values() for known in lines
    ]
    assert one not in awaited
    assert all(known.missing or not known.present for known in awaited)


def test_every_awaited_indicator_is_awaited_from_someone_known(bare):
    every = coverage.known(bare)
    found = coverage.awaited(every)
    assert found.keys() <= ORIGINS.keys()
    assert sum(map(len, found.values())) == sum(not one.present for one in every)


def test_housing_is_said_not_to_be_covered(bare):
    """Article 2 names it; no axis of article 4 does, and no indicator of offer or gap."""
    subjects = coverage.orientations(bare, coverage.known(bare))
    assert len(subjects) == len(bare.territory.convention["orientation"]) == 7
    assert [one.id for one in subjects if one.uncovered] == ["logement"]


def test_a_field_of_the_commune_without_an_axis_is_told(bare):
    convention = bare.territory.convention
    left = coverage.fields_without_axis(convention)
    assert left
    assert set(left) < set(convention["champs_intervention"])
    assert coverage.fields_without_axis({**convention, "champs_intervention": []}) == []


def test_the_grid_holds_the_contents_of_the_article(bare):
    found = legal_grid.contents(bare, coverage.known(bare))
    wanted = ["1°", "2°", "3°", *(f"4° {letter})" for letter in "abcdefgh")]
    assert [one.id for one in found] == wanted
    assert all(one.figures or one.texts or one.due for one in found)
    early = [figure.indicator for one in found for figure in one.figures]
    assert {one.theme for one in early} <= {"petite_enfance", "contexte", "parentalite"}
    assert legal_grid.source().verified.year >= 2026


def test_a_content_answers_only_when_nothing_is_missing(bare):
    by_id = {one.id: one for one in legal_grid.contents(bare, coverage.known(bare))}
    assert by_id["1°"].state is State.MISSING  # no figure of the offer is there
    assert by_id["4° f)"].state is State.MISSING
    assert by_id["4° g)"].state is State.PARTLY  # an article, and a calendar still due
    there = tuple(replace(one, years=(2024,)) for one in by_id["1°"].figures)
    assert replace(by_id["1°"], figures=there).state is State.ANSWERED
    assert replace(by_id["1°"], figures=there[:1] + by_id["1°"].figures[1:]).state is State.PARTLY
    due = (legal_grid.Due("Un plan", "ville"),)
    assert replace(by_id["1°"], figures=there, due=due).state is State.PARTLY


def test_the_words_of_an_article_are_those_of_the_convention(bare):
    texts = [
        text
        for one in legal_grid.contents(bare, coverage.known(bare))
        for text in one.texts
        if text.article == "9"
    ]
    assert texts
    assert {one.words for one in texts} == {bare.territory.convention["evaluation"]["bilan"]}


def test_a_document_of_the_territory_answers_what_was_due(bare, monkeypatch, tmp_path):
    place = replace(bare.territory, folder=tmp_path)
    monkeypatch.setattr(bare, "territory", place)
    text = '[[reponse]]\ncontenu = "4° f)"\ntexte = "Un tableau."\ndocument = "Plan"\n'
    (tmp_path / legal_grid.ANSWERS).write_text(text + "date = 2026-01-02\n", encoding="utf-8")
    by_id = {one.id: one for one in legal_grid.contents(bare, coverage.known(bare))}
    assert by_id["4° f)"].given == (legal_grid.Given("Un tableau.", "Plan", date(2026, 1, 2)),)
    assert (by_id["4° f)"].due, by_id["4° f)"].state) == ((), State.ANSWERED)
    assert by_id["4° g)"].due
    wrong = text.replace("4° f)", "9°") + "date = 2026-01-02\n" + text
    (tmp_path / legal_grid.ANSWERS).write_text(wrong, encoding="utf-8")
    with pytest.raises(TerritoryError) as told:
        legal_grid.answers(place)
    assert "Réponse 1 : « 9° » n'est pas un contenu" in str(told.value)
    assert "Réponse 2 : « date »" in str(told.value)
