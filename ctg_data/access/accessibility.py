"""How many places are within reach of each zone: an indicator that looks across boundaries.

People are those of the census, published for everybody: never allocataires, nor an estimate of
what is masked, since access × people gives places back, and a single masked count with them.
Whatever shares a structure with a zone that may not be told is not told either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import inf

import numpy as np

from ctg_data import fr
from ctg_data.access import catchment as access, routes as ways
from ctg_data.access.catchment import Point, Rule
from ctg_data.catalogue.cards import Indicator
from ctg_data.catalogue.kinds.access import Access
from ctg_data.catalogue.kinds.operands import pick
from ctg_data.errors import CtgError, TerritoryError, UserError, all_problems
from ctg_data.files.toml import read_toml
from ctg_data.model import Level, Sign, sources_in
from ctg_data.nearest import strangers
from ctg_data.register.model import Register, Structure
from ctg_data.release.masked import MaskedTable
from ctg_data.territory.config import TerritoryConfig
from ctg_data.territory.keys import ACCESS
from geo.maps import ground
from geo.maps.layers import Ground, Layer

FILE = "acces.toml"
DEFAULT = Rule(reach=2000.0, detour=1.3)
IRIS, COMMUNE = str(Level.IRIS), str(Level.COMMUNE)


@dataclass(frozen=True)
class Home:
    """Where people live: an IRIS, or a commune around; ``people`` is NaN when not known."""

    point: Point
    people: float
    hidden: bool
    inside: bool


@dataclass(frozen=True)
class Around:
    """What access is computed from."""

    release: MaskedTable
    config: TerritoryConfig
    register: Register

    def need(self, indicator: Indicator) -> MaskedTable:
        """The people of the census; nothing that a CAF handed over."""
        found = pick(self.release, how_of(indicator).need)
        public = {one.id for one in found.citations if not one.confidential}
        heads = [one for one in set(found.frame["source"]) if set(sources_in(str(one))) <= public]
        return found.where(source=heads)

    def layer(self) -> tuple[Ground, Layer] | None:
        """The IRIS on true outlines; a plan has no scale."""
        try:
            made = ground.open_ground(self.config)
        except TerritoryError:
            return None
        layer = made.layer(Level.IRIS)
        return (made, layer) if layer and not layer.schematic else None


def how_of(indicator: Indicator) -> Access:
    """How an indicator of access is computed.

    Raises:
        CtgError: it is another kind of indicator.
    """
    if not isinstance(indicator.compute, Access):
        raise CtgError(f"{indicator.id}: not an indicator of access")
    return indicator.compute


def known_rule(config: TerritoryConfig) -> Rule | None:
    """How far is near; None when the file that says it cannot be used, which ``damage`` tells."""
    try:
        return rule_of(config)
    except TerritoryError:
        return None


def rule_of(config: TerritoryConfig) -> Rule:
    """How far is near, as the territory says.

    Raises:
        TerritoryError: the file of the territory is at fault.
    """
    path = config.folder / FILE
    if not path.exists():
        return DEFAULT
    told = read_toml(path)
    try:
        rule = Rule(float(told["portee_metres"]), float(told["detour"]))
    except (ValueError, KeyError, TypeError) as problem:
        raise TerritoryError(_fault(path.parent.name)) from problem
    if wrong := [f"« {key} » : {text}" for key, text in strangers(told, ACCESS)]:
        raise TerritoryError(all_problems(f"{path.parent.name}/{FILE} :", wrong))
    if not (0 < rule.reach < inf and 1 <= rule.detour < inf):
        raise TerritoryError(_fault(path.parent.name))
    return rule


def _fault(folder: str) -> str:
    return (
        f"{folder}/{FILE} : écrivez « portee_metres », une distance en mètres, et « detour », un "
        "nombre au moins égal à 1 (1,3 : un trajet est 30 % plus long que le vol d'oiseau)."
    )


def rule_words(config: TerritoryConfig) -> str:
    """How far is near, in one sentence."""
    rule = rule_of(config)
    far, detour = fr.number(rule.reach / 1000, 1), fr.number(rule.detour, 1)
    found = ways.known(config.id)
    how = f"estimé à vol d'oiseau × {detour}"
    if found.metres:
        day = fr.day(date.fromisoformat(found.measured_on))
        how = f"mesuré à pied par l'IGN (copie du {day}), ou à défaut {how}"
    return (
        f"Accessible : à {far}{fr.WIDE}km de trajet au plus, {how}, depuis le milieu de la zone ; "
        "les communes voisines comptent, par leurs places et par leurs enfants."
    )


def table(around: Around, indicator: Indicator, only: int | None = None) -> MaskedTable:
    """Places for 100 people within reach, by IRIS and for the commune, every year that can be.

    ``only`` keeps to one year.
    """
    need = around.need(indicator)
    empty = need.where(period=[])
    parts = [around.release.derive(indicator.id, indicator.unit, [empty], np.array)]
    found = around.layer() if known_rule(around.config) else None
    for period in need.where(level=IRIS).periods if found else []:
        if only not in (None, period):
            continue
        if found and complete(around.register, indicator, period):
            parts += _year(around, indicator, need.where(period=period), *found)
    return parts[0].join(*parts[1:])


def complete(register: Register, indicator: Indicator, period: int) -> bool:
    """Whether every structure of a year is known, with its places and where it stands."""
    first, last = register.complete.get(how_of(indicator).structures), register.until
    if first is None or last is None or not first <= period <= last:
        return False
    return all(one.located and one.places is not None for one in _open(register, indicator, period))


def _open(register: Register, indicator: Indicator, period: int) -> list[Structure]:
    kind = how_of(indicator).structures
    return [one for one in register.open_in(period) if one.kind == kind]


def _year(
    around: Around, indicator: Indicator, need: MaskedTable, made: Ground, layer: Layer
) -> list[MaskedTable]:
    period = need.periods[0]
    homes = homes_of(around.config, need, made, layer)
    offered = _open(around.register, indicator, period)
    points, middles = _points(offered), [one.point for one in homes]
    roads = ways.known(around.config.id).roads(points, middles)
    near = access.within(points, middles, rule_of(around.config), roads)
    people = np.array([one.people for one in homes])
    places = np.array([float(one.places or 0) for one in offered])
    found = access.access(near, access.shares(places, near, people))
    hidden = access.reaching(near, np.array([one.hidden for one in homes]))
    scale = Access.SCALE
    told = {
        one.point.id: (scale * value, bool(secret))
        for one, value, secret in zip(homes, found, hidden, strict=True)
        if one.inside and (secret or np.isfinite(value))
    }
    cited = pick(around.release, how_of(indicator).offer)
    cited = cited.where(level=COMMUNE, code=around.config.commune.code, period=period)
    rows = [_zones(around.release, indicator, need, told, cited)]
    inside = [(one, told.get(one.point.id)) for one in homes if one.inside]
    if inside and all(value is not None and not value[1] for _, value in inside):
        total = sum(one.people * value[0] for one, value in inside if value)
        rows.append(_commune(around, indicator, need, total / sum(h.people for h, _ in inside)))
    return rows


def _points(offered: Sequence[Structure]) -> list[Point]:
    return [Point(one.id, one.longitude or 0.0, one.latitude or 0.0) for one in offered]


def ways_needed(around: Around, indicator: Indicator) -> tuple[list[Point], list[Point], Rule]:
    """The structures and the homes of the last year that can be computed, and what is near.

    Raises:
        UserError: nothing can be computed yet; says what is missing.
    """
    need, found = around.need(indicator), around.layer()
    for period in need.where(level=IRIS).periods if found else []:
        if found and complete(around.register, indicator, period):
            homes = homes_of(around.config, need.where(period=period), *found)
            structures = _points(_open(around.register, indicator, period))
            return structures, [one.point for one in homes], rule_of(around.config)
    lacking = " ; ".join(awaited(around, indicator))
    raise UserError(fr.spaced(f"Aucun trajet à mesurer pour l'instant. Il manque : {lacking}."))


def _zones(
    release: MaskedTable,
    indicator: Indicator,
    need: MaskedTable,
    told: dict[str, tuple[float, bool]],
    cited: MaskedTable,
) -> MaskedTable:
    """One row for each zone that can be told; hidden where its people, or a neighbour's, are."""
    rows = need.where(level=IRIS, code=list(told))
    codes = rows.frame["code"].tolist()
    values = np.array([told[code][0] for code in codes])
    hidden = np.array([told[code][1] for code in codes], dtype=bool)
    return release.derive(
        indicator.id,
        indicator.unit,
        [rows],
        lambda _: values,
        hide=lambda _: hidden,  # people that may not be told are no population to study
        also=[cited],
    )


