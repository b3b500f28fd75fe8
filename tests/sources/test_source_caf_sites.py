"""Where a CAF receives: what is a point of reception, what is not, and how often it is open."""

import pytest

from ctg_data.errors import SourceChanged, SourceUnavailable, UserError
from ctg_data.sources import caf_sites, registry
from ctg_data.store.session import Store
from ctg_data.update import run as update
from tests import datagouv_lists as lists, standin_data
from tests.standin import Reply, StandIn

PLACE = standin_data.territory()
SOURCE = registry.source("caf_sites")
[LIST] = SOURCE.datasets


def read(clients: update.Clients):
    got = caf_sites.fetch(LIST, PLACE, clients)
    return caf_sites.read(LIST, got.content, PLACE, "x:y@z")


def test_points_of_reception_are_told_from_the_rest(clients: update.Clients) -> None:
    places = {one.key: one for one in read(clients).places}
    assert {key: (one.kind, one.nature) for key, one in places.items()} == {
        "00100-siege-fictif": ("", "Siège de la Caf (prestations légales et action sociale)"),
        "00100-agence-fictive": (
            "point_acces",
            "Agence de la Caf (prestations légales et action sociale)",
        ),
        "00101-permanence-fictive": ("point_acces", "Permanence de la Caf (prestations légales)"),
        "00100-relais-fictif": (
            "",
            "Relais de la Caf (sans accueil physique et prestations légales)",
        ),
    }
    one = places["00101-permanence-fictive"]
    assert (one.commune, one.hours) == ("00101", "Hebdomadaire 1 à 3 jours"), "zeros given back"
    assert (one.observed, one.name) == ("2026-06-01", "Permanence fictive")
    assert (one.longitude, one.address) == (None, "")


def test_nothing_of_a_person_nor_of_elsewhere_is_kept(clients: update.Clients) -> None:
    content = caf_sites.fetch(LIST, PLACE, clients).content.decode()
    assert not [word for word in (*lists.PRIVATE, "@") if word in content]
    assert "Antenne fictive" not in content


def test_two_sites_of_one_name_are_two(filled: StandIn, clients: update.Clients) -> None:
    same = lists.site(lists.COMMUNE, "Relais", "Relais")
    lists.publish_sites(filled.files, [same, same | {"TYPOUVSI": "Mensuel"}, dict(same)])
    assert [one.key for one in read(clients).places] == ["00100-relais", "00100-relais-2"]


def test_a_type_nobody_knows_is_told(filled: StandIn, clients: update.Clients) -> None:
    rows = [lists.site(lists.COMMUNE, "A", "Agence"), lists.site(lists.COMMUNE, "B", "3")]
    lists.publish_sites(filled.files, rows)
    assert read(clients).rejected == {"type d'accueil inconnu (« 3 »)": 1}
    lists.publish_sites(filled.files, rows[1:])
    with pytest.raises(SourceChanged, match=r"straccue.*Signalez"):
        read(clients)


def test_columns_that_are_gone_are_named(filled: StandIn, clients: update.Clients) -> None:
    row = lists.site(lists.COMMUNE, "A", "Agence")
    lists.publish_sites(filled.files, [{f"x{name}": value for name, value in row.items()}])
    with pytest.raises(SourceChanged, match=r"« numcomsi », « libsite », « straccue »"):
        read(clients)


def test_a_data_set_without_csv_is_told(filled: StandIn, clients: update.Clients) -> None:
    files = filled.files.sets[caf_sites.SLUG]
    filled.files.sets[caf_sites.SLUG] = files[:1]
    with pytest.raises(SourceChanged, match=r"plus de fichier CSV \(trouvé : txt\)"):
        read(clients)


@pytest.mark.parametrize(
    ("reply", "fault", "words"),
    [
        (Reply(404, b""), SourceChanged, "n'est plus à l'adresse"),
        (Reply(200, b"<html>"), SourceUnavailable, "page web"),
        (Reply(200, b" "), SourceUnavailable, "vide"),
        (Reply(200, b"D0\xcf\x11\0\0"), SourceChanged, "autre forme"),
    ],
)
def test_bad_days_are_told(
    filled: StandIn, clients: update.Clients, reply: Reply, fault: type[UserError], words: str
) -> None:
    filled.plan("/fichiers/", reply)
    with pytest.raises(fault, match=words):
        read(clients)


def test_the_last_good_copy_stays(filled: StandIn, store: Store) -> None:
    first = update.run(PLACE, store, [SOURCE.id], pause=lambda seconds: None)
    assert "4\xa0lieux" in str(first.outcomes[0])
    kept = store.latest(SOURCE.id, PLACE.id, LIST.id)
    filled.plan("/fichiers/", Reply(200, b"a;b\n1;2\n"))
    [outcome] = update.run(PLACE, store, [SOURCE.id], pause=lambda seconds: None).outcomes
    assert outcome.failed
    assert store.latest(SOURCE.id, PLACE.id, LIST.id) == kept
