"""Public services and who stands for them: the directory of service-public, by the DILA.

Producer's page: https://www.data.gouv.fr/fr/datasets/service-public-fr-annuaire-de-l-administration
-base-de-donnees-locales/ (Licence Ouverte 2.0).  ``pivot``, ``adresse``, ``telephone``,
``site_internet`` and ``plage_ouverture`` are JSON written as text; coordinates are texts.  The
commune that an organisation is attached to may not be that of its address: the address is right.
Columns of e-mail addresses and of persons in charge are never asked.
"""

import re
from collections import Counter
from typing import Any

from ctg_data import fr
from ctg_data.sources import communes, explore_lists as lists, opening_hours, place_cells
from ctg_data.sources.base import Fetched, Reading, observations_of
from ctg_data.sources.explore import Explore
from ctg_data.sources.explore_lists import Asked, Line
from ctg_data.sources.extract import Extract
from ctg_data.sources.http import base_address
from ctg_data.sources.places import PublishedPlace, public_text
from ctg_data.sources.registry import Dataset
from ctg_data.territory.config import TerritoryConfig

ASKED = Asked(
    required=("id", "nom", "pivot", "adresse", "code_insee_commune"),
    optional=("siret", "telephone", "site_internet", "plage_ouverture"),
    commune="code_insee_commune",
    key="id",
)
# pivot of the directory: type of the register ("" when it holds none), and what it is
TYPES = {
    "mission_locale": ("mission_locale", "Mission locale"),
    "cij": ("information_jeunesse", "Information jeunesse"),
    "pmi": ("pmi", "Centre de protection maternelle et infantile (PMI)"),
    "france_services": ("france_services", "France services"),
    "msap": ("france_services", "France services"),
    "mjd": ("point_acces", "Maison de justice et du droit"),
    "cidf": ("point_acces", "Centre d'information sur les droits des femmes et des familles"),
    "adil": ("point_acces", "Agence départementale pour l'information sur le logement (Adil)"),
    "pif": ("point_acces", "Point info famille"),
    "caf": ("point_acces", "Caisse d'allocations familiales (CAF)"),
    "ccas": ("point_acces", "Centre communal d'action sociale (CCAS)"),
    "mda": ("", "Maison des adolescents"),
    "mds": ("", "Maison départementale des solidarités"),
    "maison_handicapees": ("", "Maison départementale des personnes handicapées (MDPH)"),
    "clic": ("", "Centre local d'information et de coordination (Clic)"),
    "maia": ("", "Maia : accompagnement des personnes âgées et de leurs aidants"),
    "cio": ("", "Centre d'information et d'orientation (CIO)"),
    "suio": ("", "Service universitaire d'information et d'orientation"),
    "crous": ("", "Crous"),
    "france_travail": ("", "France Travail"),
    "pole_emploi": ("", "France Travail"),
    "cap_emploi": ("", "Cap emploi"),
    "maison_emploi": ("", "Maison de l'emploi"),
    "sdjes": ("", "Service départemental à la jeunesse, à l'engagement et aux sports"),
    "crib": ("", "Centre de ressources et d'information des bénévoles"),
    "ddpjj": ("", "Protection judiciaire de la jeunesse"),
    "ddets": ("", "Direction départementale de l'emploi, du travail et des solidarités"),
}
SPANS = tuple((f"valeur_heure_debut_{rank}", f"valeur_heure_fin_{rank}") for rank in (1, 2))
ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAYS = dict(zip(ENGLISH, opening_hours.DAYS, strict=True)) | {d: d for d in opening_hours.DAYS}


def fetch(dataset: Dataset, territory: TerritoryConfig, clients: Any) -> Fetched:
    """Bring what the directory attaches to the territory's communes, of the types above."""
    portal = Explore(clients.http, base_address("ANNUAIRE"))
    codes = tuple(communes.whole(territory))
    return lists.bring(portal, dataset.id, ASKED, codes, lambda line: _type(line) is not None)


