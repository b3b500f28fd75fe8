"""How long a map takes to be repainted when another indicator is chosen.

The page « Carte des quartiers » of the default territory, at its finest level, beside a bare
Streamlit page that shows the very same figures, made beforehand.  Runs alternate between the two.

    python benchmarks/carte.py [--runs 15]
"""

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from ctg_data.opening import open_workspace
from geo.maps import choropleth as maps, classes, ground
from tests.browser import CHROMIUM, QUIET, SETTLED, serving
from ui.maps import view as map_view

LIMIT = 1.5
WRITTEN = "[...document.querySelectorAll('.scatterlayer text')].map(t => t.textContent).join()"
PATIENCE = 120_000


def prepare(folder: Path) -> tuple[list[str], int]:
    """Write two maps of the page as figures, beside a bare page; tell their titles and zones."""
    data = open_workspace()
    made = ground.open_ground(data.territory)
    found = map_view.offered(data)
    rates = [data.indicator(one) for one in found if not data.indicator(one).is_count]
    level = min((found[one.id][0] for one in rates), key=map_view.ORDER.index)
    titles = []
    layer = made.layer(level)
    assert layer is not None
    for one in [x for x in rates if level in found[x.id]][:2]:
        table = data.table(one).where(level=str(level))
        scale = classes.of_values(data.table(one), one.decimals, one.unit)
        drawn = maps.rates(
            table.where(period=table.periods[0]),
            maps.Place(made, layer, data.label),
            scale,
            maps.Look(one.title, one.unit, one.decimals),
        )
        drawn.figure.update_layout(height=map_view.TALL)
        (folder / f"{one.title}.map").write_text(drawn.figure.to_json(), encoding="utf-8")
        titles.append(one.title)
    shutil.copy(ROOT / "benchmarks" / "bare_map.py", folder / "bare_map.py")
    shutil.copytree(ROOT / "ui" / "frame" / "static", folder / "static")
    return sorted(titles), len(layer.spots)


def opened(browser: Browser, url: str) -> Page:
    """A page with its map painted."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(url)
    page.wait_for_selector(SETTLED, timeout=PATIENCE)
    page.locator(".scatterlayer text").first.wait_for(state="attached", timeout=PATIENCE)
    page.wait_for_timeout(500)
    return page


def repaint(page: Page, title: str) -> float:
    """Seconds from the choice of an indicator to its numbers on the map."""
    box = page.get_by_role("combobox", name="Indicateur")
    box.click()
    box.fill(title)
    page.wait_for_timeout(300)
    before = page.evaluate(WRITTEN)
    start = time.perf_counter()
    box.press("Enter")
    page.wait_for_function(f"before => {WRITTEN} !== before", arg=before, timeout=PATIENCE)
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    taken = time.perf_counter() - start
    page.wait_for_selector(SETTLED, timeout=PATIENCE)
    page.wait_for_timeout(300)
    return taken


def main() -> int:
    """Start both pages, choose one indicator after the other, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name) / "bare"
        folder.mkdir()
        titles, zones = prepare(folder)
        with (
            serving(Path(name) / "a") as app,
            serving(Path(name) / "b", str(folder / "bare_map.py")) as bare,
        ):
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
            pages = opened(browser, f"{app.url}/carte"), opened(browser, bare.url)
            for page in pages:
                repaint(page, titles[1])
            times: tuple[list[float], list[float]] = [], []
            for run in range(runs):
                for page, kept in zip(pages, times, strict=True):
                    kept.append(repaint(page, titles[run % 2]))
    ours, theirs = (statistics.median(one) for one in times)
    ratio = ours / theirs
    verdict = "ok" if ratio <= LIMIT else "TROP LENT"
    print(f"carte de {zones} zones, autre indicateur : {ours:.3f} s  nu {theirs:.3f} s  ", end="")
    print(f"x {ratio:.2f} (au plus {LIMIT}) {verdict}")
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
