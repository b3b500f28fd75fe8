"""A real territory filled by a whole portal of ours: need, offer and gap, no person, bad days.

Every source is answered in its real shape by ``tests/portal.py``, the update is the true one, and
what readers are told is counted again from the served files by ``tests/contre_calcul/portail.py``.
"""

import os
import re
import shutil
import socket
import sqlite3
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest

from ctg_data import role
from ctg_data.catalogue import themes
from ctg_data.catalogue.kinds.operands import pick
from ctg_data.diagnosis import coverage
from ctg_data.documents import csv as downloads
from ctg_data.model import Level
from ctg_data.offer import acts
from ctg_data.opening import open_workspace
from ctg_data.register import write
from ctg_data.release.bounds import told
from ctg_data.sources import registry
from ctg_data.sources.http import ADDRESSES
from ctg_data.store.session import Store
from ctg_data.update import run as update
from ctg_data.workspace import Workspace
from tests import datagouv_lists, insee_tables, portal, portal_places, standin_bpe
from tests.contre_calcul import portail
from tests.contre_calcul.portail import Count
from tests.pages import EVERY_PAGE, Reader, config, sent
from tests.standin import Reply, StandIn

PLACE = config(fictional=False)
HERE = PLACE.commune.code
QUARTERS = [one.code for one in PLACE.zones(Level.QPV, 2024)]
IRIS = [one.code for one in PLACE.iris]
pytestmark = pytest.mark.long  # one update, one workspace, then every page
CARD = ("jeunesse", "parentalite", "vie_sociale", "acces_aux_droits")
MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}")
Target = tuple[str, tuple[tuple[str, str], ...]]