def read(dataset: Dataset, content: bytes, territory: TerritoryConfig, citation: str) -> Reading:
    """Turn what was kept into places."""
    extract = Extract.from_bytes(content, dataset.id)
    day = lists.day_of(extract, dataset.id)
    rejected: Counter[str] = Counter()
    seen: dict[str, PublishedPlace] = {}
    elsewhere = 0
    for line in place_cells.lines(extract, ASKED.required, dataset.id):
        told = _type(line)
        if told is None or not line["id"] or line["id"] in seen:
            rejected["organisme en double" if line["id"] in seen else "type ou nom illisible"] += 1
            continue
        place = _place(line, told, territory, (citation, day))
        elsewhere += not place.commune
        seen[place.key] = place
    places = tuple(seen.values())
    return Reading(
        observations_of([], citation),
        rejected,
        tuple(_notes(extract, len(places), elsewhere)),
        len(places),
        "organisme",
        places,
    )


def _notes(extract: Extract, count: int, elsewhere: int) -> list[str]:
    gone = [name for name in ASKED.optional if name not in extract.columns]
    notes = [f"L'annuaire ne donne plus la colonne « {name} »." for name in gone]
    if not count:
        notes.append("L'annuaire ne connaît aucun organisme de ces types sur ce territoire.")
    if elsewhere:
        those = fr.plural(elsewhere, "organisme")
        notes.append(
            f"Adresse hors des communes du territoire{fr.WIDE}: {those}, qu'aucune ne compte."
        )
    return notes


def _type(line: Line) -> tuple[str, str] | None:
    """The type and the nature of an organisation; that of the register first."""
    names = [str(one.get("type_service_local", "")) for one in lists.objects(line["pivot"])]
    known = [TYPES[name] for name in names if name in TYPES]
    return max(known, key=lambda one: one[0] != "", default=None)


def _place(
    line: Line, told: tuple[str, str], territory: TerritoryConfig, proof: tuple[str, str]
) -> PublishedPlace:
    (kind, nature), (citation, day) = told, proof
    where = _address(lists.objects(line["adresse"]))
    point = place_cells.point(str(where.get("longitude", "")), str(where.get("latitude", "")))
    return PublishedPlace(
        key=line["id"],
        source=citation.split(":")[0],
        citation=citation,
        kind=kind,
        nature=nature,
        commune=communes.of_address(
            territory,
            str(where.get("nom_commune") or ""),
            place_cells.postcode(str(where.get("code_postal", ""))),
            communes.whole(territory).get(line["code_insee_commune"], ""),
        ),
        observed=day,
        name=public_text(line["nom"]),
        address=lists.told_in(where, "numero_voie", "complement1", "complement2"),
        postcode=place_cells.postcode(str(where.get("code_postal", ""))),
        siret=place_cells.siret(line.get("siret", "")),
        longitude=point[0],
        latitude=point[1],
        hours=_hours(line.get("plage_ouverture", "")),
        telephone=place_cells.telephone(_value(line.get("telephone", ""))),
        website=place_cells.website(_value(line.get("site_internet", ""))),
    )


def _value(text: str) -> str:
    return next((told for one in lists.objects(text) if (told := lists.told_in(one, "valeur"))), "")


def _address(told: list[dict[str, Any]]) -> dict[str, Any]:
    """Where people go; nothing when the only address is that of the post."""
    going = [one for one in told if "postale" not in str(one.get("type_adresse", "")).casefold()]
    return going[0] if going else {}


def _hours(text: str) -> str:
    """Opening hours in French; nothing when they are not told day by day."""
    days: dict[str, str] = {}
    for one in lists.objects(text):
        first, last = (_day(one.get(name)) for name in ("nom_jour_debut", "nom_jour_fin"))
        spans = [f"{start}-{end}" for start, end in (_span(one, names) for names in SPANS) if end]
        if not first or not spans:
            continue
        ranks = [opening_hours.DAYS.index(day) for day in (first, last or first)]
        for day in opening_hours.DAYS[ranks[0] : ranks[1] + 1]:
            days[day] = ",".join(filter(None, (days.get(day, ""), ", ".join(spans))))
    return opening_hours.by_day(days)


def _day(text: object) -> str:
    return DAYS.get(fr.bare(str(text or "").strip()).split("/")[-1], "")


def _span(one: dict[str, Any], names: tuple[str, str]) -> tuple[str, str]:
    """« 09:00 » and « 12:00 »; two empty texts when one of them is no hour."""
    found = [re.match(r"(\d{1,2}):(\d{2})", str(one.get(name) or "")) for name in names]
    if not all(found):
        return "", ""
    start, end = (match[0] for match in found if match)
    return start, end
