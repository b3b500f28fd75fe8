"""Real HTML tables, from a MaskedTable only: read by a screen reader, copied into a letter.

Numbers are right-aligned and written here, in French; a cell that may not be shown carries its
sign and, for whoever hovers or listens, what the sign stands for.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from ctg_data import fr
from ctg_data.disclosure.masked import Cell, MaskedTable
from ctg_data.model import SIGN_WORDS, Level, Sign
from ui.chart_base import Label, require_masked

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


def levels_text(levels: Sequence[Level]) -> str:
    """Levels in a sentence.

    >>> levels_text([Level.IRIS, Level.QPV, Level.FRANCE])
    'IRIS, quartier prioritaire, France'
    """
    return ", ".join(NATURE[level] for level in levels)


def cell_html(cell: Cell, decimals: int) -> str:
    """A number in French, or its sign with its meaning."""
    if cell.value is not None:
        return escape(fr.number(cell.value, decimals))
    return sign_html(cell.sign)


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
    heads = layout.heads or {str(key): str(key) for key in sorted(frame[layout.columns].unique())}
    places = layout.places or list(dict.fromkeys(zip(frame["level"], frame["code"], strict=True)))
    kept = {key: table.where(**{layout.columns: _typed(layout.columns, key)}) for key in heads}
    several = len({level for level, _ in places}) > 1
    body = []
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
                strong=code == layout.highlight,
            )
        )
    return frame_html(
        layout.caption, ["Territoire"], [*heads.values(), *layout.measures], [*layout.extra], body
    )


def frame_html(
    caption: str,
    first: Sequence[str],
    numbers: Sequence[str],
    words: Sequence[str],
    body: Sequence[str],
) -> str:
    """A captioned table that scrolls alone when the screen is narrower than it.

    The caption is shown above, where it does not scroll away, and heard from inside the table.
    """
    head = "".join(f'<th scope="col">{escape(fr.spaced(text))}</th>' for text in first)
    head += "".join(f'<th scope="col" class="n">{escape(fr.spaced(text))}</th>' for text in numbers)
    head += "".join(f'<th scope="col">{escape(fr.spaced(text))}</th>' for text in words)
    said = escape(fr.spaced(caption))
    return (
        f'<p class="ctg-caption" aria-hidden="true">{said}</p>'
        f'<div class="ctg-scroll" role="region" aria-label="{said}" tabindex="0">'
        f'<table class="ctg-table"><caption class="ctg-heard">{said}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def row(name: str, numbers: Sequence[str], words: Sequence[str], *, strong: bool = False) -> str:
    """One row; ``name`` and ``numbers`` are HTML already, ``words`` is text."""
    cells = "".join(f'<td class="n">{one}</td>' for one in numbers)
    cells += "".join(f"<td>{escape(fr.spaced(one))}</td>" for one in words)
    mark = ' class="here"' if strong else ""
    return f'<tr{mark}><th scope="row">{name}</th>{cells}</tr>'


def _typed(column: str, key: str) -> int | str:
    return int(key) if column == "period" else key
