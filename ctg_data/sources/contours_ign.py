"""The IGN's layers, by WFS: QPV of 2015, IRIS, communes, intercommunalité, rivers.

Producer's page: https://geoservices.ign.fr (Licence Ouverte 2.0).  Only the zones of the territory
and those around it are asked for.  The layer of QPV bears a title that looks current; its codes
say it is the generation of 2015, repealed on 1 January 2024.
"""

from typing import Any

from shapely import total_bounds

from ctg_data.errors import SourceUnavailable
from ctg_data.model import Level
from ctg_data.sources import contours
from ctg_data.sources.base import Fetched, communes_of
from ctg_data.sources.contours import read
from ctg_data.sources.registry import Dataset
from ctg_data.sources.wfs import Box, Wfs
from ctg_data.territory.config import TerritoryConfig
from geo.outlines import cells, formats

__all__ = ["NAMES", "fetch", "near", "read"]

NAMES = {
    "qpv_2015": "AREAMANAGEMENT.QP.VECTOR:qp_decretmodif_2015_epsg3857_wm",
    "contours_iris": "STATISTICALUNITS.IRIS:contours_iris",
    "admin_communes": "ADMINEXPRESS-COG-CARTO.LATEST:commune",
    "admin_epci": "ADMINEXPRESS-COG-CARTO.LATEST:epci",
}
RIVERS = (r"surface_hydrographique", r"hydrograph", r"plan_d_eau")
MARGIN = 0.03  # degrees around a commune: what its map may show, and its neighbours' border


def fetch(dataset: Dataset, territory: TerritoryConfig, clients: Any) -> Fetched | None:
    """Bring one layer, for one territory."""
    wfs: Wfs = clients.wfs
    if dataset.id == "admin_epci" and not territory.epci.code:
        return None  # four islands are in no intercommunalité
    if dataset.id == contours.WATER:
        name = wfs.find(*RIVERS)
        return wfs.layer(name, box=box_of(wfs, territory.commune.code))
    return wfs.layer(NAMES[dataset.id], where=clauses(dataset.id, territory))


def clauses(dataset: str, territory: TerritoryConfig) -> list[str]:
    """Filters on one layer, with each name that its column has had."""
    if dataset == "qpv_2015":
        return [f"code_qp LIKE 'QP{territory.departement.code.zfill(3)}%'"]
    columns: tuple[str, ...] = ("code_insee", "insee_com")
    codes: tuple[str, ...] = communes_of(territory)
    if dataset == "contours_iris":
        # a layer older than a merger keeps the codes of before; three communes have arrondissements
        codes = tuple(sorted({territory.commune.code, *(one.code[:5] for one in territory.iris)}))
    elif dataset == "admin_epci":
        columns, codes = ("code_siren", "siren_epci", "code_epci"), (territory.epci.code,)
    return [f"{column} IN ({','.join(repr(one) for one in codes)})" for column in columns]


def box_of(wfs: Wfs, commune: str) -> Box:
    """The box of a commune, with a margin."""
    where = [f"{column} IN ('{commune}')" for column in ("code_insee", "insee_com")]
    raw = formats.read(wfs.layer(NAMES["admin_communes"], where=where).content, "communes")
    forms = [one.form for one in raw.features if one.form is not None]
    if not forms:
        raise SourceUnavailable(f"La commune {commune} n'est pas dans la couche de l'IGN.")
    west, south, east, north = map(float, total_bounds(forms))
    return (west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN)


def near(wfs: Wfs, commune: str) -> list[tuple[str, str, formats.Feature]]:
    """The commune and those that touch it: code, name, outline, whatever their département."""
    content = wfs.layer(NAMES["admin_communes"], box=box_of(wfs, commune)).content
    found = []
    for one in formats.read(content, "communes").features:
        code = cells.code_of(
            cells.value(one.properties, ("code_insee", "insee_com")), Level.COMMUNE
        )
        name = cells.value(one.properties, ("nom_officiel", "nom", "nom_com"))
        if code and one.form is not None:
            found.append((code, name, one))
    here = next((one.form for code, _, one in found if code == commune), None)
    if here is None:
        raise SourceUnavailable(f"La commune {commune} n'est pas dans la couche de l'IGN.")
    return sorted(
        (row for row in found if row[2].form is not None and row[2].form.distance(here) < 1e-4),
        key=lambda row: row[0],
    )
