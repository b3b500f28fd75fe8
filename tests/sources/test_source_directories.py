"""Directories on Explore portals, against the stand-in: each trap of theirs, and each bad day."""

import csv
import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ctg_data.errors import SourceChanged, SourceUnavailable, TerritoryError, UserError
from ctg_data.model import Level
from ctg_data.offer import lists as offer
from ctg_data.sources import communes, local_portal, registry, service_public
from ctg_data.sources.explore import KEY
from ctg_data.sources.extract import Extract
from ctg_data.sources.http import Http
from ctg_data.sources.places import PublishedPlace
from ctg_data.sources.readers import READERS
from ctg_data.sources.service_public import TYPES
from ctg_data.store.session import Store
from ctg_data.territory import config
from ctg_data.update import due, run as update
from ctg_data.update.run import Clients
from tests import standin_data
from tests.standin import BROKEN, QUOTA, Reply, StandIn
from tests.standin_directories import (
    DIGITAL,
    RESIDENCES,
    SCHOOLS,
    SERVICES,
    WEEK,
    address,
    residence,
    school,
    service,
)

PLACE = standin_data.territory()
OURS = {
    "service_public": (SERVICES, "code_insee_commune"),
    "annuaire_education": (SCHOOLS, "code_commune"),
    "portail_local": (RESIDENCES, "nom_commune"),
}
Given = Callable[..., list[PublishedPlace]]


@pytest.fixture
def filled(server: StandIn) -> StandIn:
    standin_data.fill(server)
    return server


@pytest.fixture
def clients(filled: StandIn):
    with Http(pause=lambda seconds: None) as session:
        yield Clients(session, None, None, "")


def brought(clients: Clients, name: str, rank: int = 0, place=PLACE) -> tuple[bytes, list]:
    """What is kept of a data set, and the places read in it."""
    source = registry.source(name)
    dataset, reader = source.datasets[rank], READERS[source.reader]
    got = reader.fetch(dataset, place, clients)
    reading = reader.read(dataset, got.content, place, source.citation_id(dataset, "0" * 64))
    return got.content, [reading, *reading.places]


@pytest.fixture
def services(filled: StandIn, clients: Clients) -> Given:
    """The places read in lines of service-public's directory."""

    def read(*rows: dict) -> list[PublishedPlace]:
        filled.datasets[SERVICES].rows = list(rows)
        return brought(clients, "service_public")[1][1:]

    return read


# What all three share


@pytest.mark.parametrize("name", OURS)
def test_no_mail_and_no_person_is_asked_nor_kept(
    filled: StandIn, clients: Clients, name: str
) -> None:
    source = registry.source(name)
    for rank in range(len(source.datasets)):
        content, [reading, *places] = brought(clients, name, rank)
        told = content.decode() + repr(places)
        assert "@" not in told.replace(reading.places[0].citation, "")
        assert "FICTIVE" not in told.replace("Fictive", "")
        assert "Mme" not in told
    asked = ",".join(one.get("select") for one in filled.asked if "/exports/" in one.path)
    assert asked
    assert not {"mail", "courriel", "adresse_courriel", "affectation_personne", "gestionnaire"} & {
        *asked.split(",")
    }


@pytest.mark.parametrize("name", OURS)
def test_only_lines_of_the_territory_are_kept(clients: Clients, name: str) -> None:
    content, [_, *places] = brought(clients, name)
    assert "lointain" not in content.decode().casefold().replace("rue lointaine", "")
    assert len(places) >= 3
    assert {one.commune for one in places} <= {"00100", "00101", "00102", ""}


@pytest.mark.parametrize("name", OURS)
def test_the_key_of_the_caf_is_not_sent(
    filled: StandIn, clients: Clients, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY, "CLE")
    brought(clients, name)
    assert filled.asked
    assert not any("CLE" in value for one in filled.asked for _, value in one.params)


@pytest.mark.parametrize("name", OURS)
def test_the_same_answer_gives_the_same_bytes_in_any_order(
    filled: StandIn, clients: Clients, name: str
) -> None:
    def rows() -> list:
        return json.loads(brought(clients, name)[0])["rows"]

    first = rows()
    filled.datasets[OURS[name][0]].rows.reverse()
    assert rows() == first


