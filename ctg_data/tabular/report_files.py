"""The report to keep: a CSV for a spreadsheet, a page to print.  Neither holds a count."""

import csv
import html
import io
from collections.abc import Iterator
from datetime import date

from ctg_data import fr
from ctg_data.tabular.report import Audience, Message, Place, Report, Severity

COLUMNS = (
    *("gravité", "pour", "numéro", "contrôle", "feuille", "ligne", "colonne", "valeur"),
    *("constat", "règle", "ce qui a été fait"),
)
MOST_PLACES = 12  # named one by one on the page; the CSV names them all
STYLE = """
@page { size: A4; margin: 16mm 14mm }
* { box-sizing: border-box }
body { font: 15px/1.45 "Source Sans 3", "Source Sans Pro", system-ui, sans-serif; color: #1B2733;
  max-width: 1000px; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem; margin: 0 0 .3rem } h2 { font-size: 1.15rem; margin: 1.6rem 0 .4rem }
p { margin: .3rem 0 } .meta { color: #4F5B66 }
.verdict { font-size: 1.15rem; font-weight: 600; border-left: 6px solid #00476F;
  padding: .5rem .8rem; background: #F3F6F8 }
.verdict.R { border-color: #9C2F00 }
table { border-collapse: collapse; width: 100%; table-layout: fixed }
th, td { text-align: left; vertical-align: top; padding: .35rem .5rem;
  border-bottom: 1px solid #E3E8EC; overflow-wrap: anywhere }
th { font-size: .85rem; color: #4F5B66 } th:first-child { width: 27% } th:last-child { width: 30% }
tr { break-inside: avoid } .rule { color: #4F5B66; font-size: .9rem }
@media print { body { margin: 0; max-width: none; font-size: 10.5pt } }
"""


def to_csv(report: Report, audience: Audience = Audience.BOTH) -> bytes:
    """One line per remark and place: « ; », UTF-8 with its mark, as French spreadsheets expect."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow(COLUMNS)
    for one in report.seen_by(audience):
        for place in one.places or (Place(),):
            writer.writerow([_safe(cell) for cell in _line(one, place)])
    return buffer.getvalue().encode("utf-8-sig")


def _line(one: Message, place: Place) -> tuple[str, ...]:
    return (
        *(one.severity.label, one.audience.value, str(one.number or ""), one.id),
        *(place.sheet, str(place.line or ""), place.column, place.value),
        *(one.text, one.rule, one.done),
    )


def _safe(text: str) -> str:
    """A spreadsheet must not take a text of the file for a formula.

    >>> _safe("=1+1"), _safe("a")
    ("'=1+1", 'a')
    """
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def to_html(
    report: Report,
    audience: Audience = Audience.BOTH,
    *,
    printed_on: date | None = None,
    outcome: str = "",
) -> str:
    """A page that stands alone, made for A4 paper; ``outcome`` when the file was dealt with."""
    seen = report.seen_by(audience)
    state = "R" if report.refused else ""
    year = f" {report.year}" if report.year else ""
    what = f"Rapport de lecture : {report.subject}{year}"
    stamp = f" · empreinte {report.sha256[:16]}…" if audience is not Audience.LEAD else ""
    when = f" · édité le {fr.day(printed_on)}" if printed_on else ""
    nature = f"Fichier {report.kind}" if report.kind else ""
    parts = [
        '<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_text(fr.spaced(what))}</title><style>{STYLE}</style></head><body>",
        f"<h1>{_text(fr.spaced(what))}</h1>",
        f'<p class="meta">« {_text(report.name)} » · {_text(nature)}{stamp}{when}</p>'.replace(
            "« ", f"«{fr.NARROW}"
        ).replace(" »", f"{fr.NARROW}»"),
        f'<p class="verdict {state}">{_text(report.summary())}</p>',
        f"<p>{_text(fr.spaced(outcome) or _next(report))}</p>",
        *(_section(severity, seen) for severity in Severity),
        '<p class="meta">Ce rapport ne cite aucun effectif de foyers ou de personnes.</p>',
        "</body></html>",
    ]
    return "\n".join(part for part in parts if part)


def _next(report: Report) -> str:
    if report.refused:
        return fr.spaced(
            "Rien n'a été importé. Chaque remarque « Refusé » se corrige dans le fichier, ou se "
            "confirme quand elle le propose ; puis le fichier se dépose à nouveau."
        )
    return "Le fichier peut être importé. Ce qui est à vérifier ne l'empêche pas."


def _section(severity: Severity, seen: tuple[Message, ...]) -> str:
    chosen = [one for one in seen if one.severity is severity]
    if not chosen:
        return ""
    rows = "".join(
        f"<tr><td>{_where(one)}</td><td>{_text(one.text)}"
        f'<p class="rule">{_text(one.rule)}</p></td><td>{_text(one.done or "–")}</td></tr>'
        for one in chosen
    )
    return (
        f"<h2>{_text(severity.label)} ({len(chosen)})</h2><table><thead><tr><th>Où</th>"
        f"<th>Constat et règle</th><th>Ce qui a été fait</th></tr></thead><tbody>{rows}"
        "</tbody></table>"
    )


def _where(one: Message) -> str:
    lines = list(_told_places(one))
    return "<br>".join(_text(line) for line in lines) or "Fichier entier"


def _told_places(one: Message) -> Iterator[str]:
    for place in one.places[:MOST_PLACES]:
        words = str(place)
        yield (words[:1].upper() + words[1:]) if words else "Fichier entier"
    if (rest := len(one.places) - MOST_PLACES) > 0:
        yield f"… et {fr.plural(rest, 'autre endroit', 'autres endroits')}"


def _text(text: str) -> str:
    return html.escape(text)
