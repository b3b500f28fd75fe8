"""Maps, made from a ``MaskedTable`` only: rates on areas, counts as circles.

Nothing but codes and texts already shown goes to the browser: the colour of a zone is that of its
class, never its number, and outlines carry a code.  A hidden zone stays in its place, grey, hatched
and named; a zone without data is told apart from it, and one known by a bound is striped, in the
class that it reaches.  No base map, no font, no style is fetched.

The drawing is SVG in a frame of our own: it fits a phone and a wall screen alike, needs no
graphics card, and writes names in the letters of the page.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from ctg_data import fr
from ctg_data.errors import UnmaskedDataError
from ctg_data.grammar import agreed
from ctg_data.model import SIGN_WORDS, PublicStatus, Sign
from ctg_data.release.cells import Cell, cell_of
from ctg_data.release.masked import MaskedTable
from geo.maps import circles, labels, legends, overlay, palette, strokes, veil
from geo.maps.classes import Classes, rounded_to
from geo.maps.layers import Ground, Layer, Limits
from geo.maps.legends import Entry as Entry
from geo.maps.strokes import Pin, Shown

Named = Callable[[str, str], str]  # level and code to name
CONFIG = {
    "displayModeBar": False,  # its picture would carry neither source nor signatories (article 8)
    "scrollZoom": False,
    "doubleClick": "reset",  # a map dragged away comes back
    "topojsonURL": "app/static/",  # an empty world: Plotly would fetch one elsewhere
}


@dataclass(frozen=True)
class ZoneMap:
    """A figure, its legend in words, and the zones that carry no number."""

    figure: go.Figure
    legend: tuple[Entry, ...]
    hidden: tuple[Shown, ...]
    missing: tuple[Shown, ...]
    alt: str


@dataclass(frozen=True)
class Look:
    """What is asked of a map.

    Attributes:
        title: what is measured, where and when, for the alternative text.
        unit: written after a number when a zone is pointed at.
        decimals: of the numbers.
        chosen: code of the zone the reader is looking at.
        pins: structures laid over the zones.
        pinned: what they are, for the legend; ``published``, what the open marks are.
        under: address of a base map; none unless it is asked for.
        limits: outlines laid over the zones.
    """

    title: str
    unit: str
    decimals: int
    chosen: str = ""
    pins: tuple[Pin, ...] = ()
    pinned: str = ""
    published: str = ""
    under: str = ""
    limits: Limits | None = None


@dataclass(frozen=True)
class Place:
    """Where a map is drawn: a layer of a ground, and how its zones are called.

    ``pictures``: the folder where the pictures of the base map are kept, for who prints them.
    """

    ground: Ground
    layer: Layer
    named: Named
    pictures: Path | None = None


def rates(table: MaskedTable, place: Place, classes: Classes, look: Look) -> ZoneMap:
    """Zones coloured by class; ``table`` holds one number per zone, ``classes`` suit every year."""
    return _coloured(read(table, place, look), place, classes, look)


def gaps(table: MaskedTable, place: Place, classes: Classes, look: Look) -> ZoneMap:
    """Zones coloured by how many times the reference of the same year they count."""
    zones = [_gap(one, classes) for one in read(table, place, look)]
    return _coloured(zones, place, classes, look)


def counts(table: MaskedTable, place: Place, largest: float, look: Look) -> ZoneMap:
    """Circles whose area follows a count; ``largest``, of any year, scales them."""
    zones = read(table, place, look)
    shown = [one for one in zones if one.number is not None]
    traces = strokes.areas(place.ground, place.layer, shown, palette.NEUTRAL, palette.EDGE)
    traces += strokes.without_number(place.ground, place.layer, zones)
    across = circles.largest_circle(place.layer)
    over = circles.circles(place.layer, shown, largest)
    legend = [
        Entry(
            fr.with_unit(one, agreed(look.unit, one)),
            palette.CIRCLE,
            size=circles.diameter(one, largest, across),
        )
        for one in milestones(largest)
    ]
    legend += legends.of_bounds(zones, palette.CLEAR, size=across / 3)
    return _finished(traces, over, zones, place, look, legend, set())


def read(table: MaskedTable, place: Place, look: Look) -> list[Shown]:
    """Every zone of a layer: its number, its sign, or « n.d. » when there is no row for it."""
    if not isinstance(table, MaskedTable):
        raise UnmaskedDataError("a map is made from a MaskedTable only")
    layer = place.layer
    frame = table.where(level=str(layer.level), code=list(layer.spots)).frame
    if frame["period"].nunique() > 1 or frame["code"].duplicated().any():
        raise ValueError("a map shows one number per zone: keep one year and one category")
    cells = {str(row["code"]): cell_of(row) for row in frame.to_dict("records")}
    none = Cell(None, PublicStatus.NON_DISPONIBLE, 0, "")
    zones = []
    for code in layer.spots:
        cell = cells.get(code, none)
        bound = cell.bound if cell.bound_words else None
        name = place.named(str(layer.level), code)
        told = _told(cell, look)
        zones.append(Shown(code, name, cell.value, cell.sign, *told, bound, cell.bound_words))
    return zones


def proportion(layer: Layer) -> float:
    """Height of a map for a width of 1."""
    west, south, east, north = layer.frame
    return (north - south) * labels.stretch(layer) / (east - west)


def milestones(largest: float) -> list[float]:
    """Three round counts for the legend of circles, the largest first.

    >>> milestones(3976), milestones(700), milestones(7), milestones(1)
    ([3000.0, 1000.0, 500.0], [700.0, 200.0, 100.0], [7.0, 2.0, 1.0], [1.0])
    """
    first = max(1.0, float(int(largest)))
    power = 10.0 ** (len(str(int(first))) - 1)
    first = int(first / power) * power
    found = {first, *(rounded_to(first / part, 1.0) for part in (2.2, 6))}
    return sorted((one for one in found if one <= first), reverse=True)


def _told(cell: Cell, look: Look) -> tuple[str, str]:
    if not cell.told:
        return str(cell.sign), SIGN_WORDS[cell.sign]
    number, decimals, lead = cell.value, look.decimals, ""
    if number is None:
        decimals = cell.bound_decimals(decimals)
        number, lead = cell.printed_bound(decimals), f"{cell.bound_words} "
    text = lead + fr.number(number, decimals)
    return text, lead + fr.with_unit(
        number, agreed(look.unit, number), decimals
    ) if look.unit else text


def _gap(zone: Shown, classes: Classes) -> Shown:
    """A zone told by its distance to a reference; one without number stays as it is.

    So does a bound: it is nothing to subtract from.
    """
    if zone.value is None:
        return zone
    away = zone.value - classes.middle  # then rounded, once
    text = fr.number(away, classes.decimals, signed=True)
    ends = fr.number(classes.middle, classes.decimals)
    far = f"{text}{fr.WIDE}{classes.distance_unit} par rapport à {classes.reference} ({ends})"
    return replace(zone, text=text, words=f"{zone.words}<br>{far}")


def _coloured(zones: list[Shown], place: Place, classes: Classes, look: Look) -> ZoneMap:
    """One stroke per class, the same colours and words whatever the year."""
    traces: list[Any] = []
    legend = []
    ranks = {one.code: classes.rank(one.number) for one in zones if one.number is not None}
    for rank, colour in enumerate(classes.colours):
        if not classes.held(rank):
            continue
        group = [one for one in zones if ranks.get(one.code) == rank]
        traces += strokes.areas(place.ground, place.layer, group, colour)
        exact = sum(one.value is not None for one in group)
        if exact or classes.limits or not group:
            legend.append(Entry(classes.words(rank), colour, exact, detail=classes.detail(rank)))
    traces += strokes.without_number(place.ground, place.layer, zones)
    dark = {code for code, rank in ranks.items() if palette.is_dark(classes.colours[rank])}
    traces += strokes.striped(place.layer, zones, dark)
    legend += legends.of_bounds(zones, classes.colours[0])
    return _finished(traces, [], zones, place, look, legend, dark)


def _finished(
    traces: Sequence[Any],
    over: Sequence[Any],
    zones: list[Shown],
    place: Place,
    look: Look,
    legend: list[Entry],
    dark: set[str],
) -> ZoneMap:
    """Put the strokes in order, from the ground to the names."""
    ground, layer = place.ground, place.layer
    figure = go.Figure(
        layout=strokes.canvas(layer) | {"template": "none"},
        data=[
            *strokes.surroundings(ground, layer, above=False),
            *traces,
            *strokes.surroundings(ground, layer, above=True),
            *strokes.chosen(ground, layer, look.chosen),
            *over,
            *(overlay.drawn(ground, look.limits) if look.limits else ()),
            *strokes.pins(layer, look.pins),
            *strokes.marks(layer),
            *strokes.writing(layer, zones, dark, [look.chosen]),
        ],
    )
    if look.under:
        veil.lay(figure, look.under)
    hidden = tuple(one for one in zones if one.sign is Sign.SECRET)
    missing = tuple(one for one in zones if one.number is None and one.sign is not Sign.SECRET)
    legend += legends.of_signs(hidden, missing)
    if look.under:
        legend = [legends.seen_through(one) for one in legend]
    for words, hollow in ((look.pinned, False), (look.published, True)):
        legend += [Entry(words, palette.PIN, pin=True, open=hollow)] if words else []
    legend += [Entry(overlay.named(look.limits), palette.PIN, line=True)] if look.limits else []
    return ZoneMap(figure, tuple(legend), hidden, missing, _alt(zones, look, legend))


def _alt(zones: Sequence[Shown], look: Look, legend: Sequence[Entry]) -> str:
    """What a map says to those who do not see it: classes, extremes, what is hidden."""
    told = [f"{fr.plural(one.zones, 'zone')} {one.whole}" for one in legend if one.zones]
    shown = sorted((one for one in zones if one.value is not None), key=lambda one: one.value or 0)
    ends = ""
    if len(shown) > 1:
        ends = f" De {shown[0].name} ({shown[0].text}) à {shown[-1].name} ({shown[-1].text})."
    return fr.spaced(f"Carte : {look.title}. {', '.join(told)}.{ends} Le tableau suit.")
