"""Real HTML tables, from a MaskedTable only: read by a screen reader, copied into a letter.

Numbers are right-aligned and written here, in French; a cell that may not be shown carries its
sign and, for whoever hovers or listens, what the sign stands for.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from ctg_data import dating, fr
from ctg_data.catalogue.cards import Indicator
from ctg_data.diagnosis import reading
from ctg_data.model import SIGN_WORDS, Level, Sign
from ctg_data.release.masked import Cell, MaskedTable
from ui.charts.base import Label, require_masked

LONG = 20  # rows: beyond, a table scrolls alone under its headings
Place = tuple[str, str]  # (level, code)
NATURE = {
    Level.IRIS: "IRIS",
    Level.QPV: "quartier prioritaire",
    Level.QUARTIER: "quartier",
    Level.COMMUNE: "commune",
    Level.EPCI: "intercommunalité",
    Level.DEPARTEMENT: "département",
    Level.REGION: "région",
    Level.FRANCE: "France",
}


@dataclass(frozen=True)
class Layout:
    """How a table is laid out.

    Attributes:
        caption: read before the table; says what, where and when.
        columns: ``period`` or ``variable``, the key that makes the columns.
        heads: the columns in order, with their words; all of them, as they are, when empty.
        places: the rows in order; all of them, as they come, when empty.
        measures: more columns of figures already written, by heading, then by place.
        extra: more columns of words, by heading, then by place.
        highlight: code of the row in bold.
        decimals: by column, where they differ.
    """

    caption: str
    columns: str = "period"
    heads: dict[str, str] = field(default_factory=dict)
    places: Sequence[Place] = ()
    measures: dict[str, dict[Place, str]] = field(default_factory=dict)
    extra: dict[str, dict[Place, str]] = field(default_factory=dict)
    highlight: str = ""
    decimals: dict[str, int] = field(default_factory=dict)


def nature(level: Level) -> str:
    """The nature of a zone as a heading; an acronym keeps its capitals.

    >>> nature(Level.IRIS), nature(Level.COMMUNE)
    ('IRIS', 'Commune')
    """
    words = NATURE[level]
    return words if words.isupper() else fr.capital(words)


def levels_text(levels: Sequence[Level]) -> str:
    """Levels in a sentence.

    >>> levels_text([Level.IRIS, Level.QPV, Level.FRANCE])
    'IRIS, quartier prioritaire, France'
    """
    return ", ".join(NATURE[level] for level in levels)


def cell_html(cell: Cell, decimals: int) -> str:
    """A number in French, or its sign with its meaning."""
    if cell.told:
        return escape(reading.value_text(cell, decimals))
    return sign_html(cell.sign)


def figure_html(cell: Cell, indicator: Indicator) -> str:
    """The figure of a card, its unit smaller; « au moins » before it where it is a bound."""
    if not cell.told:
        return f"{sign_html(cell.sign)} <small>{reading.sign_words(cell)}</small>"
    lead = f"<small>{cell.bound_words}</small> " if cell.bound_words else ""
    number = reading.value_text(cell, indicator.decimals).removeprefix(f"{cell.bound_words} ")
    unit = escape(fr.spaced(reading.unit_of(cell, indicator)))
    return f"{lead}{escape(number)} <small>{unit}</small>"


def sign_html(sign: Sign) -> str:
    """A sign and its meaning.

    >>> sign_html(Sign.SECRET)
    '<abbr title="donnée couverte par le secret statistique">s</abbr>'
    """
    return f'<abbr title="{SIGN_WORDS[sign]}">{sign}</abbr>'


def html_table(table: MaskedTable, label: Label, layout: Layout, *, decimals: int) -> str:
    """Places in rows, years or parts in columns."""
    require_masked(table)
    frame = table.frame
    heads = layout.heads or _heads(table, layout.columns)
    places = layout.places or list(dict.fromkeys(zip(frame["level"], frame["code"], strict=True)))
    kept = {key: table.where(**{layout.columns: _typed(layout.columns, key)}) for key in heads}
    several = len({level for level, _ in places}) > 1
    body, titles = [], [*heads.values(), *layout.measures, *layout.extra]
    for level, code in places:
        told = several and level != Level.FRANCE
        nature = f" <small>{NATURE[Level(level)]}</small>" if told else ""
        cells = [
            cell_html(kept[key].cell(level, code), layout.decimals.get(key, decimals))
            for key in heads
        ]
        cells += [escape(one.get((level, code), "")) for one in layout.measures.values()]
        words = [columns.get((level, code), "") for columns in layout.extra.values()]
        body.append(
            row(
                f"{escape(label(level, code))}{nature}",
                cells,
                words,
                heads=titles,
                strong=code == layout.highlight,
            )
        )
    return frame_html(
        layout.caption, ["Territoire"], [*heads.values(), *layout.measures], [*layout.extra], body
    )


def _heads(table: MaskedTable, columns: str) -> dict[str, str]:
    if columns == "period":
        return years(table)
    return {str(key): str(key) for key in sorted(table.frame[columns].unique())}


def years(table: MaskedTable) -> dict[str, str]:
    """The periods of a table as columns: editions whose year is not known first, then years."""
    periods = reversed(dating.newest_first(table.frame["period"]))
    return {str(one): table.moment(one).head for one in periods}


def frame_html(
    caption: str,
    first: Sequence[str],
    numbers: Sequence[str],
    words: Sequence[str],
    body: Sequence[str],
) -> str:
    """A captioned table.

    The caption is shown above, where it does not scroll away, and heard from inside the table.
    On a phone a table of figures scrolls alone, and one that holds sentences is unfolded, each
    cell after its heading: the roles keep it a table for whoever listens.
    """
    heads = [(text, "") for text in first] + [(text, ' class="n"') for text in numbers]
    heads += [(text, "") for text in words]
    head = "".join(
        f'<th scope="col" role="columnheader"{kind}>{escape(fr.spaced(text))}</th>'
        for text, kind in heads
    )
    said = escape(fr.spaced(caption))
    style = "ctg-table ctg-unfold" if words else "ctg-table"
    long = " ctg-long" if len(body) > LONG and not words else ""
    return (
        f'<p class="ctg-caption" aria-hidden="true">{said}</p>'
        f'<div class="ctg-scroll{long}" role="region" aria-label="{said}" tabindex="0">'
        f'<table class="{style}" role="table"><caption class="ctg-heard">{said}</caption>'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(body)}</tbody></table></div>'
    )


def row(
    name: str,
    numbers: Sequence[str],
    words: Sequence[str],
    *,
    heads: Sequence[str] = (),
    strong: bool = False,
) -> str:
    """One row; ``name`` and ``numbers`` are HTML already, ``words`` is text.

    ``heads`` are the headings of the columns after the first, shown on a phone.
    """
    told = [f' data-head="{escape(fr.spaced(text), quote=True)}"' for text in heads]
    told += [""] * (len(numbers) + len(words) - len(told))
    count = len(numbers)
    cells = "".join(
        f'<td class="n" role="cell"{head}>{one}</td>'
        for one, head in zip(numbers, told[:count], strict=True)
    )
    cells += "".join(
        f'<td role="cell"{head}>{escape(fr.spaced(one))}</td>'
        for one, head in zip(words, told[count:], strict=True)
    )
    mark = ' class="here"' if strong else ""
    return f'<tr role="row"{mark}><th scope="row" role="rowheader">{name}</th>{cells}</tr>'


def _typed(column: str, key: str) -> int | str:
    return int(key) if column == "period" else key
