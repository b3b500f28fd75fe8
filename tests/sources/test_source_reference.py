"""The connectors on real files, read in the folder that ``CTG_REFERENCE`` names."""

from pathlib import Path

import pandas as pd
import pytest

from ctg_data.sources import (
    bpe_file,
    caf_allocataires,
    caf_petite_enfance,
    caf_quartiers,
    insee_bpe,
)
from ctg_data.sources.bpe_types import facilities
from ctg_data.sources.caf_opendata import CODES, Layout, Measure
from ctg_data.sources.extract import Extract, Origin
from ctg_data.sources.registry import Dataset, sources
from ctg_data.territory import config as territory, embedded

PLACE = territory.open_territory()
PUBLISHED = (
    *("indfoy_ndur", "indnbp_ndur", "indfoy_rsa", "indfoy_ppa", "indfoy_ndural", "indfoy_af"),
    "indfoy_ndurpaje",
)


def dataset(name: str) -> Dataset:
    every = [one for source in sources().values() for one in source.datasets]
    return next(one for one in every if one.id == name)


def shortened(*names: str) -> Layout:
    """The layout of an extract that keeps a few of the columns."""
    measures = tuple(one for one in caf_allocataires.MEASURES if one.columns[0] in names)
    return Layout(measures, CODES[dataset("s_ben_com_f").level])


@pytest.mark.reels("opendata/caf_s_ben_com_f (communes, 2020-2024)")
def test_the_connector_reads_what_is_embedded(reference: Path) -> None:
    [path] = (reference / "opendata").glob("caf_s_ben_com_f_*.csv")
    name = dataset("s_ben_com_f")
    reading = caf_allocataires.read(name, path.read_bytes(), PLACE, "x", shortened(*PUBLISHED))
    assert not reading.rejected
    assert set(reading.frame["period"]) == set(range(2020, 2025))
    assert set(reading.frame["status"]) == {"arrondi"}
    ours, _ = embedded.embedded(PLACE)
    ours = ours[ours["source"] == "caf_s_ben_com_f"]
    same = ["variable", "code", "period", "category"]
    both = ours.merge(reading.frame, on=same, suffixes=("", "_read"))
    assert len(both) == len(ours) > 400
    assert (both["value"] == both["value_read"]).all()


@pytest.mark.reels("opendata/caf_s_ben_com_f (communes, 2020-2024)")
def test_members_of_the_intercommunality_add_up(reference: Path) -> None:
    [path] = (reference / "opendata").glob("caf_s_ben_com_f_*.csv")
    raw = pd.read_csv(path, sep=";", dtype={"numcomdo": str})
    name = dataset("s_ben_com_f")
    frame = caf_allocataires.read(
        name, path.read_bytes(), PLACE, "x", shortened("indfoy_rsa")
    ).frame
    known = {zone.code for zone in (*PLACE.epci_members, *PLACE.neighbours, PLACE.commune)}
    expected = raw[raw["numcomdo"].isin(known)].groupby("dtreffre")["indfoy_rsa"].sum()
    assert frame.groupby("period")["value"].sum().tolist() == expected.tolist()


@pytest.mark.reels("opendata/reponses_api/export_s_ben_com_f_bom.csv")
def test_a_real_export_with_its_mark_and_its_phantom(reference: Path) -> None:
    content = (reference / "opendata/reponses_api/export_s_ben_com_f_bom.csv").read_bytes()
    layout = shortened("indfoy_ndur", "indfoy_rsa")
    reading = caf_allocataires.read(dataset("s_ben_com_f"), content, PLACE, "x", layout)
    assert reading.rejected == {"code vide (lieu inconnu)": 1}
    assert set(reading.frame["code"]) == {PLACE.commune.code}


@pytest.mark.reels("opendata/reponses_api/records_s_ben_com_f (commune).json")
def test_a_real_answer_in_json(reference: Path) -> None:
    [path] = (reference / "opendata/reponses_api").glob("records_s_ben_com_f_*.json")
    layout = shortened(*PUBLISHED)
    frame = caf_allocataires.read(
        dataset("s_ben_com_f"), path.read_bytes(), PLACE, "x", layout
    ).frame
    assert set(frame["period"]) == {2023, 2024}
    households = frame[(frame["variable"] == "foyers_allocataires") & (frame["period"] == 2024)]
    assert households["value"].tolist() == [40_640]