@dataclass
class Filled:
    """What a whole update leaves: its portal, its store, and what each source asked for."""

    server: StandIn
    home: Path
    summary: update.Summary
    data: Workspace
    asked: dict[str, set[Target]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """One update of everything, one workspace."""
    home, asked = tmp_path_factory.mktemp("rempli"), {}
    with StandIn() as server, pytest.MonkeyPatch.context() as patch:
        portal.fill(server, PLACE)
        patch.setenv("CTG_HOME", str(home))
        turned(server, patch)

        def noted(step: update.Progress) -> None:
            if step.outcome is not None:
                targets = {(one.path, tuple(one.params)) for one in server.asked}
                asked[step.source.id] = targets
                server.asked.clear()

        with Store.open() as store:
            summary = update.run(PLACE, store, progress=noted, pause=lambda seconds: None)
        yield Filled(server, home, summary, open_workspace(PLACE.id), asked)


def turned(server: StandIn, patch: pytest.MonkeyPatch) -> None:
    """Turn every base address towards the portal."""
    for name in (*ADDRESSES, "PORTAIL"):
        patch.setenv(f"CTG_URL_{name}", f"{server.address}/{name.lower()}")


@pytest.fixture
def copied(filled: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The filled store, to be changed at will."""
    home = tmp_path / "copie"
    shutil.copytree(filled.home, home)
    monkeypatch.setenv("CTG_HOME", str(home))
    turned(filled.server, monkeypatch)
    return Store.open()


# what must be there


def test_every_source_answers_and_says_something_of_the_territory(filled: Filled) -> None:
    assert [str(one) for one in filled.summary.outcomes if one.problems] == []
    assert {one.source.id for one in filled.summary.outcomes} == set(registry.sources())
    assert [one.source.id for one in filled.summary.outcomes if not one.rows] == []
    assert filled.data.warnings == ()


def test_every_objective_has_its_need_and_nearly_all_an_offer(filled: Filled) -> None:
    every = coverage.objectives(filled.data, coverage.known(filled.data))
    having = {
        kind: [one.id for one in every if any(card.present for card in one.of_kind(kind))]
        for kind in ("besoin", "offre")
    }
    assert len(every) == 15
    assert having["besoin"] == [one.id for one in every]
    assert len(having["offre"]) >= 12


@pytest.mark.parametrize("theme", CARD)
def test_the_themes_show_need_offer_and_gap_and_go_down_to_quarters(filled, theme) -> None:
    for kind in ("besoin", "offre", "ecart"):
        assert HERE in zones_told(filled.data, theme, kind, "commune"), (theme, kind)
    for kind in ("besoin", "offre"):
        assert zones_told(filled.data, theme, kind, "qpv") >= set(QUARTERS), (theme, kind)
        assert len(zones_told(filled.data, theme, kind, "iris") & set(IRIS)) >= 3, (theme, kind)


def zones_told(data: Workspace, theme: str, kind: str, level: str) -> set[str]:
    """Zones with a number, exact or as a bound, in the cards of one kind."""
    frames = [data.table(one).frame for one in data.indicators(theme) if one.kind == kind]
    return {code for one in frames for code in one[told(one) & one["level"].eq(level)]["code"]}


# the same numbers, counted by another hand

PARTS = {
    "eaje": ("D502",),
    "laep": ("D503",),
    "rpe": ("D504",),
    "alsh": ("D505",),
    "centre_social": ("D506",),
    "mediation_familiale": ("D507",),
    "france_services": ("A128",),
    "point_acces": ("A124", "A125", "A126", "A130"),
    "lycees": ("C301", "C302", "C303"),
}


def known(data: Workspace, operand: str, level: str, code: str) -> Count | None:
    """The last figure of a place, exact or « au moins »."""
    table = pick(data.release, operand).where(level=level, code=code)
    frame = table.frame.sort_values("period")
    last = frame[frame["value"].notna() | frame["bound"].notna()].tail(1)
    if last.empty:
        return None
    row = last.iloc[0]
    least = row["status"] == "minimum"
    return Count(int(row["bound"] if least else row["value"]), bool(least))


@pytest.mark.parametrize("part", PARTS)
def test_facilities_are_those_of_the_file(filled: Filled, part: str) -> None:
    content = filled.server.site[f"{standin_bpe.FOLDER}/BPE25.parquet"].body
    here = portail.fixed(portail.parquet(content), PARTS[part], HERE)
    operand = f"equipements/{part}"
    assert known(filled.data, operand, "commune", HERE) == Count(len(here))
    for level, column, codes in (("iris", "DCIRIS", IRIS), ("qpv", "QP2024", QUARTERS)):
        counted = {code: portail.by_zone(here, column, code) for code in codes}
        shared = {one.code for one in PLACE.zones(Level.QPV, 2024) if len(one.communes) > 1}
        assert {code: known(filled.data, operand, level, code) for code in codes} == counted
        assert sum(one.number for one in counted.values()) > 0
        assert shared <= set(codes) or level == "iris"


def test_some_facilities_are_drawn_at_random_and_bound_their_zones(filled: Filled) -> None:
    random = [known(filled.data, f"equipements/{part}", "iris", IRIS[0]) for part in PARTS]
    assert {one.least for one in random if one} == {True, False}


def test_the_census_of_the_commune_is_the_sum_of_its_quarters(filled: Filled) -> None:
    site = filled.server.site
    asked = {
        "familles_toutes/total": (insee_tables.FAMILIES, "couples-familles-menages", "C22_FAM"),
        "familles_recensement/monoparentale": (
            *(insee_tables.FAMILIES, "couples-familles-menages", "C22_FAMMONO"),
        ),
        "population_tranches/15-29": (insee_tables.POPULATION, "evol-struct-pop", "P22_POP1529"),
        "population_moins_20/total": (insee_tables.POPULATION, "evol-struct-pop", "P22_POP0019"),
    }
    for operand, (page, stem, column) in asked.items():
        path = f"/fr/statistiques/fichier/{page}/base-ic-{stem}-2022_csv.zip"
        lines = portail.zipped(site[path].body, f"base-ic-{stem}")
        for level, code in (("commune", HERE), ("iris", IRIS[5])):
            frame = pick(filled.data.release, operand).where(level=level, code=code).frame
            value = frame[frame["period"] == 2022]["value"].iloc[0]
            assert value == pytest.approx(float(portail.total(lines, column, code))), operand


def test_the_quarters_of_2024_have_what_the_caf_counts(filled: Filled) -> None:
    path = "/fr/statistiques/fichier/8682381/beneficiaires_CAF_31-12-2024_QP24.zip"
    lines = portail.zipped(filled.server.site[path].body, "data_CAF_QP24")
    asked = {
        "foyers_allocataires/total": "A",
        "personnes_couvertes/total": "PERCOU",
        "foyers_selon_composition/monoparent": "AM",
        "couples_trois_enfants/total": "AC3ENF",
        "allocataires_moins_25_non_etudiants/total": "A_NETUD_24",
        "foyers_prime_activite/total": "APPA",
    }
    for operand, column in asked.items():
        for code in QUARTERS:
            cell = portail.cell(lines, code, column)
            found = known(filled.data, operand, "qpv", code)
            assert found == (Count(int(cell)) if cell.isdigit() else None), (operand, code)


def test_the_aeeh_of_the_intercommunalite_is_the_cnaf_s(filled: Filled) -> None:
    rows = filled.server.datasets["s_ben_epci_f"].rows
    told = [one for one in rows if one["numepci"] == PLACE.epci.code and one["indfoy_rsa"]]
    last = max(told, key=lambda one: one["dtreffre"])["indben_aeeh"]
    assert known(filled.data, "enfants_aeeh/total", "epci", PLACE.epci.code) == Count(last)


def test_two_lists_of_one_type_are_one_offer(filled: Filled) -> None:
    """Three missions locales of two lists, one of which both know; no list says it is full."""
    addresses = {*portal_places.MISSIONS}
    assert known(filled.data, "structures/mission_locale", "commune", HERE) == Count(
        len(addresses), least=True
    )
    register = sum(one.kind == "fjt" for one in filled.data.register.open_in(2026))
    known_fjt = max(register, len(portal_places.FJT))  # one of the register has no address
    assert known(filled.data, "structures/fjt", "commune", HERE) == Count(known_fjt, least=True)


# no person


def personal(text: str) -> set[str]:
    """E-mails, and names that the served files hold."""
    low = text.casefold()
    return {*MAIL.findall(low), *(one for one in portal_places.PRIVATE if one.casefold() in low)}


def test_the_served_files_hold_persons(filled: Filled) -> None:
    """Otherwise finding none anywhere would prove nothing."""
    held = [one.content for one in filled.server.files.every().values()]
    held += [str(one.rows).encode() for one in filled.server.datasets.values()]
    held.append(standin_bpe.as_csv(portal_places.facilities(PLACE, portal.Ground(PLACE).spots())))
    found = personal(b"\n".join(held).decode("latin-1") + "\n".join(map(_utf8, held)))
    assert found >= set(portal_places.PRIVATE)
    assert datagouv_lists.PRIVATE[0] in found


def _utf8(content: bytes) -> str:
    return content.decode(errors="ignore")


def test_no_table_of_the_store_holds_a_person(filled: Filled) -> None:
    for path in filled.home.rglob("*"):
        if path.is_file():
            assert personal(_utf8(path.read_bytes())) == set(), path.name
    with sqlite3.connect(next(filled.home.glob("*.sqlite*"))) as base:
        names = [
            one for (one,) in base.execute("select name from sqlite_master where type='table'")
        ]
        assert len(names) > 5
        for name in names:
            for row in base.execute(f'select * from "{name}"'):
                text = " ".join(_utf8(one) if isinstance(one, bytes) else str(one) for one in row)
                assert personal(text) == set(), name


def test_no_page_nor_its_files_hold_a_person(filled: Filled, monkeypatch) -> None:
    monkeypatch.setenv(role.ENVIRONMENT, role.Role.STATISTICIEN)
    reader = Reader(monkeypatch, filled.data)
    for page in EVERY_PAGE:
        app = reader.open(page)
        assert not app.exception, page
        assert personal(sent(app)[1]) == set(), page
    assert reader.files
    for content in reader.files:
        assert personal(spread(content)) == set()


def spread(content: bytes | str) -> str:
    """A file as text, its members where it is an archive."""
    if isinstance(content, str):
        return content
    if not content.startswith(b"PK"):
        return _utf8(content)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return "\n".join(_utf8(archive.read(one)) for one in archive.namelist())


def test_the_register_with_all_that_is_sure_holds_no_person(filled: Filled, copied: Store) -> None:
    published = filled.data.published
    with copied as store:
        sure = acts.sure(acts.pending(published, PLACE))
        made = acts.accept(sure, published, PLACE, store)
    assert len(made) > 50
    register = open_workspace(PLACE.id).register
    assert {one.id for one in made} <= {one.id for one in register.structures}
    files = (write.to_csv(register), write.model(PLACE, register))
    assert all("fictif" in spread(one).casefold() for one in files)
    assert [personal(spread(one)) for one in files] == [set(), set()]


def test_no_table_that_is_downloaded_holds_a_person(filled: Filled) -> None:
    for theme in CARD:
        for one in filled.data.indicators(theme):
            table, label = filled.data.table(one), filled.data.label
            text = downloads.to_csv(table, label, title=one.title, decimals=1)
            assert personal(spread(text)) == set(), one.code


# bad days


def test_a_source_that_fails_keeps_its_last_copy_and_stops_no_other(
    filled: Filled, copied: Store, monkeypatch
) -> None:
    """One after the other, each gives a page of maintenance in place of its files."""
    answer, gone = filled.server._answer, set[str]()
    page = Reply(200, b"<html>Maintenance</html>", "text/html")

    def failing(target: str, agent: str) -> Reply:
        return page if _file(target) in gone else answer(target, agent)

    monkeypatch.setattr(filled.server, "_answer", failing)
    with copied as store:
        for source in registry.sources():
            other = "caf_iris" if source != "caf_iris" else "insee_revenus"
            before = kept(store, source)
            gone.clear()
            gone |= {_file(path) for path, _ in filled.asked[source]}
            assert gone.isdisjoint(_file(path) for path, _ in filled.asked[other])
            summary = update.run(PLACE, store, (source, other), pause=lambda seconds: None)
            states = {one.source.id: one.state for one in summary.outcomes}
            assert states == {source: "echec", other: "inchange"}
            assert store.state(source, PLACE.id).last_success
            assert kept(store, source) == before, source


def _file(target: str) -> str:
    """An address, of whatever form of a file it is: the ZIP fails with the parquet."""
    path = target.partition("?")[0]
    return re.sub(r"\.(zip|parquet|csv|json)$", "", path)


def kept(store: Store, source: str) -> tuple[object, ...]:
    """The figures of a source, and all the bytes that places are read from again."""
    frame, _ = store.observations(PLACE.id, source)
    return store.accepted(PLACE.id), frame.to_csv()


def test_when_all_of_them_fail_what_is_told_is_the_last_copy(
    filled: Filled, copied: Store, monkeypatch
) -> None:
    monkeypatch.setattr(filled.server, "_answer", lambda target, agent: Reply(503, b"x"))
    with copied as store:
        summary = update.run(PLACE, store, pause=lambda seconds: None)
    assert {one.state for one in summary.outcomes} == {"echec"}
    after = open_workspace(PLACE.id)
    pd.testing.assert_frame_equal(after.release.frame, filled.data.release.frame)
    assert after.published.candidates == filled.data.published.candidates


# nothing received


def test_before_any_update_every_theme_has_an_offer_and_a_gap(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("CTG_HOME", str(tmp_path / "vide"))
    for name in (*ADDRESSES, "PORTAIL"):
        monkeypatch.setenv(f"CTG_URL_{name}", "http://127.0.0.1:9")

    def cut(*_: object) -> None:
        raise AssertionError("nobody may be asked before an update")

    monkeypatch.setattr(socket.socket, "connect", cut)
    data = open_workspace(PLACE.id)
    assert len(themes.themes()) == 7
    assert os.environ["CTG_HOME"]
    for theme in themes.themes():
        for kind in ("offre", "ecart"):
            cards = [one for one in data.indicators(theme) if one.kind == kind]
            assert any(told(data.table(one).frame).any() for one in cards), (theme, kind)