@pytest.mark.parametrize("name", OURS)
def test_the_day_is_that_of_the_list_and_the_whole_is_told(
    filled: StandIn, clients: Clients, name: str
) -> None:
    content, [_, *places] = brought(clients, name)
    assert {one.observed for one in places} == {"2026-01-16"}
    origin = Extract.from_bytes(content, name).origin
    assert origin.lines >= len(places)
    assert origin.size > 100
    assert len(origin.sha256) == 64


@pytest.mark.parametrize(("name", "told"), OURS.items())
def test_a_column_that_is_gone_is_named_and_nothing_is_replaced(
    filled: StandIn, store: Store, name: str, told: tuple[str, str]
) -> None:
    dataset, column = told
    first = update.run(PLACE, store, (name,), pause=lambda seconds: None)
    assert [one.state for one in first.outcomes] == ["a_jour"]
    before = store.latest(name, PLACE.id, registry.source(name).datasets[0].id)
    data = filled.datasets[dataset]
    data.fields = {f"{one}_x" if one == column else one: kind for one, kind in data.fields.items()}
    data.rows = [{**row, f"{column}_x": row[column]} for row in data.rows]
    summary = update.run(PLACE, store, (name,), pause=lambda seconds: None)
    [outcome] = summary.failed
    assert f"{column}" in outcome.problems[0]
    assert "Rien n'en a été repris" in outcome.problems[0].replace("rien", "Rien")
    assert "Les pages gardent la copie du" in outcome.problems[0]
    assert store.latest(name, PLACE.id, registry.source(name).datasets[0].id).id == before.id


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(200, b"<!doctype html><p>Maintenance", "text/html"), SourceUnavailable),
        (Reply(200, b"", "text/csv"), SourceUnavailable),
        (Reply(200, b"\xef\xbb\xbfid;nom\n1;" + BROKEN, "text/csv"), SourceUnavailable),
        (Reply(200, b"\xff\xfe\x00;\n", "text/csv"), UserError),
        (Reply(200, b"\x1f\x8b\x08\x00rien", "text/csv"), UserError),
        (Reply.json(QUOTA, 429), SourceUnavailable),
        (Reply(404), SourceChanged),
        (Reply(503), SourceUnavailable),
    ],
    ids=["html", "empty", "cut", "encoding", "gzip", "quota", "404", "503"],
)
def test_a_bad_day_is_told_in_french(
    filled: StandIn, clients: Clients, name: str, reply: Reply, error: type[UserError]
) -> None:
    filled.plan("/exports/csv", reply, times=4)
    with pytest.raises(error) as told:
        brought(clients, name)
    assert str(told.value).endswith(".")


@pytest.mark.parametrize("name", OURS)
def test_lines_that_are_missing_are_noticed(filled: StandIn, clients: Clients, name: str) -> None:
    filled.plan("/records", Reply.json({"total_count": 99, "results": []}))
    with pytest.raises(SourceUnavailable, match="arrivé incomplet"):
        brought(clients, name)


@pytest.mark.parametrize("name", ["service_public", "annuaire_education"])
def test_a_list_that_says_nothing_of_the_territory_says_so(
    filled: StandIn, clients: Clients, name: str
) -> None:
    filled.datasets[OURS[name][0]].rows = []
    [reading] = brought(clients, name)[1]
    assert reading.places == ()
    assert "sur ce territoire" in reading.notes[-1]


# The directory of service-public


def test_an_organisation_is_read_whole(services: Given) -> None:
    [place] = services(
        service(
            "Mission locale fictive",
            "mission_locale",
            "00100",
            address("BP 18", "Essai-Ville Cedex 9", type_adresse="Adresse postale"),
            address("3 rue Inventée", "Essai-Ville"),
        )
    )
    assert (place.kind, place.nature) == ("mission_locale", "Mission locale")
    assert (place.address, place.postcode, place.commune) == ("3 rue Inventée", "00100", "00100")
    assert (place.longitude, place.latitude) == (1.05, 49.05)
    assert place.telephone == "02\xa000\xa000\xa000\xa018"
    assert place.website == "https://essai.invalid/accueil"
    assert place.hours.replace("\xa0", " ").replace("\u202f", " ") == (
        "lundi au jeudi : 9 h – 12 h 30, 13 h 30 – 17 h ; vendredi : 9 h – 12 h"
    )


