"""A map on a sheet of paper: title, legend in words, source, secrecy, both parties, date.

One SVG file, A4 across, that a word processor, a slide or a PDF takes as it stands and that stays
sharp at any size.  Article 8 of the convention: what is shown in common bears both signatories.
"""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from ctg_data import fr
from geo.maps import palette
from geo.maps.choropleth import Entry, Place, ZoneMap
from geo.maps.vector import drawing, painted

WIDE, TALL = 1122.5, 793.7  # pixels of an A4 sheet at 96 to the inch
MARGIN, COLUMN, GAP = 42.0, 300.0, 34.0  # around the sheet; the legend; between it and the map
FONT = "'Source Sans 3', 'Source Sans', 'Source Sans Pro', 'Segoe UI', Arial, sans-serif"
GLYPH = 0.54  # mean width of a letter, of its size; the reader's own letters may be wide
PARTY, WARNING = "#00476F", "#8A4B00"
HATCHING = (
    '<defs><pattern id="secret" width="5" height="5" patternUnits="userSpaceOnUse" '
    f'patternTransform="rotate(45)"><rect width="5" height="5" fill="{palette.SECRET}"/>'
    f'<path d="M0 0V5" stroke="{palette.HATCH}" stroke-width="2"/></pattern>'
    '<pattern id="bound" width="9" height="9" patternUnits="userSpaceOnUse" '
    f'patternTransform="rotate(45)"><rect width="9" height="9" fill="{palette.SEQUENTIAL[0]}"/>'
    f'<path d="M0 0V9" stroke="{palette.INK}" stroke-width="4"/></pattern></defs>'
)


@dataclass(frozen=True)
class Words:
    """What is written around the map.

    Attributes:
        title: what is measured.
        lines: under it: where and when, in what unit.
        legend: lines above the classes.
        notes: heading and text of what it takes to quote the map.
        parties: the signatories, by their short names.
        owner: the convention and its territory.
        alt: the map for whoever does not see it.
        warning: across the top when the data are invented.
    """

    title: str
    lines: Sequence[str]
    legend: Sequence[str]
    notes: Sequence[tuple[str, str]]
    parties: Sequence[str]
    owner: str
    alt: str
    warning: str = ""


def written(drawn: ZoneMap, place: Place, words: Words) -> bytes:
    """The sheet as a file."""
    made, top = drawing(drawn, place), _top(words)
    room = WIDE - 2 * MARGIN - COLUMN - GAP
    tall = TALL - top - MARGIN / 2 - _height(words.notes)
    body = [
        *_head(words),
        made.placed(MARGIN, top, room, tall),
        *_legend(drawn.legend, words.legend, top, min(room / made.width, tall / made.height)),
        *_foot(words.notes),
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" xml:lang="fr" role="img" width="297mm" '
        f'height="210mm" viewBox="0 0 {WIDE:g} {TALL:g}" font-family="{FONT}" '
        f'fill="{palette.INK}"><title>{escape(fr.spaced(words.title))}</title>'
        f"<desc>{escape(words.alt)}</desc>{HATCHING}"
        f'<rect width="{WIDE:g}" height="{TALL:g}" fill="#FFFFFF"/>{"".join(body)}</svg>\n'
    ).encode()


def _top(words: Words) -> float:
    """Where the map starts: under the last line of the heading."""
    return 80.0 + 29 * len(_titles(words)) + 19 * len(_lines(words))


def _titles(words: Words) -> list[str]:
    return _wrapped(words.title, WIDE - 2 * MARGIN, 25)


def _lines(words: Words) -> list[str]:
    return [one for text in words.lines for one in _wrapped(text, WIDE - 2 * MARGIN, 14)]


def _head(words: Words) -> Iterator[str]:
    """Both parties, side by side, then what is shown."""
    left, y = MARGIN, 92.0
    for name in words.parties:
        wide = len(name) * 14 * 0.62 + 24
        told = _text(name, left + wide / 2, 43, 14, weight=650, colour=PARTY, at="middle")
        yield (
            f'<rect x="{left:g}" y="24" width="{wide:g}" height="28" rx="2" fill="none" '
            f'stroke="{PARTY}"/>{told}'
        )
        left += wide + 10
    yield _text(words.owner, WIDE - MARGIN, 38, 13, at="end", colour=palette.MUTED)
    if words.warning:
        yield _text(words.warning, WIDE - MARGIN, 58, 13, at="end", weight=700, colour=WARNING)
    for line in _titles(words):
        yield _text(line, MARGIN, y, 25, weight=700)
        y += 29
    for line in _lines(words):
        yield _text(line, MARGIN, y - 5, 14, colour=palette.MUTED)
        y += 19


