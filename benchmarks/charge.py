"""How long readers wait when they are many, beside the barest Streamlit page, in the same run.

Rounds alternate between the two servers, both started for the occasion, so that a busy machine
weighs on both.  Readers come once the server says that its pages are prepared; with ``--cold`` it
prepares none, so that the first round of each page meets figures that are still to be made.

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
from ui import menu

LIMIT, READY = 1.5, "prêtes"
BARE_EVERY = 3  # pages between two rounds on the bare server
LINE = "{:<24} {:>8.0f} {:>8.0f} {:>8.0f} {:>8.0f}   x {:<5.2f} {:>6.0f} {}"
HEAD = "{:<24} {:>8} {:>8} {:>8} {:>8}   {:<7} {:>6}"


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
    ratio = percentile(waits.every, 95) / percentile(bare, 95)
    verdict = "" if ratio <= LIMIT else "TROP LENT"
    if waits.lost or waits.broken:
        verdict += f" {waits.lost} sans réponse, {waits.broken} en erreur"
    spread = [percentile(some, rank) for some in (waits.every, waits.first) for rank in (50, 95)]
    print(LINE.format(name, *spread, ratio, memory(server), verdict), flush=True)
    return ratio <= LIMIT and not waits.lost and not waits.broken


def measure(
    app: Server, bare: Server, asked: Sequence[str], query: str, habits: Habits, rounds: int
) -> bool:
    """Every page in turn against all the rounds of the bare one; what is told comes at the end."""
    visit(bare.url, "", "", habits, 0)  # what Streamlit loads for its first page is nobody's
    known: list[float] = []
    found: list[tuple[str, Waits]] = []
    for number, page in enumerate(asked * rounds, start=1):
        if number % BARE_EVERY == 1:
            known += visit(bare.url, "", "", habits, number).every
        waits = visit(app.url, page, query, habits, number)
        found.append((page or "(accueil)", waits))
        told(found[-1][0], waits, known, app)
    known += visit(bare.url, "", "", habits, 0).every
    print(f"\n{habits.readers} lecteurs, {len(known)} visites de la page nue")
    print(HEAD.format("", "p50", "p95", "1re p50", "1re p95", "p95/nu", "Mo"))
    told("page nue", Waits(known, []), known, bare)
    kept = [told(name, waits, known, app) for name, waits in found]
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
        while read_json(app, "/sante")["pages"] != READY:
            time.sleep(1)
        return 0 if measure(app, bare, asked, query, habits, given.rounds) else 1


if __name__ == "__main__":
    sys.exit(main())
