"""Insee's BPE: what is kept of a national file, where each line stands, what is counted."""

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from ctg_data.catalogue.structures import declared
from ctg_data.errors import SourceChanged, SourceUnavailable
from ctg_data.model import Status
from ctg_data.observations import variables
from ctg_data.sources import bpe_counts, bpe_file, bpe_places, insee_bpe, registry
from ctg_data.sources.base import Fetched, Reading
from ctg_data.sources.bpe_types import FIXED_PART, facilities, parts_told, types
from ctg_data.sources.extract import Extract, Origin
from ctg_data.sources.http import Http
from ctg_data.sources.places import OUTREACH
from tests import standin_bpe, standin_data
from tests.standin import Reply, Row, StandIn
from tests.standin_bpe import FOLDER, PAGE, line
from tests.standin_data import COMMUNE, EPCI, FAR, NEAR

PLACE = standin_data.territory()
DATASET = registry.source("insee_bpe").datasets[0]
COUNTRY = {one.code: 1 for one in types()}
HALLS = [line("A129", code) for code in (COMMUNE, NEAR, FAR)]


@pytest.fixture
def site(server: StandIn) -> StandIn:
    standin_bpe.publish(server)
    return server


def fetch(**changes: Any) -> Fetched:
    place = standin_data.territory(**changes)
    with Http(pause=lambda seconds: None) as http:
        found = insee_bpe.fetch(DATASET, place, SimpleNamespace(http=http))
    assert found is not None
    return found


def fetched() -> Reading:
    return insee_bpe.read(DATASET, fetch().content, PLACE, "insee_bpe:bpe@0")


def read(lines: Sequence[Row], country: dict[str, int] | None = None, **changes: Any) -> Reading:
    """A reading of some lines, as the national file would have given them."""
    origin = Origin("http://exemple.invalid/BPE25.parquet", "0", 1, "2025", len(lines))
    extract = Extract.of(origin, bpe_file.COLUMNS, lines)
    content = insee_bpe.kept(extract, COUNTRY if country is None else country)
    return insee_bpe.read(DATASET, content, standin_data.territory(**changes), "insee_bpe:bpe@0")


def told(reading: Reading, code: str, part: str) -> tuple[float, str]:
    frame = reading.frame
    [row] = frame[(frame["code"] == code) & (frame["category"] == part)].itertuples()
    return float(row.value), str(row.status)


def test_every_type_has_a_part_and_a_kind_that_exist() -> None:
    parts = set(variables()[bpe_counts.VARIABLE].categories)
    assert {part for one in types() for part in one.parts} | {FIXED_PART} == parts
    assert {one.kind for one in types()} <= {"", *declared.kinds()}
    assert not [code for code in facilities() if code.startswith("D2")]
    assert len(facilities()) == sum(len(one.codes) for one in types()), "a code names one type"


@pytest.mark.parametrize("kind", ["parquet", "zip"])
def test_both_files_give_the_same(site: StandIn, kind: str) -> None:
    if kind == "zip":
        del site.site[f"{FOLDER}/BPE25.parquet"]
    found = fetch()
    assert found.address.endswith(f"BPE25.{kind}")
    extract = Extract.from_bytes(json.loads(found.content)["extract"].encode(), "bpe")
    assert extract.origin.edition == "2025"
    assert extract.origin.lines == len(standin_bpe.lines())
    frame = fetched().frame
    assert set(frame["period"]) == {2025}
    assert told(fetched(), COMMUNE, "eaje") == (2, "diffuse")
    assert told(fetched(), EPCI, "centre_social") == (3, "diffuse")
    assert told(fetched(), FAR, "centre_social") == (0, "diffuse")


def test_nobody_s_name_and_no_other_line_is_kept(site: StandIn) -> None:
    content = fetch().content.decode()
    for word in ("DOCTEUR", "D265", "BOULANGERIE", "contact@", "Mme", "SECRET", "00000000000015"):
        assert word not in content
    assert standin_bpe.ELSEWHERE not in content
    assert "CAPACITE" not in content


