"""The directory: by need, by zone, with the date of what it knows; nobody is named in it."""

import re
from datetime import date
from html import unescape

import pytest

from ctg_data.catalogue.structures.declared import needs
from ctg_data.model import Level
from ctg_data.register import directory, directory_page, store as register_store
from ctg_data.register.cells import is_personal, names_somebody
from ctg_data.register.model import Register, Structure
from tests.pages import Reader, bodies, config, data_of

TODAY = date(2025, 6, 1)
PLACE = config(fictional=True)
HERE = PLACE.commune
QUARTIER = PLACE.zones(Level.QUARTIER)[0]


def one(identifier, kind="laep", **facts):
    told = {"commune": HERE.code, "spans": (("2015", ""),), "source_date": "2024-12-31"}
    return Structure(identifier, kind, **({"name": identifier} | told | facts))


def ids(some):
    return [found.id for found in some]


def listed(*structures, need="parents", zone=QUARTIER, complete=()):
    known = Register(structures, dict.fromkeys(complete, 2020))
    return directory.listing(known, PLACE, need, zone, TODAY)


def test_a_zone_sees_what_stands_in_it_what_serves_it_and_the_rest():
    other = PLACE.zones(Level.QUARTIER)[1].code
    found = listed(
        one("in", zones={"quartier": QUARTIER.code}),
        one("serves", zones={"quartier": other}, competence=(QUARTIER.code,)),
        one("away", zones={"quartier": other}),
        one("next door", commune="00124"),
        one("somewhere"),
    )
    assert ids(found.here) == ["in"]
    assert ids(found.serving) == ["serves"]
    assert ids(found.elsewhere) == ["away", "next door"]
    assert ids(found.unplaced) == ["somewhere"]


def test_the_commune_sees_all_of_its_own_even_those_without_a_place():
    found = listed(one("here"), one("next door", commune="00124"), zone=HERE)
    assert (ids(found.here), ids(found.elsewhere)) == (["here"], ["next door"])


def test_what_closed_or_answers_another_need_is_not_listed():
    found = listed(one("closed", spans=(("2015", "2025-01-01"),)), one("clas", "clas"), zone=HERE)
    assert found.count == 0


def test_a_list_that_is_not_full_says_so():
    assert len(listed(one("a"), complete=("laep",)).open_lists) == 1
    assert listed(one("a"), complete=("laep", "reaap")).open_lists == ()


def test_a_structure_with_two_lines_is_one_place():
    lines = (one("a", spans=(("2015", "2020"),)), one("a", spans=(("2020", ""),)))
    assert ids(listed(*lines, zone=HERE).here) == ["a"]


@pytest.mark.parametrize("source_date", ["", "2014", "2014-01-24"])
def test_an_old_source_is_to_be_checked_before_going(source_date):
    old = one("a", source_date=source_date)
    assert "Vérifiez" in directory.caution(old, Register(), TODAY)
    assert directory.caution(one("b"), Register(), TODAY) == ""


def test_the_page_to_print_stands_alone_and_names_both_parties():
    known = register_store.in_force(PLACE, None)
    for need in needs():
        found = directory.listing(known, PLACE, need, HERE, TODAY)
        assert found.count
        page = directory_page.to_html(found, known, PLACE, "Titre", HERE.label, TODAY).decode()
        assert all(party.short in page for party in PLACE.parties)
        assert "fictif" in page
        assert "http" not in page
        assert page.count("<article>") == found.count


def test_a_name_is_written_as_text_never_as_markup():
    found = listed(one("a", name="<script>alert(1)</script>"), zone=HERE)
    page = directory_page.to_html(found, Register(), PLACE, "Titre", HERE.label, TODAY).decode()
    assert "<script" not in page


@pytest.mark.parametrize("fictional", [True, False])
def test_no_register_of_ours_names_anybody(fictional):
    known = register_store.in_force(config(fictional=fictional), None)
    cells = [text for x in known.structures for text in (x.contact, x.apply, x.manager, x.hours)]
    assert not [text for text in cells if names_somebody(text) or is_personal(text)]


def test_a_column_named_source_does_not_say_it_again(monkeypatch):
    """On the sheet of a zone, under the heading « Source »: where each line comes from, alone."""
    html = bodies(Reader(monkeypatch, data_of(fictional=True)).open("fiche_zone"))
    table = html[html.index("Structures connues à ce jour") :].split("</table>")[0]
    cells = [unescape(re.sub(r"<[^>]+>", "", one)) for one in re.findall(r"<td.*?</td>", table)]
    assert any("31/12/2024" in one or "31 décembre 2024" in one for one in cells)
    assert not [one for one in cells if "Source" in one]
