"""data·inclusion: national lists read record by record, kinds, services, no person."""

import gzip
import json
import tomllib
import tracemalloc
from pathlib import Path

import pytest

from ctg_data.errors import SourceChanged, SourceUnavailable, UserError
from ctg_data.sources import data_inclusion, finess, inclusion_words, registry, streams
from ctg_data.sources.places import PublishedPlace
from ctg_data.store.session import Store
from ctg_data.update import run as update
from tests import ROOT, datagouv_lists as lists, standin_data
from tests.standin import Reply, StandIn

PLACE = standin_data.territory()
SOURCE = registry.source("data_inclusion")
[LIST] = SOURCE.datasets
REGISTER = ROOT / "ctg_data/catalogue/structures.toml"
WORDS = ROOT / "ctg_data/sources/data_inclusion.toml"


def read(clients: update.Clients) -> dict[str, PublishedPlace]:
    got = data_inclusion.fetch(LIST, PLACE, clients)
    reading = data_inclusion.read(LIST, got.content, PLACE, "x:y@z")
    return {one.key: one for one in reading.places}


def test_networks_give_kinds_and_the_name_decides_where_they_do_not(
    clients: update.Clients,
) -> None:
    places = read(clients)
    told = {key: (one.kind, one.nature.split("\xa0:")[0]) for key, one in places.items()}
    assert told == {
        "dora--fictif-1": ("centre_social", "Centre social"),
        "dora--fictif-2": ("evs", "Espace de vie sociale"),
        "dora--fictif-3": ("", "Maison des solidarités du Département"),
        "dora--fictif-4": ("", "Maison des jeunes et de la culture (MJC)"),
        "dora--fictif-5": ("", "Maison de quartier"),
        "dora--fictif-7": ("", inclusion_words.UNKNOWN),
        "service:dora--service-3": ("", "Permanence ou service d'une structure d'ailleurs"),
    }


def test_services_say_what_and_for_whom(clients: update.Clients) -> None:
    places = read(clients)
    social = places["dora--fictif-1"]
    assert social.nature == "Centre social\xa0: soutien à la parentalité, numérique"
    assert social.public == "Familles, jeunes, personnes âgées"
    assert places["dora--fictif-4"].public == "Jeunes", "a MJC is for the young"
    alone = places["service:dora--service-3"]
    assert (alone.name, alone.address) == ("Service fictif 3", "1 place Fictive, bâtiment B")
    assert alone.commune == lists.COMMUNE


def test_what_is_said_of_a_place_is_fit_to_be_shown(clients: update.Clients) -> None:
    places = read(clients)
    one = places["dora--fictif-1"]
    assert (one.longitude, one.latitude, one.observed) == (1.05, 49.05, "2026-11-23")
    assert (one.postcode, one.siret, one.website) == (
        "00100",
        "0" * 14,
        "https://exemple.fr/fictif",
    )
    assert one.hours.replace("\xa0", " ") == "lundi au vendredi : 8 h 30 – 12 h 30"
    assert one.telephone.replace("\xa0", " ") == "02 00 00 00 00"
    assert places["dora--fictif-4"].longitude is None
    assert places["dora--fictif-7"].name == "", "a name that is a person's is not told"


def test_nothing_of_a_person_nor_of_elsewhere_is_kept(clients: update.Clients) -> None:
    got = data_inclusion.fetch(LIST, PLACE, clients)
    text = got.content.decode()
    assert not [word for word in (*lists.PRIVATE, "@", "description") if word in text]
    assert lists.ELSEWHERE not in text
    assert got.content == data_inclusion.fetch(LIST, PLACE, clients).content


def test_json_is_preferred_and_csv_says_the_same(filled: StandIn, clients: update.Clients) -> None:
    whole = read(clients)
    assert not filled.paths(".csv")
    lists.publish_inclusion(filled.files, kinds=("csv",))
    assert read(clients) == whole


def test_csv_serves_where_json_is_cut(filled: StandIn, clients: update.Clients) -> None:
    whole = read(clients)
    filled.plan("structures-inclusion-2026-11-23.json", Reply(200, b'[{"id": "a"}, {"id'))
    assert read(clients) == whole
    assert filled.paths("structures-inclusion-2026-11-23.csv")


def test_the_former_schema_is_read(filled: StandIn, clients: update.Clients) -> None:
    rows = [
        lists.structure(number, lists.COMMUNE, id=f"{number}", source=source, typologie=kind)
        for number, source, kind in ((1, "a", "RS_FJT"), (1, "b", "PIJ_BIJ"), (2, "a", "PAD"))
    ]
    for row in rows:
        del row["reseaux_porteurs"]
        row["horaires_ouverture"] = row.pop("horaires_accueil")
    services = [lists.help_given(1, "1", lists.COMMUNE, id="s1", source="b", profils=["jeunes"])]
    del services[0]["publics"]
    lists.publish_inclusion(filled.files, structures=rows, services=services)
    places = read(clients)
    assert {key: one.kind for key, one in places.items()} == {
        "a--1": "fjt",
        "b--1": "information_jeunesse",
        "a--2": "point_acces",
    }
    assert [key for key, one in places.items() if one.public] == ["b--1"]


@pytest.mark.parametrize(
    ("networks", "name", "kind"),
    [
        (["residences-fjt"], "x", "fjt"),
        (["mission-locale"], "x", "mission_locale"),
        (["france-service", "communes"], "x", "france_services"),
        (["ccas-cias"], "x", "point_acces"),
        (["creches-avip"], "x", "eaje"),
        (["caf"], "Caf fictive", "point_acces"),
        (["caf"], "Centre socioculturel fictif", "centre_social"),
        (["departements"], "Centre de PMI fictif", "pmi"),
        (["departements"], "MDPH", ""),
        (["csapa"], "Centre social", ""),
        ([], "Centre social", ""),
    ],
)
def test_kinds(networks: list[str], name: str, kind: str) -> None:
    assert inclusion_words.named(networks, name).kind == kind


