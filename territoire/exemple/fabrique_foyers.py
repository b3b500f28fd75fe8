"""Sixteen thousand fictional foyers: each lives at a point, has children, comes and goes.

Counting the same foyers in every zoning is what makes the invented socle consistent: partitions
add up, subsets are smaller, years follow each other, and small counts appear by themselves.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from fabrique_contours import Ground

YEARS = range(2020, 2025)
STOCK, ENTRANTS, LEAVING = 16_300, 2_900, 0.18
UNPLACED = 0.006  # administrative addresses: counted in the commune, in no zone below it
EMPTY_IRIS = "0804"  # a harbour: fewer than 100 allocataires
CAMPUS = ("0303", "0304")


@dataclass
class Foyers:
    """One row a foyer; ``u`` are the draws that decide each benefit, the same every year."""

    zones: dict[str, np.ndarray]  # zoning: code of each foyer, "" outside
    here: np.ndarray  # in the commune, not across its border
    first: np.ndarray
    last: np.ndarray
    born: np.ndarray
    couple: np.ndarray
    student: np.ndarray
    hardship: np.ndarray
    u: dict[str, np.ndarray]
    child_of: np.ndarray
    child_born: np.ndarray
    child_leaves: np.ndarray
    child_aeeh_from: np.ndarray


def simulate(ground: Ground, seed: int) -> Foyers:
    """Draw every foyer that was there at least one December from 2020 to 2024."""
    rng = np.random.default_rng(seed)
    count = STOCK + ENTRANTS * (len(YEARS) - 1)
    points = _points(rng, ground, count)
    here = shapely.contains_xy(ground.commune, points)
    zones = _zones(rng, ground, points)
    count = len(points)
    first = np.full(count, YEARS[0])
    arriving = rng.permutation(count)[STOCK * count // (STOCK + ENTRANTS * 4) :]
    first[arriving] = rng.choice(np.array(YEARS[1:]), len(arriving))
    campus = np.isin([code[5:] for code in zones["iris"]], CAMPUS)
    poor = (zones["qpv_2015"] != "") | (zones["qpv_2024"] != "")
    hardship = np.clip(rng.beta(2, 5, count) + 0.33 * poor, 0, 1)
    centre = np.exp(-np.hypot(*points.T) / 900.0)
    student = rng.uniform(size=count) < np.where(poor, 0.03, 0.07 + 0.33 * centre + 0.42 * campus)
    # Those already there in 2020 came earlier: without it everyone would age together.
    elapsed = np.where(first == YEARS[0], rng.geometric(LEAVING, count) - 1, 0)
    elapsed[student] = np.minimum(elapsed[student], 2)
    age = np.where(
        student, rng.integers(18, 23, count), 19 + rng.gamma(1.7, 9.0, count).astype(int)
    )
    couple = rng.uniform(size=count) < np.where(student, 0.04, 0.36 - 0.10 * hardship)
    children, parent_age = _children(rng, couple, student, hardship, first - elapsed)
    age = np.where(parent_age > 0, parent_age, age) + elapsed
    return Foyers(
        zones=zones,
        here=here,
        first=first,
        last=first + rng.geometric(LEAVING, count) - 1,
        born=first - np.minimum(age, 88),
        couple=couple,
        student=student,
        hardship=hardship,
        u={name: rng.uniform(size=count) for name in DRAWS},
        **children,
    )


DRAWS = ("al", "apl", "aah", "activity", "reference", "poor", "half", "whole", "cover")
DRAWS += ("af", "paje", "cmg", "asf", "ars")


def _points(rng: np.random.Generator, ground: Ground, count: int) -> np.ndarray:
    """Where foyers live: denser near the centre and in the QPV, hardly any in the harbour."""
    straddling = [shape for qpv in ground.qpv.values() for shape in qpv.values()]
    land = shapely.union_all([ground.commune, *straddling])
    west, south, east, north = land.bounds
    cloud = rng.uniform((west, south), (east, north), (count * 14, 2))
    cloud = cloud[shapely.contains_xy(land, cloud) & ~shapely.contains_xy(ground.river, cloud)]
    density = 0.10 + 0.9 * np.exp(-np.hypot(*cloud.T) / 1300.0)
    density += 0.55 * shapely.contains_xy(shapely.union_all(straddling), cloud)
    harbour = next(shape for code, shape in ground.iris.items() if code.endswith(EMPTY_IRIS))
    density[shapely.contains_xy(harbour, cloud)] = 0.035
    kept = cloud[rng.uniform(size=len(cloud)) < density / 1.6]
    if len(kept) < count:
        raise RuntimeError("not enough points: draw a larger cloud")
    return kept[:count]


def _zones(rng: np.random.Generator, ground: Ground, points: np.ndarray) -> dict[str, np.ndarray]:
    """The code of each foyer in each zoning; a few are placed nowhere."""
    lost = rng.uniform(size=len(points)) < UNPLACED
    families = {
        "iris": ground.iris,
        "qpv_2015": ground.qpv[2015],
        "qpv_2024": ground.qpv[2024],
    }
    zones = {}
    for name, shapes in families.items():
        codes = np.full(len(points), "", dtype="U9")
        for code, shape in shapes.items():
            codes[shapely.contains_xy(shape, points) & ~lost] = code
        zones[name] = codes
    zones["quartier"] = np.array([f"FQ{code[5:7]}" if code else "" for code in zones["iris"]])
    return zones


def _children(
    rng: np.random.Generator,
    couple: np.ndarray,
    student: np.ndarray,
    hardship: np.ndarray,
    entered: np.ndarray,
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Births of each family, some after 2024, and the age of the parent when entering (or 0)."""
    count = len(couple)
    family = rng.uniform(size=count) < np.where(couple, 0.78, 0.27 + 0.18 * hardship)
    sizes = 1 + rng.binomial(4, 0.24 + 0.14 * hardship)
    sizes[~family | student] = 0
    owner = np.repeat(np.arange(count), sizes)
    starts = np.cumsum(sizes) - sizes
    rank = np.arange(len(owner)) - starts[owner]
    # Most families enter at a birth; others move in with older children.
    first_birth = entered - np.floor(rng.gamma(0.9, 3.6, count)).astype(int)
    parent_age = np.clip(rng.normal(28.5, 5.0, count), 18, 43).astype(int) + entered - first_birth
    births = first_birth[owner] + rank * rng.integers(2, 5, len(owner))
    # Fewer births year after year: 3 % of those of the year before never happen.
    kept = rng.uniform(size=len(owner)) < np.power(0.97, np.clip(births - 2015, 0, None))
    born_child, owner = births[kept], owner[kept]
    aeeh = np.where(rng.uniform(size=len(owner)) < 0.035, rng.integers(1, 12, len(owner)), 99)
    children = {
        "child_of": owner,
        "child_born": born_child,
        "child_leaves": rng.integers(18, 24, len(owner)),
        "child_aeeh_from": aeeh,
    }
    return children, np.where(sizes > 0, parent_age, 0)


