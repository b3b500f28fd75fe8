"""Blocks of a page: what is printed of a bound."""

from dataclasses import replace

from ctg_data.catalogue.indicators import catalogue
from ctg_data.diagnosis import reading
from ctg_data.diagnosis.coverage import Known
from ctg_data.model import Level, PublicStatus
from ctg_data.release.masked import Cell
from tests.tables import table
from ui.blocks import components, marks, notes, tables
from ui.views import methode

CARDS = {one.code: one for one in catalogue().values()}
CELL = Cell(None, PublicStatus.MINIMUM, 2025, "structures", bound=1.0)


def plain(html: str) -> str:
    return html.replace("\u202f", " ").replace("\u00a0", " ")


def test_a_key_figure_says_au_moins_beside_its_number() -> None:
    html = plain(components.key_figure(CARDS["PA09"], CELL, "Ville"))
    assert (
        '<p class="ctg-value ctg-bounded"><small>au moins</small> 1 <small>structure</small></p>'
        in html
    )
    assert "n.d." not in html


def test_a_key_figure_says_of_which_year_the_people_are() -> None:
    card = replace(CARDS["VS01"], compute=replace(CARDS["VS01"].compute, last_known=True))
    cell = replace(CELL, status=PublicStatus.MAXIMUM, bound=14_700.0, against=2022)
    html = plain(components.key_figure(card, cell, "Ville"))
    assert "2025, rapporté aux habitants de 2022 · Ville" in html


def test_a_table_prints_it_and_its_note_says_how_it_becomes_exact() -> None:
    made = table([("commune", "A", 2025, "au moins 8"), ("commune", "B", 2025, "n.d.")])
    assert tables.cell_html(made.cell("commune", "A"), 0) == "au moins 8"
    said = notes.notes_html(made, lecture="", scope="")
    assert said.count("devient exact") == 1
    exact = table([("commune", "A", 2025, 8)])
    assert "devient exact" not in notes.notes_html(exact, lecture="", scope="")


def test_how_it_becomes_exact_is_said_once() -> None:
    made = table([("commune", "A", 2025, "au moins 8")])
    lecture = reading.lecture(CARDS["PA09"], "Rive", made.cell("commune", "A"))
    assert "devient exact" in lecture
    said = notes.notes_html(made, lecture=lecture, scope="")
    note = said.partition("<dt>Note</dt>")[2].partition("</dd>")[0]
    assert "devient exact" not in note


def test_coverage_marks_a_bound() -> None:
    one = Known(CARDS["PA09"], (Level.COMMUNE,), (2025,), masked=False, missing=(), bounded=True)
    assert "ctg-mark-bound" in marks.marks_html([one])
    assert plain(marks.marks_html([one])).endswith("1 sur 1, dont 1 par une borne")
    assert "par une borne" in marks.state_text(one)
    assert "ctg-mark-bound" in marks.LEGEND


def test_the_signs_of_the_method_explain_both() -> None:
    signs = [sign for sign, _, _ in methode.SIGNS]
    assert {"au moins 8", "au plus 5"} <= set(signs)
