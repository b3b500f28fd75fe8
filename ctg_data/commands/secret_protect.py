"""The command ``secret protect``: mask a table, attack what is written, keep it if it holds."""

import argparse
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from ctg_data.commands.exit_codes import Exit
from ctg_data.commands.secret_files import refusals_told, source_kind
from ctg_data.commands.secret_text import protect_text, quiet_solver
from ctg_data.disclosure.engine.audit.attack import audit
from ctg_data.disclosure.engine.audit.verdict import Verdict
from ctg_data.disclosure.engine.manifest import write_manifest
from ctg_data.disclosure.engine.problem.csv import read_csv_pair
from ctg_data.disclosure.engine.problem.read import read_table
from ctg_data.disclosure.engine.proved import protect_and_audit
from ctg_data.disclosure.engine.release.content import Release
from ctg_data.disclosure.engine.release.files import read_release_json, write_release
from ctg_data.errors import UserError
from ctg_data.files.outputs import problem, write_json
from ctg_data.files.private import PRIVATE
from ctg_data.fr import spaced
from ctg_data.release.policy import LEAST_COUNT, Policy


def protect_command(args: argparse.Namespace) -> int:
    """Protect a table, attack the result, write it if it holds; return the exit code."""
    with refusals_told(args):
        table = read_problem(args)
        with quiet_solver():
            protection, verdict = protect_and_audit(
                table, attack=lambda release: publish(args.out, release, table)
            )
        code = Exit.DONE if verdict and verdict.safe else Exit.NOT_PROVED
        if args.json:
            write_json(args.json, protection_json(args.out, protection, verdict, code))
    print(protect_text(protection, verdict, args.out if code == Exit.DONE else None))
    return code


def read_problem(args: argparse.Namespace) -> Any:
    """Read the table to protect.

    Raises:
        UserError: it cannot be read, or all that is wrong in it; `--out` is missing.
    """
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
        "verdict": "protected" if code == Exit.DONE else "not_protected",
        "release": str(out) if code == Exit.DONE else None,
        "hidden": sorted(protection.hidden),
        "hidden_derived": protection.hidden_derived,
        "failed": sorted({*protection.failed, *named}),
        "widened": protection.widened,
        "warnings": protection.warnings,
        "seconds": round(protection.seconds, 3),
        "audit": verdict.as_json() if verdict else None,
    }
