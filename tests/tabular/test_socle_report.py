"""The report: who reads what, and nothing in it that counts people."""

import csv
import io
import re

from ctg_data.tabular.report import Audience, Message, Place, Report, Severity
from ctg_data.tabular.report_files import COLUMNS, to_csv, to_html
from ctg_data.tabular.rules import RULES
from tests.socle_tables import iris, judged, table

CANARIES = (3, 9973, 84)


def guilty() -> Report:
    """A file whose faults all hold a value found nowhere else."""
    lines = table(iris())
    lines[3][2 + 16] = CANARIES[0]
    lines[5][4] = CANARIES[1]
    lines[7][2] = CANARIES[2]
    lines[8][6] = "douze"
    lines[9][7] = "-9949"
    lines[10][5] = "9941,5"
    lines[20][0] = iris()[19].lstrip("0")
    lines.append(["001239999", "zone", *[9967] * (len(lines[0]) - 2)])
    lines.append(["Total", "", *[9931] * (len(lines[0]) - 2)])
    return judged(lines)


def test_no_count_reaches_the_report() -> None:
    report = guilty()
    assert len(report.messages) > 8
    for text in (to_csv(report).decode("utf-8-sig"), to_html(report)):
        for canary in ("9973", "9949", "9941", "9967", "9931"):
            assert canary not in text
        assert not re.search(r"\b84\b", text)


def test_the_page_and_the_csv_say_every_message_and_place() -> None:
    report = guilty()
    rows = list(csv.reader(io.StringIO(to_csv(report).decode("utf-8-sig")), delimiter=";"))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) - 1 == sum(max(1, len(m.places)) for m in report.messages)
    assert to_csv(report).startswith(b"\xef\xbb\xbf")
    page = to_html(report)
    assert page.count("<tr><td>") == len(report.messages)
    assert 'lang="fr"' in page
    assert "http" not in page
    assert "Fichier refusé" in page


def test_worst_first_then_in_the_order_of_the_file() -> None:
    severities = [m.severity for m in guilty().messages]
    assert severities == sorted(severities, key=list(Severity).index)
    assert guilty().counts[Severity.REFUSED] == severities.count(Severity.REFUSED)
    refused = [m.line for m in guilty().messages if m.severity is Severity.REFUSED]
    assert refused == sorted(refused)


def test_secrets_are_named_to_the_statistician_alone() -> None:
    report = guilty()
    lead = {m.id for m in report.seen_by(Audience.LEAD)}
    stat = {m.id for m in report.seen_by(Audience.STAT)}
    assert {"petits_nombres", "zone_sous_seuil"} <= stat - lead
    assert "zones_diffusees" in lead - stat
    assert report.seen_by(Audience.BOTH) == report.messages
    page = to_html(report, Audience.LEAD)
    assert "petits" not in page
    assert report.sha256[:16] not in page
    assert "Fichier refusé" in page


def test_a_text_of_the_file_is_never_code() -> None:
    evil = Message(
        "x", Severity.WARNING, Audience.BOTH, "<script>", (Place("=cmd()", 1, "<b>", "+1"),)
    )
    report = Report("<img>", "0" * 64, (evil,))
    page = to_html(report)
    assert "<script>" not in page
    assert "<img>" not in page
    assert ";'=cmd();1;<b>;'+1;" in to_csv(report).decode("utf-8-sig")


def test_the_twenty_numbers_are_all_there_with_their_severities() -> None:
    told = {rule.number: rule.severity.value for rule in RULES.values() if rule.number}
    assert "".join(told[number] for number in range(1, 21)) == "CRRRRCCCCWWWWIIRRWRI"
