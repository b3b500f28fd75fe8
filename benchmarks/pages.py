"""How long a reader waits, beside the barest Streamlit page with one chart, in the same run.

Two waits: until the first figures are painted, for a new visitor of a warm server; and until a
changed filter is on screen.  Runs alternate between the two apps, so that a busy machine weighs
on both.

    python benchmarks/pages.py [--runs 7]
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.browser import CHROMIUM, QUIET, SETTLED, Server, serving

FIRST_LIMIT, FILTER_LIMIT = 1.5, 2.0
CHART = ", ".join(
    f".js-plotly-plot {drawn}"
    for drawn in (".point path", ".lines path", "path.choroplethlocation", "canvas")
)
PAGES = {  # address, what counts as its first figures, the filter to change
    "Accueil": ("/", ".st-key-page :text-matches('[0-9]{2}')", None),
    "Carte des quartiers": ("/carte", CHART, "Indicateur"),
    "Petite enfance": ("/petite_enfance", CHART, "Comparer avec"),
}
PATIENCE = 120_000


def first_figures(browser: Browser, url: str, figures: str) -> float:
    """Seconds before a new visitor sees the first figures."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    start = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.locator(figures).first.wait_for(state="attached", timeout=PATIENCE)
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    taken = time.perf_counter() - start
    page.close()
    return taken


def changed_filter(browser: Browser, url: str, figures: str, label: str) -> float:
    """Seconds between choosing in a filter and seeing its effect, script ended."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(url)
    page.locator(figures).first.wait_for(state="attached", timeout=PATIENCE)
    page.wait_for_selector(SETTLED)
    page.wait_for_timeout(500)
    before = page.locator('[data-testid="stMain"]').inner_text()
    box = page.get_by_role("combobox", name=label).first
    box.click()
    box.press("ArrowDown")
    start = time.perf_counter()
    box.press("Enter")
    _wait_for_change(page, before)
    taken = time.perf_counter() - start
    page.close()
    return taken


def _wait_for_change(page: Page, before: str) -> None:
    page.wait_for_function(
        """([settled, before]) => document.querySelector(settled)
           && document.querySelector('[data-testid="stMain"]').innerText !== before""",
        arg=[SETTLED, before],
        timeout=PATIENCE,
    )


def alternate(
    runs: int, ours: Callable[[], float], bare: Callable[[], float]
) -> tuple[float, float]:
    """Medians of both, run in turn; the first pair only warms up."""
    pairs = [(ours(), bare()) for _ in range(runs + 1)][1:]
    return statistics.median(one for one, _ in pairs), statistics.median(one for _, one in pairs)


def told(what: str, ours: float, bare: float, limit: float) -> bool:
    """Print one line; tells whether the limit holds."""
    ratio = ours / bare
    verdict = "ok" if ratio <= limit else "TROP LENT"
    print(f"{what:<42} {ours:6.3f} s  nu {bare:6.3f} s  x {ratio:4.2f} (au plus {limit}) {verdict}")
    return ratio <= limit


def measure(browser: Browser, app: Server, bare: Server, runs: int) -> bool:
    """Measure every page against the bare one."""
    kept = []
    for name, (path, figures, label) in PAGES.items():
        url = app.url + path
        ours, theirs = alternate(
            runs,
            lambda url=url, figures=figures: first_figures(browser, url, figures),  # type: ignore[misc]
            lambda: first_figures(browser, bare.url, CHART),
        )
        kept.append(told(f"{name}, premiers chiffres", ours, theirs, FIRST_LIMIT))
        if label:
            ours, theirs = alternate(
                runs,
                lambda url=url, f=figures, label=label: changed_filter(browser, url, f, label),  # type: ignore[misc]
                lambda: changed_filter(browser, bare.url, CHART, "Année"),
            )
            kept.append(told(f"{name}, filtre « {label} »", ours, theirs, FILTER_LIMIT))
    return all(kept)


def main() -> int:
    """Start both apps and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder) / "app") as app,
        serving(Path(folder) / "bare", "benchmarks/bare_app.py") as bare,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        return 0 if measure(browser, app, bare, runs) else 1


if __name__ == "__main__":
    sys.exit(main())
