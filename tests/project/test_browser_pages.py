"""Pages as a reader meets them: any page first, on a wide screen, on a phone, by keyboard."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from ctg_data.role import Role
from tests.browser import WIDTHS, Visit, new_tab, serving
from ui.frame import menu

pytestmark = [pytest.mark.long, pytest.mark.browser]
ENTRIES = [entry for entries in menu.listed(Role.CONTRIBUTEUR).values() for entry in entries]
FILES = [entry.file for entry in ENTRIES]
# Every page is met first by a tab of its own below; that the server too has opened nothing yet is
# tried on one page of each kind: figures, map, theme, received files, zone, table of the catalogue.
COLD = [FILES[0], "carte", "petite_enfance", "socle", "fiche_zone", "couverture"]
LONGEST = 5000  # pixels of a theme page on a phone: six screens
PARTIES = ("CAF de Seine-Maritime", "Ville de")


def address(file: str) -> str:
    """The link to a page; the first one answers at the root too."""
    return "/" if file == FILES[0] else f"/{file}"


@pytest.mark.parametrize("file", COLD)
def test_a_cold_server_may_be_met_by_any_page(file, tmp_path: Path, visit):
    with serving(tmp_path / "cold") as server:
        tab = visit(server)
        page = tab.goto(f"{address(file)}?lien=partage")
        assert page.locator(".ctg-party").count() == 2
        assert page.locator('[data-testid="stTopNav"]').is_visible() or len(FILES) == 1
        assert page.url.endswith("?lien=partage")
        tab.check()


@pytest.fixture(
    scope="module",
    params=[(file, width) for file in FILES for width in WIDTHS],
    ids=lambda one: f"{one[0]}-{one[1]}",
)
def opened(request, app_server, chromium) -> Iterator[tuple[str, int, Visit]]:
    """A page at one width, opened once for all that is asked of it as it stands."""
    file, width = request.param
    tab = new_tab(chromium, app_server, width)
    tab.goto(address(file))
    yield file, width, tab
    tab.page.close()


def test_every_page_stands_in_its_frame(opened):
    file, width, tab = opened
    page = tab.page
    assert page.locator("h1").count() == 1
    assert page.locator("h1").inner_text().strip()
    assert page.title().startswith(next(one.label for one in ENTRIES if one.file == file))
    masthead = page.locator(".st-key-masthead").inner_text()
    assert all(party in masthead for party in PARTIES)
    assert page.locator(".ctg-date").inner_text().startswith("Données")
    assert tab.overflow() <= 0
    tab.shot(f"{file}-{width}")
    tab.check()


LISTS = """every => every.filter(one => !one.closest("details:not([open])")).map(one => [
    one.innerText.split("\\n")[0], one.getBoundingClientRect().width])"""
NARROWEST = 120  # pixels of a list: its choice can be read


def test_every_list_of_a_page_can_be_seen_and_used(opened):
    """A style meant for one row of lists hid the last list of another, on phones."""
    _, _, tab = opened
    found = tab.page.get_by_test_id("stSelectbox").evaluate_all(LISTS)
    assert found
    assert not [(label, width) for label, width in found if width < NARROWEST]


def test_a_phone_folds_what_a_wide_screen_shows(app_server, visit):
    shown = {}
    for width in WIDTHS:
        page = visit(app_server, width).goto("/petite_enfance")
        table, more = page.locator(".ctg-figures"), page.locator('[data-testid="stExpander"]')
        shown[width] = table.first.is_visible(), more.first.is_visible()
    assert shown == {1440: (True, True), 390: (False, False)}
    assert page.evaluate("document.querySelector('.stMain').scrollHeight") < LONGEST
    for folded, words in ((table, "chiffres clés"), (more, re.compile("autres? indicateur"))):
        page.locator("summary").filter(has_text=words).first.click()
        folded.first.wait_for(state="visible")


def test_every_page_can_be_read_with_assistive_tools(opened):
    _, _, tab = opened
    found = Axe().run(tab.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    serious = [
        (one["id"], [node["html"][:200] for node in one["nodes"]][:3])
        for one in found.response["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    assert not serious


def test_the_territory_follows_the_reader_and_stays_in_the_link(app_server, visit):
    tab = visit(app_server)
    page = tab.goto("/?territoire=exemple")
    tab.follow(list(menu.listed(Role.CONTRIBUTEUR))[-1], ENTRIES[-1].label, f"*/{FILES[-1]}*")
    assert "territoire=exemple" in page.url
    assert page.locator(".ctg-fictional").is_visible()
    tab.check()


def test_a_choice_follows_the_reader_and_stays_in_the_link(app_server, visit):
    tab = visit(app_server)
    page = tab.goto("/petite_enfance")
    box = page.get_by_role("combobox", name="Comparer avec")
    box.click()
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url("**/petite_enfance?reference=*")
    tab.settle()
    chosen = page.url.split("?")[1]
    tab.follow("Données et méthode", "Méthode", f"*/methode[?]{chosen}")
    tab.follow("Thèmes", "Petite enfance", f"*/petite_enfance[?]{chosen}")
    assert page.url.endswith(f"/petite_enfance?{chosen}")
    tab.check()


def test_an_unknown_territory_says_which_exist(app_server, visit):
    tab = visit(app_server)
    page = tab.goto("/?territoire=atlantide")
    assert "« atlantide » n'existe pas" in page.locator('[data-testid="stAlert"]').inner_text()
    page.get_by_role("button", name="Ouvrir").first.click()
    page.wait_for_url(lambda url: "atlantide" not in url)
    tab.settle()
    assert "atlantide" not in page.locator("body").inner_text()


def test_a_page_that_does_not_exist_is_said_in_french(app_server, visit):
    page = visit(app_server).goto("/nulle_part")
    said = page.get_by_role("dialog").inner_text()
    assert "Page introuvable" in said
    assert "requested" not in said


def test_a_file_that_is_too_heavy_is_refused_in_french(app_server, visit, tmp_path):
    heavy = tmp_path / "socle.csv"
    with heavy.open("wb") as stream:
        stream.truncate(60 * 2**20)
    tab = visit(app_server)
    page = tab.goto("/socle")
    page.locator('input[type="file"]').first.set_input_files(heavy)
    box = page.get_by_test_id("stFileUploader").first
    told = box.get_by_text("fichier trop lourd, 50")
    told.wait_for()
    seen = told.bounding_box()
    assert min(seen["width"] / 200, seen["height"] / 16) > 1, "read on the page, not only aloud"
    assert box.get_by_role("button", name="Retirer socle.csv").count() == 1
    assert not {"MB", "Error"} & set(box.inner_text().replace(":", " ").split())
    tab.check()


def test_a_server_that_stops_is_said_in_french(tmp_path: Path, visit):
    with serving(tmp_path / "stopped") as server:
        tab = visit(server)
        page = tab.goto("/")
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    assert "interrompue" in dialog.inner_text()
