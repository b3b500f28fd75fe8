"""Editions and corrections: what was shown is kept, what changed is told, what is hidden is not."""

import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from ctg_data.errors import TerritoryError
from ctg_data.release import masked
from ctg_data.release.masked import MaskedTable
from ctg_data.release.policy import Policy
from ctg_data.store import editions
from ctg_data.store.editions import Correction, Edition
from ctg_data.store.session import Store
from ctg_data.territory import errata
from tests.tables import table

COMMUNES = ("00101", "00102", "00103")


def release(*values: float | None) -> MaskedTable:
    """One indicator in a few communes; none is a cell under secrecy."""
    rows = [
        ("commune", code, 2023, "s" if value is None else value)
        for code, value in zip(COMMUNES, values, strict=False)
    ]
    return table(rows, variable="foyers_rsa", unit="foyers")


def edition(table: MaskedTable, name: str = "x") -> Edition:
    return Edition(name, datetime(2026, 11, 1, tzinfo=UTC), editions.write(table))


def told(found: list[Correction]) -> list[tuple[str, float | None, float | None]]:
    return [(one.code, one.old, one.new) for one in found]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CTG_HOME", str(tmp_path))
    return tmp_path


def test_an_edition_is_named_by_what_it_shows() -> None:
    assert editions.name_of(release(120, 80)) == editions.name_of(release(120, 80))
    assert editions.name_of(release(120, 80)) != editions.name_of(release(120, 81))
    assert editions.name_of(release(120, 80)) != editions.name_of(release(120, None))


def test_only_a_new_edition_is_kept(home: Path) -> None:
    first = editions.record("exemple", release(120, 80))
    assert editions.record("exemple", release(120, 80)) == first
    second = editions.record("exemple", release(125, 80))
    assert [one.id for one in editions.of_territory("exemple")] == [first, second]
    assert editions.of_territory("ailleurs") == []


def test_a_figure_that_changed_is_told_with_both_values() -> None:
    found = editions.corrections(edition(release(120, 80)), edition(release(125, 80)))
    assert told(found) == [("00101", 120, 125)]
    assert found[0].what == "Foyers percevant le RSA"


def test_a_figure_withdrawn_does_not_tell_its_old_value() -> None:
    found = editions.corrections(edition(release(120, 80)), edition(release(120, None)))
    assert told(found) == [("00102", None, None)]


def test_what_comes_or_goes_is_not_a_correction() -> None:
    assert editions.corrections(edition(release(120)), edition(release(120, 80))) == []
    assert editions.corrections(edition(release(120, None)), edition(release(120, 80))) == []
    assert editions.corrections(edition(release(120, 80)), edition(release(120))) == []


def test_a_hidden_value_is_not_in_what_is_kept(home: Path) -> None:
    editions.record("exemple", release(120, None))
    cells = editions.of_territory("exemple")[0].cells
    assert cells["value"].isna().tolist() == [False, True]


def test_a_link_to_an_older_edition_counts_what_changed(home: Path) -> None:
    first = editions.record("exemple", release(120, 80))
    editions.record("exemple", release(125, 80))
    *_, last = [one.id for one in editions.heads("exemple")]
    assert told(editions.between("exemple", first, last)) == [("00101", 120, 125)]
    assert editions.between("exemple", last, last) == []


