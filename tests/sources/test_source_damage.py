"""Answers damaged at random: a reader gives figures or French words, never a Python error."""

import copy
import csv
import io
import json
import random
from typing import Any

import pytest

from ctg_data.errors import UserError
from ctg_data.sources import contours_ign, registry
from ctg_data.sources.http import ADDRESSES, Http
from ctg_data.sources.readers import READERS
from ctg_data.update.run import Clients
from tests import standin_data, zone_files
from tests.standin import StandIn

PLACE = standin_data.territory()
ODD: list[Any] = [
    *("", None, -1, 1e308, True, [], {}, [1], {"a": 1}, "XX", "99", "é;\n", "2024-12", "0" * 40),
    "2024-12-31T23:00:00Z",
]
CASES = [
    (source.id, dataset.id) for source in registry.sources().values() for dataset in source.datasets
]


def is_national(source: registry.Source) -> bool:
    """Whether a part of a national file is kept of it: a list of places, a table of Insee's."""
    return source.address == "INSEE_SITE" or any(one.places for one in source.datasets)


@pytest.fixture(scope="module")
def published() -> StandIn:
    standin = StandIn()
    standin_data.fill(standin)
    standin._server.server_close()
    return standin


@pytest.fixture(scope="module")
def extracts() -> dict[str, bytes]:
    """What is kept of each national file, by data set."""
    lists = [one for one in registry.sources().values() if is_national(one)]
    with StandIn() as standin, pytest.MonkeyPatch.context() as patch, Http() as session:
        standin_data.fill(standin)
        for name in (*ADDRESSES, "PORTAIL"):
            patch.setenv(f"CTG_URL_{name}", f"{standin.address}/{name.lower()}")
        clients = Clients(session, None, None, "")
        got = {
            dataset.id: READERS[one.reader].fetch(dataset, PLACE, clients)
            for one in lists
            for dataset in one.datasets
        }
    return {name: one.content for name, one in got.items()}


def layers(published: StandIn) -> dict[str, Any]:
    """Lists and outlines, by data set."""
    drawn = {name: published.layers[layer] for name, layer in contours_ign.NAMES.items()}
    drawn |= {"qpv_2024": zone_files.qpv_2024()}
    drawn |= {"cours_d_eau": published.layers["BDTOPO_V3:surface_hydrographique"]}
    told = {name: {"crs": zone_files.CRS84, "features": one} for name, one in drawn.items()}
    return told | {"epci_communes": published.communes, "commune_contours": published.outlines}


def as_json(told: Any, chance: random.Random) -> bytes:
    """Change or remove a few nodes anywhere in a document."""
    told = copy.deepcopy(told)
    for _ in range(chance.randint(1, 3)):
        node, last = told, None
        while isinstance(node, (dict, list)) and node and (last is None or chance.random() < 0.8):
            key = chance.choice(list(node) if isinstance(node, dict) else range(len(node)))
            last, node = (node, key), node[key]
        if last is not None and chance.random() < 0.3:
            del last[0][last[1]]
        elif last is not None:
            last[0][last[1]] = copy.deepcopy(chance.choice(ODD))
    return json.dumps(told).encode()


def as_csv(names: list[str], rows: list[dict], chance: random.Random) -> bytes:
    """Change a few cells, repeat or drop a line or a column."""
    lines = [names, *([row[name] for name in names] for row in rows)]
    for _ in range(chance.randint(1, 4)):
        line, kind = chance.choice(lines), chance.random()
        if kind < 0.6:
            line[chance.randrange(len(line))] = chance.choice(ODD)
        elif kind < 0.8:
            lines.append(list(line))
        elif len(lines[0]) > 2:
            column = chance.randrange(len(lines[0]))
            lines = [one[:column] + one[column + 1 :] for one in lines]
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(lines)
    return text.getvalue().encode()


def as_bytes(content: bytes, chance: random.Random) -> bytes:
    """Cut, or change bytes without regard for what they mean."""
    damaged = bytearray(content[: chance.randrange(1, len(content))])
    for _ in range(chance.randint(0, 5)):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    return bytes(damaged)


@pytest.mark.parametrize(("source", "dataset"), CASES)
def test_damage_gives_figures_or_french(
    published: StandIn, extracts: dict[str, bytes], source: str, dataset: str
) -> None:
    one = registry.source(source)
    name = next(known for known in one.datasets if known.id == dataset)
    chance = random.Random(f"{source}:{dataset}")
    refused = 0
    for _ in range(30 if one.reader.startswith("contours") else 10):
        if one.address == "CAF":
            data = published.datasets[dataset]
            whole = as_csv(list(data.fields), data.rows, chance)
            contents = [whole, as_json({"results": data.rows}, chance), as_bytes(whole, chance)]
        elif is_national(one):
            whole = as_json(json.loads(extracts[dataset]), chance)
            contents = [whole, as_bytes(whole, chance)]
        else:
            told = layers(published).get(dataset) or {
                "observations": published.observations[dataset][:60]
            }
            whole = as_json(told, chance)
            contents = [whole, as_bytes(whole, chance)]
        for content in contents:
            try:
                reading = READERS[one.reader].read(name, content, PLACE, "x:y@z")
            except UserError:
                refused += 1
            else:
                assert not reading.frame.duplicated(
                    ["variable", "level", "code", "period", "category", "vintage"]
                ).any()
    assert refused, "the damage is real"
