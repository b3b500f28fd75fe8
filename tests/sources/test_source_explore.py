"""The Explore client against the stand-in: look up, ask, check, and tell each refusal apart."""

import json
from pathlib import Path

import pytest

from ctg_data.errors import SourceChanged, SourceUnavailable
from ctg_data.sources import explore as explore_module
from ctg_data.sources.explore import KEY, Explore, UnknownDataset, _check_complete, any_of
from ctg_data.sources.http import Answer, Http, base_address
from tests.standin import BROKEN, QUOTA, Reply, StandIn
from tests.standin_data import publish

ROWS = [
    {"dtreffre": "2024-12", "numcomdo": "00100", "indfoy_rsa": 5},
    {"dtreffre": "2024-12", "numcomdo": 'a"b\\c', "indfoy_rsa": None},
    {"dtreffre": "2023-12", "numcomdo": "00100", "indfoy_rsa": 10},
]


@pytest.fixture
def portal(server: StandIn) -> StandIn:
    publish(server, "s_ben_com_f", ROWS, dtreffre="date")
    return server


@pytest.fixture
def explore(portal: StandIn):
    with Http(pause=lambda seconds: None) as session:
        yield Explore(session, base_address("CAF"), key_name=KEY)


def test_schema(explore: Explore) -> None:
    schema = explore.schema("s_ben_com_f")
    assert schema.fields == {"dtreffre": "date", "numcomdo": "text", "indfoy_rsa": "int"}
    assert schema.modified.startswith("2026-01-16")


def test_export_keeps_order_and_bom(explore: Explore) -> None:
    got = explore.export(explore.schema("s_ben_com_f"), order_by="dtreffre,numcomdo")
    lines = got.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "dtreffre;numcomdo;indfoy_rsa"
    assert lines[1] == "2023-12;00100;10"
    assert got.content.startswith(b"\xef\xbb\xbf")


def test_a_clause_is_escaped(explore: Explore) -> None:
    got = explore.export(explore.schema("s_ben_com_f"), any_of("numcomdo", ('a"b\\c',)))
    assert len(got.content.splitlines()) == 2


def test_a_clause_of_the_wrong_type_is_told(explore: Explore) -> None:
    with pytest.raises(SourceChanged, match=r"a refusé la demande.*ODSQLError"):
        explore.export(explore.schema("s_ben_com_f"), "dtreffre=2024")


def test_types_of_the_catalogue_write_the_clause(portal: StandIn, explore: Explore) -> None:
    publish(portal, "x_dep", [{"annee": 2023, "numdep": 7, "v": 1}])
    schema = explore.schema("x_dep")
    got = explore.export(schema, any_of("numdep", ("07",), schema.fields["numdep"]))
    assert len(got.content.splitlines()) == 2


def test_the_whole_catalogue_is_read_once_by_pages(portal: StandIn, explore: Explore) -> None:
    for number in range(210):
        portal.put(f"jeu_{number}_com", {"a": "text"}, [])
    explore.schema("s_ben_com_f")
    explore.schema("jeu_200_com")
    offsets = [one.get("offset") for one in portal.asked if one.path.endswith("/catalog/datasets")]
    assert offsets == ["0", "100", "200"]


def test_half_a_catalogue_denies_nothing(
    portal: StandIn, explore: Explore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(210):
        portal.put(f"a_{number}_com", {"a": "text"}, [])
    portal.put("zz_com", {"a": "text"}, [])
    monkeypatch.setattr(explore_module, "PAGES", 1)
    assert explore.schema("zz_com").id == "zz_com"


@pytest.mark.parametrize("name", ["s_ben_com", "ndur_s_qf_500_com_f"])
def test_a_renamed_data_set_is_found(portal: StandIn, explore: Explore, name: str) -> None:
    del portal.datasets["s_ben_com_f"]
    publish(portal, name, ROWS)
    publish(portal, f"{name}-copy", ROWS)
    declared = {"s_ben_com": "s_ben_com_f"}.get(name, "ndur_s_qf_400_com_f")
    assert explore.schema(declared).id == name


def test_a_copy_alone_is_never_taken(portal: StandIn, explore: Explore) -> None:
    portal.datasets["s_ben_com_f-copy"] = portal.datasets.pop("s_ben_com_f")
    publish(portal, "autre_com", ROWS)
    with pytest.raises(UnknownDataset, match="n'est plus au catalogue"):
        explore.schema("s_ben_com_f")


def test_without_the_catalogue_the_declared_name_serves(portal: StandIn, explore: Explore) -> None:
    portal.plan("/catalog/datasets?", Reply(500), times=4)
    assert explore.schema("s_ben_com_f").id == "s_ben_com_f"


@pytest.mark.parametrize("status", [404, 400])
def test_an_unknown_data_set_either_way(portal: StandIn, explore: Explore, status: int) -> None:
    told = {"message": "Unknown dataset: s_ben_com_f", "error_code": "UnknownDatasetError"}
    portal.plan("/catalog/datasets/s_ben_com_f", Reply.json(told, status))
    with pytest.raises(UnknownDataset, match="ne connaît plus le jeu « s_ben_com_f »"):
        explore.schema("s_ben_com_f")


@pytest.mark.parametrize(
    ("reply", "fault", "words"),
    [
        (Reply(200, BROKEN, "text/csv"), SourceUnavailable, "interrompu avant la fin"),
        (Reply(200, b"dtreffre;x\n2024;" + BROKEN, "text/csv"), SourceUnavailable, "interrompu"),
        (Reply(200, b"dtreffre;numcomdo\n", "text/csv"), SourceUnavailable, "0.ligne pour 3"),
        (Reply(200, b"<html>", "text/html"), SourceUnavailable, "page web"),
        (Reply(200, b"\n <!doctype html>", "text/csv"), SourceUnavailable, "page web"),
        (Reply(404, b"<html>Portail", "text/html"), SourceUnavailable, "page web"),
        (Reply(200, b"", "text/csv"), SourceUnavailable, "incomplet"),
        (Reply(401, b"", "text/plain"), SourceUnavailable, "refuse l'accès"),
        (Reply.json(QUOTA, 429), SourceUnavailable, "nombre d'appels"),
        (
            Reply.json({"error_code": "InvalidRESTParameterError", "message": "limit"}, 400),
            SourceChanged,
            "InvalidRESTParameterError : limit",
        ),
        (
            Reply.json({"error_code": "ODSQLError", "message": "malformed"}),
            SourceChanged,
            "ODSQLError",
        ),
    ],
)
def test_what_may_come_instead_of_an_export(
    portal: StandIn, explore: Explore, reply: Reply, fault: type[Exception], words: str
) -> None:
    schema = explore.schema("s_ben_com_f")
    portal.plan("/exports/csv", reply)
    with pytest.raises(fault, match=words):
        explore.export(schema)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(200, b'{"dataset_id": "s_b'), "s'est interrompu"),
        (Reply(200, b"[]"), "ne répond plus comme prévu"),
        (Reply.json({"dataset_id": "s_ben_com_f"}), "ne décrit plus les colonnes"),
    ],
)
def test_a_catalogue_that_changed(
    portal: StandIn, explore: Explore, reply: Reply, words: str
) -> None:
    portal.plan("/catalog/datasets/s_ben_com_f", reply)
    with pytest.raises((SourceChanged, SourceUnavailable), match=words):
        explore.schema("s_ben_com_f")


