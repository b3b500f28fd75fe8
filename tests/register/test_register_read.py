"""A file of structures: read as it comes, judged whole, every fault told at its place."""

import re
from dataclasses import replace

import pytest

from ctg_data.catalogue.structures.declared import kinds, needs
from ctg_data.errors import UserError
from ctg_data.register import imports as register
from ctg_data.register.columns import NAMES
from ctg_data.register.model import Register
from ctg_data.register.write import model, to_csv
from tests.register_files import as_book, as_csv, config, creche


def examined(*lines, name="essai.csv"):
    return register.examine(name, as_csv(list(lines)), config())


def plainly(told):
    """A sentence, its narrow spaces made plain."""
    return re.sub(r"\s", " ", str(told))


def rules(*lines):
    return {one.id for one in examined(*lines).report.messages}


def test_a_line_without_fault_is_accepted():
    seen = examined(creche())
    assert not seen.report.refused
    (one,) = seen.register.structures
    assert (one.kind, one.places, one.spans) == ("eaje", 30, (("2015-09-01", ""),))
    assert one.zone("iris", "00123") == "001230101"


def test_a_file_that_is_no_list_is_named_whole():
    """Its name may hold a point and a space: the sentence is not cut there."""
    with pytest.raises(UserError) as told:
        register.examine("liste. v2.csv", b"", config())
    assert "« liste. v2.csv » est vide. Rien n'en a été repris. Enregistrez" in plainly(told.value)


@pytest.mark.parametrize(
    "dates",
    [
        {"ouverture": "2015", "fermeture": "2010"},
        {"ouverture": "2001 puis 2010 puis 2015", "fermeture": "2005"},
    ],
)
def test_dates_that_read_but_do_not_follow_are_told_so(dates):
    assert "dates_inversees" in rules(creche(**dates))


FAULTS = {
    "type_inconnu": {"type": "bibliobus"},
    "nom_absent": {"nom": ""},
    "date_illisible": {"ouverture": "31/02/2015"},
    "dates_inversees": {"fermeture": "2010"},
    "nombre_illisible": {"places": "une trentaine"},
    "ages_inverses": {"age_min": "6", "age_max": "3"},
    "zone_inconnue": {"iris": "001239999"},
    "coordonnees_incompletes": {"longitude": "-7,49"},
    "coordonnees_loin": {"longitude": "2,35", "latitude": "48,85"},
    "nom_de_personne": {"contact": "Mme Durand, 01 99 00 12 34"},
    "completude_illisible": {"liste_complete_depuis": "toujours"},
    "texte_long": {"horaires": "x" * 401},
}


@pytest.mark.parametrize("rule", FAULTS)
def test_each_fault_is_refused_with_its_line_and_column(rule):
    report = examined(creche(), creche(id="A2") | FAULTS[rule]).report
    assert report.refused
    (told, *_) = report.of(rule)
    assert told.line == 3
    assert told.column in FAULTS[rule]
    assert told.done


DOUBTS = {
    "ouverture_absente": {"ouverture": ""},
    "places_absentes": {"places": ""},
    "places_inhabituelles": {"places": "3000"},
    "sans_lieu": {"iris": "", "quartier": ""},
    "contact_personnel": {"contact": "camille.durand@exemple.fr"},
    "source_absente": {"source": ""},
    "zone_nommee": {"iris": "Beffroi (fictif)"},
}


@pytest.mark.parametrize("rule", DOUBTS)
def test_each_doubt_is_told_and_stops_nothing(rule):
    report = examined(creche() | DOUBTS[rule]).report
    assert report.of(rule)
    assert not report.refused


def test_every_fault_is_told_at_once():
    everything = [creche(id=f"B{rank}") | wrong for rank, wrong in enumerate(FAULTS.values())]
    assert set(FAULTS) <= {one.id for one in examined(*everything).report.messages}


def test_a_book_with_titles_reads_as_the_text():
    lines = [creche(), creche(id="A2", nom="Autre crèche", ouverture="2005 puis 25/09/2023")]
    lines[1]["fermeture"] = "2014"
    book = register.examine("essai.xlsx", as_book(lines, titles=3), config())
    text = examined(*lines)
    assert book.register == text.register
    assert book.register.structures[1].spans == (("2005", "2014"), ("2023-09-25", ""))
    assert not book.report.refused


