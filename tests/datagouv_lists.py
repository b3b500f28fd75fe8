"""National lists of places, in the shape of the true ones; every place of them is « fictif ».

They hold what must never enter the app: e-mails, comments, names of persons.
"""

import csv
import io
from typing import Any

from ctg_data.sources import france_services
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
    files.stable[france_services.RESOURCE] = File(
        "Liste des structures France services",
        "20261120-093000/liste-france-services.csv",
        as_csv(services_rows()),
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
        service(3, COMMUNE, "Bus_équivalent", lib_fs="Bus fictif"),
        service(4, ELSEWHERE),
    ]