def test_far_communes_give_their_type_alone(server: StandIn) -> None:
    standin_bpe.publish(server)
    apart = {"comparables": (PLACE.epci_members[2],), "epci_members": PLACE.epci_members[:2]}
    content = json.loads(fetch(**apart).content)["extract"]
    lines = Extract.from_bytes(content.encode(), "bpe").lines()
    far = [one for one in lines if one["DEPCOM"] == FAR]
    assert far
    assert {name for one in far for name, text in one.items() if text} <= set(bpe_file.TOLD)
    reading = insee_bpe.read(DATASET, fetch(**apart).content, standin_data.territory(**apart), "x")
    assert told(reading, FAR, "mairies") == (1, "diffuse")
    assert FAR not in {one.commune for one in reading.places}


def test_a_partial_diffusion_has_neither_name_nor_place(site: StandIn) -> None:
    [library] = [one for one in fetched().places if one.nature == "Bibliothèque"]
    blank = (library.name, library.address, library.siret, library.postcode, library.longitude)
    assert blank == ("", "", "", "", None)
    assert told(fetched(), "001000101", "bibliotheques") == (1, "diffuse")


def test_places_say_what_and_where(site: StandIn) -> None:
    places = {one.name: one for one in fetched().places}
    nursery = places["MICRO-CRÈCHE FICTIVE"]
    assert nursery.kind == "eaje"
    assert nursery.zones == {"iris": "001000101", "qpv_2024": "QN00001N", "qpv_2015": "QP000001"}
    assert nursery.observed == "2025-01-01"
    assert (nursery.longitude, nursery.latitude) == (1.25, 49.05)
    assert nursery.id == "insee_bpe:D502-00000000000012"
    assert places["LAEP FICTIF"].probable == ("iris",)
    assert places["LOISIRS FICTIFS"].zones == dict.fromkeys(("iris", "qpv_2024", "qpv_2015"), "")
    assert places["CENTRE SOCIAL DU BOURG FICTIF"].longitude is None, "a point of quality M"
    assert places["BUS FICTIF"].standing == OUTREACH
    assert places["BUS FICTIF"].zones == {}


def test_lines_at_one_point_are_several_services(site: StandIn) -> None:
    reading = fetched()
    social = [one for one in reading.places if one.name == "CENTRE SOCIAL FICTIF"]
    assert len({one.key for one in social}) == 2
    assert told(reading, COMMUNE, "centre_social") == (2, "diffuse")


def test_what_is_not_placed_makes_its_zones_lower_bounds(site: StandIn) -> None:
    reading = fetched()
    assert told(reading, COMMUNE, "alsh") == (2, "diffuse")
    assert told(reading, "001000101", "alsh") == (0, str(Status.MINIMUM))
    assert told(reading, "001000102", "alsh") == (1, str(Status.MINIMUM))
    assert told(reading, "QN00001N", "alsh") == (0, str(Status.MINIMUM))
    assert told(reading, "001000102", "laep") == (0, "diffuse"), "a true zero, says the BPE"
    assert any("1\u00a0lieu n'est pas situé" in note for note in reading.notes)


def test_a_qpv_on_two_communes_waits_for_the_lines_of_both() -> None:
    lost = line("D506", NEAR, QP2024="", QUALI_QP2024="3")
    reading = read([*HALLS, lost])
    assert told(reading, "QN00001N", "centre_social") == (0, str(Status.MINIMUM))
    assert told(reading, "QN00002M", "centre_social") == (0, "diffuse")


def test_a_zone_that_the_territory_does_not_know_is_no_zero_for_the_others() -> None:
    odd = line("D506", DCIRIS="001000999", QP2024="QN00009N", QUALI_QP2024="1")
    reading = read([*HALLS, odd])
    assert told(reading, "001000101", "centre_social") == (0, str(Status.MINIMUM))
    assert told(reading, "QN00002M", "centre_social") == (0, str(Status.MINIMUM))


def test_france_services_that_move_are_in_no_zone() -> None:
    kinds = [line("A128", TYPE=kind) for kind in ("LF", "MS", "ANT", "MO")]
    reading = read([*HALLS, *kinds])
    assert told(reading, COMMUNE, "france_services") == (3, "diffuse")
    assert told(reading, COMMUNE, "france_services_toutes") == (4, "diffuse")
    assert told(reading, "001000101", "france_services") == (3, "diffuse")
    frame = reading.frame
    assert set(frame.loc[frame["category"] == "france_services_toutes", "level"]) == {
        *("commune", "epci")
    }
    unknown = read([*HALLS, *kinds, line("A128", TYPE="ZZ")])
    assert told(unknown, COMMUNE, "france_services") == (3, str(Status.MINIMUM))
    assert told(unknown, COMMUNE, "france_services_toutes") == (5, "diffuse")