@dataclass
class Year:
    """The foyers of one December: masks over foyers and over children."""

    present: np.ndarray
    flags: dict[str, np.ndarray]  # variable or variable/category: foyers concerned
    child_of: np.ndarray
    child_age: np.ndarray
    child_aeeh: np.ndarray
    members: np.ndarray


def december(foyers: Foyers, year: int) -> Year:
    """Who is there at the end of ``year``, and what each foyer receives."""
    present = (foyers.first <= year) & (year <= foyers.last)
    age = year - foyers.child_born
    charged = present[foyers.child_of] & (age >= 0) & (age <= foyers.child_leaves)
    owners, ages = foyers.child_of[charged], age[charged]
    children = np.bincount(owners, minlength=len(present))
    flags = _composition(foyers, present, children, year)
    flags |= _benefits(foyers, present, children, flags, year)
    flags |= _family_benefits(foyers, present, children, owners, ages)
    return Year(
        present=present,
        flags=flags,
        child_of=owners,
        child_age=ages,
        child_aeeh=ages >= foyers.child_aeeh_from[charged],
        members=1 + foyers.couple + children,
    )


def _composition(
    foyers: Foyers, present: np.ndarray, children: np.ndarray, year: int
) -> dict[str, np.ndarray]:
    some, age = children > 0, year - foyers.born
    student = present & foyers.student & ~some & (age <= 26)
    return {
        "foyers_allocataires/total": present,
        "foyers_selon_composition/isole": present & ~foyers.couple & ~some,
        "foyers_selon_composition/monoparent": present & ~foyers.couple & some,
        "foyers_selon_composition/couple_sans_enfant": present & foyers.couple & ~some,
        "foyers_selon_composition/couple_avec_enfants": present & foyers.couple & some,
        "couples_trois_enfants/total": present & foyers.couple & (children >= 3),
        "allocataires_etudiants/total": student,
        "allocataires_moins_25_non_etudiants/total": present & ~student & (age < 25),
    }


