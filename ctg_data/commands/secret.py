"""The commands `secret protect` and `secret audit`: arguments, exit codes, French summaries.

    python -m ctg_data secret protect TABLE.json --out RELEASE.json
    python -m ctg_data secret audit RELEASE.json

Exit codes: 0 nothing to fear, 1 leaks, 2 bad input, 3 not protected or not decided.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from ctg_data.commands.secret_text import audit_text, protect_text, quiet_solver, say
from ctg_data.commands.time_limit import at_the_end_of, seconds
from ctg_data.disclosure.engine.audit.attack import audit
from ctg_data.disclosure.engine.audit.verdict import Verdict
from ctg_data.disclosure.engine.manifest import manifest_path, write_manifest
from ctg_data.disclosure.engine.release.content import Release
from ctg_data.disclosure.engine.release.files import (
    read_release_csv,
    read_release_json,
    write_release,
)
from ctg_data.errors import UserError
from ctg_data.files.output_files import problem, refuse_outputs, write_json
from ctg_data.files.private_files import PRIVATE
from ctg_data.fr import spaced
from ctg_data.release.policy import LEAST_COUNT, Policy

SAFE, LEAKS, BAD_INPUT, NOT_PROVED = 0, 1, 2, 3


def add_commands(subparsers: Any) -> None:
    """Register `secret protect` and `secret audit`; `func(args)` returns the exit code."""
    secret = subparsers.add_parser("secret", help="secret statistique : protéger, attaquer")
    commands = secret.add_subparsers(dest="secret_command", required=True, metavar="COMMANDE")
    protecting = commands.add_parser("protect", help="masquer un tableau et prouver le masque")
    add_source(protecting, "TABLE.json")
    protecting.add_argument("--out", type=Path, metavar="RELEASE.json", help="diffusion à écrire")
    protecting.set_defaults(func=protect_command)
    auditing = commands.add_parser("audit", help="attaquer une diffusion")
    add_source(auditing, "RELEASE.json")
    auditing.add_argument(
        "--modes",
        choices=("declared", "nearest", "down", "both"),
        default="declared",
        help="arrondi supposé des données ouvertes (par défaut : celui que dit la diffusion)",
    )
    auditing.add_argument("--insider", action="store_true", help="supposer un allocataire seul")
    auditing.add_argument("--bounds", action="store_true", help="donner tous les intervalles")
    auditing.add_argument("--seconds", type=seconds, help="durée maximale")
    auditing.set_defaults(func=audit_command)


def add_source(parser: argparse.ArgumentParser, name: str) -> None:
    """Add what both commands read: one JSON file, or two CSV files and their settings."""
    parser.add_argument("source", type=Path, nargs="?", metavar=name)
    parser.add_argument("--cells", type=Path, metavar="cells.csv")
    parser.add_argument("--relations", type=Path, metavar="relations.csv")
    parser.add_argument("--zeros", choices=("masked", "shown"), help="0 masqués (CSV : défaut)")
    parser.add_argument(
        "--threshold", type=int, metavar="N", help=f"effectif minimal (CSV : {LEAST_COUNT})"
    )
    parser.add_argument("--json", type=Path, metavar="OUT", help="verdict lisible par machine")


def source_kind(args: argparse.Namespace) -> str:
    """Return `json` or `csv`.

    Raises:
        UserError: neither or both were given, or one CSV file without the other.
    """
    tables = [args.cells, args.relations]
    if args.source and not any(tables):
        if args.threshold is not None:
            raise UserError(
                spaced("« --threshold » accompagne « --cells » : le fichier JSON porte son seuil.")
            )
        return "json"
    if all(tables) and not args.source:
        if args.threshold is not None and args.threshold < 1:
            raise UserError(spaced("« --threshold » : un nombre d'au moins 1 est attendu."))
        return "csv"
    raise UserError(
        spaced("Indiquez un fichier JSON, ou bien « --cells » et « --relations » ensemble.")
    )


def audit_command(args: argparse.Namespace) -> int:
    """Attack a release; print the summary; return the exit code."""
    if not may_write(args):
        return BAD_INPUT
    try:
        release = read_release(args)
        with quiet_solver():
            verdict = audit(
                release,
                modes=args.modes,
                zeros=args.zeros,
                insider=args.insider,
                bounds=args.bounds,
                stopped=at_the_end_of(args.seconds),
            )
        if args.json:
            write_json(args.json, verdict.as_json())
    except UserError as error:
        return refused(error, args)
    say(audit_text(verdict))
    return verdict.exit_code


def may_write(args: argparse.Namespace) -> bool:
    """Say whether the outputs may be written; if not, print why and write nothing at all."""
    out = getattr(args, "out", None)
    outputs = {
        "--out": out,
        "--json": args.json,
        "procès-verbal de --out": out and manifest_path(out),
    }
    try:
        refuse_outputs(outputs, [args.source, args.cells, args.relations])
    except UserError as error:
        say(str(error), sys.stderr)
        return False
    return True


def read_release(args: argparse.Namespace) -> Release:
    """Read the release to attack.

    Raises:
        UserError: it cannot be read, or all that is wrong in it.
    """
    if source_kind(args) == "json":
        return read_release_json(args.source)
    shown = args.zeros == "shown"
    threshold = args.threshold or LEAST_COUNT
    return read_release_csv(args.cells, args.relations, zeros_shown=shown, threshold=threshold)


def protect_command(args: argparse.Namespace) -> int:
    """Protect a table, attack the result, write it if it holds; return the exit code."""
    from ctg_data.disclosure.engine.proved import protect_and_audit

    if not may_write(args):
        return BAD_INPUT
    try:
        problem = read_problem(args)
        with quiet_solver():
            protection, verdict = protect_and_audit(
                problem, attack=lambda release: publish(args.out, release, problem)
            )
        code = SAFE if verdict and verdict.safe else NOT_PROVED
        if args.json:
            write_json(args.json, protection_json(args.out, protection, verdict, code))
    except UserError as error:
        return refused(error, args)
    say(protect_text(protection, verdict, args.out if code == SAFE else None))
    return code


def read_problem(args: argparse.Namespace) -> Any:
    """Read the table to protect.

    Raises:
        UserError: it cannot be read, or all that is wrong in it; `--out` is missing.
    """
    from ctg_data.disclosure.engine.problem.csv import read_csv_pair
    from ctg_data.disclosure.engine.problem.read import read_table

    kind = source_kind(args)
    if args.out is None:
        raise UserError(spaced("Indiquez où écrire la diffusion : « --out RELEASE.json »."))
    if kind == "json":
        if args.zeros is not None:
            raise UserError(
                spaced("« --zeros » accompagne « --cells » : le fichier JSON porte ses règles.")
            )
        return read_table(args.source)
    policy = Policy(min_count=args.threshold or LEAST_COUNT, zeros_shown=args.zeros == "shown")
    return read_csv_pair(args.cells, args.relations, policy)


def publish(out: Path, release: Release, table: Any) -> Verdict:
    """Write a release under a provisional name, attack what was written, then name it.

    What is attacked is the file itself, read back: what will really be sent.

    Raises:
        UserError: the file cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(dir=out.parent, prefix=".ctg-")
    except OSError as error:
        raise problem(out, f"impossible de l'écrire ({error.strerror}).") from None
    os.close(handle)
    draft = Path(name)
    try:
        write_release(draft, release)
        sent = with_needs(read_release_json(draft), release)
        verdict = audit(sent)
        if verdict.safe:
            rename(draft, out)
            policy = {
                "min_count": table.policy.min_count,
                "min_population": table.policy.min_population,
                "zeros": "shown" if release.zeros_shown else "masked",
            }
            write_manifest(out, release, verdict, policy)
    finally:
        draft.unlink(missing_ok=True)
    return verdict


