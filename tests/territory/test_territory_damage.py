"""Every file of a territory's folder, damaged in every way: told in French, and nothing else lost.

Two looks at it: each file × each damage where the folder is read, then each kind of file through
the pages, as a reader meets it.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ctg_data.assembly import assemble as assembly, kept_maskings
from ctg_data.decision import damage
from ctg_data.errors import StoreError, TerritoryError
from ctg_data.register import store as register_store
from ctg_data.store import editions
from ctg_data.territory import config as territory, embedded
from ctg_data.territory.config import TerritoryConfig
from tests import pages
from ui.frame import page as frame
from ui.state import choices

pytestmark = pytest.mark.long

FICTIONAL, REAL = (pages.config(fictional=told).id for told in (True, False))
SHIPPED = ("diffusion.zip", "diffusion.sha256")
SCRIPTS = ("*.py", "__pycache__")
# read by tests and by the statistician's sample, never to show a territory
ASIDE = {"reponse_fed.csv", "verifications.csv", "verifications_indicateurs.csv"} | {
    "verifications_socle.csv"
}
WORDS = ("ligne", "fichier", "source", "clé", "GeoJSON", "«")


def _renamed(content: bytes) -> bytes:
    """A column, a key or a member written wrong: the first that a program reads."""
    text = content.decode()
    for known in (r'(?<=")features(?=")', r"(?m)^(?!#)[a-z_]+(?= *=)", r"\A[a-z_]+(?=,)"):
        changed = re.sub(known, "zzz_autre", text, count=1)
        if changed != text:
            return changed.encode()
    return b"zzz"


def _unquoted(content: bytes) -> bytes:
    """A quotation mark opened and never closed in the second half."""
    return content[: len(content) // 2] + b'\n"' + content[len(content) // 2 :]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "blank": lambda content: b"\n \n",
    "truncated": lambda content: content[: len(content) * 2 // 3].rstrip(b"\n")[:-1],
    "binary": lambda content: bytes(range(256)) * 8,
    "zeroed": lambda content: bytes(len(content)),
    "latin-1": lambda content: content + "\n# é\xe9à\n".encode("latin-1"),
    "utf-16": lambda content: content.decode().encode("utf-16"),
    "html": lambda content: b"<!DOCTYPE html><html><body>Erreur 502</body></html>",
    "renamed": _renamed,
    "unquoted": _unquoted,
}


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every territory, copied once: who damages a file puts it back."""
    copied = tmp_path_factory.mktemp("copies") / "territoire"
    shutil.copytree(territory.ROOT, copied, ignore=shutil.ignore_patterns(*SCRIPTS))
    return copied


def put_back(copied: Path) -> None:
    """Whatever differs from the territories as they are shipped is made the same again."""
    for one in territory.ROOT.rglob("*"):
        path = copied / one.relative_to(territory.ROOT)
        if not one.is_file() or one.match("*.py") or "__pycache__" in one.parts:
            continue
        if path.is_dir():
            path.rmdir()
        if not path.exists() or path.read_bytes() != one.read_bytes():
            shutil.copy2(one, path)


