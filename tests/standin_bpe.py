"""What Insee's site would publish of the BPE on the invented territory.  Every line is made up.

A national file has far more columns than are read, and lines of everything: shops, and health
professionals by name, who must never be seen again.
"""

import csv
import io
import zipfile
from collections.abc import Sequence
from typing import Any

from ctg_data.sources.bpe_types import types
from tests.standin import Reply, Row, StandIn
from tests.standin_data import COMMUNE, DEPARTEMENT, FAR, NEAR, REGION, seen

PAGE = "/fr/statistiques/8217525"
FOLDER = "/fr/statistiques/fichier/8217525"
BLANK = dict.fromkeys(
    (
        *("AN", "NOMRS", "CNOMRS", "NUMVOIE", "INDREP", "TYPVOIE", "LIBVOIE", "CADR", "CODPOS"),
        *("LIBCOM", "DEPCOM", "DEP", "REG", "EPCI", "DOM", "SDOM", "TYPEQU", "SIRET", "EP"),
        *("STATUT_DIFFUSION", "TYPE", "CAPACITE", "INDIC_CAPA", "LAMBERT_X", "LAMBERT_Y", "EPSG"),
        *("LONGITUDE", "LATITUDE", "QUALITE_XY", "QUALITE_GEOLOC", "DCIRIS", "QUALI_IRIS"),
        *("QP2024", "QUALI_QP2024", "QP2015", "QUALI_QP2015", "SECT"),
    ),
    "",
)
ELSEWHERE = "00900"  # a commune of nobody here
PAGE_HTML = """<!doctype html><html lang="fr"><title>Base inventée</title>
<a href="{folder}/BPE{year}.zip">CSV</a> <a href="{folder}/BPE{year}.parquet">parquet</a>
<a href="/fr/statistiques/fichier/8217525/BPE_notice.pdf">Notice</a></html>"""


def line(code: str, commune: str = COMMUNE, **told: Any) -> Row:
    """One facility, in the first IRIS and in no QPV unless told."""
    ordinary = {
        "AN": "2025",
        "TYPEQU": code,
        "DOM": code[:1],
        "SDOM": code[:2],
        "DEPCOM": commune,
        "CODPOS": commune,
        "NUMVOIE": "1",
        "TYPVOIE": "RUE",
        "LIBVOIE": "DU LAVOIR FICTIF",
        "STATUT_DIFFUSION": "O",
        "TYPE": "LF" if code == "A128" else "_Z",
        "LONGITUDE": "1.25",
        "LATITUDE": "49.05",
        "QUALITE_XY": "B",
        "DCIRIS": f"{commune}_0101" if commune == COMMUNE else f"{commune}0000",
        "QUALI_IRIS": "1" if commune == COMMUNE else "X",
        "QP2024": "HZ" if commune == COMMUNE else "CSZ",
        "QUALI_QP2024": "1" if commune == COMMUNE else "_Z",
        "QP2015": "HZ" if commune == COMMUNE else "CSZ",
        "QUALI_QP2015": "1" if commune == COMMUNE else "_Z",
    }
    return {**BLANK, **ordinary, **told}


