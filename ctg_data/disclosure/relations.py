"""Sums a reader can use, generated from the declared trees and zonings; nobody types them.

Each relation links cells of the long table and cells that are never shown but must not leak
(remainders, complements).  Cells are named by their key joined with ``|``; the engine knows them
by that name alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from ctg_data.disclosure.spec import RelationSpec
from ctg_data.observations import Variable, variables

# Level, code, generation: QPV of 2015 and of 2024 are different zones with different codes; for
# every other level the generation is 0, since two files may date the same contours differently.
Place = tuple[str, str, int]
# « QP000006/00123 »: the part of a QPV that lies in one of its communes, known but never shown
PART = "/"
Key = tuple[str, str, str, int, int, str]  # variable, level, code, vintage, period, category


@dataclass(frozen=True)
class Nesting:
    """Zones that a reader can add up or subtract, measured on outlines or declared.

    ``parts`` lie inside ``whole``; what is left of it is a zone too, published or not, and obeys
    the same rules.  ``covers``: the parts cover the whole and overflow it, so that their sum
    minus the whole is the remainder.  ``zone``: the remainder is a piece of land, to which the
    rule of 100 applies, rather than people whom nobody could locate.  ``also``: more wholes, when
    only several zones together cover the ground of the parts, and nothing else.
    """

    whole: Place
    parts: tuple[Place, ...]
    name: str
    covers: bool = False
    zone: bool = True
    also: tuple[Place, ...] = field(default=(), repr=False)

    @property
    def places(self) -> tuple[Place, ...]:
        """Every zone it names."""
        return (self.whole, *self.also, *self.parts)


@dataclass
class Remainder:
    """A quantity nobody shows but that sums give away: value, and the allocataires behind it."""

    id: str
    value: float | None  # None where the source hides one of the cells it is made of
    base: float | None
    universe: float | None = None


@dataclass
class Web:
    """Relations and remainders found so far; ``apart``: cells of sums that do not hold."""

    relations: list[RelationSpec] = field(default_factory=list)
    remainders: list[Remainder] = field(default_factory=list)
    apart: set[Key] = field(default_factory=set)

    def tie(self, name: str, whole: str, parts: Iterable[str], rest: Remainder, sign: int) -> None:
        """State whole = Σ parts + sign × remainder."""
        self.remainders.append(rest)
        terms = {whole: -1, **dict.fromkeys(parts, 1), rest.id: sign}
        self.relations.append(RelationSpec(name, terms))


def place_of(level: str, code: str, vintage: int) -> Place:
    """Anchor a zone: its vintage counts for QPV only.

    >>> place_of("iris", "1", 2021), place_of("qpv", "2", 2015)
    (('iris', '1', 0), ('qpv', '2', 2015))
    """
    return (level, code, vintage if level == "qpv" else 0)


def cell_id(key: Sequence[object]) -> str:
    """Name a cell by its key.

    >>> cell_id(("foyers_af", "qpv", "QP1", 2015, 2020, "total"))
    'foyers_af|qpv|QP1|2015|2020|total'
    """
    return "|".join(map(str, key))


class Table:
    """Values and companion counts by key; ``None`` where the source hides the cell.

    ``slack`` is how far above its value a figure that its producer rounds may lie.
    """

    def __init__(self, frame: pd.DataFrame, slack: Mapping[Key, float] | None = None) -> None:
        self.slack = slack or {}
        columns = ["variable", "level", "code", "vintage", "period", "category"]
        keys = zip(*(frame[column].tolist() for column in columns), strict=True)
        values = frame["value"].astype(float).tolist()
        bases = frame["base"].astype("Float64").astype(float).tolist()
        self.value: dict[Key, float] = {}
        self.base: dict[Key, float] = {}
        for key, value, base in zip(keys, values, bases, strict=True):
            self.value[key] = value
            self.base[key] = base
        self.at = {self._anchored(key): key for key in self.value}
        self.places = sorted({(key[1], key[2], key[3], key[4]) for key in self.value})

    @staticmethod
    def _anchored(key: Key) -> Key:
        variable, level, code, vintage, period, category = key
        return (variable, *place_of(level, code, vintage), period, category)

    def has(self, keys: Iterable[Key]) -> bool:
        """Whether every cell exists, known or hidden at source."""
        return all(key in self.value for key in keys)


def trees(table: Table) -> Web:
    """Partitions (parts of a total) and inclusions (a part of a whole, and its complement)."""
    web, declared = Web(), variables()
    for level, code, vintage, period in table.places:
        place = (level, code, vintage, period)
        for variable in declared.values():
            if variable.partition:
                _partition(web, table, variable, place)
            for category, merged in variable.regroupements.items():
                _merged(web, table, variable, place, (category, merged["parts"]))
            if variable.host:
                _inclusion(web, table, variable, place)
    return web


def _key(variable: str, place: tuple[str, str, int, int], category: str) -> Key:
    return (variable, *place, category)


def _partition(
    web: Web, table: Table, variable: Variable, place: tuple[str, str, int, int]
) -> None:
    whole = _key(variable.total_de or variable.id, place, "total")
    parts = [_key(variable.id, place, category) for category in variable.categories]
    if not parts or not table.has([whole, *parts]):
        return
    gap = _difference(table.value, whole, parts)
    terms = {cell_id(whole): -1, **{cell_id(part): 1 for part in parts}}
    name = f"partition {cell_id(whole)} {variable.id}"
    if not gap:  # they add up, or a part is hidden and nobody but the producer can tell
        web.relations.append(RelationSpec(name, terms))
    else:  # the producer's own parts do not add up: a reader knows the gap to be small, not what
        rest = Remainder(f"écart {name}", abs(gap), None)
        web.tie(name, cell_id(whole), map(cell_id, parts), rest, 1 if gap > 0 else -1)


def _merged(
    web: Web,
    table: Table,
    variable: Variable,
    place: tuple[str, str, int, int],
    sum_of: tuple[str, list[str]],
) -> None:
    """Parts shown together are the sum of those parts."""
    whole = _key(variable.id, place, sum_of[0])
    parts = [_key(variable.id, place, part) for part in sum_of[1]]
    if table.has([whole, *parts]):
        terms = {cell_id(whole): -1, **{cell_id(part): 1 for part in parts}}
        web.relations.append(RelationSpec(f"regroupement {cell_id(whole)}", terms))


def _inclusion(
    web: Web, table: Table, variable: Variable, place: tuple[str, str, int, int]
) -> None:
    host, _, category = variable.host.partition("/")
    for own in ("total", *variable.categories):
        other = category or own
        inner, outer = _key(variable.id, place, own), _key(host, place, other)
        known = own == "total" or other in variables()[host].categories
        if not known or not table.has([inner, outer]):
            continue
        left = _difference(table.value, outer, [inner])
        if left is None or left >= 0:
            base = _difference(table.base, outer, [inner])
            rest = Remainder(f"complément {cell_id(inner)}", left, base)
            web.tie(f"inclusion {cell_id(inner)}", cell_id(outer), [cell_id(inner)], rest, 1)


def zonings(table: Table, nestings: Sequence[Nesting]) -> Web:
    """Sums of zones: for each nesting, one relation a variable, category and year."""
    web = Web()
    by_place: dict[tuple[Place, int], list[Key]] = {}
    for key in table.value:
        by_place.setdefault((place_of(*key[1:4]), key[4]), []).append(key)
    periods = sorted({period for _, period in by_place})
    for nesting in nestings:
        for period in periods:
            for whole in by_place.get((nesting.whole, period), ()):
                (_together if nesting.also else _nest)(web, table, nesting, whole)
    return web


def _nest(web: Web, table: Table, nesting: Nesting, whole: Key) -> None:
    variable, _, _, _, period, category = whole
    wanted: list[Key] = [(variable, *place, period, category) for place in nesting.parts]
    parts = [table.at[key] for key in wanted if key in table.at]
    # zones that nobody gives stay with the remainder, unless they are needed to cover the whole
    if not parts or (nesting.covers and len(parts) < len(wanted)):
        return
    left = _difference(table.value, whole, parts, flip=nesting.covers)
    least = _least(table, whole, parts) if left is None and not nesting.covers else left
    if least is not None and least < 0:
        raised = parts if nesting.covers else [whole]
        if least + sum(table.slack.get(key, 0) for key in raised) < 0:
            web.apart.update((whole, *parts))
            return  # two files that disagree: no sum can be drawn from them
        left = None
    sign = -1 if nesting.covers else 1
    base = _difference(table.base, whole, parts, flip=nesting.covers)
    universe = _zone_of(table, nesting, [whole, *parts]) if nesting.zone else None
    rest = Remainder(f"reste {nesting.name} {cell_id(whole)}", left, base, universe)
    web.tie(
        f"zonage {nesting.name} {cell_id(whole)}", cell_id(whole), map(cell_id, parts), rest, sign
    )


def _difference(
    values: Mapping[Key, float], whole: Key, parts: Sequence[Key], *, flip: bool = False
) -> float | None:
    """Whole minus parts (or the reverse), or None where one of them is not known or not given."""
    found = [values.get(key, float("nan")) for key in (whole, *parts)]
    if any(one != one for one in found):
        return None
    left = found[0] - sum(found[1:])
    return -left if flip else left


def _together(web: Web, table: Table, nesting: Nesting, first: Key) -> None:
    """Two groups of zones on the same ground add up to the same, but for a few people misplaced."""
    variable, _, _, _, period, category = first
    wanted: list[Key] = [(variable, *place, period, category) for place in nesting.places]
    if any(key not in table.at for key in wanted):
        return
    keys, count = [table.at[key] for key in wanted], 1 + len(nesting.also)
    left = sum(table.value[key] for key in keys[:count]) - sum(table.value[k] for k in keys[count:])
    if left != left:  # one of them is hidden at source: by how much the two differ is not known
        return
    name = f"zonage {nesting.name} {cell_id(first)}"
    terms: dict[str, int] = {cell_id(key): -1 for key in keys[:count]}
    terms |= {cell_id(key): 1 for key in keys[count:]}
    if left:
        rest = Remainder(f"reste {nesting.name} {cell_id(first)}", abs(left), None)
        web.remainders.append(rest)
        terms[rest.id] = 1 if left > 0 else -1
    web.relations.append(RelationSpec(name, terms))


def _least(table: Table, whole: Key, parts: Sequence[Key]) -> float | None:
    """Whole minus the parts that are known, when it is known itself."""
    known = [table.value[key] for key in parts if table.value[key] == table.value[key]]
    left = table.value[whole] - sum(known)
    return left if left == left else None


def _zone_of(table: Table, nesting: Nesting, zones: Sequence[Key]) -> float | None:
    """Allocataires living in the remainder of a nesting, when both sides are known."""
    wanted: list[Key] = [
        ("foyers_allocataires", *place_of(*key[1:4]), key[4], "total") for key in zones
    ]
    if any(key not in table.at for key in wanted):
        return None
    whole, *parts = (table.at[key] for key in wanted)
    return _difference(table.value, whole, parts, flip=nesting.covers)
