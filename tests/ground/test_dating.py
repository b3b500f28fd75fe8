"""Files of QPV: the edition is never told as the year, and the files of a year live together."""

import json
import sqlite3
from dataclasses import replace

import pytest

from ctg_data import dating
from ctg_data.assembly import assemble as assembly
from ctg_data.dating import Dating, Moment
from ctg_data.diagnosis import dating_evidence
from ctg_data.model import Level
from ctg_data.observations import variables
from ctg_data.role import Role
from ctg_data.socle import imports as socle
from ctg_data.socle.reading.layouts import layouts
from ctg_data.store import redating as store_redating
from ctg_data.store.session import FILE, Store
from ctg_data.tabular.report import Severity
from ctg_data.territory import embedded
from ctg_data.territory.config import open_territory, territory_names
from tests.socle_files import place

WHO = Role.CONTRIBUTEUR
HEADS = {
    "DEMO": ["CODGEO", "LIBGEO", "POP_MUN", "A", "PERCOU", "AM", "ENF_2", "NOTE_CNAF"],
    "REVN": ["CODGEO", "LIBGEO", "TP60", "DISP_Q2", "BREV", "A", "APPA", "ARSAS", "NOTE_CNAF"],
    "IPRO": ["CODGEO", "LIBGEO", "ABC", "ABC_25", "A", "NOTE_PE"],
}
FILES = {"DEMO": "demographie", "REVN": "revenus", "IPRO": "insertion"}


@pytest.fixture(autouse=True)
def _no_masking(monkeypatch):
    monkeypatch.setattr(assembly, "assemble", lambda *_: None)


def qpv_of_2015() -> list[str]:
    return [one.code for one in place().zones(Level.QPV) if one.vintage == 2015]


def published(kind: str, edition: int, add: int = 0) -> tuple[str, bytes]:
    """A file in the shape of Insee's, its name and its bytes: numbers of our own."""
    rows = [HEADS[kind]]
    for rank, code in enumerate(qpv_of_2015()):
        count = [str(200 + 10 * rank + step + add) for step in range(len(HEADS[kind]) - 3)]
        if kind == "REVN":
            count[0] = "51,5"
        rows.append([code, f"Quartier {rank}", *count, "0"])
    return f"{kind}_{edition}.csv", "\n".join(";".join(row) for row in rows).encode()


def bring(store: Store, kind: str, edition: int, **more):
    name, content = published(kind, edition, more.pop("add", 0))
    return socle.import_file(name, content, place(), store, who=WHO, **more)


def test_the_three_files_of_an_edition_live_together_each_column_at_its_year(store) -> None:
    for kind in HEADS:
        bring(store, kind, 2022)
    frame, citations = store.observations(place().id)
    seen = {
        (row.variable, row.period, row.edition, row.dating)
        for row in frame.itertuples()
        if row.category == "total"
    }
    assert seen == {
        ("foyers_allocataires", 2020, "2022", "comparaison"),
        ("personnes_couvertes", 2020, "2022", "comparaison"),
        ("foyers_prime_activite", 2020, "2022", "comparaison"),
        ("foyers_rsa_socle", 2020, "2022", "comparaison"),
        ("taux_pauvrete", 2018, "2022", "egalite"),
        ("niveau_vie_median", 2018, "2022", "egalite"),
        ("taux_bas_revenus_declares", -20224, "2022", "non_etabli"),
        ("demandeurs_emploi", 2021, "2022", "comparaison"),
        ("demandeurs_emploi_categorie_a", 2021, "2022", "comparaison"),
    }
    named = {one.id: (one.producer, one.title, one.period) for one in citations.values()}
    whole = "Données sur les quartiers de la politique de la ville"
    commune = place().commune.code
    assert named == {
        f"insee_qpv_{FILES[kind]}_{commune}_2022": (
            producer,
            f"{whole} – {title}, édition 2022",
            "édition 2022",
        )
        for kind, producer, title in (
            ("DEMO", "Insee, Cnaf", "démographie et allocataires"),
            ("REVN", "Insee, Cnaf", "revenus et prestations"),
            ("IPRO", "Insee", "insertion professionnelle"),
        )
    }
    assert not any(one.confidential for one in citations.values())