def lines() -> list[Row]:
    """A country: one of each type elsewhere, a town hall in each commune, and what follows."""
    near_qpv = {"QP2024": "QN00001N", "QUALI_QP2024": "1", "QP2015": "QP000001"}
    told = [line(one.code, ELSEWHERE) for one in types()]
    told += [line("A129", code, SIRET=f"{code}0000000{code[-2:]}") for code in (COMMUNE, NEAR, FAR)]
    told += [
        line("D502", NOMRS="CRÈCHE FICTIVE DU LAC", SIRET="00000000000011", CAPACITE="40"),
        line("D502", NOMRS="MICRO-CRÈCHE FICTIVE", SIRET="00000000000012", **near_qpv),
        line("D503", NOMRS="LAEP FICTIF", CNOMRS="contact@exemple.invalid", QUALI_IRIS="2"),
        line("D505", NOMRS="LOISIRS FICTIFS", QUALI_IRIS="3", QUALI_QP2024="3", QUALI_QP2015="3"),
        line("D505", NOMRS="LOISIRS FICTIFS DU PORT", DCIRIS="001000102"),
        line("D506", NOMRS="CENTRE SOCIAL FICTIF", SIRET="00000000000013", **near_qpv),
        line("D506", NOMRS="CENTRE SOCIAL FICTIF", SIRET="00000000000013", **near_qpv),
        line("A128", NOMRS="FRANCE SERVICES FICTIVE", TYPE="LF"),
        line("A128", NOMRS="BUS FICTIF", TYPE="MO", QUALITE_XY="_Z", QUALI_IRIS="_Z"),
        line("A124", NOMRS="Mme Personne Inventée", SIRET="00000000000014"),
        line("F307", NOMRS="SECRET", STATUT_DIFFUSION="P", SIRET="00000000000015"),
        line("D265", NOMRS="DOCTEUR INVENTÉ", LIBVOIE="DU CABINET"),
        line("B207", NOMRS="BOULANGERIE FICTIVE"),
        line("D506", NEAR, NOMRS="CENTRE SOCIAL DU BOURG FICTIF", QUALITE_XY="M"),
    ]
    return told


def as_csv(rows: Sequence[Row], encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def as_zip(rows: Sequence[Row], encoding: str = "utf-8") -> bytes:
    """The archive: the data and, beside it, the names of its columns."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("BPE_varmod.csv", "COD_VAR;LIB_VAR\r\nAN;Millésime\r\n")
        archive.writestr("BPE.csv", as_csv(rows, encoding))
    return packed.getvalue()


def as_parquet(rows: Sequence[Row]) -> bytes:
    """The same, with the numbers as numbers and what is not filled absent, as Insee types them."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"AN": int, "LONGITUDE": float, "LATITUDE": float, "CAPACITE": float}
    columns = {
        name: [kinds.get(name, str)(row[name]) if row[name] else None for row in rows]
        for name in rows[0]
    }
    packed = io.BytesIO()
    pq.write_table(pa.table(columns), packed, row_group_size=20)
    return packed.getvalue()


def publish(server: StandIn, rows: Sequence[Row] | None = None, year: str = "25") -> None:
    """Put one edition on the site: its page, parquet and ZIP."""
    rows = lines() if rows is None else rows
    page = PAGE_HTML.format(folder=FOLDER, year=year)
    server.site[PAGE] = Reply(200, page.encode(), "text/html; charset=utf-8")
    server.site[f"{FOLDER}/BPE{year}.parquet"] = Reply(
        200, as_parquet(rows), "application/octet-stream"
    )
    server.site[f"{FOLDER}/BPE{year}.zip"] = Reply(200, as_zip(rows), "application/zip")


def counted(geo: str, code: str, value: object, year: int = 2025, **more: Any) -> Row:
    """One observation of ``DS_BPE``: a type comes with its domain and its sub-domain."""
    told = {"FACILITY_DOM": code[:1], "FACILITY_SDOM": code[:2], "FACILITY_TYPE": code}
    told |= {"BPE_MEASURE": "FACILITIES", "UNIT_MEASURE": "NR"}
    row = seen(geo, year, value, **{**told, **more})
    del row["dimensions"]["FREQ"]
    return row


def observations(departement: str = DEPARTEMENT, region: str = REGION) -> list[Row]:
    """Types and their sums, at the three levels asked for."""
    places = {f"2026-DEP-{departement}": 7, f"2026-REG-{region}": 70, "2026-FRANCE-F": 700}
    rows = [counted(geo, one.code, value) for geo, value in places.items() for one in types()]
    rows += [counted(geo, "_T", 99_999, FACILITY_DOM="_T", FACILITY_SDOM="_T") for geo in places]
    rows += [counted(geo, "D506", 1, year=2024) for geo in places]
    return rows


def fill(server: StandIn) -> None:
    publish(server)
    server.observations["DS_BPE"] = observations()