def _commune(around: Around, indicator: Indicator, need: MaskedTable, mean: float) -> MaskedTable:
    """The mean over the people of the commune: what its zones are compared with."""
    rows = need.where(level=COMMUNE, code=around.config.commune.code)
    return around.release.derive(
        indicator.id, indicator.unit, [rows], lambda people: np.full(len(people), mean)
    )


def homes_of(config: TerritoryConfig, need: MaskedTable, made: Ground, layer: Layer) -> list[Home]:
    """Every IRIS of the commune, and the communes around by their middle."""
    period = need.periods[0]
    found = []
    for code, spot in layer.spots.items():
        found.append(_home(need, IRIS, period, Point(code, spot.x, spot.y), inside=True))
    communes = made.layer(Level.COMMUNE)
    for one in config.neighbours:
        if communes and (middle := communes.spots.get(one.code)):
            point = Point(one.code, middle.x, middle.y)
            found.append(_home(need, COMMUNE, period, point, inside=False))
    return found


def _home(need: MaskedTable, level: str, period: int, point: Point, *, inside: bool) -> Home:
    cell = need.cell(level, point.id, period)
    people = float("nan") if cell.value is None else cell.value
    return Home(point, people, cell.sign is Sign.SECRET, inside)


def awaited(around: Around, indicator: Indicator) -> tuple[str, ...]:
    """What is missing for access to be computed here, in French; nothing when it can be."""
    register, need = around.register, around.need(indicator)
    lacking = []
    if known_rule(around.config) is None:
        lacking.append(f"ce qui est à portée, que dit {FILE}, à remettre en état")
    if around.layer() is None:
        lacking.append("les contours officiels des IRIS (mise à jour, IGN)")
    if not need.where(level=IRIS).shown:
        lacking.append("le nombre d'enfants par IRIS au recensement (Insee)")
    known: Sequence[int] = need.where(level=IRIS).periods or need.periods
    if not any(complete(register, indicator, year) for year in known):
        lacking.append(
            "la liste complète des structures de la commune et de ses voisines, avec places et "
            "emplacement (registre de la ville)"
        )
    return tuple(lacking)