def test_the_key_goes_with_each_request(
    portal: StandIn, explore: Explore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY, "CLE")
    got = explore.export(explore.schema("s_ben_com_f"))
    assert {one.get("apikey") for one in portal.asked} == {"CLE"}
    assert "CLE" not in got.address


def test_the_key_of_a_portal_goes_to_no_other(
    portal: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY, "CLE")
    with Http(pause=lambda seconds: None) as session:
        other = Explore(session, base_address("CAF"))
        other.export(other.schema("s_ben_com_f"))
        portal.plan("/catalog/datasets/s_ben_com_f", Reply(403))
        with pytest.raises(SourceUnavailable, match="Ce jeu n'est plus public") as refusal:
            other.schema("s_ben_com_f")
    assert KEY not in str(refusal.value)
    assert portal.asked
    assert not any("CLE" in value for one in portal.asked for _, value in one.params)


@pytest.mark.reels("opendata/opendatasoft-explore-api-v2.1.openapi.json")
def test_every_parameter_sent_is_in_the_specification(
    portal: StandIn, explore: Explore, reference: Path
) -> None:
    path = reference / "opendata" / "opendatasoft-explore-api-v2.1.openapi.json"
    spec = json.loads(path.read_text(encoding="utf-8"))
    schema = explore.schema("s_ben_com_f")
    explore.export(schema, any_of("numcomdo", ("00100",)), "dtreffre")
    known = {
        one["$ref"].split("/")[-1]: spec["components"]["parameters"][one["$ref"].split("/")[-1]]
        for told in spec["paths"].values()
        for one in told["get"].get("parameters", [])
        if "$ref" in one
    }
    for asked in portal.asked:
        template = _template(asked.path)
        declared = set()
        for one in spec["paths"][template]["get"]["parameters"]:
            one = known[one["$ref"].split("/")[-1]] if "$ref" in one else one
            declared.add(one["name"])
        if template.endswith("/csv"):  # the general page of exports holds the common ones
            general = spec["paths"][template.replace("/csv", "/{format}")]["get"]["parameters"]
            declared |= {
                known[one["$ref"].split("/")[-1]]["name"] for one in general if "$ref" in one
            }
        assert {name for name, _ in asked.params} <= declared, template


def _template(path: str) -> str:
    bare = path.removeprefix("/caf")
    return bare.replace("/datasets/s_ben_com_f", "/datasets/{dataset_id}")


@pytest.mark.reels(
    "opendata/reponses_api/error_400_limit.json",
    "opendata/reponses_api/error_400_odsql.json",
    "opendata/reponses_api/error_429_quota.json",
    "opendata/reponses_api/export_200_stream_interrupted.txt",
)
def test_real_refusals_are_read(portal: StandIn, explore: Explore, reference: Path) -> None:
    schema = explore.schema("s_ben_com_f")
    shapes = reference / "opendata" / "reponses_api"
    told = {
        "error_400_limit.json": (400, SourceChanged, "InvalidRESTParameterError"),
        "error_400_odsql.json": (400, SourceChanged, "ODSQLError"),
        "export_200_stream_interrupted.txt": (200, SourceUnavailable, "interrompu"),
        "error_429_quota.json": (429, SourceUnavailable, "nombre d'appels"),
    }
    for name, (status, fault, words) in told.items():
        portal.plan("/exports/csv", Reply(status, (shapes / name).read_bytes()))
        with pytest.raises(fault, match=words):
            explore.export(schema)


@pytest.mark.parametrize(("lines", "fine"), [(2, False), (3, True), (4, False)])
def test_a_data_set_has_exactly_the_lines_announced(lines: int, fine: bool) -> None:
    text = "a;b\n" + "1;2\n" * lines
    answer = Answer(200, text.encode(), "text/csv", "http://127.0.0.1/x")
    if fine:
        _check_complete(answer, "jeu", 3)
    else:
        with pytest.raises(SourceUnavailable, match="incomplet"):
            _check_complete(answer, "jeu", 3)
