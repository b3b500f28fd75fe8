"""Which years can be compared, in the commune and in the zones under it."""

from itertools import chain, pairwise
from operator import itemgetter

from ctg_data.model import AS_TOLD, Level
from ctg_data.release.masked import MaskedTable
from ctg_data.workspace import Workspace

HEAD = "CTX02"  # foyers allocataires: the population itself
Years = tuple[int, int]  # the year compared with, the year read
_LAST = itemgetter(1, 0)  # orders pairs by the year read, then by the other
UNDER = AS_TOLD


def comparable(data: Workspace) -> list[Years]:
    """Years that follow each other in the population of the commune, or of the zones under it.

    The commune's last two come first, then the others, the latest first: zones often are known
    for other years than the commune.
    """
    table = data.table(data.indicator(HEAD))
    commune = table.where(level=str(Level.COMMUNE), code=data.territory.commune.code)
    ours = _following(commune.years)
    others = {*ours, *of_zones(data)} - {*ours[:1]}
    return ours[:1] + sorted(others, key=_LAST, reverse=True)


def of_zones(data: Workspace) -> tuple[Years, ...]:
    """Years between which zones of the same outlines compare, the latest first; made once."""
    return data.once("years of zones", lambda: _of_zones(data.table(data.indicator(HEAD))))


def _of_zones(table: MaskedTable) -> tuple[Years, ...]:
    zones = table.where(level=[str(level) for level in UNDER])
    outlines = zones.frame[["level", "vintage"]].drop_duplicates().itertuples(index=False)
    known = (zones.where(level=one.level, vintage=one.vintage).years for one in outlines)
    return tuple(sorted(set(chain(*map(_following, known))), key=_LAST, reverse=True))


def _following(years: list[int]) -> list[Years]:
    """Each year with the one before it, the latest first."""
    return [(before, last) for last, before in pairwise(years)]
