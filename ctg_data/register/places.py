"""Where each structure stands: by its point and the outlines, by the geocoder, or by hand.

The zone of a point is the one it falls in; a zone given by hand serves only where there is no
point.  Without network, and without outlines, everything can still be given by hand.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ctg_data.boundaries import received
from ctg_data.errors import SourceChanged, SourceUnavailable, UserError
from ctg_data.model import Level
from ctg_data.register.model import BY_GEOCODER, BY_HAND, OUTSIDE, ZONINGS, Register, Structure
from ctg_data.sources.geocoder import Geocoder, Point
from ctg_data.store.session import Store
from ctg_data.territory.config import TerritoryConfig
from geo.outlines import zones
from geo.outlines.zones import Outline

AROUND = 0.25  # degrees: beyond, a point is in no neighbouring commune


@dataclass(frozen=True)
class Located:
    """What a search of addresses gave: the register, and who was found or not."""

    register: Register
    found: tuple[Structure, ...] = ()
    missed: tuple[Structure, ...] = ()
    problem: str = ""


def outlines_of(config: TerritoryConfig, store: Store | None) -> tuple[Outline, ...]:
    """The outlines at hand: those received, else those of the folder, else none."""
    if store is not None and not config.fictional:
        got = received.read(config, store).outlines
        if got:
            return got
    try:
        return tuple(zones.read_folder(config)[0])
    except UserError:
        return ()  # the map says why; a register does without


def settled(one: Structure, config: TerritoryConfig, outlines: Sequence[Outline]) -> Structure:
    """The structure with the zones its point falls in; what has no outline stays as given."""
    if not one.located or not outlines:
        return one
    from shapely import contains_xy

    def holder(level: Level, vintage: int) -> str | None:
        known = [o for o in outlines if o.level is level and vintage in (0, o.vintage)]
        if not known:
            return None
        inside = (o.code for o in known if contains_xy(o.shape, one.longitude, one.latitude))
        return next(inside, OUTSIDE)

    commune = holder(Level.COMMUNE, 0)
    if commune is None or commune == OUTSIDE:
        commune = one.commune
    if commune != config.commune.code:
        return replace(one, commune=commune, zones={})
    found = {column: holder(*zoning) for column, zoning in ZONINGS.items()}
    inside = found["iris"] not in (None, OUTSIDE)  # then a blank says « in none », all looked at
    told = {
        column: "" if inside and code == OUTSIDE else code
        for column, code in found.items()
        if code is not None
    }
    return replace(
        one,
        commune=commune,
        zones={key: code for key, code in {**one.zones, **told}.items() if code},
    )


def knows_communes(outlines: Sequence[Outline]) -> bool:
    """Whether it can be told if a point is near."""
    return any(one.level is Level.COMMUNE for one in outlines)


def is_far(one: Structure, outlines: Sequence[Outline]) -> bool:
    """Whether a point is nowhere near the communes whose outlines are known."""
    communes = [o.shape for o in outlines if o.level is Level.COMMUNE]
    if not one.located or not communes:
        return False
    from shapely import total_bounds

    west, south, east, north = total_bounds(communes)
    assert one.longitude is not None
    assert one.latitude is not None
    return not (
        west - AROUND <= one.longitude <= east + AROUND
        and south - AROUND <= one.latitude <= north + AROUND
    )


def search(
    register: Register,
    config: TerritoryConfig,
    geocoder: Geocoder,
    outlines: Sequence[Outline],
    steps: Callable[[str], None] = lambda _: None,
) -> Located:
    """Look for the address of every structure that has no point; stop when nobody answers."""
    wanted = [one for one in register.structures if one.address and not one.located]
    points: dict[tuple[str, str], Point | None] = {}
    problem = ""
    for rank, one in enumerate(wanted, start=1):
        key = (one.address, one.commune)
        if key in points:
            continue
        steps(f"Recherche des adresses… {rank} sur {len(wanted)}")
        try:
            points[key] = geocoder.find(*key)
        except (SourceUnavailable, SourceChanged) as error:
            problem = str(error)
            break
    lines, found, missed = [], [], []
    for one in register.structures:
        point = points.get((one.address, one.commune)) if one in wanted else None
        if point is not None:
            one = _at(one, point, config, outlines)
            found.append(one)
        elif one in wanted:
            missed.append(one)
        lines.append(one)
    return Located(replace(register, structures=tuple(lines)), tuple(found), tuple(missed), problem)


def _at(
    one: Structure, point: Point, config: TerritoryConfig, outlines: Sequence[Outline]
) -> Structure:
    moved = replace(
        one,
        longitude=point.longitude,
        latitude=point.latitude,
        score=point.score,
        located_by=BY_GEOCODER,
    )
    return settled(moved, config, outlines)


def corrected(
    register: Register,
    identifier: str,
    config: TerritoryConfig,
    outlines: Sequence[Outline],
    *,
    point: tuple[float, float] | None = None,
    zones_given: dict[str, str] | None = None,
) -> Register:
    """Place a structure by hand: by a point, or by its zones when the point is not known.

    Raises:
        UserError: no such structure, or a point far from the territory.
    """
    if not any(one.id == identifier for one in register.structures):
        raise UserError(f"La structure « {identifier} » n'est plus dans le registre. Rechargez.")
    lines = []
    for one in register.structures:
        if one.id == identifier:
            one = replace(
                one,
                longitude=point[0] if point else None,
                latitude=point[1] if point else None,
                score=None,
                located_by=BY_HAND,
                zones={key: code for key, code in (zones_given or {}).items() if code},
            )
            if is_far(one, outlines):
                raise UserError(
                    "Ce point est loin de la commune : vérifiez que la longitude et la latitude "
                    "ne sont pas inversées, et que ce sont des degrés (WGS 84)."
                )
            one = settled(one, config, outlines)
        lines.append(one)
    return replace(register, structures=tuple(lines))
