"""A photograph is never chained: of each level, its newest edition stands alone."""

import pandas as pd

from ctg_data.assembly.figures import newest_photographs
from ctg_data.model import Level, Status
from ctg_data.sources.base import observations_of, row_of


def counted(level: Level, code: str, year: int, variable: str = "equipements") -> dict[str, object]:
    part = "eaje" if variable == "equipements" else "total"
    return row_of((level, code, year), year, (variable, part), 3.0, Status.DIFFUSE)


def test_only_the_newest_edition_of_a_level_stays() -> None:
    table = observations_of(
        [
            counted(Level.COMMUNE, "00123", 2019),
            counted(Level.COMMUNE, "00123", 2025),
            counted(Level.COMMUNE, "00124", 2019),
            counted(Level.DEPARTEMENT, "00", 2024),
            counted(Level.COMMUNE, "00123", 2019, "population_municipale"),
            counted(Level.COMMUNE, "00123", 2025, "population_municipale"),
        ],
        "x",
    )
    kept = newest_photographs(table)
    told = set(zip(kept["variable"], kept["level"], kept["period"], strict=True))
    assert told == {
        ("equipements", "commune", 2025),
        ("equipements", "departement", 2024),
        ("population_municipale", "commune", 2019),
        ("population_municipale", "commune", 2025),
    }
    none = table[table["variable"] == "population_municipale"].reset_index(drop=True)
    pd.testing.assert_frame_equal(newest_photographs(none), none)
