"""Commune lists and outlines: bytes kept, and refused when they are not what they should be."""

import dataclasses
import json

import pytest

from ctg_data.errors import SourceChanged, SourceUnavailable
from ctg_data.sources import geo_api, registry
from ctg_data.sources.http import Http
from ctg_data.update.run import Clients
from tests import standin_data
from tests.standin import Reply, StandIn
from tests.standin_data import COMMUNE, EPCI, square

PLACE = standin_data.territory()
LIST, OUTLINES = registry.source("geo_communes").datasets


@pytest.fixture
def clients(server: StandIn):
    standin_data.fill(server)
    with Http(pause=lambda seconds: None) as session:
        yield Clients(session, None, None, f"{server.address}/geo")


def test_list_and_outlines_come_and_are_counted(server: StandIn, clients: Clients) -> None:
    for dataset in (LIST, OUTLINES):
        got = geo_api.fetch(dataset, PLACE, clients)
        reading = geo_api.read(dataset, got.content, PLACE, "x")
        assert (reading.count, len(reading.frame), reading.notes) == (3, 0, ())
    assert server.asked[1].path.endswith("/departements/00/communes")
    assert server.asked[1].get("geometry") == "contour"


def test_communes_are_read(clients: Clients) -> None:
    got = geo_api.communes(geo_api.fetch(LIST, PLACE, clients).content)
    assert got[0] == geo_api.Commune(COMMUNE, f"Essai {COMMUNE}", EPCI, 1000)


def test_outlines_by_code(clients: Clients) -> None:
    got = geo_api.outlines(geo_api.fetch(OUTLINES, PLACE, clients).content)
    assert got[COMMUNE] == square(1, 49.0)


def test_other_members_than_declared_are_told(clients: Clients) -> None:
    place = dataclasses.replace(PLACE, epci_members=PLACE.epci_members[:2])
    reading = geo_api.read(LIST, geo_api.fetch(LIST, place, clients).content, place, "x")
    assert reading.notes[0].endswith("(00102).")


@pytest.mark.parametrize(
    ("reply", "fault", "words"),
    [
        (Reply(404, b"{}"), SourceChanged, "ne connaît pas ce territoire"),
        (Reply(400, b"{}"), SourceUnavailable, "réponse 400"),
        (Reply(200, b"<html>"), SourceUnavailable, "pas donné de liste"),
    ],
)
def test_refusals(
    server: StandIn, clients: Clients, reply: Reply, fault: type[Exception], words: str
) -> None:
    server.plan("/geo/", reply)
    with pytest.raises(fault, match=words):
        geo_api.fetch(LIST, PLACE, clients)


@pytest.mark.parametrize(
    "told", [[], {}, [{"code": "00100"}], [{"nom": "X"}], [{"code": "XX", "nom": "X"}]]
)
def test_a_list_that_changed(told: object) -> None:
    with pytest.raises(SourceChanged, match="ne donne plus"):
        geo_api.communes(json.dumps(told).encode())


def feature(geometry: object, code: str = COMMUNE) -> bytes:
    one = {"type": "Feature", "properties": {"code": code}, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [one]}).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"{}",
        feature(None),
        feature({"type": "Point", "coordinates": [1, 49]}),
        feature(square(49.0, 1.0)),  # latitude first
        feature(square(557_074.0, 6_925_926.0)),  # metres
        feature({"type": "Polygon", "coordinates": []}),
        feature(square(1, 49), code="99"),
    ],
)
def test_outlines_that_changed(content: bytes) -> None:
    with pytest.raises(SourceChanged, match="ne donne plus"):
        geo_api.outlines(content)


def test_outlines_overseas() -> None:
    assert geo_api.outlines(feature(square(55.4, -21.0), "97411"))


def test_a_cut_answer() -> None:
    with pytest.raises(SourceUnavailable, match="s'interrompt"):
        geo_api.communes(b'[{"code"')
