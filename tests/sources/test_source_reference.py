"""The connectors on real files, read in the folder that ``CTG_REFERENCE`` names."""

from pathlib import Path

import pandas as pd
import pytest

from ctg_data.sources import caf_allocataires, caf_petite_enfance, caf_quartiers
from ctg_data.sources.caf_opendata import CODES, Layout, Measure
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
