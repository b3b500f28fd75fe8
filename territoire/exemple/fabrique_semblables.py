"""Far communes that the fictional one compares itself with: invented, as if published.

Their own generator of chance: what is drawn for the commune and its surroundings does not move.
"""

from dataclasses import replace

import numpy as np
from fabrique_contours import SEED
from fabrique_public import World, benefits, births, coverage, wide_populations
from fabrique_tables import Row, row

# Size against the commune, median standard of living, poverty in 2019 (the commune: 20 400, 24.1),
# then places for 100 children: crèches, childminders, home care, school at two.
# The two last are left out by the criteria, one too poor, the other too large.
SHAPES: tuple[tuple[float, int, float, tuple[float, ...]], ...] = (
    (0.62, 20_900, 22.8, (21.4, 29.5, 0.9, 2.6)),
    (0.88, 19_950, 26.3, (26.8, 16.2, 1.2, 3.1)),
    (1.15, 20_300, 23.5, (30.2, 24.0, 1.6, 1.2)),
    (1.42, 21_150, 21.6, (24.5, 35.4, 1.4, 0.8)),
    (1.76, 20_100, 25.2, (33.1, 18.7, 2.0, 1.9)),
    (0.71, 17_800, 33.9, (18.3, 12.6, 0.3, 4.4)),
    (2.60, 21_700, 22.1, (35.6, 20.3, 2.2, 1.1)),
)


def comparables(world: World, codes: list[str], totals: dict[int, dict[str, int]]) -> list[Row]:
    """What the theme pages compare: benefits, coverage, births, population, incomes."""
    rng = np.random.default_rng(SEED + 7)
    areas = [("commune", code, shape[0], code) for code, shape in zip(codes, SHAPES, strict=True)]
    rates = {code: shape[3] for code, shape in zip(codes, SHAPES, strict=True)}
    far = replace(world, rng=rng, around=areas, rates=rates)
    nothing = dict.fromkeys(world.under_three, (0, 0))
    rows = [*benefits(far, totals), *coverage(far, nothing), *births(far), *wide_populations(far)]
    rows += [
        one for code, shape in zip(codes, SHAPES, strict=True) for one in _incomes(far, code, shape)
    ]
    return [one for one in rows if one["code"] in codes]


def _incomes(
    world: World, code: str, shape: tuple[float, int, float, tuple[float, ...]]
) -> list[Row]:
    rows = []
    for year in range(2019, 2024):
        place = ("fictif_revenus", "commune", world.vintages["commune"], year)
        since, told = year - 2019, (*place, "niveau_vie_median", "total", code)
        rows.append(row(*told, 10 * round(shape[1] * 1.024**since / 10)))
        share = round(shape[2] + 0.2 * since + world.rng.uniform(-0.2, 0.2), 1)
        rows.append(row(*place, "taux_pauvrete", "total", code, share))
    return rows
