"""The census of the fictional commune below the commune: people by age, under-threes, incomes."""

import numpy as np
from fabrique_public import CENSUS_YEARS, UNDER_THREE_DECLINE
from fabrique_socle import QPV_YEARS
from fabrique_tables import Row, row

AGES = [f"{age}-{age + 4}" for age in range(0, 95, 5)] + ["95+"]
# People of 5 years and more by age group, in a town that is neither young nor old.
PROFILE = (66, 64, 66, 62, 66, 68, 66, 64, 62, 62, 61, 58, 53, 48, 38, 27, 17, 8, 2)
POPULATION = 70_000
Counts = dict[tuple[str, int, str], dict[str, float]]  # (level, vintage or year, code) → figures


def by_zone(rows: list[Row], wanted: tuple[str, ...]) -> dict[tuple[str, int, str], dict[str, int]]:
    """Socle counts to lean on: (level, year, code) → variable/category → value."""
    found: dict[tuple[str, int, str], dict[str, int]] = {}
    for one in rows:
        name = f"{one['variable']}/{one['category']}"
        if name in wanted:
            key = (one["level"], one["period"], one["code"])
            found.setdefault(key, {})[name] = one["value"]
    return found


NEEDED = ("foyers_allocataires/total", "personnes_couvertes/total", "enfants_couverts/0-2")
NEEDED += ("allocataires_etudiants/total", "foyers_bas_revenus/total")
NEEDED += ("foyers_reference_revenus/total",)


def under_threes(
    known: dict[tuple[str, int, str], dict[str, int]], rng: np.random.Generator
) -> dict[tuple[str, int, str], int]:
    """Census children under three by zone and year: somewhat more than those the CAF covers.

    IRIS add up to their quartier and to the commune: the census places everyone.
    """
    found: dict[tuple[str, int, str], int] = {}
    for (level, year, code), counts in known.items():
        if level in ("iris", "qpv") and year in CENSUS_YEARS:
            covered = counts["enfants_couverts/0-2"]
            found[level, year, code] = int(covered * 1.08) + int(rng.poisson(0.04 * covered + 0.5))
    for (level, year, code), children in list(found.items()):
        if level == "iris":
            for wider in (("quartier", year, f"FQ{code[5:7]}"), ("commune", year, code[:5])):
                found[wider] = found.get(wider, 0) + children
    commune = next(code for level, _, code in found if level == "commune")
    for year in range(2019, 2016, -1):
        later = found["commune", year + 1, commune]
        found["commune", year, commune] = round(later / UNDER_THREE_DECLINE)
    return found


def ages(population: int, under_three: int, students: float) -> dict[str, int]:
    """Share a population between age groups; whole numbers that add up to it."""
    youngest = under_three + round(0.66 * under_three)
    weights = np.array(PROFILE, dtype=float)
    weights[2] *= 1 + 1.5 * students
    weights[3] *= 1 + 6.0 * students
    exact = weights / weights.sum() * (population - youngest)
    whole = np.floor(exact).astype(int)
    short = population - youngest - whole.sum()
    whole[np.argsort(whole - exact, kind="stable")[:short]] += 1
    return dict(zip(AGES, [youngest, *map(int, whole)], strict=True))


