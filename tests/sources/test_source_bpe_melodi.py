"""The BPE counted by Melodi: types alone, added by part, of the newest edition."""

import json
from types import SimpleNamespace

import pandas as pd
import pytest

from ctg_data.errors import SourceChanged
from ctg_data.sources import insee_bpe_melodi, registry
from ctg_data.sources.base import Reading
from ctg_data.sources.bpe_types import FIXED_PART
from ctg_data.sources.http import Http, base_address
from ctg_data.sources.melodi import Melodi
from tests import standin_bpe, standin_data
from tests.standin import Row, StandIn
from tests.standin_bpe import counted
from tests.standin_data import COMMUNE, DEPARTEMENT

PLACE = standin_data.territory()
DATASET = registry.source("insee_bpe_melodi").datasets[0]
HERE, FRANCE = f"2026-DEP-{DEPARTEMENT}", "2026-FRANCE-F"


def read(observations: list[Row]) -> Reading:
    content = json.dumps({"observations": observations, "paging": {}}).encode()
    return insee_bpe_melodi.read(DATASET, content, PLACE, "insee_bpe_melodi:DS_BPE@0")


def part(reading: Reading, name: str, level: str = "departement") -> tuple[float | None, str]:
    frame = reading.frame
    [row] = frame[(frame["category"] == name) & (frame["level"] == level)].itertuples()
    return None if pd.isna(row.value) else float(row.value), str(row.status)


def test_types_of_one_part_are_added_and_sums_are_left() -> None:
    reading = read(standin_bpe.observations())
    frame = reading.frame
    assert set(frame["level"]) == {"departement", "region", "france"}
    assert set(frame["period"]) == {2025}
    assert set(frame["variable"]) == {"equipements"}
    assert part(reading, "centre_social") == (7, "diffuse")
    assert part(reading, "point_acces") == (4 * 7, "diffuse")
    assert part(reading, "lycees", "france") == (3 * 700, "diffuse")
    assert reading.rejected["détail que le tableau de bord n'emploie pas"] == 3
    assert FIXED_PART not in set(frame["category"]), "Melodi does not tell those that move"
    assert reading.notes == ()


def test_a_type_published_elsewhere_is_zero_here_one_published_nowhere_is_not() -> None:
    rows = [counted(FRANCE, "D506", 2_500), counted(FRANCE, "D505", 9), counted(HERE, "D505", 3)]
    reading = read(rows)
    assert part(reading, "centre_social") == (0, "diffuse")
    assert part(reading, "alsh") == (3, "diffuse")
    assert "laep" not in set(reading.frame["category"])
    assert any("région" in note for note in reading.notes), "what did not come is told"


def test_a_secret_type_makes_its_part_a_secret() -> None:
    rows = [counted(HERE, code, 4) for code in ("A124", "A125", "A126")]
    rows.append(counted(HERE, "A130", None))
    rows[-1]["attributes"]["CONF_STATUS"] = "C"
    assert part(read(rows), "point_acces") == (None, "secret_cellule")


def test_another_measure_and_a_commune_are_left_aside() -> None:
    other = counted(HERE, "D506", 4, BPE_MEASURE="SURFACE")
    near = counted(f"2026-COM-{COMMUNE}", "D506", 1)
    reading = read([other, counted(HERE, "D506", 5)])
    assert part(reading, "centre_social") == (5, "diffuse")
    assert read([near]).frame.empty, "the detail file tells the commune"


def test_a_lost_dimension_is_named() -> None:
    row = counted(HERE, "D506", 4)
    del row["dimensions"]["FACILITY_TYPE"]
    with pytest.raises(SourceChanged, match="n'a plus la dimension « FACILITY_TYPE »"):
        read([row])


def test_wider_places_alone_are_asked_for(server: StandIn) -> None:
    standin_bpe.fill(server)
    with Http(pause=lambda seconds: None) as http:
        melodi = Melodi(http, base_address("INSEE"), pause=lambda s: None, clock=lambda: 0.0)
        found = insee_bpe_melodi.fetch(DATASET, PLACE, SimpleNamespace(melodi=melodi))
    asked = [dict(one.params)["GEO"] for one in server.asked]
    assert asked == [f"DEP-{DEPARTEMENT}", f"REG-{standin_data.REGION}", "FRANCE-F"]
    assert all(("FACILITY_TYPE", "A127") not in one.params for one in server.asked)
    assert part(insee_bpe_melodi.read(DATASET, found.content, PLACE, "x:y@z"), "alsh")[0] == 7
