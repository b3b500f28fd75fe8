"""What producers would publish of the fictional commune: benefits, coverage, births, incomes."""

from dataclasses import dataclass, field

import numpy as np
from fabrique_tables import Row, row

CENSUS_YEARS = range(2017, 2024)
UNDER_THREE_DECLINE = 0.982
# Everything is invented around the commune: (size against it, decline of under-threes a year).
SIZES = {"epci": 2.6, "departement": 12.4, "region": 31.0, "france": 840.0}
NEIGHBOUR_SIZES = (0.19, 0.13, 0.10, 0.24, 0.06, 0.04)
LARGE = 0.15  # coverage is published for communes of more than 10 000 inhabitants only
# Places for 100 children: crèches, childminders, home care, school at two.
RATES: dict[str, tuple[float, ...]] = {
    "epci": (24.6, 30.5, 1.3, 2.4),
    "departement": (18.4, 37.0, 1.0, 2.2),
    "region": (17.1, 41.0, 0.9, 3.2),
    "france": (23.2, 32.0, 2.1, 3.4),
    "voisine": (19.0, 33.0, 1.1, 1.6),
}
COMMUNE_RATES = (0.0, 17.5, 1.7, 0.9)  # crèches come from structures.csv
PUBLISHED_COMMUNE = ("rsa", "af", "paje", "cmg", "asf", "ars")
PUBLISHED = ("allocataires", "prime_activite", "aide_logement", "apl", *PUBLISHED_COMMUNE)


@dataclass
class World:
    """What the public tables are made from."""

    codes: dict[str, str]  # level: code of the commune and of each reference
    neighbours: list[str]
    vintages: dict[str, int]
    under_three: dict[int, int]  # commune, each census year
    population: int  # commune, 2022
    rng: np.random.Generator
    around: list[tuple[str, str, float, str]] = field(default_factory=list)  # other areas instead
    rates: dict[str, tuple[float, ...]] = field(default_factory=lambda: RATES)

    def areas(self) -> list[tuple[str, str, float, str]]:
        """Each area beside the commune: level, code, size against the commune, rates."""
        if self.around:
            return self.around
        wide = [(level, self.codes[level], size, level) for level, size in SIZES.items()]
        near = zip(self.neighbours, NEIGHBOUR_SIZES, strict=True)
        return wide + [("commune", code, size, "voisine") for code, size in near]


def benefits(world: World, totals: dict[int, dict[str, int]]) -> list[Row]:
    """Open data: rounded to 5 for communes and the EPCI, exact above."""
    rows = []
    for year, known in totals.items():
        for name in PUBLISHED_COMMUNE:
            variable = f"foyers_{name}"
            rows.append(_rounded(world, year, variable, "commune", known[f"{variable}/total"], 1.0))
    names = [f"foyers_{name}" for name in PUBLISHED] + ["personnes_couvertes", "foyers_aah"]
    for level, code, size, _ in world.areas():
        for variable in names:
            if level == "commune" and variable == "foyers_aah":
                continue  # not published for communes
            tilt = size * world.rng.uniform(0.85, 1.12)
            for year, known in totals.items():
                count = known[f"{variable}/total"] * tilt * world.rng.uniform(0.99, 1.01)
                rows.append(_rounded(world, year, variable, level, count, size, code))
    return rows


def _rounded(
    world: World, year: int, variable: str, level: str, count: float, size: float, code: str = ""
) -> Row:
    rounded = level in ("commune", "epci")
    value = 5 * round(count / 5) if rounded else round(count)
    base = value if variable.startswith("foyers") else None
    status = "arrondi" if rounded else "diffuse"
    place = (level, world.vintages["commune"], year, variable, "total")
    return row("fictif_prestations", *place, code or world.codes[level], value, base, status)


def coverage(world: World, creches: dict[int, tuple[int, int]]) -> list[Row]:
    """Children under three at every level, places and places for 100 of them, 2017 to 2023.

    The census counts them everywhere; coverage is told of the largest communes only.
    """
    rows = []
    for year in CENSUS_YEARS:
        since = year - 2017
        children = world.under_three[year]
        places = [round(rate * children / 100) for rate in COMMUNE_RATES]
        places[1] = round(places[1] * (1 - 0.03 * since))
        psu, other = creches[year]
        rows += _offer(world, "commune", world.codes["commune"], year, children, psu, other, places)
        for level, code, size, kind in world.areas():
            children = round(world.under_three[2017] * size * 0.987**since)
            census = ("fictif_recensement", level, world.vintages["commune"], year)
            rows.append(row(*census, "enfants_moins_3_recensement", "total", code, children))
            if level == "commune" and size < LARGE:
                continue
            growth = (1 + 0.012 * since, 1 - 0.022 * since, 1.0, 1 - 0.03 * since)
            places = [
                round(rate * more * children / 100)
                for rate, more in zip(world.rates[kind], growth, strict=True)
            ]
            psu = round(places[0] * 0.74)
            rows += _offer(world, level, code, year, children, psu, places[0] - psu, places)
    return rows


def _offer(
    world: World,
    level: str,
    code: str,
    year: int,
    children: int,
    psu: int,
    other: int,
    places: list[int],
) -> list[Row]:
    parts = {
        "psu": psu,
        "hors_psu": other,
        "eaje": psu + other,
        "assistants_maternels": places[1],
        "garde_domicile": places[2],
        "individuel": places[1] + places[2],
        "prescolarisation": places[3],
        "total": psu + other + sum(places[1:]),
    }
    place = ("fictif_couverture", level, world.vintages["commune"], year)
    rows = [row(*place, "places_petite_enfance", part, code, n) for part, n in parts.items()]
    return rows + [
        row(*place, "taux_couverture", part, code, round(100 * count / children, 1))
        for part, count in parts.items()
    ]


def births(world: World) -> list[Row]:
    """Domiciled births, declining; under-threes of a census are those of the three years before."""
    rows = []
    first = world.under_three[2017] / 2.83
    for year in range(2015, 2025):
        trend = first * UNDER_THREE_DECLINE ** (year - 2015)
        areas = [("commune", world.codes["commune"], 1.0), *(a[:3] for a in world.areas())]
        for level, code, size in areas:
            count = round(trend * size * world.rng.uniform(0.985, 1.015))
            place = (level, world.vintages["commune"], year, "naissances_domiciliees", "total")
            rows.append(row("fictif_etat_civil", *place, code, count))
    return rows


def wide_populations(world: World) -> list[Row]:
    """Population of the areas beside the commune, each census year."""
    rows = []
    for level, code, size, _ in world.areas():
        for year in CENSUS_YEARS:
            count = round(world.population * size * (1 + 0.002 * (year - 2022)))
            place = (level, world.vintages["commune"], year, "population_municipale", "total")
            rows.append(row("fictif_recensement", *place, code, count))
    return rows


def wide_incomes(world: World) -> list[Row]:
    """Median standard of living and poverty, commune and areas around, 2019 to 2023."""
    levels = {"commune": (20_400, 24.1), "epci": (22_300, 17.0), "departement": (22_600, 14.6)}
    levels |= {"region": (22_700, 13.9), "france": (23_100, 14.9)}
    rows = []
    for level, (median, poverty) in levels.items():
        for year in range(2019, 2024):
            place = ("fictif_revenus", level, world.vintages["commune"], year)
            code, money = world.codes[level], 10 * round(median * 1.025 ** (year - 2019) / 10)
            share = round(poverty + 0.2 * (year - 2019), 1)
            rows.append(row(*place, "niveau_vie_median", "total", code, money))
            rows.append(row(*place, "taux_pauvrete", "total", code, share))
    return rows