@pytest.mark.parametrize(
    ("attached", "town", "postcode", "commune"),
    [
        ("00100", "Essai-Ville", "00100", "00100"),
        ("00100", "ESSAI VILLE CEDEX 2", "00109", "00100"),
        ("00100", "Essai-le-Bourg", "00101", "00101"),
        ("00100", "Ailleurs-Fictif", "00900", ""),
        ("00100", "Essai-le-Bourg", "59000", ""),  # a namesake of another department
        ("00100", "", "", "00100"),
    ],
)
def test_the_address_is_right_when_the_attachment_says_otherwise(
    services: Given, attached: str, town: str, postcode: str, commune: str
) -> None:
    [place] = services(service("X", "adil", attached, address("1 rue Vide", town, postcode)))
    assert place.commune == commune


def test_what_stands_outside_is_kept_and_told(clients: Clients) -> None:
    [reading, *places] = brought(clients, "service_public")[1]
    assert [one.name for one in places if not one.commune] == ["Caf fictive"]
    assert reading.notes == (
        "Adresse hors des communes du territoire\xa0: 1\xa0organisme, qu'aucune ne compte.",
    )


@pytest.mark.parametrize(
    ("pivot", "kind"),
    [
        ("mission_locale", "mission_locale"),
        ("cij", "information_jeunesse"),
        ("pmi", "pmi"),
        ("msap", "france_services"),
        *((one, "point_acces") for one in ("mjd", "cidf", "adil", "pif", "caf", "ccas")),
        *((one, "") for one in ("mda", "mds", "cio", "clic", "france_travail", "cap_emploi")),
    ],
)
def test_each_type_is_one_of_the_register_or_none(services: Given, pivot: str, kind: str) -> None:
    [place] = services(service("X", pivot, "00100", address("1 rue Vide", "Essai-Ville")))
    assert place.kind == kind
    assert place.nature == TYPES[pivot][1]


def test_other_services_are_not_kept(services: Given) -> None:
    assert services(service("Mairie fictive", "mairie", "00100")) == []


def test_an_organisation_of_two_types_takes_that_of_the_register(services: Given) -> None:
    both = [{"type_service_local": "mda"}, {"type_service_local": "cij"}]
    [place] = services(service("X", "", "00100", pivot=both))
    assert place.kind == "information_jeunesse"


def test_cells_that_do_not_read_are_not_said(services: Given) -> None:
    broken = {"adresse": "[{coupé", "telephone": "x", "site_internet": "{}", "siret": "12"}
    row = service("X", "cij", "00100", plage_ouverture=[{"nom_jour_debut": "Férié"}, 3, WEEK[1]])
    [place] = services({**row, **broken})
    assert (place.address, place.telephone, place.website, place.siret) == ("", "", "", "")
    assert (place.longitude, place.commune) == (None, "00100")
    assert place.hours.startswith("vendredi")


def test_the_same_organisation_twice_is_told_once(filled: StandIn, clients: Clients) -> None:
    row = service("X", "cij", "00100", address("1 rue Vide", "Essai-Ville"))
    filled.datasets[SERVICES].rows = [row, row]
    [reading, *places] = brought(clients, "service_public")[1]
    assert len(places) == 1
    assert reading.rejected == {"organisme en double": 1}


def test_an_optional_column_that_is_gone_is_a_note(filled: StandIn, clients: Clients) -> None:
    del filled.datasets[SERVICES].fields["plage_ouverture"]
    [reading, *places] = brought(clients, "service_public")[1]
    assert "L'annuaire ne donne plus la colonne « plage_ouverture »." in reading.notes
    assert {one.hours for one in places} == {""}