def test_a_type_that_the_country_lost_is_not_zero() -> None:
    country = {code: 1 for code in COUNTRY if code not in ("D506", "C302")}
    reading = read([*HALLS, line("C301")], country)
    assert not {"centre_social", "lycees"} & set(reading.frame["category"])
    assert any("D506" in note and "renumérotés" in note for note in reading.notes)


def test_a_former_code_is_the_same_type_and_a_later_one_is_awaited() -> None:
    assert "ecoles_maternelles" in parts_told({"C101"}, 2024)
    assert "laep" in parts_told({"D503"}, 2024)
    assert "laep" not in parts_told({"D503"}, 2023)


def test_a_commune_without_any_line_is_not_zero_nor_is_its_epci() -> None:
    reading = read(HALLS[:2])
    assert FAR not in set(reading.frame["code"])
    assert EPCI not in set(reading.frame["code"])
    assert any(FAR in note for note in reading.notes)


def test_only_the_newest_year_of_a_file_is_counted() -> None:
    old = [line("D502", AN="2024"), line("D502", AN="2024")]
    reading = read([*HALLS, line("D502"), *old])
    assert told(reading, COMMUNE, "eaje") == (1, "diffuse")
    assert sum(reading.rejected.values()) == 2
    with pytest.raises(SourceChanged, match="AN"):
        read([line("D502", AN="?")])


def test_arrondissements_are_told_for_the_whole_commune() -> None:
    whole = standin_data.zone(standin_data.Level.COMMUNE, "75056", "Essai")
    districts = tuple(
        standin_data.zone(standin_data.Level.IRIS, code, "Essai")
        for code in ("751010101", "751200101", "751040101")
    )
    lines = [
        line(code, place, DCIRIS=f"{place}0101", QUALI_IRIS="1")
        for code, place in (("D502", "75101"), ("D502", "75120"), ("A129", "75104"))
    ]
    reading = read(lines, commune=whole, neighbours=(), epci_members=(), iris=districts, qpv=())
    assert told(reading, "75056", "eaje") == (2, "diffuse")
    assert told(reading, "751010101", "eaje") == (1, "diffuse")
    assert {one.commune for one in reading.places} == {"75056"}


def test_the_newest_edition_of_the_page_is_taken(site: StandIn) -> None:
    newer = [{**one, "AN": "2026"} for one in standin_bpe.lines()]
    site.site[f"{FOLDER}/BPE26.parquet"] = Reply(200, standin_bpe.as_parquet(newer))
    both = f'<html><a href="{FOLDER}/BPE25.zip"><a href="{FOLDER}/BPE26.parquet"></html>'
    site.site[PAGE] = Reply(200, both.encode(), "text/html")
    assert set(fetched().frame["period"]) == {2026}


def test_known_names_serve_where_the_page_moved(site: StandIn) -> None:
    del site.site[PAGE]
    assert fetch().address.endswith("BPE25.parquet")
    for kind in ("parquet", "zip"):
        del site.site[f"{FOLDER}/BPE25.{kind}"]
    with pytest.raises(SourceChanged, match="ne donne plus la base"):
        fetch()


def test_an_older_edition_never_stands_in_for_one_that_failed(site: StandIn) -> None:
    standin_bpe.publish(site, [{**one, "AN": "2024"} for one in standin_bpe.lines()], "24")
    del site.site[PAGE]
    for kind in ("parquet", "zip"):
        site.site[f"{FOLDER}/BPE25.{kind}"] = Reply(200, b"<html>maintenance</html>", "text/html")
    with pytest.raises(SourceUnavailable, match="page web"):
        fetch()
    for kind in ("parquet", "zip"):
        del site.site[f"{FOLDER}/BPE25.{kind}"]
    assert fetch().address.endswith("BPE24.parquet")


