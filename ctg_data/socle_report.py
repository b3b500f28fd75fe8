"""The report of an import as files: CSV to sort and send back, a page to print.

No value that counts people is in a report, so neither is it in these files.
"""

import csv
import io
from collections.abc import Sequence
from datetime import date
from html import escape

from ctg_data import fr
from ctg_data.sources.socle import Message, Place, Report, Severity

HEADS = ["gravité", "pour", "feuille", "ligne", "colonne", "valeur", "message", "règle"]
HEADS += ["ce qui a été fait", "contrôle", "numéro"]
STYLE = """body{font:11pt/1.45 "Source Sans 3",system-ui,sans-serif;color:#1b2733;margin:2rem}
h1{font-size:16pt;margin:0 0 .3rem}h2{font-size:12.5pt;margin:1.4rem 0 .4rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;
padding:.35rem .5rem;border-bottom:1px solid #d9d9d9}th{font-weight:600}
td.n{white-space:nowrap}small{color:#52606d}@page{size:A4 landscape;margin:14mm}
tr{break-inside:avoid}"""


def to_csv(report: Report, messages: Sequence[Message]) -> bytes:
    """One line a place, « ; » and a byte order mark: opens as is in a French spreadsheet."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADS)
    for one in messages:
        for place in one.places or (Place(),):
            line = [one.severity.label, str(one.audience), place.sheet, place.line or ""]
            line += [place.column, place.value, one.text, one.rule, one.done, one.id]
            writer.writerow([_safe(cell) for cell in [*line, one.number or ""]])
    return ("\ufeff" + stream.getvalue()).encode("utf-8")


def _safe(cell: object) -> str:
    """A cell that a spreadsheet will not run as a formula."""
    text = str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text


def to_html(report: Report, messages: Sequence[Message], today: date | None = None) -> bytes:
    """A page to print, complete by itself."""
    parts = []
    for severity in Severity:
        found = [one for one in messages if one.severity is severity]
        if found:
            lines = "".join(_line(one) for one in found)
            head = "<tr><th>Où</th><th>Remarque</th><th>Règle et suite donnée</th></tr>"
            parts.append(
                f"<h2>{escape(severity.label)} ({len(found)})</h2><table>{head}{lines}</table>"
            )
    said = "".join(parts) or "<p>Aucune remarque.</p>"
    title = f"Compte rendu de lecture : {report.name}"
    when = fr.day(today or date.today())
    page = (
        f'<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><h1>{escape(fr.spaced(title))}</h1>"
        f"<p>{escape(headline(report))}<br><small>Établi le {when}. Aucune valeur qui compte des "
        f"personnes n'est dans ce compte rendu.</small></p>{said}</body></html>"
    )
    return page.encode("utf-8")


def headline(report: Report) -> str:
    """The verdict and what kind of file it is, in one line."""
    told = [f"Nature : {report.kind}." if report.kind else ""]
    told += [f"Année : {report.year}." if report.year else ""]
    return fr.spaced(" ".join(filter(None, [report.summary(), *told])))


def where(message: Message, most: int = 4) -> str:
    """The places of a remark, the first ones."""
    shown = [str(place) for place in message.places[:most] if str(place)]
    more = len(message.places) - most
    shown += [f"et {fr.plural(more, 'autre endroit', 'autres endroits')}"] if more > 0 else []
    return " ; ".join(shown) or "tout le fichier"


def _line(one: Message) -> str:
    head = f"{escape(where(one, 12))}<br><small>pour : {escape(str(one.audience))}</small>"
    rule = escape(f"{one.rule} {one.done}".strip())
    return f"<tr><td>{head}</td><td>{escape(one.text)}</td><td>{rule}</td></tr>"