def test_every_kind_is_one_of_the_register() -> None:
    kinds = set(tomllib.loads(REGISTER.read_text("utf-8"))["type"])
    told = tomllib.loads(WORDS.read_text("utf-8"))
    named = {one["type"] for one in (*told["reseau"], *told["nom"])}
    assert "centre_social" in named
    assert named | set(finess.KINDS.values()) <= {"", *kinds}


def test_columns_that_are_gone_are_named(filled: StandIn, clients: update.Clients) -> None:
    rows = lists.structures_rows()
    for row in rows:
        row["insee"] = row.pop("code_insee")
        row["reseaux"] = row.pop("reseaux_porteurs")
    lists.publish_inclusion(filled.files, structures=rows)
    with pytest.raises(SourceChanged, match=r"« code_insee », « reseaux_porteurs ».*Signalez"):
        read(clients)


def test_another_name_of_file_is_told(filled: StandIn, clients: update.Clients) -> None:
    for one in filled.files.sets[data_inclusion.SLUG]:
        one.title = one.path = f"nouveau-{one.title}"
    with pytest.raises(SourceChanged, match=r"structures-inclusion-AAAA-MM-JJ.*Signalez"):
        read(clients)


BAD = [
    (b"", SourceUnavailable, "vide"),
    (b"<html>", SourceUnavailable, "page web"),
    (b"[]", SourceUnavailable, "aucune ligne"),
    (b"[{", SourceUnavailable, "coupé"),
    (lists.as_json(lists.structures_rows())[:-1], SourceUnavailable, "coupé"),
    (lists.as_json(lists.structures_rows()) + b"[", SourceUnavailable, "coupé"),
    (b'{"results": []}', SourceChanged, "liste de fiches"),
    (b"[1, 2]", SourceChanged, "liste de fiches"),
    (b'[{"nom": "\xe9t\xe9"}]', SourceChanged, "UTF-8"),
    (gzip.compress(lists.as_json(lists.structures_rows()))[:-20], SourceUnavailable, "coupé"),
    (b"PK\x03\x04\0\0", SourceChanged, "autre forme"),
]


@pytest.mark.parametrize(("content", "fault", "words"), BAD)
def test_bad_days_are_told(
    filled: StandIn, clients: update.Clients, content: bytes, fault: type[UserError], words: str
) -> None:
    lists.publish_inclusion(filled.files, kinds=("json",))
    filled.plan("fichiers/20261123-040000/structures", Reply(200, content))
    with pytest.raises(fault, match=words) as told:
        read(clients)
    assert "éessayez" in str(told.value) or "ignalez" in str(told.value)


@pytest.mark.parametrize(
    ("reply", "fault", "words"),
    [
        (Reply(404, b"{}"), SourceChanged, "ne connaît plus le jeu"),
        (Reply(200, b"<html>"), SourceUnavailable, "pas décrit"),
        (Reply(403, b"{}"), SourceUnavailable, "réponse 403"),
        (Reply(200, b'{"resources": ['), SourceUnavailable, "s'interrompt"),
        (Reply(200, b'{"files": []}'), SourceChanged, "comme prévu"),
    ],
)
def test_a_data_set_that_is_not_described(
    filled: StandIn, clients: update.Clients, reply: Reply, fault: type[UserError], words: str
) -> None:
    filled.plan(f"/datasets/{data_inclusion.SLUG}", reply)
    with pytest.raises(fault, match=words):
        read(clients)


def test_the_last_good_copy_stays(filled: StandIn, store: Store) -> None:
    first = update.run(PLACE, store, [SOURCE.id], pause=lambda seconds: None)
    assert "7\xa0lieux" in str(first.outcomes[0])
    kept = store.latest(SOURCE.id, PLACE.id, LIST.id)
    lists.publish_inclusion(filled.files, services=[{"id": "x"}])
    [outcome] = update.run(PLACE, store, [SOURCE.id], pause=lambda seconds: None).outcomes
    assert outcome.failed
    assert store.latest(SOURCE.id, PLACE.id, LIST.id) == kept


def test_a_list_compressed_by_its_producer_is_read(
    filled: StandIn, clients: update.Clients
) -> None:
    whole = read(clients)
    content = gzip.compress(lists.as_json(lists.structures_rows()))
    filled.plan("fichiers/20261123-040000/structures", Reply(200, content))
    assert read(clients) == whole


# Reading in pieces


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 100_000])
def test_pieces_of_any_size_give_the_same_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    rows = [{"nom": 'Été "fictif" ]},[{ €𝄞\\', "n": number, "in": [{}, []]} for number in range(9)]
    path = tmp_path / "list.json"
    path.write_text("\ufeff " + json.dumps(rows, indent=1, ensure_ascii=False) + "\n", "utf-8")
    monkeypatch.setattr(streams, "CHUNK", size)
    assert list(streams.records(path, "x")) == rows


def test_memory_does_not_follow_the_size_of_a_list(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    row = lists.as_json([lists.structure(1, lists.ELSEWHERE, "caf", description="x" * 2000)])[1:-1]
    with path.open("wb") as file:
        file.write(b"[" + row)
        for _ in range(12_000):
            file.write(b"," + row)
        file.write(b"]")
    assert path.stat().st_size > 30_000_000
    tracemalloc.start()
    count = sum(1 for _ in streams.records(path, "x"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 12_001
    assert peak < 12_000_000, "a few pieces of the file, never the file"