@pytest.mark.reels("opendata/reponses_api/records_txcouv_pe_epci.json")
def test_a_real_rate_of_an_epci_and_its_blanks(reference: Path) -> None:
    [path] = (reference / "opendata/reponses_api").glob("records_txcouv_pe_epci_*.json")
    name = dataset("txcouv_pe_epci")
    frame = caf_petite_enfance.read(name, path.read_bytes(), PLACE, "x").frame
    found = dict(zip(frame["category"], frame["value"], strict=True))
    assert (found["total"], found["eaje"], found["prescolarisation"]) == (63.5, 24.1, 1.6)
    assert found["psu"] is pd.NA
    assert frame["status"].value_counts()["non_disponible"] == 3


@pytest.mark.reels("opendata/reponses_api/records_ndur_s_qf_400_qpv_f_SYNTHETIQUE.json")
def test_the_shape_of_the_qpv_set(reference: Path) -> None:
    [path] = (reference / "opendata/reponses_api").glob("records_ndur_s_qf_400_qpv_f_*.json")
    reading = caf_quartiers.read(dataset("ndur_s_qf_400_qpv_f"), path.read_bytes(), PLACE, "x")
    assert reading.frame.empty, "a quarter that this territory does not declare"
    assert reading.rejected == {"QPV que le territoire ne déclare pas": 3}


@pytest.mark.reels("opendata/caf_txcouv_pe_2023.csv")
def test_published_rates_go_through_unchanged(reference: Path) -> None:
    """The extract holds every level in one file: cut it again as the producer publishes it."""
    raw = pd.read_csv(reference / "opendata/caf_txcouv_pe_2023.csv", sep=";", dtype=str)
    ours, _ = embedded.embedded(PLACE)
    ours = ours[ours["variable"] == "taux_couverture"]
    for level, suffix in caf_petite_enfance.SUFFIXES.items():
        name = dataset(f"txcouv_pe_{suffix}")
        part = raw[raw["echelle"] == suffix]
        names = {one: f"{one}_{suffix}" for one in part.columns if one.startswith("txcouv")}
        kept = part.rename(columns=names | {"code": CODES.get(level, ("national",))[-1]})
        content = kept.to_csv(sep=";", index=False).encode()
        frame = caf_petite_enfance.read(name, content, PLACE, "x").frame
        assert len(frame) > 0
        both = ours[ours["level"] == level].merge(frame, on=["code", "period", "category"])
        assert len(both) == len(ours[ours["level"] == level])
        assert (both["value_x"] == both["value_y"]).all()


def test_measures_are_declared_once() -> None:
    every = caf_allocataires.MEASURES + caf_allocataires.DISABILITY
    assert len({one.variable for one in every}) == len(every)
    assert all(isinstance(one, Measure) for one in every)


@pytest.mark.reels("offre/bpe2019 (enseignement et action sociale)")
def test_real_lines_of_the_bpe_stand_in_the_iris_that_insee_says(reference: Path) -> None:
    real = pd.concat(
        pd.read_csv(path, sep=";", dtype=str)
        for name in ("action_sociale", "enseignement")
        for path in (reference / "offre").glob(f"bpe2019_{name}_*.csv")
    )
    lines = [
        {
            **{"AN": row.AN, "DEPCOM": row.DEPCOM, "TYPEQU": row.TYPEQU, "QUALITE_XY": "B"},
            **{"DCIRIS": f"{row.IRIS[:5]}_{row.IRIS[5:]}", "QUALI_IRIS": "1"},
            **{"LONGITUDE": row.lng, "LATITUDE": row.lat},
        }
        for row in real.itertuples()
    ]
    origin = Origin("http://exemple.invalid/BPE19.zip", "0", 1, "2019", len(lines))
    content = insee_bpe.kept(
        Extract.of(origin, bpe_file.COLUMNS, lines), dict.fromkeys(real["TYPEQU"], 1)
    )
    reading = insee_bpe.read(dataset("bpe"), content, PLACE, "x")
    frame = reading.frame
    commune = frame[frame["level"] == "commune"].set_index("category")["value"]
    for code, part in (("C101", "ecoles_maternelles"), ("C201", "colleges"), ("D703", "chrs")):
        assert commune[part] == int((real["TYPEQU"] == code).sum()) > 0
    zones = frame[(frame["level"] == "iris") & (frame["category"] == "ecoles_maternelles")]
    expected = real[real["TYPEQU"] == "C101"].groupby("IRIS").size()
    found = zones.set_index("code")["value"]
    assert len(zones) == len(PLACE.iris)
    assert found[found > 0].astype(int).to_dict() == expected.to_dict()
    assert "laep" not in set(frame["category"]), "no type of 2024 is a zero in 2019"
    read = sum(one in facilities() for one in real["TYPEQU"])
    assert len(reading.places) == read
    assert sum(reading.rejected.values()) == len(real) - read
