"""An invented territory and what producers would publish on it.  Every number here is made up.

Its codes start with 00, which no French place does: lost zeros show at once.  ``fill_figures``
publishes the same on any territory.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ctg_data import fr
from ctg_data.model import Level
from ctg_data.territory.config import TerritoryConfig, Zone
from tests import datagouv_lists, insee_tables, standin_directories, zone_files
from tests.standin import Row, StandIn

COMMUNE, NEAR, FAR = "00100", "00101", "00102"
EPCI, DEPARTEMENT, REGION = "000000001", "00", "00"


def zone(level: Level, code: str, label: str, vintage: int = 2025, *communes: str) -> Zone:
    return Zone(level, code, vintage, label, communes)


def territory(**changes: Any) -> TerritoryConfig:
    """Build the invented territory, declared real so that it may be updated."""
    commune = zone(Level.COMMUNE, COMMUNE, "Essai-Ville")
    near = zone(Level.COMMUNE, NEAR, "Essai-le-Bourg")
    far = zone(Level.COMMUNE, FAR, "Essai-les-Prés")
    told: dict[str, Any] = {
        "id": "essai",
        "label": "Essai-Ville",
        "fictional": False,
        "folder": Path(__file__).parent / "essai",  # its portal alone
        "commune": commune,
        "epci": zone(Level.EPCI, EPCI, "Essai Agglomération"),
        "departement": zone(Level.DEPARTEMENT, DEPARTEMENT, "Essai-Maritime"),
        "region": zone(Level.REGION, REGION, "Essaie"),
        "france": zone(Level.FRANCE, "FRANCE", "France"),
        "neighbours": (near,),
        "epci_members": (commune, near, far),
        "iris": (
            zone(Level.IRIS, "001000101", "Centre"),
            zone(Level.IRIS, "001000102", "Port"),
        ),
        "qpv": (
            zone(Level.QPV, "QP000001", "Les Hauts", 2015, COMMUNE),
            zone(Level.QPV, "QN00001N", "Les Hauts – Le Lac", 2024, COMMUNE, NEAR),
            zone(Level.QPV, "QN00002M", "L'Étang", 2024, COMMUNE),
        ),
        "quartiers": (),
        "parties": (),
        "convention": {},
        "secret": {},
        "labels": {},
        "references": (),
    }
    return TerritoryConfig(**{**told, **changes})


BENEFITS = (
    *("indfoy_ndur", "indnbp_ndur", "indfoy_ndurpaje", "indfoy_cmg", "indfoy_af", "indfoy_ars"),
    *("indfoy_asf", "indfoy_ndural", "indfoy_apl", "indfoy_rsa", "indfoy_ppa"),
)
RATES = ("psu_col", "hors_psu_col", "eaje", "prescol", "am_ind", "gad_ind", "ind")


def benefits(code: str, name: str, month: str, size: int, **more: Any) -> Row:
    """Build a line of ``s_ben_*``: every benefit a fixed share of ``size``, rounded to 5."""
    row: Row = {"dtreffre": month, code: name}
    return {**row, **{one: 5 * (size // (rank + 1)) for rank, one in enumerate(BENEFITS)}, **more}


def rates(suffix: str, year: object, total: float, keys: Row, prefix: str = "txcouv") -> Row:
    """Build a line of ``txcouv_pe_*`` or ``nbpla_pe_*``."""
    whole = f"txcouv_{suffix}" if prefix == "txcouv" else f"tot_offre_{suffix}"
    parts = {f"{prefix}_{one}_{suffix}": round(total / (n + 2), 1) for n, one in enumerate(RATES)}
    return {"annee": year, **keys, **parts, whole: round(total, 1)}


def fields_of(rows: list[Row], **kinds: str) -> dict[str, str]:
    """Describe columns: text, or the type of their first value, or as told."""
    guess = {int: "int", float: "double"}
    return {
        name: kinds.get(name, guess.get(type(value), "text")) for name, value in rows[0].items()
    }


def publish(server: StandIn, name: str, rows: list[Row], **kinds: str) -> None:
    server.put(name, fields_of(rows, **kinds), rows)


def fill(server: StandIn) -> None:
    """Publish everything the sources ask for."""
    from tests import standin_bpe  # its lines are of this territory

    standin_bpe.fill(server)
    fill_figures(server, territory())
    server.layers, server.archive = zone_files.layers(), zone_files.archive()
    datagouv_lists.fill(server.files)
    standin_directories.fill(server)
    insee_tables.fill(server.site)


def fill_figures(server: StandIn, place: TerritoryConfig) -> None:
    """What the Cnaf, Melodi and the lists of communes publish on a territory."""
    _fill_benefits(server, place)
    _fill_childcare(server, place)
    _fill_quarters(server, place)
    _fill_insee(server, place)
    _fill_places(server, place)


def communes(place: TerritoryConfig) -> tuple[str, ...]:
    """The commune, those around it, then those it compares itself with."""
    every = (*place.neighbours, *place.epci_members, *place.comparables)
    return tuple(dict.fromkeys([place.commune.code, *(one.code for one in every)]))


def _fill_benefits(server: StandIn, place: TerritoryConfig) -> None:
    years = (2022, 2023, 2024)
    codes = communes(place)
    sizes = dict.fromkeys(codes, 100) | dict(zip(codes, (800, 90, 12), strict=False))
    rows = [
        benefits("numcomdo", code, f"{year}-12", size + year - 2020, nomcom=f"VILLE {code}")
        for year in years
        for code, size in sizes.items()
    ]
    rows += [benefits("numcomdo", "", "2024-12", 3, nomcom="")]
    publish(server, "s_ben_com_f", rows, dtreffre="date")
    stale = [{**row, "indfoy_rsa": 999_995} for row in rows]
    publish(server, "s_ben_com_f-copy", stale, dtreffre="date")
    wide = {"indfoy_aah": 35, "indben_aeeh": 20}
    rows = [benefits("numepci", place.epci.code, f"{year}-12", 1_000, **wide) for year in years]
    rows += [benefits("numepci", "XX", "2024-12", 40, **wide)]
    rows += [{**rows[2], **dict.fromkeys(BENEFITS, None), "indfoy_ndur": 1}]
    publish(server, "s_ben_epci_f", rows, dtreffre="date")
    text = {"indfoy_aah": "1 234", "indben_aeeh": "567"}
    rows = [
        benefits("numdep", place.departement.code, f"2024-{month:02}", 3_000 + month, **text)
        for month in range(1, 13)
    ]
    publish(server, "s_ben_dep", rows, dtreffre="date")
    rows = [benefits("pays", "FRANCE", f"2024-{month:02}", 9_000, **wide) for month in (6, 12)]
    publish(server, "s_ben_nat", rows, dtreffre="date")


def _fill_childcare(server: StandIn, place: TerritoryConfig) -> None:
    places = {"com": ("numcom", place.commune.code), "epci": ("numepci", place.epci.code)}
    places |= {"dep": ("numdep", place.departement.code), "reg": ("numregi", place.region.code)}
    for suffix, (column, code) in places.items():
        key = {column: code, column.replace("num", "nom"): "ESSAI"}
        now = [rates(suffix, year, 57.1 + year - 2022, key) for year in (2022, 2023)]
        if suffix == "com":
            now += [rates(suffix, 2023, 110.4, {**key, column: communes(place)[1]})]
        publish(server, f"txcouv_pe_{suffix}", now)
        past = [rates(suffix, str(year), 57.4 - 2022 + year, key) for year in range(2017, 2023)]
        publish(server, f"txcouv_pe_{suffix}_hist", past)
        if suffix == "reg":
            continue
        now = [rates(suffix, year, 400.0, key, "pl") for year in (2022, 2023)]
        publish(server, f"nbpla_pe_{suffix}", now)
        publish(server, f"nbpla_pe_{suffix}_hist", [rates(suffix, "2017", 380.0, key, "pl")])
    whole = {"national": "FRANCE ENTIERE HORS MAYOTTE"}
    now = [rates("nat", f"{year}-01-01", 60.0, whole) for year in (2022, 2023)]
    publish(server, "txcouv_pe_nat", now, annee="date")
    publish(server, "txcouv_pe_nat_hist", [rates("nat", "2017", 58.0, whole)])


CLASSES = (
    *("Moins de 400 euros", "Entre 400 et 799 euros", "Entre 800 et 1199 euros"),
    *("Entre 1200 et 1599 euros", "Entre 1600 et 1999 euros", "Entre 2000 et 3999 euros"),
    *("4000 euros ou plus", "Inconnu"),
)


def _classes(month: str, keys: Row, size: int) -> list[Row]:
    head = {"dtreffre": month, **keys}
    return [
        {**head, "qf_400": name, "indfoy_ndur": 5 * (size + rank), "indnbp_ndur": 15 * size}
        for rank, name in enumerate(CLASSES)
    ]


def _quarters(place: TerritoryConfig) -> Iterator[tuple[str, str]]:
    """Each part of each QPV of 2024: its commune, and its name as the Cnaf writes it."""
    for one in place.zones(Level.QPV, 2024):
        for code in one.communes:
            yield code, fr.bare(one.label.replace("–", "-")).upper()


def _fill_quarters(server: StandIn, place: TerritoryConfig) -> None:
    rows = [
        row
        for year in (2023, 2024)
        for code in communes(place)
        for row in _classes(f"{year}-12", {"numcomdo": code, "nomcom": "ESSAI"}, 40)
    ]
    publish(server, "ndur_s_qf_400_com_f", rows, dtreffre="date")
    rows = [
        row
        for code, name in _quarters(place)
        for row in _classes("2024-12", {"numcomdo": code, "nomqpv": name}, 10)
    ]
    publish(server, "ndur_s_qf_400_qpv_f", rows, dtreffre="date")
    key = {"numcomdo": place.commune.code}
    digits = [one.code[5:] for one in place.iris]
    rows = _classes("2024-12", {**key, "numirisd": digits[0]}, 20)
    for one in digits[1:]:
        rows += _classes("2024-12", {**key, "numirisd": one.lstrip("0")}, 8)
    rows += _classes("2024-12", {**key, "numirisd": "0000"}, 1)
    publish(server, "ndur_s_qf_400_iris_f", rows, dtreffre="date")
    for name, column, kinds in (
        ("rsa_s_type_iris_f", "indfoy_rsa", ("RSA majoré", "RSA non majoré")),
        ("al_s_type_parc_iris_f", "indfoy_ndural", ("Parc public", "Parc privé")),
    ):
        rows = [
            {"dtreffre": "2024-12", **key, "numirisd": one, "type": kind, column: 30 + 5 * rank}
            for one in (digits[0], *digits[2:])
            for rank, kind in enumerate(kinds)
        ]
        publish(server, name, rows, dtreffre="date")


def seen(geo: str, year: int, value: object, **more: Any) -> Row:
    """Build one observation of Insee's."""
    status = more.pop("CONF_STATUS", "F")
    measures = {"OBS_VALUE_NIVEAU": {} if value is None else {"value": value}}
    attributes = {"OBS_STATUS": "A", "CONF_STATUS": status}
    head = {"GEO": geo, "TIME_PERIOD": str(year), "FREQ": "A"}
    return {"dimensions": {**head, **more}, "attributes": attributes, "measures": measures}


