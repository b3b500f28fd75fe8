"""Where a CAF receives the public: agencies, branches, sessions and relays.

Producer's page: https://www.data.gouv.fr/fr/datasets/organisation-des-sites/ (Cnaf, Licence
Ouverte).  A site is of a commune: the list gives neither its street nor its point.
"""

import re
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ctg_data import fr
from ctg_data.errors import SourceChanged
from ctg_data.sources import datagouv, place_cells, streams
from ctg_data.sources.base import Fetched, Reading
from ctg_data.sources.datagouv import Resource
from ctg_data.sources.extract import MEDIA_TYPE, Extract, Origin
from ctg_data.sources.http import Saved
from ctg_data.sources.places import PublishedPlace, public_text
from ctg_data.sources.registry import Dataset
from ctg_data.territory.config import TerritoryConfig

SLUG = "organisation-des-sites"
WANTED = (
    *(("numcomsi",), ("libsite",), ("straccue",), ("typouvsi",)),
    *(("topaccpf",), ("topaccas",), ("topaccph",)),
)
COLUMNS = tuple(names[0] for names in WANTED)
# « straccue », as it is compared, and what it is called; a head office is not a point of reception
SEAT = "siege"
SITES = {
    SEAT: "Siège de la Caf",
    "agence": "Agence de la Caf",
    "antenne": "Antenne de la Caf",
    "permanence": "Permanence de la Caf",
    "relais": "Relais de la Caf",
}
SERVICES = {"topaccpf": "prestations légales", "topaccas": "action sociale"}


def fetch(dataset: Dataset, territory: TerritoryConfig, clients: Any) -> Fetched | None:
    """Bring the newest list; keep the sites of the territory."""
    found = datagouv.resources(clients.http, SLUG)
    files = datagouv.newest(found, "", ("csv",))
    if not files:
        formats = ", ".join(sorted({one.format for one in found if one.format})) or "aucun fichier"
        raise SourceChanged(
            f"Le jeu « {SLUG} » n'a plus de fichier CSV (trouvé : {formats}). Rien n'en a été "
            "repris. Signalez-le à qui maintient l'application."
        )
    here = datagouv.communes_told(territory)
    newest: Resource = files[0]
    with TemporaryDirectory() as folder:
        saved = datagouv.save(clients.http, newest.address, Path(folder), dataset.id)
        kept, count = _sites(saved, dataset.id, here)
    edition = newest.day or datetime.now(UTC).date().isoformat()
    origin = Origin(saved.address, saved.sha256, saved.size, edition, count)
    content = Extract.of(origin, COLUMNS, kept).to_bytes()
    return Fetched(saved.address, content, MEDIA_TYPE, edition)


def _sites(saved: Saved, name: str, here: dict[str, str]) -> tuple[list[dict[str, str]], int]:
    kept, count = [], 0
    for line in streams.table(saved.path, name, WANTED):
        count += 1
        if place_cells.insee(line["numcomsi"]) in here:
            kept.append(place_cells.without_persons(line, ["libsite"]))
    if not count:
        raise streams.nothing_in(name)
    return kept, count


def read(dataset: Dataset, content: bytes, territory: TerritoryConfig, citation: str) -> Reading:
    """The sites of the territory; a type that nobody knows is told, and its line left aside.

    Raises:
        SourceChanged: no line has a type that is known.
    """
    extract = Extract.from_bytes(content, dataset.id)
    here = datagouv.communes_told(territory)
    every = place_cells.lines(extract, COLUMNS, dataset.id)
    ours = [line for line in every if place_cells.insee(line["numcomsi"]) in here]
    what = ("type d'accueil", dataset.id)
    kept, rejected = place_cells.of_known_kind(
        ours, "straccue", lambda one: _form(one) in SITES, what
    )
    places = [_place(line, here, extract.origin.edition, citation) for line in kept]
    return place_cells.reading(dataset, places, citation, rejected, extract)


def _form(text: str) -> str:
    return fr.bare(text).strip()


def _place(
    line: dict[str, str], here: dict[str, str], edition: str, citation: str
) -> PublishedPlace:
    form, code = _form(line["straccue"]), place_cells.insee(line["numcomsi"])
    shut = _is(line["topaccph"], "0")
    offered = [word for column, word in SERVICES.items() if _is(line[column], "1")]
    said = [*(["sans accueil physique"] if shut else []), *offered]
    name = public_text(line["libsite"])
    return PublishedPlace(
        key=f"{code}-{re.sub(r'[^a-z0-9]+', '-', fr.bare(name)).strip('-')}",
        source="caf_sites",
        citation=citation,
        kind="" if form == SEAT or shut else "point_acces",
        nature=SITES[form] + (f" ({fr.listed(said)})" if said else ""),
        commune=here[code],
        observed=edition,
        name=name,
        hours=public_text(line["typouvsi"]),
    )


def _is(text: str, wanted: str) -> bool:
    return re.sub(r"\.0$", "", text.strip()) == wanted
