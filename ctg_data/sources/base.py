"""What every connector hands over: bytes when it fetches, observations when it reads."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Protocol

import pandas as pd

from ctg_data.model import Level, Status
from ctg_data.natures import HOUSEHOLDS
from ctg_data.observations import DTYPES, validate, variables
from ctg_data.sources.places import PublishedPlace
from ctg_data.sources.registry import Dataset
from ctg_data.territory.config import TerritoryConfig

# Communes that the producers publish by arrondissement, never whole.
ARRONDISSEMENTS = {
    "75056": tuple(f"751{number:02}" for number in range(1, 21)),
    "69123": tuple(f"6938{number}" for number in range(1, 10)),
    "13055": tuple(f"132{number:02}" for number in range(1, 17)),
}


@dataclass(frozen=True)
class Fetched:
    """Bytes just received, not read yet.  ``address`` holds no key."""

    address: str
    content: bytes
    media_type: str
    modified: str = ""


@dataclass(frozen=True)
class Reading:
    """What was read in some bytes.

    Attributes:
        frame: validated observations.
        rejected: lines left aside, counted by reason, in French.
        notes: French sentences on what was missing without being a fault.
        count: what to announce when a source gives no observations (outlines).
        noun: what is counted then.
        places: what stands where, for a source that names places.
    """

    frame: pd.DataFrame
    rejected: Counter[str] = field(default_factory=Counter)
    notes: tuple[str, ...] = ()
    count: int = 0
    noun: str = "commune"
    places: tuple[PublishedPlace, ...] = ()


class Reader(Protocol):
    """The two halves of a connector module.  ``read`` is pure: same bytes, same rows."""

    def fetch(self, dataset: Dataset, territory: TerritoryConfig, clients: Any) -> Fetched | None:
        """Bring the bytes of one data set; ``None`` when the territory has nothing to ask."""

    def read(
        self, dataset: Dataset, content: bytes, territory: TerritoryConfig, citation: str
    ) -> Reading:
        """Turn bytes into observations of the territory."""


def vintage(level: Level, code: str, period: int) -> int:
    """The boundaries a Cnaf figure of December ``period`` is published on.

    >>> vintage(Level.COMMUNE, "00100", 2024), vintage(Level.QPV, "QN00001N", 2023)
    (2025, 2024)
    >>> vintage(Level.QPV, "QP000001", 2022)
    2015
    """
    if level is Level.QPV:
        return 2015 if code.startswith("QP") else 2024
    return period + 1


def communes_of(territory: TerritoryConfig) -> tuple[str, ...]:
    """The commune, its neighbours and the members of its EPCI."""
    zones = (territory.commune, *territory.neighbours, *territory.epci_members)
    return tuple(dict.fromkeys(zone.code for zone in zones))


def communes_compared(territory: TerritoryConfig) -> tuple[str, ...]:
    """The same and the far communes it compares itself with: figures, never outlines."""
    far = (zone.code for zone in territory.comparables)
    return tuple(dict.fromkeys((*communes_of(territory), *far)))


def communes_asked(territory: TerritoryConfig) -> tuple[str, ...]:
    """The same for the Cnaf, which publishes arrondissements in place of three communes."""
    codes = communes_compared(territory)
    return tuple(part for code in codes for part in ARRONDISSEMENTS.get(code, (code,)))


def row_of(
    place: tuple[Level, str, int],
    period: int,
    measured: tuple[str, str],
    value: float | None,
    status: Status,
) -> dict[str, Any]:
    """One row of the long table, before what its variable says of it.

    Args:
        place: level, code, vintage of its boundaries.
        period: the year observed.
        measured: variable and part.
        value: nothing when the status says why.
        status: how sure it is, or why it is missing.
    """
    (level, code, edge), (variable, category) = place, measured
    return {
        "variable": variable,
        "level": str(level),
        "code": code,
        "vintage": edge,
        "period": period,
        "category": category,
        "value": value,
        "status": str(status),
    }


def observations_of(rows: list[dict[str, Any]], citation: str) -> pd.DataFrame:
    """Complete rows (key, value, status) with what the variable says, and validate them.

    A count of allocataires is its own base: it is what the rule of 5 judges.
    """
    frame = pd.DataFrame(rows, columns=list(DTYPES))
    known = variables()
    frame["unit"] = frame["variable"].map({name: one.unit for name, one in known.items()})
    frame["source"] = citation
    judged = frame["variable"].map({name: one.nature for name, one in known.items()}) == HOUSEHOLDS
    counts = frame["value"].astype("Float64")
    frame["base"] = counts.where(judged).round().astype("Int64")
    return validate(frame)
