"""Where a figure on screen comes from in the CAF's files: file, sheet, line, column.

Reads what the gate let through; a hidden cell leads to its line too, never to its value.
"""

from dataclasses import dataclass

from ctg_data import observations
from ctg_data.catalogue.cards import Indicator
from ctg_data.catalogue.kinds.operands import pick
from ctg_data.observations import KEY
from ctg_data.role import Role
from ctg_data.socle import imports as socle
from ctg_data.socle.imports import Origin
from ctg_data.store.session import Store
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace


@dataclass(frozen=True)
class Operand:
    """One count behind a figure, as it may be shown, and where it stood."""

    label: str
    value: float | None
    sign: str
    origin: Origin | None  # None when it does not come from a file of the CAF


def origins(
    data: Workspace, store: Store, indicator: Indicator, zone: Zone, year: int, who: Role
) -> list[Operand]:
    """Every count behind one figure of one place and year."""
    found = []
    for operand in indicator.compute.operands:
        rows = pick(data.release, operand).where(level=str(zone.level), code=zone.code, period=year)
        for row in rows.frame.to_dict("records"):
            key = tuple(row[name] for name in KEY)
            shown = None if row["sign"] else float(row["value"])
            origin = socle.lineage(store, data.territory, key, who)
            found.append(
                Operand(
                    _label(str(row["variable"]), str(row["category"])),
                    shown,
                    str(row["sign"]),
                    origin,
                )
            )
    return found


def _label(name: str, category: str) -> str:
    variable = observations.variables()[name]
    if category == "total":
        return variable.label
    return f"{variable.label} : {variable.categories[category]}"
