"""The pages « Structures » and « Annuaire » as their readers meet them."""

import html

import pytest

from ctg_data.catalogue.structures.declared import kinds, needs as declared_needs
from ctg_data.errors import SourceUnavailable
from ctg_data.register import imports as register, store as register_store
from ctg_data.sources.geocoder import Point
from ctg_data.store.session import Store
from tests.pages import Reader, bodies, config, data_of
from tests.register_files import as_book, creche
from ui.frame import page as frame
from ui.register import importing as register_importing


@pytest.fixture
def reader(monkeypatch):
    return Reader(monkeypatch, data_of(fictional=True))


@pytest.fixture
def citizen(monkeypatch):
    """Someone in front of the real territory, whose register is partial."""
    return Reader(monkeypatch, data_of(fictional=False))


def plain(app):
    return html.unescape(bodies(app)).replace("\u202f", " ").replace("\u00a0", " ")


def press(app, label):
    (button,) = [one for one in app.button if one.label == label]
    return button.click().run()


def give(reader, *lines):
    reader.open("structures")
    reader.app.session_state[register_importing.FILE] = ("essai.xlsx", as_book(list(lines)))
    return reader.app.run()


def in_force(*, fictional=True):
    with Store.open() as store:
        return register_store.in_force(config(fictional=fictional), store)


def test_a_type_whose_list_is_not_full_is_never_a_zero(citizen):
    app = citizen.open("structures")
    told = plain(app)
    assert not app.exception
    known = {one.kind for one in in_force(fictional=False).structures}
    unknown = len(set(kinds()) - known)
    assert told.count('<abbr title="donnée non disponible">n.d.</abbr>') == 2 * unknown
    assert told.count("au moins ") >= len(known)
    assert ">0<" not in told
    assert "au moins 0" not in told
    assert "aucune liste n'est dite complète" in told


def test_a_file_is_shown_then_put_in_place_then_taken_back(reader):
    app = give(reader, creche(fictif="oui"))
    told = plain(app)
    assert "Fichier accepté" in told
    assert "retirée" in told
    assert len(in_force().structures) > 60
    app = press(app, "Mettre ce registre en place")
    assert [one.id for one in in_force().structures] == ["A1"]
    assert "Registre mis à jour" in plain(app)
    app = press(app, "Annuler le dernier changement")
    assert len(in_force().structures) > 60


def test_a_file_at_fault_cannot_be_put_in_place(reader):
    app = give(reader, creche(type="autre", ouverture="31/02/2015"))
    told = plain(app)
    assert "Fichier refusé" in told
    assert "n'existe pas" in told
    assert "n'est pas une date" in told
    (button,) = [one for one in app.button if one.label == "Mettre ce registre en place"]
    assert button.disabled
    labels = [one.proto.label for one in app.get("download_button")]
    assert {"Compte rendu (CSV)", "Compte rendu à imprimer (page)"} <= set(labels)


def test_an_unknown_type_is_asked_once_and_the_answer_may_be_taken_back(reader):
    app = give(reader, creche(type="Bibliobus", fictif="oui"))
    assert "Que veulent dire ces mots" in plain(app)
    (asked,) = [one for one in app.selectbox if "Bibliobus" in one.label]
    assert asked.value is None
    assert set(kinds()) <= {kind for kind in kinds() if kinds()[kind].label in asked.options}
    asked.select("ludotheque")
    app = press(app, "Retenir ces choix")
    assert "1 choix retenu" in plain(app)
    assert "Fichier accepté" in plain(app)
    assert "Que veulent dire ces mots" not in plain(app)
    app = press(app, "Oublier ce choix")
    assert "Que veulent dire ces mots" in plain(app)
    assert "Fichier refusé" in plain(app)


def test_a_reader_sees_the_register_and_changes_nothing(monkeypatch):
    monkeypatch.setenv("CTG_ROLE", "lecteur")
    app = Reader(monkeypatch, data_of(fictional=True)).open("structures")
    assert f"{len(in_force().by_id())} structures au registre" in plain(app)
    assert not [one for one in app.button if "place" in one.label.lower()]


def test_a_structure_is_placed_by_hand(reader):
    app = reader.open("structures")
    chosen = app.selectbox(key="_register_structure").value
    before = next(one for one in in_force().structures if one.id == chosen)
    app.selectbox(key=f"_register_iris_{chosen}").select("001230801")
    app = press(app, "Enregistrer ce lieu")
    after = next(one for one in in_force().structures if one.id == chosen)
    assert before.zone("iris", "00123") != "001230801"
    assert (after.zone("iris", "00123"), after.located_by) == ("001230801", "main")
    app = app.radio[0].set_value("Ses coordonnées").run()
    app.number_input[0].set_value(2.35)
    app.number_input[1].set_value(48.85)
    app = press(app, "Enregistrer ce lieu")
    assert "loin de la commune" in app.error[0].value


def test_without_network_the_search_says_what_to_do(citizen, monkeypatch):
    def fails(*_):
        raise SourceUnavailable("data.geopf.fr ne répond pas.")

    monkeypatch.setattr(register.Geocoder, "find", fails)
    app = press(citizen.open("structures"), "Chercher les adresses")
    assert "ne répond pas" in plain(app)
    assert not app.exception


def test_an_address_found_is_kept_with_its_score(citizen, monkeypatch):
    point = Point(1.09, 49.44, 0.62, "x", "y")
    monkeypatch.setattr(register.Geocoder, "find", lambda *_: point)
    opened = []
    monkeypatch.setattr(frame, "refresh", lambda: opened.append(1))
    press(citizen.open("structures"), "Chercher les adresses")
    found = in_force(fictional=False).structures
    assert {one.score for one in found if one.located} == {0.62}
    assert opened


def test_the_directory_starts_from_the_needs(reader):
    app = reader.open("annuaire")
    needs = [one for one in app.button if one.key and one.key.startswith("_besoin_")]
    assert len(needs) == len(declared_needs())
    app = app.button(key="_besoin_separation").click().run()
    told = plain(app)
    assert app.selectbox(key="besoin").value == "separation"
    assert told.count('<article class="ctg-place">') == 2
    assert "Médiation familiale" in told
    assert "01 99 00" in told


def test_the_directory_of_a_partial_register_warns(citizen):
    app = citizen.open("annuaire")
    app = app.selectbox(key="besoin").select("rencontres").run()
    told = plain(app)
    assert "Cette liste n'est pas complète" in told
    assert "Vérifiez avant de vous déplacer" in told
    app = app.selectbox(key="besoin").select("devoirs").run()
    assert "Cela ne veut pas dire qu'aucun lieu n'existe" in plain(app)
