"""Childcare: rates of cover ``txcouv_pe_*`` and places ``nbpla_pe_*``, current and historical.

Producer's page: https://data.caf.fr/explore/dataset/txcouv_pe_com/ (Licence Ouverte 2.0).
Rates are places per 100 children under 3, published to 0.1.  They may exceed 100 and their parts
need not add up: they are neither clamped nor computed again here or anywhere else.
"""

from typing import Any

from ctg_data.model import Level
from ctg_data.sources import caf_opendata as caf
from ctg_data.sources.base import Fetched, Reading, observations_of
from ctg_data.sources.caf_opendata import Layout, Measure
from ctg_data.sources.registry import Dataset
from ctg_data.territory.config import TerritoryConfig

SUFFIXES = {
    Level.FRANCE: "nat",
    Level.REGION: "reg",
    Level.DEPARTEMENT: "dep",
    Level.EPCI: "epci",
    Level.COMMUNE: "com",
}
# category: their column without prefix and suffix, present and former; whether it must be there
PARTS = {
    "eaje": (("eaje",), True),
    "assistants_maternels": (("am_ind", "am"), True),
    "garde_domicile": (("gad_ind", "gad"), True),
    "prescolarisation": (("prescol",), True),
    "psu": (("psu_col", "psu"), False),
    "hors_psu": (("hors_psu_col", "hors_psu"), False),
    "individuel": (("ind",), False),
}


def layout(dataset: Dataset) -> Layout:
    """The columns of one data set: their names carry the level."""
    suffix = SUFFIXES[dataset.level]
    rates = dataset.id.startswith("txcouv")
    prefix, variable = ("txcouv", "taux_couverture") if rates else ("pl", "places_petite_enfance")
    total = f"txcouv_{suffix}" if rates else f"tot_offre_{suffix}"
    measures = [Measure((total,), variable)]
    for category, (names, required) in PARTS.items():
        columns = tuple(f"{prefix}_{name}_{suffix}" for name in names)
        measures.append(Measure(columns, variable, category, required))
    codes = caf.CODES.get(dataset.level, ())
    return Layout(tuple(measures), codes[::-1])  # « numcom » here, « numcomdo » elsewhere


def fetch(dataset: Dataset, territory: TerritoryConfig, clients: Any) -> Fetched:
    """Bring the lines of the territory.  The national year is a date: no filter is put on it."""
    return caf.fetch(dataset, layout(dataset), caf.places(dataset, territory), clients.explore)


def read(dataset: Dataset, content: bytes, territory: TerritoryConfig, citation: str) -> Reading:
    """Turn the bytes of one data set into observations."""
    shape = layout(dataset)
    lines = caf.read_lines(dataset, content, shape)
    wanted = caf.wanted(lines, dataset, territory)
    caf.once(lines, ["code", "period"], dataset.id)
    rows = caf.cells(lines, shape, dataset.level, rounded=False, wanted=wanted)
    return Reading(observations_of(rows, citation), lines.rejected, tuple(lines.notes))
