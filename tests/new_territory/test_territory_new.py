"""A new commune in one command: its folder, what is missing told, nothing left half-done."""

from pathlib import Path

import pytest

from ctg_data import __main__
from ctg_data.assembly import assemble as assembly
from ctg_data.decision import proposed as decision
from ctg_data.diagnosis import overlaps, similar
from ctg_data.errors import UserError
from ctg_data.model import Level
from ctg_data.new_territory import folder as territory_new
from ctg_data.opening import complete_workspace
from ctg_data.release.policy import Policy
from ctg_data.sources.contours_ign import NAMES
from ctg_data.store.session import Store
from ctg_data.territory import config as territory
from ctg_data.update import run as update
from geo.maps import ground
from tests import standin_data, zone_files
from tests.new_communes import make
from tests.pages import PAGES, Reader, bodies, config
from tests.standin import Reply, StandIn
from tests.zone_files import AWAY, HERE, NEAR
from ui.maps import view as map_view


def test_a_commune_is_made_from_what_is_published(filled: StandIn, root: Path) -> None:
    made, draft = make(root)
    assert (made.id, made.label, made.fictional) == ("essai-ville", "Essai-Ville", False)
    assert {one.code for one in made.neighbours} == {NEAR}, "the one that touches, not the far one"
    assert [one.code for one in made.epci_members] == ["00100", "00101", "00102"]
    assert {one.code: one.label for one in made.iris} == {
        "001000101": "Centre",
        "001000102": "Port",
    }
    assert decision.decision(made) == decision.decision(config(fictional=True))  # to be discussed
    shown = {one.code: (one.vintage, one.communes) for one in made.qpv}
    assert shown == {
        "QP000001": (2015, (HERE,)),
        "QN00001N": (2024, (HERE, NEAR)),
        "QN00002M": (2024, (HERE,)),
    }
    assert draft.holes == []
    assert "essai-ville" in territory.territory_names(root)
    assert set(made.secret) == set(config(fictional=True).secret)


