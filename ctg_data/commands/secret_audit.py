"""The command ``secret audit``: attack a release, say what leaks."""

import argparse

from ctg_data.commands.secret_files import refusals_told, source_kind
from ctg_data.commands.secret_text import audit_text, quiet_solver
from ctg_data.commands.time_limit import at_the_end_of
from ctg_data.disclosure.engine.audit.attack import audit
from ctg_data.disclosure.engine.release.content import Release
from ctg_data.disclosure.engine.release.files import read_release_csv, read_release_json
from ctg_data.files.outputs import write_json
from ctg_data.release.policy import LEAST_COUNT


def audit_command(args: argparse.Namespace) -> int:
    """Attack a release; print the summary; return the exit code."""
    with refusals_told(args):
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
    print(audit_text(verdict))
    return verdict.exit_code


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
