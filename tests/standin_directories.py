"""What the portals of directories publish on the invented territory: every name is made up.

The shapes are those of service-public (JSON written as text in five columns), of the ministry of
education and of an institution's own portal.
"""

import json
from typing import Any

from tests.standin import Row, StandIn

SERVICES, SCHOOLS = "api-lannuaire-administration", "fr-en-annuaire-education"
RESIDENCES, DIGITAL = "residences-essai", "inclusion-essai"
WEEK = [
    {
        "nom_jour_debut": "Lundi",
        "nom_jour_fin": "Jeudi",
        "valeur_heure_debut_1": "09:00:00",
        "valeur_heure_fin_1": "12:30:00",
        "valeur_heure_debut_2": "13:30:00",
        "valeur_heure_fin_2": "17:00:00",
        "commentaire": "écrire à accueil@essai.invalid",
    },
    {
        "nom_jour_debut": "Vendredi",
        "nom_jour_fin": "Vendredi",
        "valeur_heure_debut_1": "09:00:00",
        "valeur_heure_fin_1": "12:00:00",
        "valeur_heure_debut_2": "",
        "valeur_heure_fin_2": "",
    },
]


def address(street: str, town: str, postcode: str = "00100", **more: str) -> Row:
    """One address of the directory."""
    told = {"type_adresse": "Adresse", "complement1": "", "complement2": "", "numero_voie": street}
    where = {"longitude": "1.05", "latitude": "49.05"}
    return {**told, "code_postal": postcode, "nom_commune": town, **where, **more}


def service(name: str, kind: str, commune: str, *addresses: Row, **more: Any) -> Row:
    """One line of service-public's directory, columns of people and e-mail included."""
    told = {
        "id": f"id-{name}".casefold().replace(" ", "-"),
        "nom": name,
        "sigle": None,
        "siret": "00000000000018",
        "pivot": [{"type_service_local": kind, "code_insee_commune": [commune]}],
        "adresse": list(addresses),
        "telephone": [{"valeur": "02 00 00 00 18", "description": ""}],
        "site_internet": [{"libelle": "", "valeur": "https://essai.invalid/accueil"}],
        "plage_ouverture": WEEK,
        "adresse_courriel": "personne@essai.invalid",
        "affectation_personne": [{"personne": {"nom": "PERSONNE-FICTIVE"}, "fonction": "chef"}],
        "code_insee_commune": commune,
        "date_modification": "2026-01-10",
    } | more
    nested = ("pivot", "adresse", "telephone", "site_internet", "plage_ouverture")
    nested += ("affectation_personne",)
    return {
        key: json.dumps(one, ensure_ascii=False) if key in nested and one is not None else one
        for key, one in told.items()
    }


def services() -> list[Row]:
    """Every trap of the directory, once."""
    post = {"type_adresse": "Adresse postale"}
    return [
        service(
            "Mission locale fictive",
            "mission_locale",
            "00100",
            address("BP 18", "Essai-Ville Cedex 9", **post),
            address("3 rue Inventée", "Essai-Ville"),
        ),
        service("Info jeunes fictif", "cij", "00100", address("1 place Vide", "Essai-Ville")),
        service("Adil fictive", "adil", "00100", address("2 quai Vide", "Essai-le-Bourg")),
        service(
            "Caf fictive", "caf", "00101", address("9 rue Lointaine", "Ailleurs-Fictif", "00900")
        ),
        service("PMI fictive", "pmi", "00102", plage_ouverture=None, telephone=None),
        service("MDA fictive", "mda", "00100", address("4 rue Vide", "ESSAI VILLE")),
        service("Mairie fictive", "mairie", "00100", address("1 rue Vide", "Essai-Ville")),
        service("Mission lointaine", "mission_locale", "00999", address("x", "Ailleurs-Fictif")),
    ]


def school(code: str, name: str, kind: str = "Ecole", **more: Any) -> Row:
    """One line of the directory of education, e-mail included."""
    return {
        "identifiant_de_l_etablissement": code,
        "nom_etablissement": name,
        "type_etablissement": kind,
        "statut_public_prive": "Public",
        "adresse_1": "5 rue des Craies",
        "code_postal": "00100",
        "code_commune": "00100",
        "telephone": "0200000018",
        "web": None,
        "mail": "ce.0000000a@essai.invalid",
        "ecole_maternelle": None,
        "ecole_elementaire": None,
        "libelle_nature": "ECOLE",
        "appartenance_education_prioritaire": None,
        "siren_siret": "00000000000026",
        "latitude": 49.05,
        "longitude": 1.05,
        "etat": "OUVERT",
    } | more


def schools() -> list[Row]:
    """Every trap of the directory of education, once."""
    both = {"ecole_maternelle": "1", "ecole_elementaire": "1"}
    rep = {"appartenance_education_prioritaire": "REP+"}
    return [
        school("0000001A", "École fictive des Craies", **both),
        school("0000002B", "École fictive du Bac", ecole_maternelle="1", ecole_elementaire="0"),
        school("0000003C", "Collège fictif", "Collège", **rep),
        school("0000004D", "Lycée fictif", "Lycée", statut_public_prive="Privé"),
        school("0000005E", "École fictive fermée", etat="A FERMER"),
        school("0000006F", "Inspection fictive", "Service Administratif"),
        school("0000003C", "Collège fictif (annexe)", "Collège"),
        school("0000009J", "École lointaine", code_commune="00999"),
    ]


def residence(name: str, town: str = "Essai-Ville", **more: Any) -> Row:
    """One residence of the institution's portal."""
    told = {"nom_residence": name, "type_residence": None, "adresse": "6 rue Vide"}
    told |= {"code_postal": "00100", "nom_commune": town, "geo_point_2d": "49.05, 1.05"}
    return {**told, "telephone": None, "gestionnaire": "Mme Fictive", "courriel": "x@y.fr", **more}


def residences() -> list[Row]:
    """An FJT, a residence that is none, students, and another town."""
    return [
        residence("Résidence fictive", type_residence="Foyer de jeunes travailleurs"),
        residence("Les Tilleuls fictifs", adresse="7 rue Vide"),
        residence("FJT et étudiants fictifs", adresse="8 rue Vide"),
        residence("Résidence lointaine", "Ailleurs-Fictif"),
    ]


def digital() -> list[Row]:
    """Two digital places, one of another commune."""
    told = {"nom": "Cyber-base fictive", "adresse": "9 rue Vide", "code_insee": "00101"}
    told |= {"longitude": 1.05, "latitude": 49.05, "horaires": "Mo-Fr 09:00-12:00"}
    told |= {"site_web": "https://essai.invalid", "courriels": "x@essai.invalid"}
    return [told, {**told, "code_insee": "00999"}]


def fill(server: StandIn) -> None:
    """Publish the three portals."""
    publish(server, SERVICES, services())
    publish(server, SCHOOLS, schools())
    publish(server, RESIDENCES, residences())
    publish(server, DIGITAL, digital())


def publish(server: StandIn, name: str, rows: list[Row]) -> None:
    """Publish one list, its points as numbers."""
    fields = dict.fromkeys(rows[0], "text")
    numbers = {one: "double" for one in ("longitude", "latitude") if one in fields}
    server.put(name, fields | numbers, rows)
