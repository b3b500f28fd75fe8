"""Small masked tables to draw and to export, and the zones that name them.

They go through the one constructor the gate uses, so that a test cannot show what it hides.
"""

from collections.abc import Sequence

import pandas as pd

from ctg_data.model import Citation, PublicStatus
from ctg_data.release import masked
from ctg_data.release.masked import MaskedTable
from ctg_data.release.policy import Policy

SOURCE = Citation(
    id="essai",
    producer="Producteur d'essai",
    title="Jeu d'essai",
    period="2023",
    retrieved_on="2026-10-01",
    licence="Licence Ouverte 2.0",
)
NAMES = {"A": "Aubépine", "B": "Bruyère", "C": "Colza", "M": "Métropole des Exemples"}
SIGNS = {"s": PublicStatus.SECRET, "n.d.": PublicStatus.NON_DISPONIBLE}
BOUNDS = {one.bound_words: one for one in (PublicStatus.MINIMUM, PublicStatus.MAXIMUM)}
SIGNS |= {"–": PublicStatus.SANS_OBJET}

Row = tuple[str, str, int, float | str]  # level, code, year, number or sign


def bound_of(value: float | str) -> float:
    """The number of a bound, NaN elsewhere."""
    words = str(value).rpartition(" ")
    return float(words[2]) if words[0] in BOUNDS else float("nan")


def status_of(sign: str) -> PublicStatus:
    """The status of a cell without an exact figure."""
    lead = sign.rpartition(" ")[0]
    return BOUNDS[lead] if lead in BOUNDS else SIGNS[sign]


def table(
    rows: Sequence[Row],
    *,
    variable: str = "essai",
    unit: str = "places pour 100 enfants",
    category: str = "total",
    vintage: int = 2025,
    rounded: bool = False,
    citation: Citation = SOURCE,
) -> MaskedTable:
    """A masked table drawn by hand; a text in place of a number is the sign of a hidden cell.

    « au moins 3 » and « au plus 5 » are bounds.
    """
    frame = pd.DataFrame(
        [
            {
                "variable": variable,
                "level": level,
                "code": code,
                "vintage": vintage,
                "period": period,
                "category": category,
                "value": None if isinstance(value, str) else float(value),
                "unit": unit,
                "status": str(
                    status_of(value)
                    if isinstance(value, str)
                    else (PublicStatus.ARRONDI if rounded else PublicStatus.DIFFUSE)
                ),
                "bound": bound_of(value),
                "source": citation.id,
            }
            for level, code, period, value in rows
        ]
    )
    return masked._release(frame, {citation.id: citation}, Policy())


def label(level: str, code: str) -> str:
    """The name of a place of these tables."""
    return NAMES.get(code, code)