def test_a_replacement_replaces_the_same_file_only(store) -> None:
    for kind in HEADS:
        bring(store, kind, 2021)
    name, content = published("REVN", 2021, 7)
    report = socle.check_file(name, content, place(), store, who=WHO)
    refused = [one for one in report.messages if one.severity is Severity.REFUSED]
    assert [one.id for one in refused] == ["annee_deja_la"]
    assert "édition 2021" in refused[0].text
    bring(store, "REVN", 2021, add=7, replacing=True)
    states = [(one.what.split(" – ")[1], one.state) for one in socle.imports(store, place())]
    assert sorted(states) == [
        ("démographie et allocataires, édition 2021", "active"),
        ("insertion professionnelle, édition 2021", "active"),
        ("revenus et prestations, édition 2021", "active"),
        ("revenus et prestations, édition 2021", "replaced"),
    ]
    frame, _ = store.observations(place().id)
    assert set(frame["variable"]) >= {"enfants_couverts", "demandeurs_emploi", "taux_pauvrete"}


def test_two_editions_of_unknown_year_are_two_cells_that_no_year_equals(store) -> None:
    bring(store, "REVN", 2017)
    bring(store, "REVN", 2019, add=3)
    frame, _ = store.observations(place().id)
    rates = frame[frame["variable"] == "taux_pauvrete"]
    assert sorted(rates["period"].unique()) == [-20194, -20174]
    assert len(rates) == 2 * len(qpv_of_2015())
    counts = frame[frame["variable"] == "foyers_allocataires"]
    assert sorted(counts["period"].unique()) == [2015, 2017]


def test_a_file_of_several_editions_names_them_all(store) -> None:
    rows = [";".join(["millesime_fichier", *HEADS["DEMO"]])]
    for edition in (2019, 2021):
        lines = published("DEMO", edition, edition - 2000)[1].decode().splitlines()[1:]
        rows += [f"{edition};{line}" for line in lines]
    content = "\n".join(rows).encode()
    done = socle.import_file("demographie.csv", content, place(), store, who=WHO)
    assert done.citation.period == "éditions 2019 et 2021"
    frame, _ = store.observations(place().id)
    pairs = set(zip(frame["edition"], frame["period"], strict=True))
    assert pairs == {("2019", 2017), ("2021", 2019)}


def test_an_edition_that_nobody_compared_has_no_year(store) -> None:
    bring(store, "DEMO", 2023)
    frame, _ = store.observations(place().id)
    assert set(frame["dating"]) == {"non_etabli"}
    assert frame["period"].nunique() == 1, "counts of one file may be divided by one another"


def test_a_published_file_and_a_socle_are_two_figures_of_one_cell(store) -> None:
    from tests.socle_files import counts, workbook

    bring(store, "DEMO", 2022)
    rows = counts(9)
    code = qpv_of_2015()[0]
    rows = {place().commune.code: rows[place().commune.code], code: list(rows.values())[1]}
    socle.import_file(
        "SOCLE.xlsx", workbook(rows, year=2020), place(), store, who=Role.STATISTICIEN
    )
    frame, citations = store.observations(place().id)
    both = frame.query("variable == 'foyers_allocataires' and period == 2020 and code == @code")
    assert len(both) == 2
    assert {citations[one].confidential for one in both["source"]} == {True, False}


# A store of before


def older(home) -> None:
    """Make of a store what the earlier version wrote: editions as years, one name a year."""
    with sqlite3.connect(home / FILE) as raw:
        for table in ("observations", "lineage"):
            raw.execute(f"UPDATE {table} SET period = 2022, source = 'socle_00123_2022'")
            for column in ("edition", "dating"):
                raw.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        raw.execute("UPDATE observations SET source_id = 'socle'")
        raw.execute("UPDATE citations SET source_id = 'socle', id = 'socle_00123_2022'")
        raw.execute("UPDATE batches SET source_id = 'socle' WHERE source_id = 'publie'")
        [(number, fields)] = raw.execute("SELECT number, citation FROM imports").fetchall()
        was = json.loads(fields) | {"id": "socle_00123_2022", "producer": "Insee et Cnaf"}
        was |= {"title": "Fichier publié, 2022", "period": "2022"}
        told = (json.dumps(was), number)
        raw.execute("UPDATE imports SET citation = ? WHERE number = ?", told)
        raw.execute("DELETE FROM schema_version WHERE version >= 4")
    raw.close()


