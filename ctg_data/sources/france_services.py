"""France services: where they stand and when they are open, from the national list.

Producer's page: https://www.data.gouv.fr/fr/datasets/liste-des-structures-france-services/ (ANCT,
Licence Ouverte).  What stands is told apart from what moves; e-mails and comments never enter.
"""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ctg_data import fr
from ctg_data.sources import datagouv, opening_hours, place_cells, streams
from ctg_data.sources.base import Fetched, Reading
from ctg_data.sources.extract import MEDIA_TYPE, Extract, Origin
from ctg_data.sources.http import base_address
from ctg_data.sources.places import FIXED, OUTREACH, PublishedPlace, public_text
from ctg_data.sources.registry import Dataset
from ctg_data.territory.config import TerritoryConfig

RESOURCE = "31576dff-fd61-4de9-819f-32c2f880b142"
HOURS = tuple(f"h_{day}" for day in opening_hours.DAYS[:6])
WANTED = (
    *(("id_fs",), ("lib_fs",), ("adresse",), ("complement_adresse",), ("code_postal",)),
    *(("insee_com",), ("telephone",), ("format_fs",)),
    *((one,) for one in HOURS),
)
OPTIONAL = (("longitude",), ("latitude",))  # the list of 2026 comes without
FREE = ("lib_fs", "adresse", "complement_adresse")  # texts that may name a person
COLUMNS = tuple(names[0] for names in (*WANTED, *OPTIONAL))
# « format_fs », as it is compared: what it is called, and whether it stands
FORMATS = {
    "fixe": ("France services", FIXED),
    "multisites": ("France services sur plusieurs sites", FIXED),
    "antenne": ("Antenne France services", FIXED),
    "itinerante": ("France services itinérant", OUTREACH),
    "mobile": ("France services itinérant", OUTREACH),
    "bus": ("Bus France services", OUTREACH),
    "busequivalent": ("Bus France services ou équivalent", OUTREACH),
}


def fetch(dataset: Dataset, territory: TerritoryConfig, clients: Any) -> Fetched | None:
    """Bring the national list; keep the lines of the territory."""
    here = datagouv.communes_told(territory)
    address = f"{base_address('DATAGOUV')}/datasets/r/{RESOURCE}"
    with TemporaryDirectory() as folder:
        saved = datagouv.save(clients.http, address, Path(folder), dataset.id)
        kept, count = [], 0
        for line in streams.table(saved.path, dataset.id, WANTED, OPTIONAL):
            count += 1
            if place_cells.insee(line["insee_com"]) in here:
                kept.append(place_cells.without_persons(line, FREE))
    if not count:
        raise streams.nothing_in(dataset.id)
    edition = datagouv.day_in(saved.landed) or datetime.now(UTC).date().isoformat()
    origin = Origin(saved.address, saved.sha256, saved.size, edition, count)
    content = Extract.of(origin, COLUMNS, kept).to_bytes()
    return Fetched(saved.address, content, MEDIA_TYPE, edition)


def read(dataset: Dataset, content: bytes, territory: TerritoryConfig, citation: str) -> Reading:
    """The places of the territory; a format that nobody knows is told, and its line left aside.

    Raises:
        SourceChanged: no line has a format that is known.
    """
    extract = Extract.from_bytes(content, dataset.id)
    here = datagouv.communes_told(territory)
    every = place_cells.lines(extract, COLUMNS, dataset.id)
    ours = [line for line in every if place_cells.insee(line["insee_com"]) in here]
    what = ("format", dataset.id)
    kept, rejected = place_cells.of_known_kind(
        ours, "format_fs", lambda one: _plain(one) in FORMATS, what
    )
    places = [_place(line, here, extract.origin.edition, citation) for line in kept]
    return place_cells.reading(dataset, places, citation, rejected, extract)


def _plain(text: str) -> str:
    return "".join(one for one in fr.bare(text) if one.isalpha())


def _place(
    line: dict[str, str], here: dict[str, str], edition: str, citation: str
) -> PublishedPlace:
    nature, standing = FORMATS[_plain(line["format_fs"])]
    longitude, latitude = place_cells.point(line["longitude"], line["latitude"])
    if standing == OUTREACH:
        longitude = latitude = None  # where it is parked is not where it serves
    days = dict(zip(opening_hours.DAYS, (line[one] for one in HOURS), strict=False))
    return PublishedPlace(
        key=line["id_fs"],
        source="france_services",
        citation=citation,
        kind="france_services",
        nature=nature,
        commune=here[place_cells.insee(line["insee_com"])],
        observed=edition,
        name=public_text(line["lib_fs"]),
        address=place_cells.address((line["adresse"], line["complement_adresse"])),
        postcode=place_cells.postcode(line["code_postal"]),
        longitude=longitude,
        latitude=latitude,
        standing=standing,
        hours=opening_hours.by_day(days),
        telephone=place_cells.telephone(line["telephone"]),
    )