def test_arrondissements_are_told_for_the_whole_commune() -> None:
    def zone(code: str, label: str):
        return standin_data.zone(Level.COMMUNE, code, label)

    city = standin_data.territory(
        commune=zone("69123", "Lyon"), neighbours=(), epci_members=(zone("69123", "Lyon"),)
    )
    known = communes.whole(city)
    assert known["69383"] == known["69123"] == "69123"
    assert communes.of_address(city, "Lyon 3e Arrondissement", "69003", "69123") == "69123"
    assert communes.of_address(city, "LYON CEDEX 03", "69421") == "69123"


# The directory of education


def test_schools_say_what_they_are(clients: Clients) -> None:
    [reading, *places] = brought(clients, "annuaire_education")[1]
    assert {one.name: one.nature for one in places} == {
        "École fictive des Craies": "École primaire publique",
        "École fictive du Bac": "École maternelle publique",
        "Collège fictif": "Collège public (REP+)",
        "Lycée fictif": "Lycée privé",
    }
    assert {one.kind for one in places} == {""}
    assert reading.rejected == {
        "établissement en double": 1,
        "établissement fermé, ou pas encore ouvert": 1,
        "service sans élèves": 1,
    }


def test_a_school_that_does_not_say_its_classes_is_a_school(
    filled: StandIn, clients: Clients
) -> None:
    filled.datasets[SCHOOLS].rows = [school("1", "X", statut_public_prive="-")]
    [place] = brought(clients, "annuaire_education")[1][1:]
    assert place.nature == "École"


# The portal of a territory


def test_a_residence_is_an_fjt_only_where_its_line_says_so(
    filled: StandIn, clients: Clients
) -> None:
    names = {
        "Résidence FJT Vide": "fjt",
        "Foyer pour jeunes travailleurs": "fjt",
        "Résidence Habitat Jeunes": "",
        "Foyer": "",
        "FJT des étudiants": "",
        "Résidence universitaire et foyer de jeunes travailleurs": "",
    }
    filled.datasets[RESIDENCES].rows = [residence(name) for name in names]
    places = brought(clients, "portail_local")[1][1:]
    assert {one.name: one.kind for one in places} == names


def test_digital_places_are_points_of_access(clients: Clients) -> None:
    [place] = brought(clients, "portail_local", 1)[1][1:]
    assert (place.kind, place.nature) == ("point_acces", "Lieu d'inclusion numérique")
    assert place.commune == "00101"
    assert place.hours.replace("\xa0", " ") == "lundi au vendredi : 9 h – 12 h"


def test_the_schema_is_read_before_anything_is_asked(filled: StandIn, clients: Clients) -> None:
    filled.datasets[DIGITAL].fields.pop("nom")
    with pytest.raises(SourceChanged) as told:
        brought(clients, "portail_local", 1)
    assert "aucune colonne reconnue pour : nom, attendu sous nom (reçues : adresse," in str(
        told.value
    )
    assert "portail.toml" in str(told.value)
    assert filled.paths("/exports") == []


def test_a_territory_without_portal_asks_nothing_and_says_why(
    filled: StandIn, store: Store, tmp_path
) -> None:
    bare = dataclasses.replace(PLACE, folder=tmp_path)
    summary = update.run(bare, store, ("portail_local",), pause=lambda seconds: None)
    assert not summary.failed
    assert filled.asked == []
    assert "ce territoire ne déclare aucun portail qui publie ce jeu" in str(summary)


def test_a_portal_that_is_not_declared_is_no_source_of_the_territory(
    filled: StandIn, store: Store, tmp_path
) -> None:
    bare = dataclasses.replace(PLACE, folder=tmp_path)
    source = registry.source("portail_local")
    assert local_portal.concerns(source, PLACE)
    assert not local_portal.concerns(source, bare)
    names = [one.id for one in due.declared(bare, None)]
    assert names == [name for name in registry.sources() if name != "portail_local"]
    assert [one.id for one in due.declared(bare, ["portail_local"])] == ["portail_local"]


