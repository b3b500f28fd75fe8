"""What was shown is a memory: whole, or told as damaged and nothing new masked beside it."""

import dataclasses
import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ctg_data.assembly import assemble as assembly, kept_maskings, witnessing
from ctg_data.disclosure.adapter import confidential, kept
from ctg_data.disclosure.adapter.confidential import protect_socle
from ctg_data.errors import ReleaseDamaged
from ctg_data.release.policy import Policy
from ctg_data.socle import imports as socle
from ctg_data.store.session import Store
from tests.drawing import read, shown
from tests.socle.test_socle_import import bring
from tests.socle_files import counts, place, workbook

pytestmark = pytest.mark.long

NOBODY = read("A | 10 10 10 10 | 40").iloc[:0]
SOCLE = read("A | 40 38 18 4 | 100")
Damage = Callable[[bytes], bytes]


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """A masking that another test made in this process would be served from memory."""
    assembly._done.clear()


@pytest.fixture(scope="module")
def whole() -> bytes:
    return kept.to_bytes(protect_socle(SOCLE, NOBODY, Policy()))


def rezipped(content: bytes, change: Callable[[dict[str, bytes]], object]) -> bytes:
    """The same archive, one of its members changed: its sums are right, what it says is not."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return stream.getvalue()


DAMAGES: dict[str, Damage] = {
    "empty": lambda old: b"",
    "another file": lambda old: b"rien" * 200,
    "cut": lambda old: old[: len(old) // 2],
    "blanked": lambda old: old[:60] + b"\0" * 60 + old[120:],
    "no table": lambda old: rezipped(old, lambda m: m.pop(kept.TABLE)),
    "no columns": lambda old: rezipped(old, lambda m: m.update({kept.TABLE: b"a,b\n1,2\n"})),
    "not text": lambda old: rezipped(old, lambda m: m.update({kept.TABLE: b"\xff\xfe\x00"})),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_masking_is_one_error_in_french(name: str, whole: bytes) -> None:
    damaged = DAMAGES[name](whole)
    with pytest.raises(ReleaseDamaged, match="se relit plus"):
        kept.from_bytes(damaged)
    with pytest.raises(ReleaseDamaged, match="sauvegarde"):
        kept.states([whole, damaged])


def test_a_verdict_that_says_nothing_is_a_damage_too(whole: bytes) -> None:
    with pytest.raises(ReleaseDamaged):
        kept.from_bytes(rezipped(whole, lambda m: m.update({kept.VERDICT: b"{}"})))
    assert kept.is_whole(whole)


def test_nothing_new_is_masked_beside_a_memory_with_a_hole(
    monkeypatch: pytest.MonkeyPatch, whole: bytes
) -> None:
    """The new year is hidden and told; the years already masked, and all that is public, stay."""
    before = assembly.assemble(place())
    with Store.open() as store:
        with monkeypatch.context() as patch:
            patch.setattr(assembly, "assemble", lambda *_: None)
            bring(store, workbook(counts(), year=2025))
        store.keep_release(place().id, kept_maskings.KIND, "avant", whole[:-40])
    after = assembly.assemble(place())
    [told] = after.warnings
    assert "2025 ne sont pas montrés, les chiffres publiés le sont" in told.replace("\u202f", " ")
    assert "sauvegarde" in told
    frame = after.gated.release.frame
    new = frame[frame["source"].str.startswith("socle") & (frame["period"] == 2025)]
    assert len(new)
    assert new["value"].isna().all()
    assert set(new["sign"]) == {"s"}
    assert len(frame[frame["period"] != 2025]) == len(before.gated.release.frame)
    assert frame.loc[frame["period"] != 2025, "value"].notna().sum() == before.gated.release.shown


def test_an_import_that_could_not_be_masked_is_refused_before_anything_is_written(
    store: Store, whole: bytes
) -> None:
    store.keep_release(place().id, kept_maskings.KIND, "avant", whole[:-40])
    with pytest.raises(ReleaseDamaged, match=r"Rien n'a été importé[\s\S]*sauvegarde"):
        bring(store, workbook(counts()))
    assert socle.imports(store, place()) == []
    assert store.journal(place().id) == []


def test_a_damaged_shipped_masking_is_told_and_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "exemple"
    shutil.copytree(place().folder, folder)
    good = kept.from_bytes((folder / kept_maskings.SHIPPED).read_bytes())
    path = folder / kept_maskings.SHIPPED
    path.write_bytes(path.read_bytes()[:-3000])
    assembly._done.clear()
    made = []
    monkeypatch.setattr(confidential, "protect_socle", lambda *a, **k: made.append(a) or good)
    # what the witness answers of this very masking: test_witnessing.py
    seen: list[object] = []
    monkeypatch.setattr(witnessing, "confirmed", lambda one, *a: seen.append(one) or one)
    found = assembly.assemble(dataclasses.replace(place(), folder=folder))
    assembly._done.clear()
    assert len(made) == 1
    assert seen == [good]
    [told] = found.warnings
    assert "diffusion.zip est abîmé" in told
    assert "tous ses chiffres sont là" in told
    assert found.gated.secrecy.hidden_by_us > 0


def test_two_maskings_at_once_know_of_each_other(
    store: Store, monkeypatch: pytest.MonkeyPatch, whole: bytes
) -> None:
    """While mine is computed, another process keeps one: mine is made again beside it."""
    monkeypatch.setattr(assembly, "nestings", lambda *_: [])
    known: list[int] = []
    real = confidential.protect_socle

    def slow(*args, **kwargs):
        known.append(len(args[4]))
        if len(known) == 1:
            store.keep_release(place().id, kept_maskings.KIND, "autre", whole)
        return real(*args, **kwargs)

    monkeypatch.setattr(confidential, "protect_socle", slow)
    assembly._done.clear()
    made = assembly._protection(place(), read("B | 60 60 40 40 | 200"), NOBODY, store)
    assembly._done.clear()
    assert known == [0, len(kept.states([whole]))]
    assert "200" in shown(made.table)
    assert len(kept_maskings.editions(store, place().id)) == 2


# Bytes


@pytest.mark.parametrize("source_first", [True, False])
def test_bytes_that_a_source_stands_on_are_not_forgotten(
    store: Store, source_first: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same file came by an update and by hand: undoing the import leaves the source's."""
    monkeypatch.setattr(assembly, "assemble", lambda *_: None)
    content = workbook(counts())
    acts = [
        lambda: store.keep("insee", place().id, "http://x", content, "t"),
        lambda: bring(store, content),
    ]
    for act in acts if source_first else reversed(acts):
        act()
    [done] = socle.imports(store, place())
    socle.undo(store, place(), done.number)
    assert store.content(done.sha256) == content
    kept_by_source = store.latest("insee", place().id, accepted=False)
    assert kept_by_source is not None
    assert kept_by_source.content == content


def test_bytes_that_nothing_stands_on_are_forgotten(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assembly, "assemble", lambda *_: None)
    store.keep("insee", place().id, "http://x", b"autre chose", "t")
    done = bring(store, workbook(counts()))
    assert store.content(done.sha256) is not None
    socle.undo(store, place(), done.number)
    assert store.content(done.sha256) is None