AGES = (*(f"Y{age}" for age in range(100)), "Y_GE100", "_T")


def _fill_insee(server: StandIn, place: TerritoryConfig) -> None:
    base = {"RP_MEASURE": "POP"}
    towns = [f"2026-COM-{code}" for code in communes(place)]
    county = f"2026-DEP-{place.departement.code}"
    around = [f"2026-EPCI-{place.epci.code}", county, f"2026-REG-{place.region.code}"]
    everywhere = [*towns, *around, "2026-FRANCE-F"]
    server.observations["DS_RP_TD_POPULATION_AGESEX_PRINC"] = [
        seen(one, 2023, 100.25, AGE=age, SEX=sex, **base)
        for one in everywhere
        for age in AGES
        for sex in ("_T", "F")
    ]
    server.observations["DS_POPULATIONS_REFERENCE"] = [
        seen(one, year, 10_000 + year, POPREF_MEASURE=kind)
        for one in everywhere
        for year in (2022, 2023)
        for kind in ("PMUN", "PTOT")
    ]
    server.observations["DS_ETAT_CIVIL_NAIS_COMMUNES"] = [
        seen(one, year, 120, EC_MEASURE="LVB") for one in towns for year in (2023, 2024)
    ]
    server.observations["DS_FILOSOFI_CC"] = [
        seen(one, 2023, value, FILOSOFI_MEASURE=kind, UNIT_MEASURE=unit)
        for one in towns
        for kind, value, unit in (("MED_SL", 21_500, "EUR_YR"), ("PR_MD60", 18.5, "PT"))
    ]
    secret = seen(county, 2023, None, FILOSOFI_MEASURE="PR_MD60", CONF_STATUS="C")
    server.observations["DS_FILOSOFI_CC"].append(secret)


def square(west: float, south: float) -> Row:
    ring = [[west, south], [west + 0.1, south], [west + 0.1, south + 0.1], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _fill_places(server: StandIn, place: TerritoryConfig) -> None:
    codes = communes(place)
    around = {"code": place.epci.code, "nom": place.epci.label}
    server.communes = [
        {"code": code, "nom": f"Essai {code}", "population": 1000, "codeEpci": around["code"]}
        for code in codes
    ]
    server.described = {
        row["code"]: {
            **row,
            "departement": {"code": place.departement.code, "nom": place.departement.label},
            "region": {"code": place.region.code, "nom": place.region.label},
            "epci": around,
        }
        for row in server.communes
    }
    server.outlines = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": row, "geometry": square(1 + rank / 10, 49.0)}
            for rank, row in enumerate(server.communes)
        ],
    }