def test_a_small_commune_without_qpv_opens_with_each_hole_told(
    filled: StandIn, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = zone_files.feature(
        zone_files.COMMUNES[AWAY][1], insee_com=AWAY, code_iris=f"{AWAY}0000", nom_iris="Autre-Part"
    )
    filled.layers[NAMES["contours_iris"]].append(whole)
    filled.layers[NAMES["qpv_2015"]] = zone_files.qpv_2015()[:1]
    made, draft = make(root, AWAY)
    assert (made.qpv, made.iris) == ((), ())
    told = "\n".join(made.holes)
    assert tuple(draft.holes) == made.holes
    for words in ("n'est pas découpée en IRIS", "génération 2024 : la liste a été lue en entier"):
        assert words in told
    assert "génération 2015" in told
    assert "700\u202fhabitants" in told or "700 habitants" in told
    # no river, no zone: the map of the commune alone, and no question of zonings
    with Store.open() as store:
        sources = ("contours_communes", "contours_iris", "contours_eau")
        done = update.run(made, store, sources, pause=lambda seconds: None)
    assert not done.failed
    layer = ground.open_ground(made).layer(Level.COMMUNE)
    assert layer is not None
    assert AWAY in layer.spots
    assert "ne se pose pas" in overlaps.summary(overlaps.of(made), Policy())
    gated = assembly.assemble(made).gated
    data = complete_workspace(made, gated)
    reader = Reader(monkeypatch, data)
    for page in PAGES:
        opened = reader.open(page)
        assert not opened.exception, page
    assert "n'est pas découpée en IRIS" in bodies(reader.open("donnees")).replace("&#x27;", "'")
    # communes that are not on the map have numbers: no reason to draw a blank one
    assert map_view.offered(data) == {}
    assert "Aucun chiffre à placer sur la carte" in bodies(reader.open("carte"))


def test_unknown_is_never_none(filled: StandIn, root: Path) -> None:
    filled.plan("/datagouv/", Reply(404))
    made, _ = make(root)
    assert made.zones(Level.QPV, 2024) == ()
    told = "\n".join(made.holes)
    assert "Les QPV de 2024 sont inconnus" in told
    assert "aucun quartier prioritaire de la génération 2024" not in told


def _far(filled: StandIn, code: str, people: int, poverty: float) -> None:
    """A commune that is listed, and of which the Insee and the Cnaf publish the usual figures."""
    told = {"code": code, "nom": f"Loin {code}", "population": people, "codeEpci": "000000009"}
    filled.everywhere = [*(filled.everywhere or filled.communes), told]
    place, seen = f"2026-COM-{code}", filled.observations
    seen["DS_POPULATIONS_REFERENCE"].append(
        standin_data.seen(place, 2023, people, POPREF_MEASURE="PMUN")
    )
    kind = {"FILOSOFI_MEASURE": "PR_MD60", "UNIT_MEASURE": "PT"}
    seen["DS_FILOSOFI_CC"].append(standin_data.seen(place, 2023, poverty, **kind))
    rate = standin_data.rates("com", 2023, people / 200, {"numcom": code, "nomcom": "LOIN"})
    filled.datasets["txcouv_pe_com"].rows.append(rate)


def test_communes_alike_are_proposed_then_brought_by_an_update_and_chosen_by_criteria(
    filled: StandIn, root: Path
) -> None:
    for code, people, poverty in (
        ("00901", 11_000, 16.0),
        ("00902", 12_000, 18.0),
        ("00903", 13_000, 23.0),
        ("00904", 12_500, 30.0),  # too poor, which is known after the update only
        ("00905", 40_000, 18.0),  # too large: not even proposed
    ):
        _far(filled, code, people, poverty)
    made, _ = make(root)
    assert [one.code for one in made.comparables] == ["00901", "00902", "00903", "00904"]
    assert "4\u00a0communes, d'abord" in made.comparables_choice.replace("\u202f", "\u00a0")
    before = complete_workspace(made, assembly.assemble(made).gated)
    assert similar.similar(before).zones == ()
    assert len(similar.awaited(before)) == 4
    with Store.open() as store:
        sources = ("insee_populations", "insee_revenus", "caf_taux_couverture")
        assert not update.run(made, store, sources, pause=lambda seconds: None).failed
    data = complete_workspace(made, assembly.assemble(made).gated)
    far = {one.code for one in made.comparables}
    chosen = tuple(one for one in similar.similar(data).zones if one.code in far)
    assert [one.code for one in chosen] == ["00901", "00902", "00903"]
    assert similar.awaited(data) == ()
    middle = similar.middle(data, chosen, data.indicator("PE11"), 2023)
    assert middle.value == 60.0
    asked = {one.get("where") for one in filled.asked if "txcouv_pe_com/exports" in one.path}
    assert all("00904" in one for one in asked)


def test_without_the_list_of_communes_the_folder_is_made_and_says_so(
    filled: StandIn, root: Path
) -> None:
    filled.plan("/geo/communes?", Reply(503), times=9)
    made, _ = make(root)
    assert made.comparables == ()
    assert "Les communes semblables sont inconnues" in "\n".join(made.holes)


def test_nothing_that_exists_is_replaced(filled: StandIn, root: Path) -> None:
    make(root)
    before = (root / territory.INDEX).read_text("utf-8")
    with pytest.raises(UserError, match="existe déjà"):
        make(root)
    assert (root / territory.INDEX).read_text("utf-8") == before


@pytest.mark.parametrize(
    ("code", "name", "words"),
    [
        ("7654", "", "n'est pas un code de commune"),
        ("00199", "", "ne connaît pas la commune"),
        (HERE, "Essai Ville", "en minuscules"),
    ],
)
def test_refusals_write_nothing(
    filled: StandIn, root: Path, code: str, name: str, words: str
) -> None:
    before = sorted(path.name for path in root.iterdir())
    with pytest.raises(UserError, match=words):
        make(root, code, name)
    assert sorted(path.name for path in root.iterdir()) == before


def test_a_folder_that_would_not_open_is_not_left(
    filled: StandIn, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(territory_new, "convention_toml", lambda draft: "titre = 1")
    before = sorted(path.name for path in root.iterdir())
    with pytest.raises(UserError, match="ne peut pas être ouvert"):
        make(root)
    assert sorted(path.name for path in root.iterdir()) == before


def test_the_command(
    filled: StandIn, root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(territory_new.create, "__defaults__", ("", root))
    assert __main__.main(["territoire", "nouveau", HERE, "--dossier", "ici"]) == 0
    told = capsys.readouterr().out
    assert "3\u00a0QPV, 2\u00a0IRIS, 1\u00a0commune voisine" in told
    assert "update --territoire ici" in told
    assert __main__.main(["territoire", "nouveau", "x"]) == 2
    assert "n'est pas un code de commune" in capsys.readouterr().err
