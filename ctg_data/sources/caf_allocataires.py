"""Allocataires and benefits: ``s_ben_com_f`` and ``s_ben_epci_f`` (rounded), ``_dep`` and ``_nat``.

Producer's page: https://data.caf.fr/explore/dataset/s_ben_com_f/ (Licence Ouverte 2.0).
``indfoy_`` counts households, ``indnbp_`` people covered, ``indben_`` beneficiaries.
"""

from typing import Any

from ctg_data.model import Level
from ctg_data.sources import caf_opendata as caf
from ctg_data.sources.base import Fetched, Reading, observations_of
from ctg_data.sources.caf_opendata import Layout, Measure
from ctg_data.sources.registry import Dataset
from ctg_data.territory.config import TerritoryConfig

MEASURES = (
    Measure(("indfoy_ndur",), "foyers_allocataires"),
    Measure(("indnbp_ndur",), "personnes_couvertes"),
    Measure(("indfoy_ndurpaje",), "foyers_paje"),
    Measure(("indfoy_cmg",), "foyers_cmg"),
    Measure(("indfoy_af",), "foyers_af"),
    Measure(("indfoy_ars",), "foyers_ars"),
    Measure(("indfoy_asf",), "foyers_asf"),
    Measure(("indfoy_ndural",), "foyers_aide_logement"),
    Measure(("indfoy_apl",), "foyers_apl"),
    Measure(("indfoy_rsa",), "foyers_rsa"),
    Measure(("indfoy_ppa",), "foyers_prime_activite"),
)
# Published from the EPCI upwards only.
DISABILITY = (
    Measure(("indfoy_aah",), "foyers_aah", required=False),
    Measure(("indben_aeeh",), "enfants_aeeh", required=False),
)


def layout(dataset: Dataset) -> Layout:
    """The columns of one of the four data sets."""
    wider = () if dataset.level is Level.COMMUNE else DISABILITY
    return Layout(MEASURES + wider, caf.CODES.get(dataset.level, ()))


def fetch(dataset: Dataset, territory: TerritoryConfig, clients: Any) -> Fetched:
    """Bring the lines of the territory."""
    return caf.fetch(dataset, layout(dataset), caf.places(dataset, territory), clients.explore)


def read(
    dataset: Dataset,
    content: bytes,
    territory: TerritoryConfig,
    citation: str,
    columns: Layout | None = None,
) -> Reading:
    """Turn the bytes of one data set into observations; ``columns`` reads a shortened extract."""
    shape = columns or layout(dataset)
    lines = caf.read_lines(dataset, content, shape)
    wanted = caf.wanted(lines, dataset, territory)
    keys = ["code", "period"]
    if dataset.level is Level.EPCI:
        caf.fullest(lines, keys)
    else:
        caf.once(lines, keys, dataset.id)
    rounded = dataset.id.endswith("_f")
    rows = caf.cells(lines, shape, dataset.level, rounded=rounded, wanted=wanted)
    return Reading(observations_of(rows, citation), lines.rejected, tuple(lines.notes))