def rename(draft: Path, out: Path) -> None:
    """Give a file its name, in place of another of that name if there is one.

    Raises:
        UserError: the system refuses.
    """
    try:
        draft.chmod(PRIVATE)
        draft.replace(out)
    except OSError as error:
        raise problem(out, f"impossible de l'écrire ({error.strerror}).") from None


def with_needs(sent: Release, release: Release) -> Release:
    """Return the release read back, with what the file must not tell: widths, allocataires."""
    return replace(
        sent,
        needs=release.needs,
        min_population=release.min_population,
        bases=release.bases,
        universes=release.universes,
    )


def protection_json(
    out: Path, protection: Any, verdict: Verdict | None, code: int
) -> dict[str, Any]:
    """Return the machine-readable verdict; which rule hid which cell stays in the journal."""
    named = [leak.id for leak in verdict.leaks] + verdict.undecided if verdict else []
    return {
        "verdict": "protected" if code == SAFE else "not_protected",
        "release": str(out) if code == SAFE else None,
        "hidden": sorted(protection.hidden),
        "hidden_derived": protection.hidden_derived,
        "failed": sorted({*protection.failed, *named}),
        "widened": protection.widened,
        "warnings": protection.warnings,
        "seconds": round(protection.seconds, 3),
        "audit": verdict.as_json() if verdict else None,
    }


def refused(error: UserError, args: argparse.Namespace) -> int:
    """Print why the input was refused, in the verdict file too; return the exit code."""
    say(str(error), sys.stderr)
    if args.json:
        try:
            write_json(args.json, {"verdict": "bad_input", "message": str(error)})
        except UserError as other:
            say(str(other), sys.stderr)
    return BAD_INPUT


def main(argv: list[str] | None = None) -> int:
    """Run one command, as `python -m ctg_data` does."""
    parser = argparse.ArgumentParser(prog="ctg_data")
    add_commands(parser.add_subparsers(required=True))
    args = parser.parse_args(argv)
    return int(args.func(args))
