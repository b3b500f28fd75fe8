"""Communes of every kind: merged, in arrondissements, alone, rural; their zones and their pages."""

from pathlib import Path

import pytest
from shapely.geometry import box

from ctg_data.assembly import assemble as assembly
from ctg_data.errors import UserError
from ctg_data.opening import complete_workspace
from ctg_data.sources.contours_ign import NAMES
from ctg_data.store.session import Store
from ctg_data.update import run as update
from tests import zone_files
from tests.new_communes import make
from tests.pages import PAGES, Reader, bodies
from tests.standin import StandIn
from tests.zone_files import AWAY, HERE, NEAR, feature

OLD = "00150"  # the code one half of the commune had before the merger
WEST, EAST = box(1.0, 49.0, 1.05, 49.05), box(1.05, 49.0, 1.1, 49.05)


def iris(code: str, form, commune: str = HERE, name: str = "Zone"):
    return feature(form, insee_com=commune, nom_com="?", code_iris=code, nom_iris=name)


def qpv(code: str, form, communes: str):
    return feature(form, code_qp=code, nom_qp="Le Lac", commune_qp=communes)


def updated(made, *sources: str):
    with Store.open() as store:
        return update.run(made, store, sources, pause=lambda seconds: None)


def test_a_ligature_is_two_letters_wherever_a_name_is_met(filled: StandIn, root: Path) -> None:
    for told in (filled.described[HERE], next(c for c in filled.communes if c["code"] == HERE)):
        told["nom"] = "Mons-en-Œuvre-sur-Lætitia"
    inside = box(1.02, 49.01, 1.03, 49.02)
    filled.layers[NAMES["qpv_2015"]] = [qpv("QP000001", inside, "MONS EN OEUVRE SUR LAETITIA")]
    made, _ = make(root)
    assert made.id == "mons-en-oeuvre-sur-laetitia"
    assert ("QP000001", (HERE,)) in {(one.code, one.communes) for one in made.qpv}


def test_a_zone_named_after_a_commune_of_before_is_found_on_its_ground(
    filled: StandIn, root: Path
) -> None:
    filled.layers[NAMES["qpv_2015"]] = [
        qpv("QP000001", box(1.02, 49.01, 1.03, 49.02), "Essai-la-Vieille"),
        qpv("QP000002", box(1.095, 49.01, 1.105, 49.02), "Essai-la-Vieille, Essai-le-Bourg"),
        qpv("QP000003", box(2.02, 48.01, 2.03, 48.02), "Essai-la-Vieille"),
        qpv("QP000004", box(1.0998, 49.01, 1.11, 49.02), "Bourg-Ancien"),  # two drawings, no more
    ]
    made, draft = make(root)
    found = {one.code: one.communes for one in made.qpv if one.vintage == 2015}
    assert found == {"QP000001": (HERE,), "QP000002": (HERE, NEAR)}
    assert not any("aucun quartier prioritaire de la génération 2015" in h for h in draft.holes)
    assert not updated(made, "contours_qpv_2015").failed


def test_without_its_outline_nobody_concludes_that_there_is_none(
    filled: StandIn, root: Path
) -> None:
    filled.layers[NAMES["admin_communes"]] = []
    filled.layers[NAMES["qpv_2015"]] = [
        qpv("QP000001", box(1.02, 49.01, 1.03, 49.02), "Essai-la-Vieille")
    ]
    _, draft = make(root)
    told = "\n".join(draft.holes)
    assert "Les QPV de 2015 sont inconnus" in told
    assert "aucun quartier prioritaire de la génération 2015" not in told


def test_zones_that_kept_the_code_of_before_a_merger_are_taken(filled: StandIn, root: Path) -> None:
    merged(filled)
    beside = iris(f"{NEAR}0101", box(1.0999, 49.0, 1.2, 49.05), NEAR)  # touches, lies elsewhere
    filled.layers[NAMES["contours_iris"]].append(beside)
    made, draft = make(root)
    assert [one.code for one in made.iris] == [f"{HERE}0101", f"{OLD}0101"]
    assert any("1\u202fIRIS porte" in h or "1\u00a0IRIS porte" in h for h in draft.holes)
    assert not any("ne couvrent que" in h for h in draft.holes)
    done = updated(made, "contours_communes", "contours_iris")
    assert not done.failed
    assert "2\u00a0contours" in str(done).replace("\u202f", "\u00a0")


@pytest.mark.parametrize(("east", "told"), [(1.099, False), (1.096, False), (1.09, True)])
def test_ground_that_no_zone_covers_is_measured_and_told(
    filled: StandIn, root: Path, east: float, told: bool
) -> None:
    filled.layers[NAMES["contours_iris"]] = [
        iris(f"{HERE}0101", WEST),
        iris(f"{HERE}0102", box(1.05, 49.0, east, 49.05)),
    ]
    _, draft = make(root)
    assert any("ne couvrent que" in hole for hole in draft.holes) is told
    if told:
        assert any("ne couvrent que 90 %" in hole for hole in draft.holes)


