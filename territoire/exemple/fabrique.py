"""Make the fictional commune: outlines, socle, open data, structures.  Everything is invented.

    python territoire/exemple/fabrique.py [FOLDER]

writes ``contours/``, ``donnees/``, ``structures.csv``, ``reponse_fed.csv`` and ``parts_qpv.csv``
in FOLDER (this one by default) from ``territoire.toml`` and ``sources.toml``.  The same seeds give
the same bytes.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from fabrique_contours import SEED, Ground, draw, to_degrees
from fabrique_fed import COLUMNS as ANSWER_COLUMNS, answer
from fabrique_foyers import YEARS, Foyers, simulate
from fabrique_habitants import NEEDED, POPULATION, by_zone, census, incomes, under_threes
from fabrique_public import (
    CENSUS_YEARS,
    World,
    benefits,
    births,
    coverage,
    wide_incomes,
    wide_populations,
)
from fabrique_semblables import comparables
from fabrique_socle import commune_totals, parts_of_qpv, socle
from fabrique_structures import COLUMNS as STRUCTURE_COLUMNS, eaje_places, served, structures
from fabrique_tables import COLUMNS, HERE, Row, ordered, toml, write_csv


def make(folder: Path) -> None:
    """Write the whole fiction in ``folder``."""
    config = toml("territoire.toml")
    codes = _codes(config)
    vintages = {
        "commune": config["millesimes"]["administratif"],
        "iris": config["millesimes"]["iris"],
        "quartier": config["millesimes"]["quartier"],
    }
    ground = draw(config["commune"]["code"], list(config["voisines"]))
    foyers = simulate(ground, SEED + 1)
    exact = socle(foyers, codes, dict(vintages))
    places = structures(ground, SEED + 2)
    files = {f"socle_{year}": [one for one in exact if one["period"] == year] for year in YEARS}
    files |= _published(config, vintages, foyers, exact, places)
    for name, rows in files.items():
        write_csv(folder / "donnees" / f"fictif_{name}.csv", ordered(rows))
    write_csv(folder / "structures.csv", places, STRUCTURE_COLUMNS)
    told = answer(exact, places, max(YEARS), SEED + 4)
    write_csv(folder / "reponse_fed.csv", told, ANSWER_COLUMNS)
    _write_parts(folder, config, foyers, codes)
    _write_ground(folder / "contours", ground, config)
    areas = folder / "contours" / "zones_competence.geojson"
    _write_json(areas, collection(served(ground, places)))


def _published(
    config: dict[str, Any],
    vintages: dict[str, int],
    foyers: Foyers,
    exact: list[Row],
    places: list[Row],
) -> dict[str, list[Row]]:
    """What would be public, invented around the exact counts."""
    rng = np.random.default_rng(SEED + 3)
    known, commune = by_zone(exact, NEEDED), config["commune"]["code"]
    under = under_threes(known, rng)
    world = World(
        codes={level: config[level]["code"] for level in ("commune", *_REFERENCES)},
        neighbours=list(config["voisines"]),
        vintages=vintages,
        under_three={year: under["commune", year, commune] for year in CENSUS_YEARS},
        population=POPULATION,
        rng=rng,
    )
    creches = {
        year: tuple(eaje_places(places, year, "commune", commune, psu) for psu in ("oui", "non"))
        for year in CENSUS_YEARS
    }
    totals = {year: commune_totals(foyers, year) for year in YEARS}
    return {
        "prestations": benefits(world, totals),
        "recensement": census(known, under, vintages, rng) + wide_populations(world),
        "couverture": coverage(world, creches),
        "etat_civil": births(world),
        "revenus": wide_incomes(world) + incomes(known, vintages, rng),
        "communes_semblables": comparables(world, list(config["comparables"]), totals),
    }


_REFERENCES = ("epci", "departement", "region", "france")


def _codes(config: dict[str, Any]) -> dict[str, list[str]]:
    codes = {"commune": [config["commune"]["code"]], "iris": list(config["iris"])}
    codes["quartier"] = list(config["quartiers"])
    for vintage in (2015, 2024):
        found = [one["code"] for one in config["qpv"] if one["millesime"] == vintage]
        codes[f"qpv_{vintage}"] = found
    return codes


def _write_parts(
    folder: Path, config: dict[str, Any], foyers: Foyers, codes: dict[str, list[str]]
) -> None:
    """The part of each straddling QPV that lies in the commune, beside the socle, not in it."""
    commune = config["commune"]["code"]
    across = {one["code"] for one in config["qpv"] if len(one["communes"]) > 1}
    rows = [one | {"commune": commune} for one in parts_of_qpv(foyers, codes, across)]
    write_csv(folder / "parts_qpv.csv", ordered(rows), [*COLUMNS, "commune"])


def _write_ground(folder: Path, ground: Ground, config: dict[str, Any]) -> None:
    commune = config["commune"]["code"]
    qpv = {one["code"]: one for one in config["qpv"]}
    names = {commune: config["commune"]["label"]} | config["voisines"] | config["iris"]
    names |= config["quartiers"] | {code: one["label"] for code, one in qpv.items()}
    names |= {code: f"Secteur scolaire {code[2:]} (fictif)" for code in ground.secteurs}
    names["FLEUVE"] = "L'Exemple, fleuve (fictif)"
    layers: dict[str, tuple[dict[str, shapely.Geometry], int | None]] = {
        "commune": ({commune: ground.commune}, None),
        "voisines": (ground.neighbours, None),
        "iris": (ground.iris, config["millesimes"]["iris"]),
        "quartiers": (ground.quartiers, config["millesimes"]["quartier"]),
        "secteurs_scolaires": (ground.secteurs, None),
        "fleuve": ({"FLEUVE": ground.river}, None),
        **{f"qpv_{vintage}": (shapes, vintage) for vintage, shapes in ground.qpv.items()},
    }
    for layer, (shapes, generation) in layers.items():
        features: list[Row] = []
        for code, shape in shapes.items():
            inside = qpv[code]["communes"] if code in qpv else [commune]
            properties = {
                "code": code,
                "nom": names[code],
                "communes": [code] if layer == "voisines" else inside,
                "generation": generation,
                "fictif": True,
            }
            geometry = shapely.geometry.mapping(to_degrees(shape))
            features.append({"type": "Feature", "properties": properties, "geometry": geometry})
        _write_json(folder / f"{layer}.geojson", collection(features))


def collection(features: list[Row]) -> Row:
    """A layer of GeoJSON."""
    return {"type": "FeatureCollection", "features": features}


def _write_json(path: Path, content: Row) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text.replace('{"type":"Feature",', '\n{"type":"Feature",') + "\n", "utf-8")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
