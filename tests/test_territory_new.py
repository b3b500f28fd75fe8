"""A new commune in one command: its folder, what is missing told, nothing left half-done."""

import shutil
from pathlib import Path

import pytest

from ctg_data import __main__, assembly, decision, overlaps, territory, territory_new, update
from ctg_data.disclosure.statement import Settings
from ctg_data.errors import UserError
from ctg_data.model import Level
from ctg_data.sources.contours_ign import NAMES
from ctg_data.store import Store
from ctg_data.workspace import Workspace
from geo import ground
from tests import standin_data, zone_files
from tests.pages import PAGES, Reader, bodies, config
from tests.standin import Reply, StandIn
from tests.zone_files import AWAY, HERE, NEAR


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder of territories with one fictional commune in it."""
    ours = tmp_path / "territoire"
    example = config(fictional=True)
    ignored = shutil.ignore_patterns("donnees", "contours", "*.py", "*.zip", "__pycache__")
    shutil.copytree(example.folder, ours / example.id, ignore=ignored)
    index = f'defaut = "{example.id}"\n[territoires.{example.id}]\nlabel = "Essai"\n'
    (ours / territory.INDEX).write_text(index, encoding="utf-8")
    return ours


@pytest.fixture
def filled(server: StandIn) -> StandIn:
    standin_data.fill(server)
    for code, (name, _) in zone_files.COMMUNES.items():
        told = server.described.setdefault(code, dict(server.described[HERE]))
        told |= {"code": code, "nom": name, "population": 12_000 if code == HERE else 700}
    for row in server.communes:
        row["nom"] = zone_files.COMMUNES[row["code"]][0]
    return server


def make(root: Path, code: str = HERE, name: str = ""):
    return territory_new.create(code, name, root, pause=lambda seconds: None)


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
    assert "ne se pose pas" in overlaps.summary(overlaps.of(made), Settings())
    gated = assembly.assemble(made).gated
    data = Workspace(made, gated)
    reader = Reader(monkeypatch, data)
    for page in PAGES:
        opened = reader.open(page)
        assert not opened.exception, page
    assert "n'est pas découpée en IRIS" in bodies(reader.open("donnees")).replace("&#x27;", "'")


def test_unknown_is_never_none(filled: StandIn, root: Path) -> None:
    filled.plan("/datagouv/", Reply(404))
    made, _ = make(root)
    assert made.zones(Level.QPV, 2024) == ()
    told = "\n".join(made.holes)
    assert "Les QPV de 2024 sont inconnus" in told
    assert "aucun quartier prioritaire de la génération 2024" not in told


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
