"""Finess: homes of young workers, PMI and places of social support, from the national stock.

Producer's page: https://www.data.gouv.fr/fr/datasets/finess-extraction-du-fichier-des-etablissements/
(Licence Ouverte).  The file ``etalab-cs1100507-stock-AAAAMMJJ-HHMM.csv`` has no heading: a line of
its own on its edition, then establishments (``structureet``), then points (``geolocalisation``).
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ctg_data import fr
from ctg_data.errors import SourceChanged
from ctg_data.sources import datagouv, metres, place_cells, streams
from ctg_data.sources.base import Fetched, Reading
from ctg_data.sources.extract import MEDIA_TYPE, Extract, Origin
from ctg_data.sources.http import Saved
from ctg_data.sources.places import PublishedPlace, public_text
from ctg_data.sources.registry import Dataset
from ctg_data.territory.config import TerritoryConfig

SLUG = "finess-extraction-du-fichier-des-etablissements"
FILE = "etalab-cs1100507-stock"
PLACES, POINTS = "structureet", "geolocalisation"
# Fields of a line by rank, from 0; those that are not named never enter (fax, who owns it)
FIELDS = {
    **{"nofinesset": 1, "rs": 3, "rslongue": 4, "numvoie": 7, "typvoie": 8, "voie": 9},
    **{"compvoie": 10, "lieuditbp": 11, "commune": 12, "departement": 13, "ligneacheminement": 15},
    **{"telephone": 16, "categetab": 18, "libcategetab": 19, "siret": 22, "dateouv": 28},
}
WIDTH = 32
POINT = {"coordxet": 2, "coordyet": 3, "sourcecoordet": 4}
COLUMNS = (*FIELDS, *POINT)
FREE = ("rs", "rslongue", "lieuditbp")  # texts that may name a person
SHAPES = {
    "nofinesset": re.compile(r"\w{9}"),
    "commune": re.compile(r"\d{3}"),
    "departement": re.compile(r"\d[\dA-Z]\d?"),
    "categetab": re.compile(r"\d{3,4}"),
}
MISSHAPEN = 0.01  # of the lines: beyond, the fields are not where they were
KINDS = {"257": "fjt", "223": "pmi"}
CATEGORIES = {
    *("257", "258", "259", "256", "214", "219", "442", "443", "166", "223", "228", "230", "268"),
    *("190", "189", "182", "295", "175", "177", "463"),
}
# Two categories that are kept by their words: their numbers have changed hands
WORDS = re.compile(r"club.* equipes? de prevention|(information|consultation).*conseil familial")
ZONES = {"UTM_N20": 20, "UTM_N21": 21, "UTM_N22": 22, "UTM_S38": 38, "UTM_S40": 40}
# Communes that became something else than a commune of Guadeloupe
APART = {"97123": "97701", "97127": "97801"}
WAYS = {
    **{"R": "rue", "AV": "avenue", "BD": "boulevard", "PL": "place", "ALL": "allée"},
    **{"CHE": "chemin", "IMP": "impasse", "RTE": "route", "SQ": "square", "QU": "quai"},
    **{"CRS": "cours", "PAS": "passage", "FG": "faubourg", "RES": "résidence", "CITE": "cité"},
}


def fetch(dataset: Dataset, territory: TerritoryConfig, clients: Any) -> Fetched | None:
    """Bring the newest stock; keep the establishments of the territory and their points."""
    here = datagouv.communes_told(territory)
    found = datagouv.resources(clients.http, SLUG)
    files = datagouv.newest(found, FILE, ("csv",))
    if not files:
        raise _other_format([f"{one.title} ({one.format})" for one in found])
    with TemporaryDirectory() as folder:
        saved = datagouv.save(clients.http, files[0].address, Path(folder), dataset.id)
        edition, kept, count = _establishments(saved, dataset.id, here)
        points = _points(saved, dataset.id, {one["nofinesset"] for one in kept}, count)
    origin = Origin(saved.address, saved.sha256, saved.size, edition or files[0].day, count)
    lines = [one | points.get(one["nofinesset"], {}) for one in kept]
    content = Extract.of(origin, COLUMNS, lines).to_bytes()
    return Fetched(saved.address, content, MEDIA_TYPE, origin.edition)


def read(dataset: Dataset, content: bytes, territory: TerritoryConfig, citation: str) -> Reading:
    """The establishments of the territory, each with the kind of the register it has, if any."""
    extract = Extract.from_bytes(content, dataset.id)
    here = datagouv.communes_told(territory)
    lines = place_cells.lines(extract, COLUMNS, dataset.id)
    told = [(line, here.get(insee(line["departement"], line["commune"]))) for line in lines]
    edition = extract.origin.edition
    places = [_place(line, town, edition, citation) for line, town in told if town]
    return place_cells.reading(dataset, places, citation, Counter(), extract)


def insee(departement: str, commune: str) -> str:
    """The Insee code that Finess writes in two parts, overseas by a letter.

    >>> insee("01", "451"), insee("2A", "4"), insee("9D", "411"), insee("974", "11")
    ('01451', '2A004', '97411', '97411')
    >>> insee("9A", "127"), insee("", "451"), insee("98", "x")
    ('97801', '', '')
    """
    if not departement or not commune.isdigit():
        return ""
    if re.fullmatch(r"9[A-F]", departement):
        code = f"97{commune.zfill(3)}"
    else:
        code = f"{departement}{commune.zfill(5 - len(departement))}"
    return APART.get(code, place_cells.insee(code))


def is_kept(line: dict[str, str]) -> bool:
    """Whether an establishment is of a category that serves families, the young or rights."""
    return line["categetab"] in CATEGORIES or bool(WORDS.search(fr.bare(line["libcategetab"])))


def _rows(saved: Saved, name: str) -> Iterator[list[str]]:
    """Every line in fields, the one on the edition first."""
    try:
        yield from csv.reader(streams.lines(saved.path, name), delimiter=";")
    except csv.Error as error:
        raise streams.cut_short(name) from error


def _establishments(
    saved: Saved, name: str, here: dict[str, str]
) -> tuple[str, list[dict[str, str]], int]:
    """The edition, the establishments of the territory, and how many the file holds."""
    rows = _rows(saved, name)
    head = next(rows, [""])
    if not head or head[0].strip().lower() not in ("finess", PLACES):
        raise _other_format([";".join(head)[:40]])
    kept, count, odd, misshapen = [], 0, 0, Counter[str]()
    for row in rows:
        if not row or row[0] != PLACES:
            continue
        count += 1
        if len(row) != WIDTH:
            odd += 1
            continue
        line = {field: row[rank].strip() for field, rank in FIELDS.items()}
        misshapen.update(one for one, form in SHAPES.items() if not form.fullmatch(line[one]))
        if is_kept(line) and insee(line["departement"], line["commune"]) in here:
            kept.append(place_cells.without_persons(line, FREE))
    _check_shape(name, count, odd, misshapen)
    return datagouv.day_in(";".join(head)), kept, count


def _check_shape(name: str, count: int, odd: int, misshapen: Counter[str]) -> None:
    """Without a heading, only what fields look like tells that they have moved."""
    if not count:
        raise streams.cut_short(name)
    moved = sorted(field for field, lines in misshapen.items() if lines > MISSHAPEN * count)
    if odd > MISSHAPEN * count or moved:
        what = f"lignes de {WIDTH} champs" if odd > MISSHAPEN * count else "colonnes à leur place"
        raise SourceChanged(
            f"« {name} » n'a plus ses {what}"
            + (f" ({', '.join(moved)})" if moved else "")
            + ". Finess a changé de forme : rien n'en a été repris. Signalez-le à qui maintient "
            "l'application."
        )
    if odd:
        raise streams.cut_short(name)


def _points(saved: Saved, name: str, wanted: set[str], count: int) -> dict[str, dict[str, str]]:
    """The points of some establishments; the section must be there, for it is the last one."""
    points, seen = {}, 0
    for row in _rows(saved, name):
        if row and row[0] == POINTS:
            seen += 1
            if len(row) <= max(POINT.values()):
                raise streams.cut_short(name)
            if row[1] in wanted:
                points[row[1]] = {field: row[rank].strip() for field, rank in POINT.items()}
    if 2 * seen < count:
        raise streams.cut_short(name)
    return points


def _other_format(instead: list[str]) -> SourceChanged:
    listed = ", ".join(instead[:5]) or "aucun fichier"
    return SourceChanged(
        f"Finess ne publie plus le fichier « {FILE}-AAAAMMJJ.csv » attendu (trouvé : {listed}). Le "
        "répertoire passe en 2026 à de nouveaux flux JSON, que cette version ne lit pas : rien "
        "n'en a été repris. Signalez-le à qui maintient l'application, pour que la lecture soit "
        "adaptée."
    )


def _place(line: dict[str, str], commune: str, edition: str, citation: str) -> PublishedPlace:
    longitude, latitude = _degrees(line)
    way = WAYS.get(line["typvoie"], line["typvoie"].lower())
    street = " ".join(filter(None, (line["numvoie"], line["compvoie"], way, line["voie"])))
    return PublishedPlace(
        key=line["nofinesset"],
        source="finess",
        citation=citation,
        kind=KINDS.get(line["categetab"], ""),
        nature=public_text(line["libcategetab"]),
        commune=commune,
        observed=edition,
        name=public_text(line["rslongue"]) or public_text(line["rs"]),
        address=place_cells.address((street, line["lieuditbp"])),
        postcode=place_cells.postcode(line["ligneacheminement"][:5]),
        siret=place_cells.siret(line["siret"]),
        longitude=longitude,
        latitude=latitude,
        telephone=place_cells.telephone(line["telephone"]),
    )


def _degrees(line: dict[str, str]) -> tuple[float | None, float | None]:
    """The point in degrees: by the zone that Finess names, else Lambert 93 on the mainland."""
    try:
        x, y = (float(line[one].replace(",", ".")) for one in ("coordxet", "coordyet"))
    except ValueError:
        return None, None
    zone = line["sourcecoordet"].rsplit(",", 1)[-1].strip().upper()
    overseas = insee(line["departement"], line["commune"]).startswith(("97", "98"))
    found = None
    if zone in ZONES:
        found = metres.utm(x, y, ZONES[zone], south=zone.startswith("UTM_S"))
    elif zone == "LAMBERT_93" or not overseas:
        found = metres.lambert_93(x, y)
    return place_cells.point(*map(str, found)) if found else (None, None)
