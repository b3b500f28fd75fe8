"""The second witness beside the audit, on the fictional commune's shipped masking: same run.

    python benchmarks/witness.py              the five years
    python benchmarks/witness.py --year 2024  one of them

Prints, for each year, the seconds of processor that each takes on the same release, what each
bounds, and the ratio; then the whole.  Seconds of processor, since others may share the machine.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ctg_data.assembly import assemble as assembly, kept_maskings, witnessing
from ctg_data.disclosure.adapter import kept
from ctg_data.disclosure.adapter.statement import state
from ctg_data.disclosure.engine.audit.attack import audit
from ctg_data.disclosure.engine.release.content import Release
from ctg_data.disclosure.engine.rendering import make_release
from ctg_data.disclosure.engine.shift.complete import complete
from ctg_data.disclosure.engine.shift.table import make_table
from ctg_data.disclosure.witness.look import examine
from ctg_data.observations import KEY
from ctg_data.territory import config as territory, embedded


def release_of(exact: pd.DataFrame, shown: pd.DataFrame, published: pd.DataFrame) -> Release:
    """What the engine would send, under the mask that was shipped."""
    place = territory.open_territory("exemple")
    problem = state(exact, published, place.policy, assembly.nestings(place)).problem
    hidden = set(map(tuple, shown.loc[shown["value"].isna(), KEY].astype(str).to_numpy()))
    mask = np.array([tuple(name.split("|")) in hidden for name in problem.ids], dtype=bool)
    nothing = np.zeros(len(problem), dtype=bool)
    return make_release(problem, make_table(problem, complete(problem), [], nothing), mask)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--year", type=int)
    asked = parser.parse_args().year
    place = territory.open_territory("exemple")
    rows, citations = embedded.embedded(place)
    ours = rows["source"].isin([key for key, one in citations.items() if one.confidential])
    shipped = kept.from_bytes((place.folder / kept_maskings.SHIPPED).read_bytes()).table
    ground = witnessing.ground_in(place)
    spent = np.zeros(2)
    for year in [asked] if asked else sorted(set(shipped["period"])):
        exact = assembly.with_parts(place, rows[ours & (rows["period"] == year)])
        public, shown = rows[~ours & (rows["period"] == year)], shipped[shipped["period"] == year]
        release = release_of(exact, shown, public)
        start = time.process_time()
        verdict = audit(release)
        between = time.process_time()
        told = witnessing.conditions(exact, place.policy)
        found = examine(witnessing.held(shown, public, ground), ground, told)
        took = np.array([between - start, time.process_time() - between])
        spent += took
        print(
            f"{year}  audit {took[0]:5.1f} s, {verdict.checked} bounded, {len(verdict.leaks)} leaks"
            f"  witness {took[1]:5.1f} s, {found.examined} bounded, {len(found.leaks)} leaks"
            f"  ratio {took[1] / took[0]:.2f}",
            flush=True,
        )
    print(
        f"all   audit {spent[0]:5.1f} s  witness {spent[1]:5.1f} s  ratio {spent[1] / spent[0]:.2f}"
    )


if __name__ == "__main__":
    main()
