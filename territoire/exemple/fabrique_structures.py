"""Fictional structures: where they stand, when they opened, how many places they offer."""

import numpy as np
import shapely
from fabrique_contours import Ground, degrees
from fabrique_socle import vintages_of
from fabrique_tables import Row, row

COLUMNS = ["id", "type", "nom", "adresse", "commune", "longitude", "latitude", "iris", "quartier"]
COLUMNS += ["qpv_2015", "qpv_2024", "places", "psu", "age_min", "age_max", "gestionnaire"]
COLUMNS += ["ouverture", "fermeture", "fictif"]
WORDS = ("Lucioles", "Berlingot", "Nuage", "Pirouette", "Galipette", "Marelle", "Cabane", "Toupie")
WORDS += ("Coquelicot", "Ricochet", "Farandole", "Boussole", "Hirondelle", "Arc-en-ciel", "Pinson")
STREETS = ("rue de l'Invention", "place du Brouillon", "quai du Songe", "avenue du Modèle")
STREETS += ("allée de l'Ébauche", "impasse du Croquis", "boulevard de la Fable")
# type: label, where it stands (a quartier by its number, N a neighbour met there, a letter a
# quartier prioritaire), ages, places
PLAN = {
    "eaje": ("Crèche", "11111222334445555678acezNNNN", (0, 2), (20, 64)),
    "alsh": ("Accueil de loisirs", "1234567cN", (3, 11), (40, 90)),
    "alsh_ados": ("Accueil d'adolescents", "15c", (12, 17), (16, 30)),
    "centre_social": ("Centre social", "2ace", (0, 99), (0, 0)),
    "evs": ("Espace de vie sociale", "147", (0, 99), (0, 0)),
    "laep": ("Lieu d'accueil enfants-parents", "125e", (0, 5), (0, 0)),
    "rpe": ("Relais petite enfance", "1", (0, 5), (0, 0)),
    "clas": ("Accompagnement à la scolarité", "2aace", (6, 17), (12, 30)),
    "fjt": ("Foyer de jeunes travailleurs", "16", (16, 30), (40, 80)),
    "ps_jeunes": ("Accueil de jeunes", "5a", (12, 25), (0, 0)),
    "mediation_familiale": ("Médiation familiale", "1", (0, 99), (0, 0)),
    "espace_rencontre": ("Espace de rencontre", "4", (0, 17), (0, 0)),
    "france_services": ("France services", "2e", (0, 99), (0, 0)),
}
PRIORITY = {"a": "QP000001", "c": "QP000003", "e": "QP000005", "z": "QN00004N"}


def structures(ground: Ground, seed: int) -> list[Row]:
    """Every structure, one row each, in and around the commune."""
    rng = np.random.default_rng(seed)
    rows: list[Row] = []
    for kind, (label, where, ages, places) in PLAN.items():
        for rank, place in enumerate(where):
            zone = _zone(ground, place, rank)
            offered = int(rng.integers(places[0], places[1] + 1)) if places[1] else ""
            name = f"{label} {WORDS[(len(rows) * 7) % len(WORDS)]} (fictif)"
            rows.append(
                _located(rng, ground, zone)
                | _dates(rng, kind, rank)
                | {
                    "id": f"F{len(rows) + 1:03d}",
                    "type": kind,
                    "nom": name,
                    "adresse": f"{rng.integers(1, 90)} {rng.choice(STREETS)} (adresse fictive)",
                    "places": offered,
                    "psu": ("oui" if rng.uniform() < 0.72 else "non") if kind == "eaje" else "",
                    "age_min": ages[0],
                    "age_max": ages[1],
                    "gestionnaire": rng.choice(["Ville fictive", "Association fictive"]),
                    "fictif": "oui",
                }
            )
    return rows


def eaje_places(rows: list[Row], year: int, field: str, code: str, psu: str = "") -> int:
    """Places of the crèches open on 31 December in one zone."""
    return sum(
        one["places"]
        for one in rows
        if one["type"] == "eaje"
        and one[field] == code
        and one["ouverture"] <= f"{year}-12-31"
        and (one["fermeture"] or "9999") > f"{year}-12-31"
        and psu in ("", one["psu"])
    )


def implanted(rows: list[Row], codes: dict[str, list[str]], vintages: dict[str, int]) -> list[Row]:
    """``places_eaje_implantees`` by zone; an offer of 0 place is a true 0."""
    found = []
    for year in range(2017, 2025):
        fields = [("commune", "commune", vintages["commune"])]
        if year >= 2020:
            fields += [(level, level, vintages[level]) for level in ("iris", "quartier")]
            fields += [("qpv", f"qpv_{one}", one) for one in vintages_of(year)]
        for level, field, vintage in fields:
            for code in codes[field]:
                found.append(
                    row(
                        "fictif_structures",
                        *(level, vintage, year, "places_eaje_implantees", "total", code),
                        eaje_places(rows, year, field, code),
                    )
                )
    return found


def _zone(ground: Ground, place: str, rank: int) -> shapely.Geometry:
    if place == "N":
        shapes = list(ground.neighbours.values())
        return shapes[(rank * 2) % len(shapes)].intersection(ground.commune.buffer(900))
    if place in PRIORITY:
        return next(one[PRIORITY[place]] for one in ground.qpv.values() if PRIORITY[place] in one)
    return ground.quartiers[f"FQ0{place}"]


def _located(rng: np.random.Generator, ground: Ground, zone: shapely.Geometry) -> Row:
    west, south, east, north = zone.bounds
    while True:
        point = rng.uniform((west, south), (east, north))
        if shapely.contains_xy(zone, *point) and not shapely.contains_xy(ground.river, *point):
            break
    lon, lat = np.round(degrees(point[None])[0], 6)

    def holder(shapes: dict[str, shapely.Geometry]) -> str:
        return next((c for c, shape in shapes.items() if shapely.contains_xy(shape, *point)), "")

    iris = holder(ground.iris)
    return {
        "commune": iris[:5] or holder(ground.neighbours),
        "longitude": f"{lon:.6f}",
        "latitude": f"{lat:.6f}",
        "iris": iris,
        "quartier": f"FQ{iris[5:7]}" if iris else "",
        "qpv_2015": holder(ground.qpv[2015]),
        "qpv_2024": holder(ground.qpv[2024]),
    }


def _dates(rng: np.random.Generator, kind: str, rank: int) -> Row:
    """Most were there before 2017; some opened since, two crèches closed."""
    opened, closed = int(rng.integers(1984, 2017)), ""
    if rank % 5 == 4:
        opened = int(rng.integers(2018, 2025))
    elif kind == "eaje" and rank in (3, 11):
        closed = f"{2019 + rank // 4}-07-31"
    return {"ouverture": f"{opened}-{rng.integers(1, 10):02d}-01", "fermeture": closed}
