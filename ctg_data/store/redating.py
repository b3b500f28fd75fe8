"""Published files of QPV imported before editions were told from years: dated anew, once.

An earlier version kept their edition as the year observed, and gave every published file of a
year one name.  What is written here is of that day and does not follow the layouts since.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from ctg_data.dating import Dating, unestablished
from ctg_data.model import Citation, Level
from ctg_data.natures import COVERED
from ctg_data.observations import variables
from ctg_data.store import import_rows, schema as db
from ctg_data.store.records import citation_of

INCOMES = {"taux_pauvrete", "niveau_vie_median", "part_prestations_sociales"}
QPV = "Données sur les quartiers de la politique de la ville"
NAMES = {
    "insee_iris": ("Insee, Cnaf", "Caisses d'allocations familiales – allocataires à l'IRIS"),
    "insee_qpv_demographie": ("Insee, Cnaf", f"{QPV} – démographie et allocataires"),
    "insee_qpv_revenus": ("Insee, Cnaf", f"{QPV} – revenus et prestations"),
    "insee_qpv_insertion": ("Insee", f"{QPV} – insertion professionnelle"),
}
Dated = tuple[int, str, str]  # period, edition, proof


def redate(connection: Connection) -> None:
    """Give the rows of published imports the year observed, and each file its own name."""
    touched = set()
    lines = connection.execute(select(db.imports)).mappings().all()
    for line in lines:
        cited = citation_of({"fields": line["citation"]})
        if not cited.confidential:
            _redate(connection, line["number"], line["year"], cited)
            touched.add(str(line["territory"]))
    for territory in sorted(touched):
        import_rows.rebuild(connection, territory, import_rows.SOCLE)


def _redate(connection: Connection, number: int, year: int, cited: Citation) -> None:
    table = db.lineage
    query = select(table).filter_by(import_number=number)
    rows = [dict(row) for row in connection.execute(query).mappings()]
    name = _name_of(rows)
    by_edition = name != "insee_iris"
    producer, title = NAMES[name]
    edition = f"édition {year}"
    known = replace(
        cited,
        id=cited.id.replace("socle_", f"{name}_"),
        producer=producer,
        title=f"{title}, {edition}" if by_edition else title,
        period=edition if by_edition else f"décembre {year}",
    )
    for row in rows:
        row["source"] = known.id
        if by_edition and row["level"] == Level.QPV:
            found = dated(row["variable"], int(row["period"]))
            row["period"], row["edition"], row["dating"] = found
    connection.execute(delete(table).filter_by(import_number=number))
    if rows:
        connection.execute(insert(table), rows)
    told = json.dumps(asdict(known), ensure_ascii=False)
    here = update(db.imports).where(db.imports.c.number == number)
    connection.execute(here.values(citation=told))


def _name_of(rows: list[dict[str, Any]]) -> str:
    """Which file of Insee and Cnaf these rows came from, by what they tell."""
    counted = {str(row["variable"]) for row in rows}
    if rows and all(row["level"] == Level.IRIS for row in rows):
        return "insee_iris"
    if any(one.startswith("demandeurs_emploi") for one in counted):
        return "insee_qpv_insertion"
    incomes = {*INCOMES, "taux_bas_revenus_declares", "foyers_rsa_socle", "foyers_aah"}
    return "insee_qpv_revenus" if counted & incomes else "insee_qpv_demographie"


def dated(variable: str, edition: int) -> Dated:
    """When a figure of an edition was observed, as known when editions were told from years.

    >>> dated("foyers_allocataires", 2022), dated("taux_pauvrete", 2017)
    ((2020, '2022', 'comparaison'), (-20174, '2017', 'non_etabli'))
    """
    known = variables()[variable]
    rules: list[tuple[bool, int, Callable[[int], Dating]]] = [
        (
            known.nature in COVERED and 2017 <= edition <= 2022,
            2,
            lambda _: Dating.COMPARAISON,
        ),
        (variable in INCOMES and edition in (2021, 2022), 4, lambda _: Dating.EGALITE),
        (
            known.unit == "demandeurs" and 2017 <= edition <= 2022,
            1,
            lambda one: Dating.EGALITE if one in (2018, 2019) else Dating.COMPARAISON,
        ),
    ]
    for holds, lag, proof in rules:
        if holds:
            return edition - lag, str(edition), str(proof(edition))
    unknown = unestablished(edition, known.nature, known.unit)
    return unknown, str(edition), str(Dating.NON_ETABLI)
