"""How long readers wait when they are many, beside the barest Streamlit page, in the same run.

Rounds alternate between the two servers, both started for the occasion: each page is set against
the bare one just before and just after, so that a busy machine weighs on both.  Readers come once
the server says that the choices of its pages are prepared; with ``--cold`` it prepares none, so
that the first round of each page meets figures that are still to be made.

    python benchmarks/charge.py [--readers 50] [--territory ID] [--pages ,et_si,carte] [--cold]
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.readers import Habits, Waits, visit
from ctg_data.role import Role
from tests.browser import Server, read_json, serving
from ui.frame import menu

LIMIT, READY = 1.5, "prêts"
LINE = "{:<22}" + " {:>8.0f}" * 6 + "   x {:<5.2f} {:>6.0f} {}"
HEAD = "{:<22}" + " {:>8}" * 6 + "   {:<7} {:>6}"


def percentile(waits: Sequence[float], rank: int) -> float:
    """In milliseconds."""
    return 1000 * statistics.quantiles(waits, n=100, method="inclusive")[rank - 1]


def memory(server: Server) -> float:
    """Megabytes that a server holds."""
    told = Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii")
    kilobytes = next(line for line in told.splitlines() if line.startswith("VmRSS"))
    return int(kilobytes.split()[1]) / 1024


def pages() -> list[str]:
    """Every page a reader may open, by its address; the home page is empty."""
    entries = [one for group in menu.listed(Role.CONTRIBUTEUR).values() for one in group]
    return ["", *(one.file for one in entries[1:])]


def told(name: str, waits: Waits, bare: Sequence[float], server: Server) -> bool:
    """Print one line; tells whether the limit holds."""
    theirs = percentile(bare, 95)
    ratio = percentile(waits.every, 95) / theirs
    verdict = "" if ratio <= LIMIT else "TROP LENT"
    if waits.lost or waits.broken:
        verdict += f" {waits.lost} sans réponse, {waits.broken} en erreur"
    spread = [percentile(some, rank) for some in (waits.every, waits.first) for rank in (50, 95)]
    spread += [percentile(bare, 50), theirs]
    print(LINE.format(name, *spread, ratio, memory(server), verdict), flush=True)
    return ratio <= LIMIT and not waits.lost and not waits.broken


def measure(app: Server, bare: Server, asked: Sequence[str], query: str, habits: Habits) -> bool:
    """Every page in turn, against the rounds of the bare one just before and just after."""
    print(f"{habits.readers} lecteurs, en millisecondes : la page, sa première visite, la page nue")
    print(HEAD.format("", "p50", "p95", "1re p50", "1re p95", "nu p50", "nu p95", "p95/nu", "Mo"))
    visit(bare.url, "", "", habits, 0)  # what Streamlit loads for its first page is nobody's
    kept = []
    before = visit(bare.url, "", "", habits, 0).every
    for number, page in enumerate(asked, start=1):
        waits = visit(app.url, page, query, habits, number)
        after = visit(bare.url, "", "", habits, number).every
        kept.append(told(page or "(accueil)", waits, before + after, app))
        before = after
    return all(kept)


def main() -> int:
    """Start both apps and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--choices", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--territory", default="")
    parser.add_argument("--pages", default="", help="par virgules ; la première, vide : l'accueil")
    parser.add_argument("--cold", action="store_true", help="sans préparation des pages")
    given = parser.parse_args()
    habits = Habits(readers=given.readers, choices=given.choices)
    asked = given.pages.split(",") if given.pages else pages()
    query = f"territoire={given.territory}" if given.territory else ""
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder) / "app", CTG_PREPARATION="non" if given.cold else "oui") as app,
        serving(Path(folder) / "bare", "benchmarks/bare_app.py") as bare,
    ):
        while not given.cold and read_json(app, "/sante")["choix"] != READY:
            time.sleep(1)
        return 0 if measure(app, bare, asked * given.rounds, query, habits) else 1


if __name__ == "__main__":
    sys.exit(main())