def test_an_undivided_commune_taken_in_by_a_merger_stays_a_zone(
    filled: StandIn, root: Path
) -> None:
    filled.layers[NAMES["contours_iris"]] = [
        iris(f"{HERE}0101", WEST),
        iris(f"{OLD}0000", EAST, OLD),
    ]
    made, _ = make(root)
    assert [one.code for one in made.iris] == [f"{HERE}0101", f"{OLD}0000"]
    filled.layers[NAMES["contours_iris"]] = [iris(f"{OLD}0000", zone_files.COMMUNES[NEAR][1], OLD)]
    alone, draft = make(root, NEAR)
    assert alone.iris == ()
    assert any("n'est pas découpée en IRIS" in hole for hole in draft.holes)


@pytest.mark.parametrize("code", ["75101", "75120", "69381", "69389", "13201", "13216"])
def test_one_arrondissement_is_refused_and_says_whose_it_is(root: Path, code: str) -> None:
    before = sorted(path.name for path in root.iterdir())
    with pytest.raises(UserError, match="est un arrondissement municipal de la commune"):
        make(root, code)
    assert sorted(path.name for path in root.iterdir()) == before


def divided(filled: StandIn, code: str, part: str) -> str:
    """A commune published by arrondissement, under their codes and names."""
    filled.described[code] = filled.described[HERE] | {
        "code": code,
        "nom": "Grande-Ville",
        "departement": {"code": code[:2], "nom": "Essai"},
    }
    filled.layers[NAMES["admin_communes"]] = [
        feature(zone_files.COMMUNES[HERE][1], code_insee=code, nom_officiel="Grande-Ville")
    ]
    filled.layers[NAMES["contours_iris"]] = [
        iris(f"{part}0101", WEST, part),
        iris(f"{part}0102", EAST, part),
    ]
    names = "Grande-Ville 10e Arrondissement, Grande-Ville 11e Arrondissement"
    filled.layers[NAMES["qpv_2015"]] = [
        qpv(f"QP0{code[:2]}006", box(1.04, 49.01, 1.06, 49.02), names)
    ]
    return code


def merged(filled: StandIn) -> str:
    """A commune half of whose zones kept the code of before its merger."""
    filled.layers[NAMES["contours_iris"]] = [
        iris(f"{HERE}0101", WEST),
        iris(f"{OLD}0101", EAST, OLD),
    ]
    return HERE


@pytest.mark.parametrize(
    ("code", "part"), [("75056", "75110"), ("69123", "69387"), ("13055", "13214")]
)
def test_a_commune_in_arrondissements_has_their_zones_and_says_what_is_not_published(
    filled: StandIn, root: Path, code: str, part: str
) -> None:
    divided(filled, code, part)
    made, draft = make(root, code)
    assert [one.code for one in made.iris] == [f"{part}0101", f"{part}0102"]
    assert {one.communes for one in made.qpv if one.vintage == 2015} == {(code,)}
    assert any("par arrondissement" in hole for hole in draft.holes)
    assert not updated(made, "contours_iris", "contours_qpv_2015").failed


def alone(filled: StandIn) -> None:
    """The commune, in no intercommunalité and no QPV, drawn as undivided."""
    filled.described[HERE] = {k: v for k, v in filled.described[HERE].items() if k != "epci"}
    filled.layers[NAMES["qpv_2015"]] = []
    filled.layers[NAMES["admin_epci"]] = []


def test_what_is_not_there_is_never_told_as_a_failure(filled: StandIn, root: Path) -> None:
    alone(filled)
    made, draft = make(root)
    asked = len(filled.asked)
    done = updated(made, "geo_communes", "contours_communes", "contours_qpv_2015")
    assert not done.failed, str(done)
    assert not [one for one in filled.asked[asked:] if "/epcis//" in one.path]
    assert not any("à la place" in hole for hole in draft.holes)


def test_a_national_list_that_is_empty_stays_a_fault(filled: StandIn, root: Path) -> None:
    alone(filled)
    made, _ = make(root)
    filled.archive = zone_files.archive(zone_files.collection([]))
    done = updated(made, "contours_qpv")
    assert done.failed


KINDS = {
    "usual": lambda filled: HERE,
    "rural": lambda filled: AWAY,
    "in no intercommunalité": lambda filled: (alone(filled), HERE)[1],
    "merged": merged,
    "in arrondissements": lambda filled: divided(filled, "75056", "75110"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_opens_on_every_folder_made(
    filled: StandIn, root: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, _ = make(root, KINDS[kind](filled))
    data = complete_workspace(made, assembly.assemble(made).gated)
    reader = Reader(monkeypatch, data)
    for page in PAGES:
        opened = reader.open(page)
        told = [*(one.value for one in opened.error), bodies(opened)]
        assert not opened.exception, page
        assert not any("incident" in text for text in told), page
    assert "La convention est à compléter" in bodies(reader.open("couverture"))