def test_what_was_kept_reads_without_the_file_that_named_the_columns(
    clients: Clients, tmp_path
) -> None:
    content, [_, *places] = brought(clients, "portail_local")
    source = registry.source("portail_local")
    citation = source.citation_id(source.datasets[0], "0" * 64)
    bare = dataclasses.replace(PLACE, folder=tmp_path)
    assert list(local_portal.read(source.datasets[0], content, bare, citation).places) == places


def test_published_places_are_cited_by_their_portal(filled: StandIn, store: Store) -> None:
    asked = tuple(OURS)
    update.run(PLACE, store, asked, pause=lambda seconds: None)
    published = offer.published(PLACE, store)
    assert published.problems == ()
    assert {one.source for one in published.places} == set(asked)
    producers = {one.producer for one in published.citations.values()}
    assert "Essai Agglomération" in producers
    assert not any("Portail de données du territoire" in one for one in producers)


def test_the_producer_is_that_of_the_portal(filled: StandIn, store: Store) -> None:
    update.run(PLACE, store, ("portail_local",), pause=lambda seconds: None)
    _, citations = store.observations(PLACE.id)
    assert {(one.producer, one.licence) for one in citations.values()} == {
        ("Essai Agglomération", "Licence Ouverte 2.0")
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("producteur = 3", "clé « producteur » : un texte est attendu"),
        ("adresse_x = 'y'", "Vouliez-vous écrire « adresse » ?"),
        ("", "le fichier est vide"),
        ("[jeu", "pas du TOML lisible"),
        ("[jeu.a]\nid = 'x'\n[jeu.a.colonnes]\nnoms = ['x']", "Vouliez-vous écrire « nom » ?"),
        ("[jeu.a]\nid = 'x'\n[jeu.a.colonnes]\nnom = 'x'", "jeu.a.colonnes.nom » : une liste"),
        ("[jeu.a]\nid = 'x'", "clé « jeu.a.colonnes » : « nom », et « commune »"),
        ("page = 'x'", "aucune table [jeu.NOM]"),
    ],
)
def test_a_damaged_portal_file_is_told_and_hides_nothing_else(
    filled: StandIn, store: Store, tmp_path, text: str, words: str
) -> None:
    (tmp_path / "portail.toml").write_text(text, encoding="utf-8")
    here = dataclasses.replace(PLACE, folder=tmp_path)
    with pytest.raises(TerritoryError) as told:
        local_portal.portal.of(here)
    assert words in str(told.value)
    asked = ("portail_local", "service_public")
    summary = update.run(here, store, asked, pause=lambda seconds: None)
    assert [one.state for one in summary.outcomes] == ["echec", "a_jour"]


def test_every_nature_is_read_by_its_data_set() -> None:
    datasets = {one.id for one in registry.source("portail_local").datasets}
    assert datasets == local_portal.NATURES.keys()


def test_hours_stand_in_days_of_the_week() -> None:
    assert service_public._hours(json.dumps([{**WEEK[0], "nom_jour_fin": ""}])).startswith("lundi")
    assert service_public._hours("[{") == ""


@pytest.mark.reels("offre/dila_annuaire_2019_seine_maritime.csv")
def test_real_addresses_name_communes_of_the_territory(reference: Path) -> None:
    """Of 41 organisations attached to it, two stand in another commune of the EPCI."""
    content = (reference / "offre/dila_annuaire_2019_seine_maritime.csv").read_text("utf-8-sig")
    lines = list(csv.DictReader(content.splitlines(), delimiter=";"))
    place = config.open_territory()
    ours = [line for line in lines if line["code_insee_id"] in communes.whole(place)]
    found = [
        communes.of_address(place, line["localite"], line["code_postal"], line["code_insee_id"])
        for line in ours
    ]
    assert len(ours) == 41
    assert "" not in found, "each address is one of the territory's communes"
    moved = [line for line, code in zip(ours, found, strict=True) if line["code_insee_id"] != code]
    assert sorted(line["type_service_public"] for line in moved) == ["adil", "cio"]
    named = {line["type_service_public"] for line in lines}
    assert named - TYPES.keys() == {"greta", "agefiph", "prudhommes", "ti"}
