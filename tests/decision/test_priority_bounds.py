"""A zone known by a bound is in no place of « Priorités », and the page says why."""

import pandas as pd

from ctg_data.decision import priorities, priority_words
from ctg_data.decision.priorities import Setting
from ctg_data.disclosure.adapter.gate import Gated, Secrecy
from ctg_data.model import Level, PublicStatus
from ctg_data.opening import complete_workspace
from ctg_data.release import masked
from ctg_data.release.policy import Policy
from tests.pages import config
from tests.tables import SOURCE, bound_of, status_of

YEAR = 2024
SETTING = Setting(Level.QUARTIER, (("PA05", 1),))
A, B, C, D = config(fictional=True).quartiers[:4]


def workspace(*told: float | str):
    """The LAEP of four quartiers, exact or known by a bound, and a thousand children in each."""
    rows = []
    for zone, number in zip((A, B, C, D), told, strict=True):
        exact = not isinstance(number, str)
        status = PublicStatus.DIFFUSE if exact else status_of(number)
        key = (str(zone.level), zone.code, zone.vintage, YEAR)
        value = float(number) if exact else None
        rows.append(
            (
                "structures",
                *key,
                "laep",
                value,
                "structures",
                str(status),
                SOURCE.id,
                bound_of(number),
            )
        )
        for age in ("0-2", "3-5"):
            rows.append(
                (
                    "enfants_couverts",
                    *key,
                    age,
                    500.0,
                    "enfants",
                    "diffuse",
                    SOURCE.id,
                    float("nan"),
                )
            )
    table = pd.DataFrame(rows, columns=[*masked.COLUMNS, "bound"])
    release = masked._release(table, {SOURCE.id: SOURCE}, Policy(min_population=1))
    return complete_workspace(config(fictional=True), Gated(release, Secrecy(), pd.DataFrame()))


def test_a_bound_is_not_ranked_and_its_zone_is_told() -> None:
    made = priorities.rank(workspace(1, 3, "au moins 2", 2), SETTING)
    assert made is not None
    assert [one.code for one in made.zones] == [A.code, D.code, B.code]
    assert made.unranked[PublicStatus.MINIMUM] == (C,)
    assert "connue par une borne" in priority_words.unranked(PublicStatus.MINIMUM, (C,))


def test_where_bounds_alone_are_known_it_is_no_criterion() -> None:
    assert priorities.rank(workspace("au moins 1", "au moins 3", "au moins 2", 2), SETTING) is None
