"""National lists of places, in the shape of the true ones; every place of them is « fictif ».

They hold what must never enter the app: e-mails, comments, names of persons.
"""

import csv
import io
import json
from typing import Any

from ctg_data.sources import caf_sites, data_inclusion, finess, france_services
from tests.standin_datagouv import File, Published

Row = dict[str, Any]
COMMUNE, NEAR, ELSEWHERE = "00100", "00101", "01004"
PRIVATE = ("prenom.nom@exemple.fr", "Mme Fictive", "Secret Fictif")


def as_csv(rows: list[Row], separator: str = ";", encoding: str = "utf-8") -> bytes:
    """Lines under their heading; lists as data·inclusion writes them."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=separator, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def fill(files: Published) -> None:
    """Publish every list."""
    publish_services(files)
    publish_inclusion(files)
    publish_finess(files)
    publish_sites(files)


def publish_services(files: Published, rows: list[Row] | None = None) -> None:
    """Publish the list of France services, at its stable address."""
    files.stable[france_services.RESOURCE] = File(
        "Liste des structures France services",
        "20261120-093000/liste-france-services.csv",
        as_csv(rows or services_rows()),
    )


WEEK = "09:00 - 12:30 / 14:00 - 17:30"


def service(number: int, insee: str, form: str = "Fixe", **more: Any) -> Row:
    """One line of the list of France services, with all its columns."""
    row: Row = {
        "id_fs": f"{number}",
        "insee_dep": insee[:2],
        "lib_fs": f"France services fictive {number}",
        "adresse": f"{number} rue Fictive",
        "complement_adresse": "",
        "insee_com": insee,
        "code_postal": insee,
        "lib_com": "Essai",
        "latitude": f"49,{number:04}",
        "longitude": f"1,{number:04}",
        "mail": PRIVATE[0],
        "telephone": "0200000000",
        **{f"h_{day}": WEEK for day in ("lundi", "mardi", "mercredi", "jeudi", "vendredi")},
        "h_samedi": "",
        "prise_rdv": "",
        "commentaire": f"Demander {PRIVATE[2]}",
        "type_fs": "Association",
        "format_fs": form,
        "groupe_fs": "",
        "labellisation_fs": "2021-01-01",
    }
    return row | more


def services_rows() -> list[Row]:
    """Two fixed places and a bus of the territory, and one of elsewhere."""
    return [
        service(1, COMMUNE),
        service(2, NEAR, "Multisites", h_samedi="09:30 - 12:00", h_lundi="Fermé"),
        service(3, COMMUNE, "Bus_équivalent", lib_fs="Bus fictif", complement_adresse=PRIVATE[1]),
        service(4, ELSEWHERE),
    ]


# data·inclusion


def structure(number: int, insee: str, *networks: str, **more: Any) -> Row:
    """One structure, with all its columns."""
    row: Row = {
        "source": "dora",
        "original_id": f"fictif-{number}",
        "id": f"dora--fictif-{number}",
        "nom": f"Structure fictive {number}",
        "date_maj": "2026-10-02",
        "description": f"Demander {PRIVATE[2]}, {PRIVATE[0]}",
        "lien_source": "https://exemple.fr",
        "siret": "00000000000000",
        "commune": "Essai",
        "code_postal": insee,
        "code_insee": insee,
        "adresse": f"{number} avenue Fictive",
        "complement_adresse": None,
        "longitude": 1.05,
        "latitude": 49.05,
        "telephone": "+33200000000",
        "courriel": PRIVATE[0],
        "site_web": "https://exemple.fr/fictif",
        "horaires_accueil": "Mo-Fr 08:30-12:30",
        "accessibilite_lieu": None,
        "reseaux_porteurs": list(networks),
    }
    return row | more


def help_given(number: int, owner: str, insee: str, **more: Any) -> Row:
    """One service of a structure, with all its columns."""
    row: Row = {
        "source": "dora",
        "id": f"dora--service-{number}",
        "structure_id": owner,
        "nom": f"Service fictif {number}",
        "description": f"Voir {PRIVATE[1]}",
        "type": "accompagnement",
        "thematiques": ["famille--soutien-a-la-parentalite-et-a-leducation"],
        "publics": ["familles", "jeunes"],
        "frais": "gratuit",
        "adresse": "1 place Fictive",
        "complement_adresse": "bâtiment B",
        "code_postal": insee,
        "code_insee": insee,
        "commune": "Essai",
        "longitude": 1.06,
        "latitude": 49.06,
        "courriel": PRIVATE[0],
        "contact_nom_prenom": PRIVATE[1],
        "date_maj": "2026-10-02",
    }
    return row | more


def structures_rows() -> list[Row]:
    return [
        structure(1, COMMUNE, "fcsf", "communes"),
        structure(2, COMMUNE, "caf", nom="EVS fictif des Prés"),
        structure(3, COMMUNE, "departements", nom="Maison des solidarités fictive"),
        structure(4, NEAR, "mjc", longitude=None, latitude=None),
        structure(5, COMMUNE, "mq", siret=None, adresse=f"5 rue Fictive {PRIVATE[0]}"),
        structure(6, ELSEWHERE, "residences-fjt"),
        structure(7, COMMUNE, nom="Mme Fictive (aide aux familles)"),
        structure(8, None, "caf"),
    ]


def help_rows() -> list[Row]:
    return [
        help_given(1, "dora--fictif-1", COMMUNE),
        help_given(2, "dora--fictif-1", COMMUNE, thematiques=["numerique--x"], publics=["seniors"]),
        help_given(3, "dora--fictif-6", COMMUNE),
        help_given(4, "dora--fictif-6", ELSEWHERE),
    ]


def as_json(rows: list[Row]) -> bytes:
    return json.dumps(rows, ensure_ascii=False).encode()


def publish_inclusion(
    files: Published,
    day: str = "2026-11-23",
    kinds: tuple[str, ...] = ("csv", "json"),
    **lists: list[Row],
) -> None:
    """Publish both lists of one day, beside those of the week before."""
    both = {"structures": structures_rows(), "services": help_rows()} | lists
    old = {"structures": [structure(9, COMMUNE)], "services": [help_given(9, "x", COMMUNE)]}
    published = []
    for date, several in (("2026-11-16", old), (day, both)):
        for name, rows in several.items():
            for kind in kinds:
                title = f"{name}-inclusion-{date}.{kind}"
                content = as_json(rows) if kind == "json" else as_csv(_flat(rows), ",")
                published.append(File(title, f"{date.replace('-', '')}-040000/{title}", content))
    files.sets[data_inclusion.SLUG] = published


def _flat(rows: list[Row]) -> list[Row]:
    """As a CSV holds them: lists between braces, nothing for what is not told."""
    return [
        {
            name: f"{{{','.join(value)}}}" if isinstance(value, list) else value
            for name, value in row.items()
        }
        for row in rows
    ]


# Finess


def establishment(number: int, category: str, label: str, commune: str, **more: str) -> str:
    """One line of the section of establishments: 32 fields."""
    fields = {
        "section": "structureet",
        "nofinesset": f"{number:09}",
        "nofinessej": f"{900 + number:09}",
        "rs": f"FICTIF {number}",
        "rslongue": f"ÉTABLISSEMENT FICTIF {number}",
        "complrs": PRIVATE[1],
        "compldistrib": "",
        "numvoie": f"{number}",
        "typvoie": "R",
        "voie": "FICTIVE",
        "compvoie": "B",
        "lieuditbp": "",
        "commune": commune,
        "departement": "00",
        "libdepartement": "ESSAI",
        "ligneacheminement": "00100 ESSAI CEDEX",
        "telephone": "0200000000",
        "telecopie": "0200000099",
        "categetab": category,
        "libcategetab": label,
        "categagretab": "4500",
        "libcategagretab": "Fictif",
        "siret": "00000000000000",
        **dict.fromkeys(("codeape", "codemft", "libmft", "codesph", "libsph"), ""),
        "dateouv": "1990-01-01",
        "dateautor": "1990-01-01",
        "datemaj": "2020-01-01",
        "numuai": "",
    }
    return ";".join((fields | more).values())


def spot(number: int, x: str, y: str, zone: str = "LAMBERT_93") -> str:
    """One line of the section of points."""
    return (
        f"geolocalisation;{number:09};{x};{y};1,ATLASANTE,100,IGN,BD_ADRESSE,V2.1,{zone};2026-05-11"
    )


FJT = "Foyer de Jeunes Travailleurs (résidence sociale ou non)"
PMI = "Protection Maternelle et Infantile (P.M.I.)"
FINESS = [
    "finess;etalab;111;2026-05-12",
    establishment(1, "257", FJT, "100"),
    establishment(2, "223", PMI, "101"),
    establishment(3, "190", "Centre Action Médico-Sociale Précoce (C.A.M.S.P.)", "100"),
    establishment(4, "355", "Centre Hospitalier (C.H.)", "100"),
    establishment(5, "257", FJT, "451", departement="01"),
    establishment(
        6, "286", "Club Equipe de Prévention", "100", rs='"CLUB ""FICTIF"""', rslongue=""
    ),
    spot(1, "560000,5", "6920000,5"),
    spot(2, "", ""),
    spot(3, "560000.5", "6920000.5"),
    *(spot(number, "700000", "6600000") for number in (4, 5)),
    spot(6, "1", "1"),
]