def _legend(
    entries: Sequence[Entry], lines: Sequence[str], top: float, shown: float
) -> Iterator[str]:
    """Classes in words, with how many zones each holds; circles as large as on the map."""
    left, y = WIDE - MARGIN - COLUMN, top + 14
    for text in lines:
        for line in _wrapped(text, COLUMN, 14):
            yield _text(line, left, y, 14, weight=650)
            y += 18
    y += 6
    for one in entries:
        across = one.size * shown
        told = f"{one.whole} · {fr.plural(one.zones, 'zone')}" if one.zones else one.whole
        said = _wrapped(told, COLUMN - 48, 13)
        tall = max(17.0 * len(said), across + 4, 20)
        yield _sample(one, left, y, across, tall)
        for rank, line in enumerate(said):
            yield _text(line, left + 46, y + tall / 2 + 4.5 - 8.5 * (len(said) - 1 - 2 * rank), 13)
        y += tall + 7


def _sample(one: Entry, left: float, y: float, across: float, tall: float) -> str:
    if one.size:
        fill = palette.CLEAR if one.bound else palette.CIRCLE
        return (
            f'<circle cx="{left + 17:g}" cy="{y + tall / 2:g}" r="{across / 2:.1f}"'
            f"{painted('fill', fill)}{painted('stroke', palette.CIRCLE_EDGE)} "
            'stroke-width="1.5"/>'
        )
    if one.pin:
        inside = palette.BORDER if one.open else one.colour
        return (
            f'<rect x="{left + 11:g}" y="{y + tall / 2 - 6:g}" width="12" height="12" '
            f'fill="{inside}" stroke="{one.colour}" stroke-width="2"/>'
        )
    if one.line:
        return (
            f'<rect x="{left:g}" y="{y + tall / 2 - 9:g}" width="34" height="18" rx="2" '
            f'fill="none" stroke="{one.colour}" stroke-width="2.5"/>'
        )
    fill = "url(#secret)" if one.hatched else "url(#bound)" if one.bound else one.colour
    return (
        f'<rect x="{left:g}" y="{y + tall / 2 - 9:g}" width="34" height="18" rx="2" '
        f'fill="{fill}" stroke="{palette.EDGE}"/>'
    )


def _height(notes: Sequence[tuple[str, str]]) -> float:
    return 16.0 * sum(len(_note(*one)) for one in notes) + 18


def _note(head: str, text: str) -> list[str]:
    return _wrapped(f"{head} : {text}", WIDE - 2 * MARGIN, 11.5)


def _foot(notes: Sequence[tuple[str, str]]) -> Iterator[str]:
    y = TALL - MARGIN / 2 - _height(notes) + 16
    yield f'<path d="M{MARGIN:g} {y - 12:g}H{WIDE - MARGIN:g}" stroke="{palette.SECRET}"/>'
    for head, text in notes:
        for rank, line in enumerate(_note(head, text)):
            y += 16
            told = fr.spaced(f"{head} :")
            if rank == 0 and line.startswith(told):
                bold = f'<tspan font-weight="650">{escape(told)}</tspan>'
                rest = escape(line.removeprefix(told))
                yield f'<text x="{MARGIN:g}" y="{y:g}" font-size="11.5">{bold}{rest}</text>'
            else:
                yield _text(line, MARGIN, y, 11.5)


def _wrapped(text: str, room: float, size: float) -> list[str]:
    """Lines no wider than their room; no-break spaces hold."""
    most = max(10, int(room / (size * GLYPH)))
    return textwrap.wrap(fr.spaced(text), most, break_long_words=False, break_on_hyphens=False)


def _text(
    text: str,
    x: float,
    y: float,
    size: float,
    *,
    weight: int = 400,
    colour: str = palette.INK,
    at: str = "start",
) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" font-weight="{weight}" fill="{colour}" '
        f'text-anchor="{at}">{escape(fr.spaced(text))}</text>'
    )