def test_only_what_is_asked_for_is_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every byte ever shown grows with the years: no page may read it all at each run."""
    counts = (120, 125, 130, 140)
    first, *_, last = [editions.record("exemple", release(count, 80)) for count in counts]
    read = []
    whole = Store.releases

    def counted(self: Store, *asked: str) -> pd.DataFrame:
        found = whole(self, *asked)
        read.append(sum(map(len, found["content"])))
        return found

    monkeypatch.setattr(Store, "releases", counted)
    heads = editions.heads("exemple")
    assert [one.id for one in heads][::3] == [first, last]
    assert [one.at for one in heads] == sorted(one.at for one in heads)
    assert editions.record("exemple", release(140, 80)) == last
    assert not read, "a name and a moment need no bytes"
    editions.between("exemple", first, last)
    assert len(read) == 2
    kept = {one.id: one.content for one in editions.of_territory("exemple")}
    assert read[:2] == [len(kept[first]), len(kept[last])]


def test_each_edition_tells_what_it_changed_in_the_one_before(home: Path) -> None:
    made = [editions.record("exemple", release(one, 80)) for one in (120, 125, 125, 130)]
    steps = editions.steps("exemple")
    assert [(one.before.id, one.after.id) for one in steps] == [
        (made[0], made[1]),
        (made[2], made[3]),
    ]
    assert [told(list(one.corrected)) for one in steps] == [
        [("00101", 120, 125)],
        [("00101", 125, 130)],
    ]
    assert not any(one.before.content or one.after.content for one in steps)


def test_without_a_store_the_edition_still_has_its_name(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.joinpath("ctg.sqlite3").mkdir()
    monkeypatch.setattr(Store, "open", classmethod(_refused))
    assert editions.record("exemple", release(1200)) == editions.name_of(release(1200))
    assert editions.of_territory("exemple") == []


def _refused(cls: type[Store]) -> Store:
    from ctg_data.errors import StoreError

    raise StoreError("Base inaccessible.")


def test_declared_corrections_are_read_latest_first(tmp_path: Path) -> None:
    assert errata.declared(tmp_path) == []
    entry = (
        '[[erratum]]\nle = 2026-1{}-01\nchiffre = "A"\navant = "1"\napres = "2"\npourquoi = "P"\n'
    )
    tmp_path.joinpath(errata.FILE).write_text(entry.format(1) + entry.format(2), encoding="utf-8")
    assert [one.corrected_on for one in errata.declared(tmp_path)] == [
        date(2026, 12, 1),
        date(2026, 11, 1),
    ]


def test_every_fault_of_the_declared_corrections_is_told(tmp_path: Path) -> None:
    tmp_path.joinpath(errata.FILE).write_text('[[erratum]]\nle = "hier"\n', encoding="utf-8")
    with pytest.raises(TerritoryError) as refusal:
        errata.declared(tmp_path)
    for name in errata.FIELDS:
        assert f"« {name} »" in str(refusal.value)


def dated(*cells: tuple[int, float], editions_of: tuple[str, ...] = ("", "")) -> MaskedTable:
    """Cells of one QPV from one file, each with its period."""
    rows = [
        {"level": "qpv", "code": "QP000001", "vintage": 2015, "period": period, "value": value}
        | {"variable": "foyers_rsa", "category": "total", "unit": "foyers", "status": "diffuse"}
        | {"source": f"file {rank}", "edition": edition}
        | {"dating": "comparaison" if edition else "producteur"}
        for rank, ((period, value), edition) in enumerate(zip(cells, editions_of, strict=False))
    ]
    return masked._release(pd.DataFrame(rows), {}, Policy())


def test_a_year_that_was_an_edition_is_told_and_is_no_revision() -> None:
    """The edition 2019, told as 2019, is of 2017: the year where the edition 2017 stood."""
    before = edition(dated((2017, 120), (2019, 130)))
    after = edition(dated((2015, 120), (2017, 130), editions_of=("2017", "2019")))
    assert editions.corrections(before, after) == []
    moved = editions.redated(before, after)
    assert [(one.old, one.new.told) for one in moved] == [
        (2017, "édition 2017, observée vers décembre 2015"),
        (2019, "édition 2019, observée vers décembre 2017"),
    ]


def test_a_series_that_moves_on_is_not_redated() -> None:
    assert editions.redated(edition(dated((2020, 120))), edition(dated((2025, 120)))) == []


def test_an_edition_kept_before_dates_were_told_can_be_read() -> None:
    content = editions.write(release(120))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        rows = pd.read_csv(io.BytesIO(archive.read(editions.MEMBER)), dtype=str)
    old = io.BytesIO()
    with zipfile.ZipFile(old, "w") as archive:
        kept = rows.drop(columns=["edition", "dating"])
        archive.writestr(editions.MEMBER, kept.to_csv(index=False))
    cells = Edition("x", datetime(2026, 11, 1, tzinfo=UTC), old.getvalue()).cells
    assert set(cells["dating"]) == {"producteur"}
    assert set(cells["edition"]) == {""}
