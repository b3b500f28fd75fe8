"""The invented socle: the same fictional foyers, counted in every zoning, every December."""

from collections.abc import Iterator

import numpy as np
from fabrique_foyers import YEARS, Foyers, Year, december
from fabrique_tables import Row, row

# What a CAF hands over (the other benefits are only published, rounded, in open data).
SOCLE_FOYERS = (
    "foyers_allocataires/total",
    "foyers_selon_composition/isole",
    "foyers_selon_composition/monoparent",
    "foyers_selon_composition/couple_sans_enfant",
    "foyers_selon_composition/couple_avec_enfants",
    "couples_trois_enfants/total",
    "allocataires_etudiants/total",
    "allocataires_moins_25_non_etudiants/total",
    "foyers_aide_logement/total",
    "foyers_apl/total",
    "foyers_aah/total",
    "foyers_prime_activite/total",
    "foyers_rsa_socle/total",
    "foyers_dependance_50/total",
    "foyers_dependance_100/total",
    "foyers_bas_revenus/total",
    "foyers_reference_revenus/total",
)
AGES = {
    "total": (0, 24),
    "0-2": (0, 2),
    "3-5": (3, 5),
    "6-10": (6, 10),
    "11-14": (11, 14),
    "15-17": (15, 17),
    "18-24": (18, 24),
}
AEEH_AGES = {"total": (0, 24), "0-2": (0, 2), "3-5": (3, 5), "6-11": (6, 11), "12+": (12, 24)}
QPV_YEARS = {2015: (2020, 2021, 2022), 2024: (2023, 2024)}


def vintages_of(year: int) -> list[int]:
    """The QPV generation a CAF counts in, that year."""
    return [vintage for vintage, years in QPV_YEARS.items() if year in years]


def socle(foyers: Foyers, codes: dict[str, list[str]], vintages: dict[str, int]) -> list[Row]:
    """Every exact count of the socle, for the commune and each zoning below it."""
    rows: list[Row] = []
    for year in YEARS:
        counted = december(foyers, year)
        whole = np.where(foyers.here, codes["commune"][0], "")
        families = {
            "commune": (whole, codes["commune"]),
            "iris": (foyers.zones["iris"], codes["iris"]),
            "quartier": (foyers.zones["quartier"], codes["quartier"]),
        }
        for vintage in vintages_of(year):
            families["qpv"] = (foyers.zones[f"qpv_{vintage}"], codes[f"qpv_{vintage}"])
            vintages["qpv"] = vintage
        for level, (zone_of, known) in families.items():
            for values in _counts(counted, zone_of, known):
                rows.append(row(f"fictif_socle_{year}", level, vintages[level], year, *values))
    return rows


def parts_of_qpv(foyers: Foyers, codes: dict[str, list[str]], across: set[str]) -> list[Row]:
    """For a QPV across two communes, the part that lies in the commune."""
    rows: list[Row] = []
    for year in YEARS:
        counted = december(foyers, year)
        for vintage in vintages_of(year):
            inside = np.where(foyers.here, foyers.zones[f"qpv_{vintage}"], "")
            known = [code for code in codes[f"qpv_{vintage}"] if code in across]
            for values in _counts(counted, inside, known):
                rows.append(row(f"fictif_socle_{year}", "qpv", vintage, year, *values))
    return rows


def commune_totals(foyers: Foyers, year: int) -> dict[str, int]:
    """Exact totals of the commune, from which the rounded open data are invented."""
    counted = december(foyers, year)
    totals = {name: int((mask & foyers.here).sum()) for name, mask in counted.flags.items()}
    totals["personnes_couvertes/total"] = int(counted.members[counted.present & foyers.here].sum())
    return totals


Count = tuple[str, str, str, int, int]  # variable, category, zone, value, allocataires behind it


def _counts(year: Year, zone_of: np.ndarray, known: list[str]) -> Iterator[Count]:
    rank = {code: place for place, code in enumerate(known)}
    where = np.array([rank.get(code, -1) for code in zone_of])

    def per_zone(mask: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
        kept = mask & (where >= 0)
        heavy = None if weights is None else weights[kept]
        return np.bincount(where[kept], heavy, minlength=len(known)).astype(int)

    def told(name: str, value: np.ndarray, base: np.ndarray) -> Iterator[Count]:
        variable, category = name.split("/")
        for place, code in enumerate(known):
            yield variable, category, code, int(value[place]), int(base[place])

    for name in SOCLE_FOYERS:
        count = per_zone(year.flags[name])
        yield from told(name, count, count)
    everyone = per_zone(year.present)
    yield from told("personnes_couvertes/total", per_zone(year.present, year.members), everyone)
    for variable, ages, ill in (
        ("enfants_couverts", AGES, False),
        ("enfants_aeeh", AEEH_AGES, True),
    ):
        for category, (youngest, oldest) in ages.items():
            chosen = (year.child_age >= youngest) & (year.child_age <= oldest)
            owners = year.child_of[chosen & year.child_aeeh if ill else chosen]
            children = np.bincount(owners, minlength=len(where))
            value, base = per_zone(children > 0, children), per_zone(children > 0)
            yield from told(f"{variable}/{category}", value, base)
