"""What a reader needs to quote a figure: Lecture · Champ · Source · Note, and its method.

Nothing here holds a figure of its own: sentences come from the indicator's card, from
``reading`` and from the citations that travel with a MaskedTable.
"""

from collections.abc import Sequence
from datetime import date
from html import escape

from ctg_data import fr
from ctg_data.catalogue.cards import KINDS, ORIGINS, Indicator
from ctg_data.dating import Moment, dates_text
from ctg_data.diagnosis import bounded
from ctg_data.model import Citation, PublicStatus, producers
from ctg_data.release.masked import MaskedTable
from ui.blocks.tables import levels_text
from ui.charts.base import require_masked
from ui.state import terms

ROUNDED = "Effectifs arrondis par leur producteur : un écart d'un arrondi se lit « stable »."
METHOD = "Définition, limites et références"
FICTIONAL = "Données fictives, inventées pour l'essai : ne rien citer."


def cited(*tables: MaskedTable) -> tuple[Citation, ...]:
    """The sources of several tables, each once."""
    return tuple(dict.fromkeys(one for table in tables for one in table.citations))


def source_text(citations: Sequence[Citation]) -> str:
    """Who published what, when it was received and under which licence, each said once.

    Data sets that differ by their last words only (« – communes », « – régions ») are told
    together.
    """
    groups: dict[tuple[str, str, str], dict[str, list[Citation]]] = {}
    for one in citations:
        key = (one.producer, _received(one.retrieved_on), one.licence)
        groups.setdefault(key, {}).setdefault(one.title.partition(" – ")[0], []).append(one)
    told = [
        ", ".join(filter(None, [producer, _titles(titles), received, licence]))
        for (producer, received, licence), titles in groups.items()
    ]
    return f"{'. '.join(told)}." if told else "aucune source pour l'instant."


def _titles(titles: dict[str, list[Citation]]) -> str:
    """Each data set once, with its parts and its periods."""
    said = []
    for head, found in titles.items():
        tails = [one.title.partition(" – ")[2].removesuffix(f", {one.period}") for one in found]
        parts = ", ".join(dict.fromkeys(filter(None, tails)))
        periods = list(dict.fromkeys(one.period for one in found))
        span = ", ".join(periods) if len(periods) < 3 else f"{periods[0]} à {periods[-1]}"
        said.append(f"{head}{' – ' * bool(parts)}{parts} ({span})")
    return " ; ".join(said)


def _received(day: str) -> str:
    try:
        return f"copie du {fr.day(date.fromisoformat(day[:10]))}"
    except ValueError:
        return ""


def masked_text(table: MaskedTable) -> str:
    """How many cells are hidden, and why; empty when none is."""
    if not table.hidden:
        return ""
    verb = "est masquée" if table.hidden < 2 else "sont masquées"
    return (
        f"{fr.plural(table.hidden, 'case')} {verb} (« s ») : secret statistique, article 7 de la "
        "convention. Ce signe ne veut pas dire zéro."
    )


def notes_html(
    table: MaskedTable,
    *,
    lecture: str,
    scope: str,
    remarks: Sequence[str] = (),
    moments: Sequence[Moment] | None = None,
    beside: Sequence[MaskedTable] = (),
) -> str:
    """The four lines printed beside a figure and its table; folded under the source on a phone.

    ``moments`` are the dates of the figures, those of the table unless told; ``beside`` are other
    figures that the picture or the words compare with: their sources are told too.
    """
    require_masked(table)
    sources = cited(table, *beside)
    dates = dates_text(table.moments if moments is None else moments)
    rounded = bool((table.frame["status"] == str(PublicStatus.ARRONDI)).any())
    fictional = any(one.fictional for one in sources)
    exact = bounded.text([table])
    exact = "" if exact and fr.spaced(exact) in fr.spaced(lecture) else exact
    said = [*remarks, dates, ROUNDED if rounded else "", masked_text(table), exact]
    said += [FICTIONAL if fictional else ""]
    lines = {
        "Lecture": lecture,
        "Champ": scope,
        "Source": source_text(sources),
        "Note": " ".join(text for text in said if text),
    }
    body = "".join(
        f"<dt>{head}</dt><dd>{terms.html(text)}</dd>" for head, text in lines.items() if text
    )
    who = producers(sources)
    rest = "Lecture, champ, note, méthode, fichier"
    head = fr.spaced(f"Source : {who}. {rest}" if who else rest)
    quoted = f"{lecture} Source : {lines['Source']}" if lecture else ""
    return (
        f'<details class="ctg-quote"><summary>{escape(head)}</summary><dl class="ctg-notes">'
        f"{body}</dl>{copy_html('Copier la phrase', 'text', quoted)}</details>"
    )


def exact_html(bounds: bool) -> str:
    """How figures known by a bound become exact, once under them; empty where there is none."""
    return f'<p class="ctg-soft">{escape(fr.spaced(bounded.HOW_EXACT))}</p>' if bounds else ""


def copy_html(label: str, what: str, text: str) -> str:
    """A button that copies: the sentence it carries, or the table it stands under, with ``text``.

    ``ui/frame/lecteur.js`` does it; nothing is shown when there is nothing to quote.
    """
    if not text:
        return ""
    said = escape(fr.spaced(text), quote=True)
    return (
        f'<p class="ctg-tools"><button type="button" class="ctg-copy" data-copy="{what}" '
        f'data-text="{said}">{label}</button></p>'
    )


def folded(title: str, html: str) -> str:
    """HTML that a wide screen shows and that a phone folds under its title."""
    return (
        f'<details class="ctg-fold"><summary>{escape(fr.spaced(title))}</summary>{html}</details>'
    )


def quotable(table: str, source: str) -> str:
    """A table as HTML with the button that copies it, source included."""
    button = copy_html("Copier le tableau", "table", f"Source : {source}")
    return f'<div class="ctg-quotable">{table}{button}</div>'


def method_html(indicator: Indicator, title: str = METHOD, lead: str = "") -> str:
    """The card of an indicator, one click away; ``title`` and ``lead`` are HTML."""
    return (
        f'<details class="ctg-method"><summary>{title}</summary>'
        f"{lead}{card_html(indicator)}</details>"
    )


def card_html(indicator: Indicator) -> str:
    """The method of an indicator: definition, scope, limits, references."""
    limits = "".join(f"<li>{terms.html(str(one))}</li>" for one in indicator.text["limits"])
    references = "".join(
        f'<li><a href="{escape(one.href, quote=True)}" rel="noopener noreferrer" target="_blank">'
        f"{escape(fr.spaced(one.title))}</a>, vérifié le {fr.day(one.verified)}</li>"
        for one in indicator.reference
    )
    facts = {
        "Définition": str(indicator.text["definition"]).strip(),
        "Champ": str(indicator.text["scope"]).strip(),
        "Unité": indicator.unit_long,
        "Nature": KINDS[indicator.kind].lower(),
        "Niveaux": levels_text(indicator.levels),
        "Données": ", ".join(ORIGINS[one] for one in indicator.origin),
    }
    body = "".join(f"<dt>{head}</dt><dd>{terms.html(text)}</dd>" for head, text in facts.items())
    return (
        f'<div class="ctg-card"><dl>{body}</dl><p class="ctg-head">Limites</p><ul>{limits}</ul>'
        f'<p class="ctg-head">Références</p><ul>{references}</ul></div>'
    )