def test_a_damaged_parquet_gives_way_to_the_zip(site: StandIn) -> None:
    whole = site.site[f"{FOLDER}/BPE25.parquet"].body
    for damaged in (whole[:-40], whole[:4], whole[:200] + bytes(300) + whole[500:]):
        site.site[f"{FOLDER}/BPE25.parquet"] = Reply(200, damaged)
        assert fetch().address.endswith("BPE25.zip")


def bad_zip(how: str) -> bytes:
    rows = standin_bpe.lines()
    whole = standin_bpe.as_zip(rows)
    if how == "cut":
        return whole[:-200]
    if how == "latin":
        return standin_bpe.as_zip(rows, "latin-1")
    if how == "gzip":
        return b"\x1f\x8b" + whole
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        if how == "short":
            archive.writestr("BPE.csv", standin_bpe.as_csv(rows)[:-150])
        elif how == "empty":
            archive.writestr("BPE.csv", b"")
        elif how == "header":
            text = io.StringIO()
            csv.DictWriter(text, rows[0], delimiter=";").writeheader()
            archive.writestr("BPE.csv", text.getvalue())
        else:
            archive.writestr("BPE.pdf", b"x")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("how", "error", "words"),
    [
        ("cut", SourceUnavailable, "abîmé ou incomplet"),
        ("latin", SourceChanged, "UTF-8"),
        ("gzip", SourceUnavailable, "ni un fichier parquet ni une archive"),
        ("short", SourceUnavailable, "abîmé ou incomplet"),
        ("empty", SourceChanged, "n'a plus les colonnes AN, DEPCOM"),
        ("header", SourceChanged, "aucune ligne"),
        ("pdf", SourceChanged, "fichier CSV"),
    ],
)
def test_bad_days_of_the_zip_are_told(
    site: StandIn, how: str, error: type[Exception], words: str
) -> None:
    del site.site[f"{FOLDER}/BPE25.parquet"]
    site.site[f"{FOLDER}/BPE25.zip"] = Reply(200, bad_zip(how), "application/zip")
    with pytest.raises(error, match=words):
        fetch()


def test_a_lost_column_is_named(site: StandIn) -> None:
    rows = [{key: text for key, text in one.items() if key != "DCIRIS"} for one in HALLS]
    standin_bpe.publish(site, rows)
    with pytest.raises(SourceChanged, match="n'a plus la colonne DCIRIS"):
        fetch()


def test_a_copy_that_no_longer_reads_says_so() -> None:
    for content in (b"{}", b"[]", b"{", b'{"types":{},"extract":"{}"}'):
        with pytest.raises(SourceChanged, match="Relancez la mise à jour"):
            insee_bpe.read(DATASET, content, PLACE, "x")


def test_keys_hold_from_one_edition_to_the_next() -> None:
    first = [line("D505", NOMRS="A", SIRET="1" * 14), line("D505", NOMRS="B", SIRET="2" * 14)]
    later = [{**one, "AN": "2026", "LONGITUDE": "1.26"} for one in reversed(first)]
    keys = [
        {one.name: one.key for one in read([*HALLS, *lines]).places if one.name}
        for lines in (first, [*later, *({**one, "AN": "2026"} for one in HALLS)])
    ]
    assert keys[0] == keys[1] == {"A": "D505-" + "1" * 14, "B": "D505-" + "2" * 14}


def test_points_are_degrees_or_nothing() -> None:
    odd = [("1,25", "49,05", "A"), ("x", "49", "B"), ("200", "49", "B"), ("1", "49", "_U")]
    points = [
        bpe_places._point({"LONGITUDE": x, "LATITUDE": y, "QUALITE_XY": quality})
        for x, y, quality in odd
    ]
    assert points == [(1.25, 49.05), (None, None), (None, None), (None, None)]


def test_a_file_of_several_levels_is_cited_without_one() -> None:
    source = registry.source("insee_bpe")
    title = source.citation(DATASET, "0" * 64, "2026-12-01", "1er janvier 2025").title
    assert title == "Base permanente des équipements, lieu par lieu (bpe)"
    taux = registry.source("caf_taux_couverture")
    told = taux.citation(taux.datasets[0], "0" * 64, "2026-12-01", "2023").title
    assert told.endswith("– france (txcouv_pe_nat)")
