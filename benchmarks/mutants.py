"""Change one thing that matters, run the tests that should see it, and count those that do not.

    python benchmarks/mutants.py                 every change of mutants.toml, one at a time
    python benchmarks/mutants.py --from 20 --to 40
    python benchmarks/mutants.py --only proves accepts
    python benchmarks/mutants.py --list

Each change is planted in a copy of the project, never in the project.  « Lives » means that every
test run passed: a rule is then held by nothing.  A change whose text is no longer in its file is
reported as « lost »: the list is to be brought up to date.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = Path(__file__).with_suffix(".toml")
LEFT_OUT = (".git", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".venv")
FAILED = (1, 2)
"""What pytest answers when a test fails, or cannot even be read."""
KILLED, LIVES, LOST, LATE = "killed", "LIVES", "LOST", "killed (out of time)"


@dataclass(frozen=True)
class Mutant:
    """One change: `before` becomes `after` in `file`; `tests` should fail."""

    name: str
    file: str
    before: str
    after: str
    tests: tuple[str, ...]


def mutants() -> list[Mutant]:
    """Return the changes of the list, in its order."""
    with LIST.open("rb") as stream:
        listed = tomllib.load(stream)["mutant"]
    return [Mutant(**{**one, "tests": tuple(one["tests"])}) for one in listed]


def judge(mutant: Mutant, copy: Path, seconds: float) -> str:
    """Plant a change, run its tests, put the file back; say what became of it."""
    path = copy / mutant.file
    text = path.read_text(encoding="utf-8")
    if text.count(mutant.before) != 1:
        return LOST
    path.write_text(text.replace(mutant.before, mutant.after), encoding="utf-8")
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    command += ["-p", "no:randomly", "--no-header", *mutant.tests]
    try:
        done = subprocess.run(command, cwd=copy, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return LATE
    finally:
        path.write_text(text, encoding="utf-8")
    if done.returncode not in (0, *FAILED):
        return LOST  # no such test: nothing was tried
    return LIVES if done.returncode == 0 else KILLED


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--from", dest="first", type=int, default=1)
    parser.add_argument("--to", dest="last", type=int, default=10**6)
    parser.add_argument("--only", nargs="*", help="names, or parts of names")
    parser.add_argument("--seconds", type=float, default=300.0, help="for each change")
    parser.add_argument("--check", action="store_true", help="first see the tests pass as they are")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    chosen = [
        (rank, one)
        for rank, one in enumerate(mutants(), 1)
        if options.first <= rank <= options.last
        and (not options.only or any(part in one.name for part in options.only))
    ]
    if options.list:
        print("\n".join(f"{rank:3} {one.name} ({one.file})" for rank, one in chosen))
        return
    os.nice(10)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
        if options.check:
            check({test for _, one in chosen for test in one.tests}, copy)
        run(chosen, copy, options.seconds)


def check(tests: set[str], copy: Path) -> None:
    """Stop unless the tests pass before any change: a test that always fails sees nothing."""
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-x", *sorted(tests)]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout[-2000:])


def run(chosen: list[tuple[int, Mutant]], copy: Path, seconds: float) -> None:
    """Judge the changes one after the other and print each as it is known."""
    found: dict[str, list[str]] = {}
    for rank, one in chosen:
        start = time.perf_counter()
        verdict = judge(one, copy, seconds)
        found.setdefault(verdict, []).append(one.name)
        print(f"{rank:3} {verdict:8} {one.name} ({time.perf_counter() - start:.0f} s)", flush=True)
    for verdict in (LIVES, LOST):
        for name in found.get(verdict, []):
            print(f"{verdict}: {name}")
    alive = len(found.get(LIVES, [])) + len(found.get(LOST, []))
    print(f"{len(chosen)} changes, {alive} that no test sees")
    sys.exit(1 if alive else 0)


if __name__ == "__main__":
    main()