def test_windows_text_and_other_names_of_columns_are_read():
    content = "Catégorie;Nom de la structure;Capacité\nCrèche;Les Prés;12\n".encode("cp1252")
    seen = register.examine("essai.csv", content, config())
    assert [(one.name, one.places) for one in seen.register.structures] == [("Les Prés", 12)]


def test_what_counts_or_names_people_is_left_out():
    seen = examined(creche(**{"Enfants inscrits": "7", "Directrice": "Camille Durand"}))
    kept = to_csv(seen.register).decode()
    assert "Durand" not in kept
    assert ",7," not in kept
    assert {"colonne_personnes", "colonne_nominative"} <= {o.id for o in seen.report.messages}


def test_a_header_that_is_not_there_is_told_with_what_looks_like_it():
    report = register.examine("essai.csv", b"genre;noms\neaje;A\n", config()).report
    (told,) = report.of("colonne_absente")
    assert report.refused
    assert "noms" in told.text


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04 cut"])
def test_what_is_no_table_is_told_in_french(content):
    with pytest.raises(UserError, match=r"Enregistrez la liste des structures"):
        register.examine("essai.csv", content, config())


def test_swapped_coordinates_are_put_right_and_the_point_has_the_last_word():
    seen = examined(creche(longitude="46,200216", latitude="-7,496752", iris="001230801"))
    (one,) = seen.register.structures
    assert (one.longitude, one.latitude) == (-7.496752, 46.200216)
    assert one.zones["iris"] == "001230102"
    told = {message.id for message in seen.report.messages}
    assert {"coordonnees_inversees", "zone_contredite"} <= told


def test_one_identifier_for_the_same_days_is_refused_and_for_others_is_not():
    first = creche(fermeture="31/08/2020")
    assert "identifiant_double" in rules(first, creche(places="40"))
    assert "identifiant_double" not in rules(first, creche(places="40", ouverture="01/09/2020"))


def test_a_structure_without_identifier_keeps_the_one_it_had():
    known = examined(creche()).register
    lines, messages = register.read_lines("essai.csv", as_csv([creche(id="")]))
    again = register.parse(lines, config(), messages, known).register
    assert again.structures[0].id == "A1"
    fresh = register.parse(lines, config(), [], Register()).register
    assert fresh.structures[0].id == "eaje-01"


def test_changes_are_told_structure_by_structure():
    before = examined(creche(), creche(id="A2", nom="Autre")).register
    after = examined(creche(places="45"), creche(id="A3", nom="Neuve")).register
    told = {(one.what, one.id): one.cells for one in register.changes_between(before, after)}
    assert told == {
        ("modifiée", "A1"): (("places", "30", "45"),),
        ("retirée", "A2"): (),
        ("ajoutée", "A3"): (),
    }


def test_a_fictional_line_does_not_enter_a_real_territory():
    real = replace(config(), fictional=False)
    report = register.examine("essai.csv", as_csv([creche(fictif="oui")]), real).report
    assert report.of("fiction")
    assert report.refused


def test_a_reader_changes_nothing(monkeypatch):
    monkeypatch.setenv("CTG_ROLE", "lecteur")
    assert examined(creche()).report.refused


def test_the_model_and_the_kept_files_read_back_the_same():
    place = config()
    present = register.register_store.in_force(place, None)
    for name, content in (
        ("kept.csv", to_csv(present)),
        ("model.xlsx", model(place, present)),
    ):
        seen = register.examine(name, content, place)
        assert not seen.report.refused, seen.report.messages
        assert seen.changes == (), name


def test_the_empty_model_has_every_column_and_no_structure():
    seen = register.examine("model.xlsx", model(config()), config())
    assert [one.id for one in seen.report.messages if one.severity == "R"] == ["aucune_structure"]
    assert len(set(NAMES)) == len(NAMES)


def test_every_type_answers_a_need():
    answered = {kind for need in needs().values() for kind in need.types}
    assert answered == set(kinds())