@pytest.fixture
def root(copies: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Every territory, copied: the app opens the copies."""
    copied = copies
    monkeypatch.setattr(territory.open_territory, "__defaults__", (None, copied))
    monkeypatch.setattr(territory.territory_names, "__defaults__", (copied,))
    monkeypatch.setattr(choices, "territory", lambda: None)
    frame.refresh()
    yield copied
    put_back(copied)


def files(name: str) -> list[str]:
    """The files that a territory is shown from, by their place in its folder."""
    folder = territory.ROOT / name
    every = [one.relative_to(folder) for one in folder.rglob("*") if one.is_file()]
    wanted = (one for one in every if one.suffix != ".py" and "__pycache__" not in one.parts)
    return sorted(str(one) for one in wanted if one.name not in ASIDE)


def told(config: TerritoryConfig) -> list[str]:
    """All that opening a territory says of its folder, its masking apart."""
    found = [*damage.told(config), *kept_maskings.shipping_faults(config)]
    for read in (lambda: register_store.in_force(config, None), lambda: embedded.qpv_parts(config)):
        try:
            read()
        except TerritoryError as problem:
            found.append(str(problem))
    return found


def what_is_told(name: str) -> str:
    """What a reader is told, whether the territory opens or not."""
    try:
        config = territory.open_territory(name)
        embedded.embedded(config)
    except TerritoryError as problem:
        return str(problem)
    return "\n".join(told(config))


CASES = [(name, one) for name in (FICTIONAL, REAL) for one in files(name)]


def tried(file: str, rank: int) -> list[str]:
    """Every damage of a file read by code of its own; of files read alike, some each, in turn."""
    kinds = list(DAMAGES)
    if file == SHIPPED[0]:
        return ["empty", "truncated", "binary", "zeroed", "html"]
    if "/" not in file:
        return kinds
    return [kinds[(3 * rank + step) % len(kinds)] for step in range(3)]


@pytest.mark.parametrize(("name", "file"), CASES)
def test_each_damage_of_a_file_is_told_by_its_name(name: str, file: str, root: Path) -> None:
    path = root / name / file
    whole, silent = path.read_bytes(), []
    for kind in tried(file, CASES.index((name, file))):
        path.write_bytes(DAMAGES[kind](whole))
        text = what_is_told(name)
        if path.name not in text or not any(word in text for word in WORDS):
            silent.append(f"{kind} : {text[:200]}")
    path.unlink()
    path.mkdir()  # as a file that may not be read: the owner of this machine reads all others
    if path.name not in what_is_told(name):
        silent.append("unreadable")
    assert not silent


@pytest.mark.parametrize(
    "file", ["contours/iris.geojson", "contours/qpv_2024.geojson", "parts_qpv.csv"]
)
def test_figures_of_the_caf_are_hidden_when_it_is_not_known_how_zones_overlap(
    file: str, root: Path
) -> None:
    path = root / FICTIONAL / file
    path.write_bytes(DAMAGES["truncated"](path.read_bytes()))
    found = assembly.assemble(territory.open_territory(FICTIONAL))
    said = "\n".join(found.warnings)
    assert "Les chiffres transmis par la CAF ne sont pas montrés" in said
    assert path.name in said
    release = found.gated.release
    ours = release.frame["source"].isin([one.id for one in release.citations if one.confidential])
    rows = embedded.embedded(territory.open_territory(FICTIONAL))
    handed = {one for one, cited in rows[1].items() if cited.confidential}
    told = int((rows[0]["source"].isin(handed) & rows[0]["value"].notna()).sum())
    assert told, "the folder does give figures of the CAF"
    assert int(ours.sum()) >= told, "every one of them keeps its place, and its reason"
    assert release.frame.loc[ours, "value"].isna().all()
    assert (release.frame.loc[ours, "sign"] != "").all()
    assert release.frame.loc[~ours, "value"].notna().any(), "what is published is shown"


def test_what_is_whole_is_told_nothing_of(root: Path) -> None:
    assert [what_is_told(name) for name in (FICTIONAL, REAL)] == ["", ""]


@pytest.mark.parametrize(
    "names",
    [
        ("decision.toml", "acces.toml", "structures.csv", "errata.toml", "schema.toml"),
        ("territoire.toml", "sources.toml"),
    ],
)
def test_pages_tell_it_and_stay_up(
    names: tuple[str, ...], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in names:
        (root / REAL / name).write_bytes(b"\x00\xff" * 40)
    monkeypatch.setattr(choices, "territory", lambda: REAL)
    app = AppTest.from_file(str(pages.ROUTER), default_timeout=pages.PATIENCE)
    for page in ("accueil", "petite_enfance", "fiche_zone", "annuaire", "donnees"):
        app.switch_page(f"../../pages/{page}.py").run()
        said = "\n".join(one.value for one in (*app.warning, *app.error))
        assert not app.exception, page
        assert "incident" not in said, page
        assert names[0] in said, page
    if names[0] == "territoire.toml":
        assert FICTIONAL in [one.key for one in app.button], "the other territory is offered"


def test_an_edition_that_is_not_kept_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*_: object, **__: object) -> None:
        raise StoreError("La base est fermée.")

    monkeypatch.setattr(editions.Store, "open", closed)
    lost: list[str] = []
    data = pages.data_of(fictional=False)
    assert editions.record(REAL, data.release, lost)
    assert lost == [f"{editions.NOT_REMEMBERED} La base est fermée."]
