"""Small worlds for the second witness: zones on squared paper, figures typed by hand."""

from collections.abc import Mapping, Sequence

import pandas as pd
from shapely.geometry import Polygon, box
from shapely.geometry.base import BaseGeometry

from ctg_data.disclosure.witness.ground import Drawn, Ground, Zone, ground_of
from ctg_data.disclosure.witness.look import examine
from ctg_data.disclosure.witness.verdict import Answer, Condition

COMMUNE: Zone = ("commune", "00123", 0)
YEAR = 2024
STEP = 0.001  # degrees of a square's side


def square(left: float, bottom: float, right: float, top: float) -> Polygon:
    """A rectangle on the squared paper."""
    return box(*(STEP * one for one in (left, bottom, right, top)))


def iris(number: int) -> Zone:
    return ("iris", f"00123{number:04d}", 0)


def qpv(number: int, generation: int = 2024) -> Zone:
    return ("qpv", f"Q{number}", generation)


def quartier(number: int) -> Zone:
    return ("quartier", f"FQ{number}", 0)


def ground(
    shapes: Mapping[Zone, BaseGeometry],
    *,
    astride: Sequence[Zone] = (),
    here: BaseGeometry | None = None,
    unknown: Sequence[Zone] = (),
) -> Ground:
    """The ground that some outlines make; ``unknown`` are zones that nobody drew."""
    zones = frozenset({*shapes, *unknown})
    return ground_of(Drawn(COMMUNE, shapes, zones, frozenset(astride), here))


Told = Mapping[tuple[str, Zone], float | None]  # (« variable/part », zone) → value, None if hidden


def rows(ours: Told, public: Mapping[tuple[str, Zone], tuple[float, str]] | None = None):
    """What a reader holds; ``public`` has values and statuses."""
    lines = [(name, zone, value, "", True) for (name, zone), value in ours.items()]
    lines += [(n, z, value, status, False) for (n, z), (value, status) in (public or {}).items()]
    return pd.DataFrame(
        [
            {
                "variable": name.partition("/")[0],
                "category": name.partition("/")[2] or "total",
                "level": zone[0],
                "code": zone[1],
                "vintage": zone[2] or YEAR,
                "period": YEAR,
                "value": value,
                "status": status,
                "ours": own,
            }
            for name, zone, value, status, own in lines
        ]
    )


def look(
    ours: Told,
    where: Ground,
    public: Mapping[tuple[str, Zone], tuple[float, str]] | None = None,
    told: Condition | None = None,
    **options: bool,
) -> Answer:
    """What the witness says of a small world."""
    condition = told or Condition()
    return examine(rows(ours, public), where, lambda _: condition, **options)


def name(count: str, zone: Zone) -> str:
    """A figure as the witness names it."""
    return f"{count if '/' in count else count + '/total'}, {zone[0]} {zone[1]}, {YEAR}"
