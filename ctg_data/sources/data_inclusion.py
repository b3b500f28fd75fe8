"""data·inclusion: who helps whom, where, from the national weekly lists.

Producer's page: https://www.data.gouv.fr/fr/datasets/referentiel-de-loffre-dinsertion-sociale-et-
professionnelle-data-inclusion/ (GIP Inclusion).  Two lists, structures and services, some hundred
and two hundred megabytes: they are read from the disk, record by record.  A service says what its
structure does and for whom; it is a place of its own only where its structure does not stand.
Descriptions and e-mails never enter.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ctg_data import fr
from ctg_data.errors import SourceChanged, SourceUnavailable
from ctg_data.sources import datagouv, inclusion_words as words, opening_hours, place_cells, streams
from ctg_data.sources.base import Fetched, Reading
from ctg_data.sources.datagouv import Resource
from ctg_data.sources.extract import MEDIA_TYPE, Extract, Origin
from ctg_data.sources.http import Http
from ctg_data.sources.places import PublishedPlace, public_text
from ctg_data.sources.registry import Dataset
from ctg_data.sources.streams import Columns
from ctg_data.tabular import tables
from ctg_data.territory.config import TerritoryConfig

SLUG = "referentiel-de-loffre-dinsertion-sociale-et-professionnelle-data-inclusion"
WHERE: Columns = (
    *(("adresse",), ("complement_adresse",), ("code_postal",), ("code_insee",)),
    *(("longitude",), ("latitude",)),
)
# The lists, with the columns that are kept of each; second names are those of the former schema
LISTS: dict[str, Columns] = {
    "structures": (
        *(("id",), ("source",), ("nom",), *WHERE, ("siret",), ("telephone",), ("site_web",)),
        *(("horaires_accueil", "horaires_ouverture"), ("reseaux_porteurs", "typologie")),
    ),
    "services": (
        *(("id",), ("structure_id",), ("source",), ("nom",), *WHERE, ("thematiques",)),
        ("publics", "profils"),
    ),
}
FREE = ("nom", "adresse", "complement_adresse")  # texts that may name a person
FORMATS = ("json", "csv")  # the first has true lists, the second serves where it fails


def fetch(dataset: Dataset, territory: TerritoryConfig, clients: Any) -> Fetched | None:
    """Bring both lists of the newest day; keep the lines of the territory."""
    here = datagouv.communes_told(territory)
    found = datagouv.resources(clients.http, SLUG)
    kept = {name: _extract(name, found, clients.http, here) for name in LISTS}
    content = b"{%s}" % b",".join(
        b'"%s":%s' % (name.encode(), one.to_bytes()) for name, one in kept.items()
    )
    origin = kept["structures"].origin
    return Fetched(origin.address, content, MEDIA_TYPE, origin.edition)


def _extract(name: str, found: list[Resource], http: Http, here: Mapping[str, str]) -> Extract:
    """The lines of one list, from its JSON or else from its CSV."""
    files = datagouv.newest(found, f"{name}-inclusion", FORMATS)
    if not files:
        raise SourceChanged(
            f"data·inclusion n'a plus de fichier « {name}-inclusion-AAAA-MM-JJ » en JSON ni en "
            "CSV. Rien n'en a été repris. Signalez-le à qui maintient l'application."
        )
    faults: list[SourceChanged | SourceUnavailable] = []
    for one in files:
        if one.day != files[0].day:
            break
        try:
            return _lines_of(name, one, http, here)
        except (SourceChanged, SourceUnavailable) as error:
            faults.append(error)
    raise faults[0]


def _lines_of(name: str, file: Resource, http: Http, here: Mapping[str, str]) -> Extract:
    """The lines of one file that are of the territory."""
    columns = LISTS[name]
    told = f"{name}-inclusion"
    with TemporaryDirectory() as folder:
        saved = datagouv.save(http, file.address, Path(folder), told)
        if file.format == "json":
            lines = _records(saved.path, told, columns)
        else:
            lines = streams.table(saved.path, told, columns)
        kept, count = [], 0
        for line in lines:
            count += 1
            if place_cells.insee(line["code_insee"]) in here:
                kept.append(place_cells.without_persons(line, FREE))
    if not count:
        raise streams.nothing_in(told)
    origin = Origin(saved.address, saved.sha256, saved.size, file.day, count)
    return Extract.of(origin, [names[0] for names in columns], kept)


def _records(path: Path, name: str, columns: Columns) -> Iterator[dict[str, str]]:
    """The declared columns of each record; a column that no record has is gone."""
    seen: set[str] = set()
    for record in streams.records(path, name):
        seen |= record.keys()
        yield {
            names[0]: _text(next((record[one] for one in names if one in record), None))
            for names in columns
        }
    if seen:
        tables.require(columns, sorted(seen), name)


def _text(value: object) -> str:
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)


def read(dataset: Dataset, content: bytes, territory: TerritoryConfig, citation: str) -> Reading:
    """Structures of the territory with what their services say, then services that stand alone."""
    structures, services = _kept(content, dataset.id)
    here = datagouv.communes_told(territory)
    edition = structures.origin.edition
    known = {_key(line): line for line in _of(structures, "structures", dataset.id, here)}
    said: dict[str, list[dict[str, str]]] = {}
    alone = []
    for line in _of(services, "services", dataset.id, here):
        key = _key(line, "structure_id")
        if key in known and here[_insee(known[key])] == here[_insee(line)]:
            said.setdefault(key, []).append(line)
        else:
            alone.append(line)
    places = [
        _structure(key, line, said.get(key, []), here, edition, citation)
        for key, line in known.items()
    ]
    places += [_service(line, here, edition, citation) for line in alone]
    return place_cells.reading(dataset, places, citation, Counter(), structures)


def _kept(content: bytes, name: str) -> tuple[Extract, Extract]:
    """Both lists as they were kept.

    Raises:
        SourceChanged: it is not what ``fetch`` keeps.
    """
    try:
        told = json.loads(content)
        parts = [json.dumps(told[one]).encode() for one in LISTS]
    except (ValueError, KeyError, TypeError):
        parts = [b""]
    structures, *others = (Extract.from_bytes(part, name) for part in parts)
    return structures, others[0]


def _of(
    extract: Extract, kind: str, name: str, here: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    columns = [names[0] for names in LISTS[kind]]
    return (one for one in place_cells.lines(extract, columns, name) if _insee(one) in here)


def _insee(line: Mapping[str, str]) -> str:
    return place_cells.insee(line["code_insee"])


def _key(line: Mapping[str, str], column: str = "id") -> str:
    """The name of a structure among all producers: the former schema wrote the source apart."""
    name, source = line[column], line["source"]
    return name if "--" in name else f"{source}--{name}"


def _structure(
    key: str,
    line: dict[str, str],
    services: list[dict[str, str]],
    here: Mapping[str, str],
    edition: str,
    citation: str,
) -> PublishedPlace:
    what = words.named(words.values(line["reseaux_porteurs"]), line["nom"])
    publics = words.publics(slug for one in services for slug in words.values(one["publics"]))
    publics = list(dict.fromkeys(filter(None, (what.public, *publics))))
    return PublishedPlace(
        key=key,
        kind=what.kind,
        nature=_with_themes(what.nature, services),
        public=fr.capital(", ".join(publics)),
        siret=place_cells.siret(line["siret"]),
        hours=opening_hours.from_osm(line["horaires_accueil"]),
        telephone=place_cells.telephone(line["telephone"]),
        website=place_cells.website(line["site_web"]),
        **_stands(line, here, edition, citation),
    )


def _service(
    line: dict[str, str], here: Mapping[str, str], edition: str, citation: str
) -> PublishedPlace:
    """A service given here by a structure that stands elsewhere: of no kind of the register."""
    return PublishedPlace(
        key=f"service:{_key(line)}",
        kind="",
        nature=_with_themes("Permanence ou service d'une structure d'ailleurs", [line]),
        public=fr.capital(", ".join(words.publics(words.values(line["publics"])))),
        **_stands(line, here, edition, citation),
    )


def _stands(
    line: dict[str, str], here: Mapping[str, str], edition: str, citation: str
) -> dict[str, Any]:
    """Where a line stands, which both lists write alike."""
    longitude, latitude = place_cells.point(line["longitude"], line["latitude"])
    return {
        "source": "data_inclusion",
        "citation": citation,
        "commune": here[_insee(line)],
        "observed": edition,
        "name": public_text(line["nom"]),
        "address": place_cells.address((line["adresse"], line["complement_adresse"])),
        "postcode": place_cells.postcode(line["code_postal"]),
        "longitude": longitude,
        "latitude": latitude,
    }


def _with_themes(nature: str, services: list[dict[str, str]]) -> str:
    told = words.themes(slug for one in services for slug in words.values(one["thematiques"]))
    return f"{nature}{fr.WIDE}: {', '.join(told)}" if told else nature
