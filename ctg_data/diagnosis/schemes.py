"""Which structures each zone has, of the types a theme names: present, absent or not known.

From the register's offer as the gate gives it.  Of a type whose list is not declared complete,
what is known is there « au moins »; where none is known it is « non disponible », never 0.
"""

from dataclasses import dataclass

from ctg_data import fr
from ctg_data.catalogue.themes import Theme
from ctg_data.diagnosis import theme as diagnosis
from ctg_data.diagnosis.theme import ZONES
from ctg_data.model import Level
from ctg_data.observations import variables
from ctg_data.release.bounds import told
from ctg_data.release.masked import Cell, MaskedTable
from ctg_data.workspace import Workspace

VARIABLE = "structures"
Place = tuple[str, str]  # (level, code)


@dataclass(frozen=True)
class Schemes:
    """Types in columns, zones in rows.

    ``types`` gives their names by identifier; ``lacking`` are the zones where every type is known
    and none is there, ``unsure`` those where none is known to be there and some may be.
    """

    table: MaskedTable
    level: Level
    period: int
    types: dict[str, str]
    places: tuple[Place, ...]
    lacking: tuple[Place, ...]

    @property
    def unsure(self) -> tuple[Place, ...]:
        """Zones of which nobody knows whether they have any."""
        silent = [one for one in self.places if one not in self.lacking]
        return tuple(one for one in silent if not any(self.count(one, kind) for kind in self.types))

    def count(self, place: Place, kind: str) -> float | None:
        """How many of a type a zone has at least; None where it is not known."""
        cell = self.cell(place, kind)
        return cell.span[0] if cell.told else None

    def cell(self, place: Place, kind: str) -> Cell:
        """What is told of a type in a zone."""
        return self.table.where(category=kind).cell(*place)


def levels(data: Workspace, theme: Theme) -> list[Level]:
    """Levels below the commune where at least one type is known."""
    return [one for one in ZONES if _rows(data, theme, one).shown]


def years(data: Workspace, theme: Theme, level: Level) -> list[int]:
    """Years when at least one type is known at a level, the latest first."""
    return _rows(data, theme, level).periods


def schemes(data: Workspace, theme: Theme, level: Level, year: int) -> Schemes:
    """The zones of one level, one year, by name."""
    table = diagnosis.newest(_rows(data, theme, level), year)
    known = set(table.frame[told(table.frame)]["category"])
    declared = variables()[VARIABLE].categories
    types = {one: declared[one] for one in theme.schemes if one in known}
    codes = list(dict.fromkeys(table.frame["code"]))
    places = fr.by_name(((str(level), code) for code in codes), lambda one: data.label(*one))
    by_type = {one: table.where(category=one) for one in types}
    lacking = tuple(
        place for place in places if all(by_type[one].cell(*place).value == 0 for one in types)
    )
    return Schemes(table, level, table.periods[0], types, tuple(places), lacking)


def _rows(data: Workspace, theme: Theme, level: Level) -> MaskedTable:
    known = [one.code for one in data.territory.zones(level)]
    kinds = list(theme.schemes)
    return data.release.where(variable=VARIABLE, category=kinds, level=str(level), code=known)