def census(
    known: dict[tuple[str, int, str], dict[str, int]],
    under: dict[tuple[str, int, str], int],
    vintages: dict[str, int],
    rng: np.random.Generator,
) -> list[Row]:
    """People by age for IRIS and QPV, added up to quartiers and commune; then earlier years."""
    tables: dict[tuple[str, int, int, str], dict[str, int]] = {}
    iris = {key[2]: counts for key, counts in known.items() if key[:2] == ("iris", 2022)}
    covered = {code: one["personnes_couvertes/total"] for code, one in iris.items()}
    weight = {code: count * rng.uniform(0.85, 1.15) for code, count in covered.items()}
    scale = POPULATION / sum(weight.values())
    for code, counts in iris.items():
        people = round(weight[code] * scale)
        table = ages(people, under["iris", 2022, code], _students(counts))
        tables["iris", vintages["iris"], 2022, code] = table
        for level, wider in (("quartier", f"FQ{code[5:7]}"), ("commune", code[:5])):
            sums = tables.setdefault((level, vintages[level], 2022, wider), dict.fromkeys(AGES, 0))
            for age, count in table.items():
                sums[age] += count
    for vintage, year in ((2015, 2022), (2024, 2023)):
        for (level, when, code), counts in known.items():
            if level == "qpv" and when == year:
                people = round(1.22 * counts["personnes_couvertes/total"])
                table = ages(people, under["qpv", year, code], _students(counts))
                tables["qpv", vintage, year, code] = table
    _other_years(tables, under, vintages)
    rows = [one for key, table in tables.items() for one in _told(key, table)]
    return rows + [
        row(
            "fictif_recensement",
            *(level, vintages[level] if level != "qpv" else _generation(code), year),
            *("enfants_moins_3_recensement", "total", code, children),
        )
        for (level, year, code), children in under.items()
    ]


def _students(counts: dict[str, int]) -> float:
    return counts["allocataires_etudiants/total"] / max(counts["foyers_allocataires/total"], 1)


def _generation(code: str) -> int:
    return 2015 if code.startswith("QP") else 2024


def _other_years(
    tables: dict[tuple[str, int, int, str], dict[str, int]],
    under: dict[tuple[str, int, str], int],
    vintages: dict[str, int],
) -> None:
    """The commune in the other census years, from the shares of 2022."""
    commune = next(key for key in tables if key[0] == "commune")
    shares, code = tables[commune], commune[3]
    for year in CENSUS_YEARS:
        if year == 2022:
            continue
        drift = {age: round(n * (1 + 0.004 * (year - 2022))) for age, n in shares.items()}
        drift["0-4"] = round(1.66 * under["commune", year, code])
        tables["commune", vintages["commune"], year, code] = drift


def _told(key: tuple[str, int, int, str], table: dict[str, int]) -> list[Row]:
    level, vintage, year, code = key
    place = ("fictif_recensement", level, vintage, year)
    people = sum(table.values())
    rows = [row(*place, "population_age", age, code, count) for age, count in table.items()]
    rows.append(row(*place, "population_municipale", "total", code, people))
    if level in ("commune", "qpv") and people:
        values = list(table.values())
        old = max(sum(values[12:]), 1)
        share, index = round(100 * sum(values[:5]) / people, 1), round(sum(values[:4]) / old, 1)
        rows.append(row(*place, "part_moins_25", "total", code, share))
        rows.append(row(*place, "indice_jeunesse", "total", code, index))
    return rows


def incomes(
    known: dict[tuple[str, int, str], dict[str, int]],
    vintages: dict[str, int],
    rng: np.random.Generator,
) -> list[Row]:
    """Poverty and median of IRIS (2021) and QPV; withheld where there are too few people."""
    years = {2015: QPV_YEARS[2015], 2024: (2023,)}
    rows = []
    for (level, year, code), counts in known.items():
        if level == "iris" and year == 2021:
            vintage = vintages["iris"]
        elif level == "qpv" and year in years[_generation(code)]:
            vintage = _generation(code)
        else:
            continue
        poor = counts["foyers_bas_revenus/total"] / max(counts["foyers_reference_revenus/total"], 1)
        hidden = counts["foyers_allocataires/total"] < 100
        poverty = float(np.clip(4 + 62 * poor + rng.normal(0, 1.5), 4, 65))
        figures = {
            "taux_pauvrete": round(poverty, 1),
            "niveau_vie_median": 10 * round((29_500 - 265 * poverty) / 10),
        }
        if level == "qpv":
            figures["taux_bas_revenus_declares"] = round(poverty + 17.5, 1)
            figures["part_prestations_sociales"] = round(5 + 0.5 * poverty, 1)
        for variable, value in figures.items():
            one = row("fictif_revenus", level, vintage, year, variable, "total", code, value)
            rows.append(one | ({"value": "", "status": "secret_cellule"} if hidden else {}))
    return rows