def _benefits(
    foyers: Foyers,
    present: np.ndarray,
    children: np.ndarray,
    flags: dict[str, np.ndarray],
    year: int,
) -> dict[str, np.ndarray]:
    """Housing, minimum incomes, prime d'activité rising, low incomes nested in one another."""
    u, hard, since = foyers.u, foyers.hardship, year - YEARS[0]
    student, age = flags["allocataires_etudiants/total"], year - foyers.born
    housing = present & (u["al"] < np.where(student, 0.95, (0.38 + 0.5 * hard) * 0.985**since))
    rsa = present & ~student & (age < 65) & (u["activity"] < (0.02 + 0.28 * hard) * 0.975**since)
    prime = present & ~student & (age < 65) & (u["activity"] > 1 - (0.21 + 0.013 * since))
    reference = present & ~student & (age < 65) & (u["reference"] < 0.95)
    poor = reference & (rsa | (u["poor"] < 0.08 + 0.42 * hard))
    half = poor & (u["half"] < 0.62)
    return {
        "foyers_aide_logement/total": housing,
        "foyers_apl/total": housing & ~student & (u["apl"] < 0.15 + 0.75 * hard),
        "foyers_aah/total": present & ~student & (age < 65) & (u["aah"] < 0.03 + 0.09 * hard),
        "foyers_prime_activite/total": prime,
        "foyers_rsa_socle/total": rsa & (u["cover"] < 0.97),
        "foyers_rsa/total": rsa,
        "foyers_reference_revenus/total": reference,
        "foyers_bas_revenus/total": poor,
        "foyers_dependance_50/total": half,
        "foyers_dependance_100/total": half & (u["whole"] < 0.55),
    }


def _family_benefits(
    foyers: Foyers,
    present: np.ndarray,
    children: np.ndarray,
    owners: np.ndarray,
    ages: np.ndarray,
) -> dict[str, np.ndarray]:
    size, u = len(present), foyers.u
    young = np.bincount(owners[ages <= 2], minlength=size) > 0
    school = np.bincount(owners[(ages >= 6) & (ages <= 17)], minlength=size) > 0
    paje = young & (u["paje"] < 0.9)
    single = present & ~foyers.couple & (children > 0)
    return {
        "foyers_af/total": present & (children >= 2) & (u["af"] < 0.98),
        "foyers_paje/total": paje,
        "foyers_cmg/total": paje & (u["cmg"] < 0.42 - 0.3 * foyers.hardship),
        "foyers_asf/total": single & (u["asf"] < 0.45),
        "foyers_ars/total": school & (u["ars"] < 0.35 + 0.5 * foyers.hardship),
    }
