"""Places that the portal of a territory's own institutions publishes (Explore v2.1).

The territory's ``portail.toml`` names the portal, its data sets and the names their columns may
have (``CTG_URL_PORTAIL`` puts another address in its place): the schema is read first, and only the
columns recognised are asked.  What is kept names them by their role: it reads without that file.
A residence is an FJT only where its own line says so, and never where it speaks of students.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ctg_data import fr
from ctg_data.errors import SourceChanged, TerritoryError
from ctg_data.sources import communes, explore_lists as lists, opening_hours, place_cells
from ctg_data.sources.base import Fetched, Reading, observations_of
from ctg_data.sources.explore import Explore
from ctg_data.sources.explore_lists import Line
from ctg_data.sources.extract import Extract
from ctg_data.sources.http import base_address
from ctg_data.sources.places import PublishedPlace, public_text
from ctg_data.sources.registry import Dataset, Source
from ctg_data.territory import portal
from ctg_data.territory.config import TerritoryConfig
from ctg_data.territory.portal import LocalDataset

READER = "local_portal"
# data set of ``sources.toml``: type of the register, and what each of its lines is
NATURES = {
    "residences_jeunes": ("", "Résidence pour jeunes"),
    "lieux_inclusion_numerique": ("point_acces", "Lieu d'inclusion numérique"),
}
FJT = re.compile(r"\bfjt\b|\bfoyers?( de| pour| des)? jeunes travailleurs")
STUDENTS = re.compile(r"etudiant|\bcrous\b|universitaire|\bcite u\b")


def localised(source: Source, territory: TerritoryConfig) -> Source:
    """The source with the producer, page and licence of the territory's own portal."""
    if source.reader != READER:
        return source
    try:
        told = portal.of(territory)
    except TerritoryError:  # told when it is asked
        return source
    if told is None:
        return source
    return replace(source, producer=told.producer, page=told.page, licence=told.licence)


def concerns(source: Source, territory: TerritoryConfig) -> bool:
    """Whether a source may say anything of a territory: not that of a portal it does not have."""
    return source.reader != READER or (territory.folder / portal.FILE).exists()


def fetch(dataset: Dataset, territory: TerritoryConfig, clients: Any) -> Fetched | None:
    """Bring a data set of the territory's portal; nothing when it declares none."""
    told = portal.of(territory)
    if told is None or dataset.id not in told.datasets:
        return None
    local = told.datasets[dataset.id]
    client = Explore(clients.http, base_address("PORTAIL", told.address))
    schema = client.schema(local.id)
    roles = recognised(local, schema.fields)
    columns = tuple(dict.fromkeys(roles.values()))
    got = client.export(schema, select=columns)
    lines = lists.lines_of(got.content, columns, schema.id)
    cells = [{role: line[name] for role, name in roles.items()} for line in lines]
    kept = [line for line in cells if _commune(line, territory)]
    return lists.extracted(got, schema, tuple(roles), kept, len(lines))


def recognised(local: LocalDataset, received: Iterable[str]) -> dict[str, str]:
    """The column of each role, under the first of its names that the portal has.

    Raises:
        SourceChanged: neither the name of a place nor its commune can be told; says what was
            awaited, what came, and where to write it.
    """
    names = list(received)
    found = {
        role: next((one for one in declared if one in names), "")
        for role, declared in local.columns.items()
    }
    roles = {role: name for role, name in found.items() if name}
    wanted = {"nom": ("nom",), "commune": ("code_commune", "commune")}
    missing = {
        what: [one for role in any_of for one in local.columns.get(role, ())]
        for what, any_of in wanted.items()
        if not any(role in roles for role in any_of)
    }
    if missing:
        awaited = " ; ".join(f"{what}, attendu sous {', '.join(n)}" for what, n in missing.items())
        raise SourceChanged(
            f"Le jeu « {local.id} » n'a aucune colonne reconnue pour : {awaited} (reçues : "
            f"{', '.join(names) or 'aucune'}). Rien n'en a été repris. Ajoutez le nouveau nom "
            f"dans {portal.FILE} du dossier du territoire."
        )
    return roles


def read(dataset: Dataset, content: bytes, territory: TerritoryConfig, citation: str) -> Reading:
    """Turn what was kept into places: its columns bear the names of their roles."""
    extract = Extract.from_bytes(content, dataset.id)
    day = lists.day_of(extract, dataset.id)
    rejected: Counter[str] = Counter()
    seen: dict[str, PublishedPlace] = {}
    for line in place_cells.lines(extract, ("nom",), dataset.id):
        commune = _commune(line, territory)
        place = _place(dataset, line, commune, citation, day)
        if not place.name or not commune or place.key in seen:
            rejected["lieu en double" if place.key in seen else "sans nom ni commune"] += 1
            continue
        seen[place.key] = place
    places = tuple(seen.values())
    notes = [] if places else [f"« {dataset.id} » : le portail n'y nomme aucun lieu d'ici."]
    empty = observations_of([], citation)
    return Reading(empty, rejected, tuple(notes), len(places), "adresse", places)


def _commune(line: Line, territory: TerritoryConfig) -> str:
    """The commune of a line, by its code where it has one, else by its name."""
    if code := place_cells.insee(line.get("code_commune", "")):
        return communes.whole(territory).get(code, "")
    postcode = place_cells.postcode(line.get("code_postal", ""))
    return communes.of_address(territory, line.get("commune", ""), postcode)


def _place(
    dataset: Dataset, cells: dict[str, str], commune: str, citation: str, day: str
) -> PublishedPlace:
    kind, nature = _kind(dataset, cells)
    name, where = public_text(cells["nom"]), public_text(cells.get("adresse", ""))
    longitude, latitude = _point(cells)
    return PublishedPlace(
        key=hashlib.sha256(fr.bare(f"{name}|{where}|{commune}").encode()).hexdigest()[:16],
        source=citation.split(":")[0],
        citation=citation,
        kind=kind,
        nature=nature,
        commune=commune,
        observed=day,
        name=name,
        address=where,
        postcode=place_cells.postcode(cells.get("code_postal", "")),
        siret=place_cells.siret(cells.get("siret", "")),
        longitude=longitude,
        latitude=latitude,
        public=public_text(cells.get("public", "")),
        hours=opening_hours.from_osm(cells.get("horaires", "")),
        telephone=place_cells.telephone(cells.get("telephone", "")),
        website=place_cells.website(cells.get("site", "")),
    )


def _kind(dataset: Dataset, cells: dict[str, str]) -> tuple[str, str]:
    """Type and nature of a line: an FJT where its name or its type says so, students apart."""
    kind, nature = NATURES[dataset.id]
    if dataset.id != "residences_jeunes":
        return kind, nature
    words = re.sub(r"[^a-z0-9]+", " ", fr.bare(f"{cells['nom']} | {cells.get('type', '')}"))
    if STUDENTS.search(words):
        return "", "Résidence pour étudiants"
    return ("fjt", "Foyer de jeunes travailleurs") if FJT.search(words) else (kind, nature)


def _point(cells: dict[str, str]) -> tuple[float | None, float | None]:
    """Degrees of two columns, or of one that says « latitude, longitude »."""
    if "position" in cells:
        numbers = re.findall(r"-?\d+\.\d+|-?\d+", cells["position"])
        if len(numbers) == 2:
            return place_cells.point(numbers[1], numbers[0])
    return place_cells.point(cells.get("longitude", ""), cells.get("latitude", ""))
