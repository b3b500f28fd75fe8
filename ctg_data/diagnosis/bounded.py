"""What may be said of a figure that is known by a bound only: « au moins 8 », « au plus 14 700 ».

It is never subtracted as if it were exact: a side is told where every value it may have is on that
side, else nothing is, and the reason is.
"""

from collections.abc import Sequence

from ctg_data.catalogue.cards import Indicator
from ctg_data.catalogue.kinds.operands import split
from ctg_data.observations import variables
from ctg_data.release.masked import BOUNDS, Cell, MaskedTable

HOW_EXACT = (
    "Nombre connu d'après les listes en main ; il devient exact quand la Ville déclare sa liste "
    "complète (page « Structures ») ou, pour un compte de l'Insee, quand chaque lieu y est situé."
)
PEOPLE = "effectifs"  # of several units at once


def only(*cells: Cell) -> bool:
    """Whether one of some cells is known by a bound alone."""
    return any(one.bound_words for one in cells)


def why_not(*cells: Cell) -> str:
    """Why cells are not subtracted, when one is known by a bound alone; else empty."""
    found = next((one for one in cells if one.bound_words), None)
    if found is None:
        return ""
    return f"chiffre connu par une borne seulement {found.moment.when} (« {found.bound_words} »)"


def side(cell: Cell, other: Cell) -> int:
    """+1 where a cell is above another whatever both are, -1 below, 0 where that is not known."""
    (low, high), (least, most) = cell.span, other.span
    return int(low > most) - int(high < least)


def how_exact(cell: Cell) -> str:
    """How a bound becomes a figure, without its stop; empty for a figure."""
    return HOW_EXACT.removesuffix(".") if cell.bound_words else ""


def against_words(indicator: Indicator, cell: Cell) -> str:
    """The year of the people that an offer is told for, when it is another one than its own.

    Of « habitants pour 1 structure » in 2025: « rapporté aux habitants de 2022 ».
    """
    if not cell.against:
        return ""
    how = indicator.compute
    names = [split(how.operands[i])[0] for i in how.lagging]
    units = list(dict.fromkeys(variables()[one].unit for one in names))
    return f"rapporté aux {units[0] if len(units) == 1 else PEOPLE} de {cell.against}"


def dated(indicator: Indicator, cell: Cell) -> str:
    """When a figure was observed and, where they are of another year, its people.

    « 2025, rapporté aux habitants de 2022 ».
    """
    return ", ".join(filter(None, [cell.moment.told, against_words(indicator, cell)]))


def text(tables: Sequence[MaskedTable]) -> str:
    """The note of tables that hold a bound; empty when none does."""
    bounds = [str(one) for one in BOUNDS]
    held = any(bool(one.frame["status"].isin(bounds).any()) for one in tables)
    return HOW_EXACT if held else ""
