"""A report on screen and as files: that of a file being read, and that of each import since."""

from html import escape

import streamlit as st

from ctg_data import fr, role
from ctg_data.socle import imports as socle, report as socle_report
from ctg_data.socle.imports import Report, Severity
from ui.blocks import tables

REMARK = ["Remarque", "Ce qui est fait", "Pour"]
ALOUD = (Severity.REFUSED, Severity.CORRECTED)  # open at once; the others are one click away


def show(full: Report, key: str, *, folded: bool = True, outcome: str = "") -> None:
    """What this reader may see of a report, worst first, and its two files.

    Args:
        full: the report, before anything is kept from this reader.
        key: tells the files of this report from another's.
        folded: whether what asks for nothing waits behind a click; not inside a panel already.
        outcome: what became of the file since.
    """
    report = socle_report.seen_by(full, role.current())
    for severity in Severity:
        found = [one for one in report.messages if one.severity is severity]
        if not found:
            continue
        title = f"{severity.label} ({len(found)})"
        if folded and severity not in ALOUD:
            with st.expander(title):
                st.html(table(title, found))
        else:
            st.html(table(title, found))
    if aside := len(full.messages) - len(report.messages):
        soft(
            f"{fr.plural(aside, 'remarque', 'remarques')} sur la forme ou le secret du fichier : "
            "pour le statisticien de la CAF seul."
        )
    files(report, key, outcome)


def soft(text: str) -> None:
    """A line of explanation."""
    st.html(f'<p class="ctg-soft">{escape(fr.spaced(text))}</p>')


def table(title: str, found: list[socle.Message]) -> str:
    """On a phone each cell comes under its heading."""
    body = [
        tables.row(
            escape(_capital(socle_report.where(one))),
            [],
            [one.text, one.done or "–", str(one.audience)],
            heads=REMARK,
        )
        for one in found
    ]
    return tables.frame_html(title, ["Où"], [], REMARK, body)


def files(report: Report, key: str, outcome: str = "") -> None:
    """The same report for a spreadsheet, and as a page to print."""
    reader = socle.audience(role.current())
    subject = report.subject.replace(" ", "_").replace("é", "e").lower()
    stem = f"compte_rendu_{subject}" + (f"_{report.year}" if report.year else "")
    with st.container(horizontal=True, gap="medium"):
        st.download_button(
            "Compte rendu (CSV)",
            socle_report.to_csv(report, reader),
            file_name=f"{stem}.csv",
            mime="text/csv",
            key=f"socle-report-csv-{key}",
            on_click="ignore",
            icon=":material/download:",
        )
        st.download_button(
            "Compte rendu à imprimer (page)",
            socle_report.to_html(report, reader, outcome=outcome).encode(),
            file_name=f"{stem}.html",
            mime="text/html",
            key=f"socle-report-page-{key}",
            on_click="ignore",
            icon=":material/print:",
        )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