def publish_finess(files: Published, content: bytes | None = None) -> None:
    """Publish the stock, beside the older one and the extraction that has no points."""
    text = "\n".join([*FINESS, ""]).encode("iso-8859-1") if content is None else content
    files.sets[finess.SLUG] = [
        File("Historique", "x/etalab-stock-et-historique-2004-2025.zip", b"PK"),
        File("Ancien", "20260312-1/etalab-cs1100507-stock-20260311-0343.csv", b"finess;x"),
        File("Géolocalisé", "20260512-1/etalab-cs1100507-stock-20260512-0339.csv", text),
        File("Sans points", "20260512-1/etalab-cs1100502-stock-20260512-0339.csv", b"finess;y"),
    ]


# Points of reception of the CAF


def site(insee: str, name: str, kind: str, **more: Any) -> Row:
    """One line of the list of sites."""
    row: Row = {
        "NUMCOMSI": insee,
        "LIBSITE": name,
        "STRACCUE": kind,
        "TYPOUVSI": "Hebdomadaire 1 à 3 jours",
        "TOPACCPF": "1",
        "TOPACCAS": "0",
        "TOPACCPH": "1",
        "TOPPRBIW": "0",
        "RESPONSABLE": PRIVATE[1],
    }
    return row | more


def site_rows() -> list[Row]:
    return [
        site(COMMUNE, "Siège fictif", "Siège", TOPACCAS="1"),
        site(COMMUNE, "Agence fictive", "Agence", TOPACCAS="1"),
        site("101", "Permanence fictive", "PERMANENCE"),
        site(COMMUNE, "Relais fictif", "Relais", TOPACCPH="0", TYPOUVSI=f"Mensuel {PRIVATE[0]}"),
        site(ELSEWHERE, "Antenne fictive", "Antenne"),
    ]


def publish_sites(files: Published, rows: list[Row] | None = None) -> None:
    """Publish the list of sites, beside what explains it."""
    text = as_csv(rows or site_rows(), encoding="cp1252")
    files.sets[caf_sites.SLUG] = [
        File("Lisez-moi", "20200101-1/lisezmoi.txt", b"NUMCOMSI : commune"),
        File("Sites 2019", "20190101-1/sites.csv", b"a;b\n1;2\n", {"last_modified": "2019-01-01"}),
        File("Sites", "20260601-1/sites.csv", text, {"last_modified": "2026-06-01T00:00:00"}),
    ]