@pytest.mark.parametrize("kind", list(HEADS))
def test_a_store_of_before_opens_and_tells_the_years_observed(tmp_path, kind: str) -> None:
    with Store.open(tmp_path) as store:
        bring(store, kind, 2022)
        wanted, cited = store.observations(place().id)
    with sqlite3.connect(tmp_path / FILE) as raw:
        raw.execute("DELETE FROM batches WHERE source_id = 'socle'")
    raw.close()
    older(tmp_path)
    with Store.open(tmp_path) as store:
        found, named = store.observations(place().id)
        [line] = socle.imports(store, place())
    assert found.equals(wanted)
    today = {one.id: replace(one, retrieved_on="") for one in cited.values()}
    assert {one.id: replace(one, retrieved_on="") for one in named.values()} == today
    assert line.what.endswith("édition 2022")


def test_what_was_written_for_older_stores_agrees_with_the_layouts() -> None:
    for layout in layouts():
        for one in layout.dated:
            for target in one.targets:
                for edition in one.editions:
                    name = target.partition("/")[0]
                    told = (edition - one.lag, str(edition), str(one.proof))
                    assert store_redating.dated(name, edition) == told, (target, edition)


@pytest.mark.parametrize("name", territory_names())
def test_embedded_rows_are_dated_as_an_import_would_date_them(name: str) -> None:
    table, _ = embedded.embedded(open_territory(name))
    named = table[table["edition"] != ""]
    for row in named.itertuples():
        if row.variable == "population_municipale":  # no layout takes it
            continue
        told = store_redating.dated(row.variable, int(row.edition))
        assert (row.period, row.edition, row.dating) == told, row


# Words


def test_every_layout_by_edition_gives_its_evidence() -> None:
    for layout in layouts():
        for one in layout.dated:
            assert len(one.why) > 60
            assert one.proof in (Dating.EGALITE, Dating.COMPARAISON)
            natures = {variables()[target.partition("/")[0]].nature for target in one.targets}
            assert natures


def test_the_page_of_method_tells_every_proof_in_words() -> None:
    told = dating_evidence.evidence()
    assert {one.what for one in told} == {
        "foyers allocataires, personnes et enfants couverts",
        "revenus et pauvreté",
        "demandeurs d'emploi",
    }
    assert sum(len(layout.dated) for layout in layouts()) == len(told)
    assert all(one.title.startswith("Données sur les quartiers") for one in told)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (Moment(2019), Moment(2020), ""),
        (Moment(2017, "2021", Dating.EGALITE), Moment(2018, "2022", Dating.EGALITE), ""),
        (Moment(2019, "2021", Dating.COMPARAISON), Moment(2020, "2022", Dating.COMPARAISON), ""),
        (Moment(2018, "2019", Dating.EGALITE), Moment(2019, "2020", Dating.COMPARAISON), ""),
        (Moment(2019, "2021", Dating.COMPARAISON), Moment(2020), "que par comparaison"),
        (Moment(2019), Moment(2020, "2022", Dating.COMPARAISON), "que par comparaison"),
        (Moment(-20174, "2017", Dating.NON_ETABLI), Moment(2018), "édition 2017 n'est pas"),
        (Moment(2018), Moment(-20214, "2021", Dating.NON_ETABLI), "édition 2021 n'est pas"),
    ],
)
def test_what_may_be_told_as_an_evolution(before: Moment, after: Moment, said: str) -> None:
    why = dating.forbids(before, after)
    assert said in why
    assert bool(said) is bool(why)


def test_dates_are_told_once_and_ordinary_ones_are_not() -> None:
    text = dating.dates_text(
        [
            Moment(2024),
            Moment(2020, "2022", Dating.COMPARAISON),
            Moment(2020, "2022", Dating.COMPARAISON),
            Moment(-20174, "2017", Dating.NON_ETABLI),
        ]
    )
    assert text.count("observée vers décembre 2020") == 1
    assert "2024" not in text
    assert "Édition 2017, année observée non établie : ne se compare à aucune autre année." in text
