"""Schools: the directory of the ministry of education.

Producer's page: https://data.education.gouv.fr/explore/dataset/fr-en-annuaire-education/ (Licence
Ouverte 2.0).  Closed schools and services that receive no pupil are left aside.  A school that is
not at the place it says (``etat``), or stands on two lines, is told once.
"""

from collections import Counter
from typing import Any

from ctg_data import fr
from ctg_data.sources import communes, explore_lists as lists, place_cells
from ctg_data.sources.base import Fetched, Reading, observations_of
from ctg_data.sources.explore import Explore
from ctg_data.sources.explore_lists import Asked, Line
from ctg_data.sources.extract import Extract
from ctg_data.sources.http import base_address
from ctg_data.sources.places import PublishedPlace, public_text
from ctg_data.sources.registry import Dataset
from ctg_data.territory.config import TerritoryConfig

ASKED = Asked(
    required=(
        *("identifiant_de_l_etablissement", "nom_etablissement", "type_etablissement"),
        *("statut_public_prive", "code_commune", "etat"),
    ),
    optional=(
        *("libelle_nature", "appartenance_education_prioritaire", "longitude", "latitude"),
        *("adresse_1", "code_postal", "telephone", "web", "siren_siret"),
        *("ecole_maternelle", "ecole_elementaire"),
    ),
    commune="code_commune",
    key="identifiant_de_l_etablissement",
)
KINDS = {"ecole": "École", "college": "Collège", "lycee": "Lycée", "erea": "EREA"}
KINDS |= {"medico-social": "Établissement médico-social"}
OPEN = "ouvert"


def fetch(dataset: Dataset, territory: TerritoryConfig, clients: Any) -> Fetched:
    """Bring the schools of the territory's communes."""
    portal = Explore(clients.http, base_address("EDUCATION"))
    codes = tuple(communes.whole(territory))
    return lists.bring(portal, dataset.id, ASKED, codes)


def read(dataset: Dataset, content: bytes, territory: TerritoryConfig, citation: str) -> Reading:
    """Turn what was kept into places, open schools only."""
    extract = Extract.from_bytes(content, dataset.id)
    day = lists.day_of(extract, dataset.id)
    known = communes.whole(territory)
    rejected: Counter[str] = Counter()
    seen: dict[str, PublishedPlace] = {}
    for line in place_cells.lines(extract, ASKED.required, dataset.id):
        key = line[ASKED.key]
        commune = known.get(line["code_commune"], "")
        if reason := _aside(line, commune, key in seen):
            rejected[reason] += 1
        else:
            seen[key] = _place(line, commune, citation, day)
    places = tuple(seen.values())
    notes = [
        f"L'annuaire ne donne plus la colonne « {name} »."
        for name in ASKED.optional
        if name not in extract.columns
    ]
    if not places:
        notes.append("L'annuaire ne connaît aucun établissement ouvert sur ce territoire.")
    empty = observations_of([], citation)
    return Reading(empty, rejected, tuple(notes), len(places), "établissement", places)


def _aside(line: Line, commune: str, again: bool) -> str:
    """Why a line is no place, in French; "" when it is one."""
    if not line[ASKED.key] or not commune:
        return "sans identifiant, ou d'une autre commune"
    if fr.bare(line["etat"]) != OPEN:
        return "établissement fermé, ou pas encore ouvert"
    if fr.bare(line["type_etablissement"]) not in KINDS:
        return "service sans élèves"
    return "établissement en double" if again else ""


def _place(line: Line, commune: str, citation: str, day: str) -> PublishedPlace:
    point = place_cells.point(line.get("longitude", ""), line.get("latitude", ""))
    return PublishedPlace(
        key=line[ASKED.key],
        source=citation.split(":")[0],
        citation=citation,
        kind="",
        nature=_nature(line),
        commune=commune,
        observed=day,
        name=public_text(line["nom_etablissement"]),
        address=public_text(line.get("adresse_1", "")),
        postcode=place_cells.postcode(line.get("code_postal", "")),
        siret=place_cells.siret(line.get("siren_siret", "")),
        longitude=point[0],
        latitude=point[1],
        telephone=place_cells.telephone(line.get("telephone", "")),
        website=place_cells.website(line.get("web", "")),
    )


def _nature(line: Line) -> str:
    """What a school is: « École maternelle publique (REP+) »."""
    kind = KINDS[fr.bare(line["type_etablissement"])]
    young, older = (_yes(line.get(name, "")) for name in ("ecole_maternelle", "ecole_elementaire"))
    if kind == "École":
        kind += {(True, False): " maternelle", (False, True): " élémentaire"}.get(
            (young, older), " primaire" if young and older else ""
        )
    female = kind.startswith("École")
    sector = fr.bare(line["statut_public_prive"])
    words = {"public": "publique" if female else "public", "prive": "privée" if female else "privé"}
    priority = line.get("appartenance_education_prioritaire", "")
    parts = (kind, words.get(sector, ""), f"({priority})" if priority else "")
    return " ".join(filter(None, parts))


def _yes(text: str) -> bool:
    return text.strip().casefold() in ("1", "1.0", "true", "oui", "vrai")
