"""The commands ``secret protect`` and ``secret audit``: what they may be given.

    python -m ctg_data secret protect TABLE.json --out RELEASE.json
    python -m ctg_data secret audit RELEASE.json

Exit codes: 0 nothing to fear, 1 leaks, 2 bad input, 3 not protected or not decided.
"""

import argparse
from pathlib import Path

from ctg_data.commands.time_limit import seconds
from ctg_data.release.policy import LEAST_COUNT


def declare(verb: argparse.ArgumentParser) -> None:
    """What ``secret`` may be given; ``func(args)`` returns the exit code."""
    commands = verb.add_subparsers(dest="secret_command", required=True, metavar="COMMANDE")
    protecting = commands.add_parser("protect", help="masquer un tableau et prouver le masque")
    add_source(protecting, "TABLE.json")
    protecting.add_argument("--out", type=Path, metavar="RELEASE.json", help="diffusion à écrire")
    protecting.set_defaults(func=_protect)
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
    auditing.set_defaults(func=_audit)


def _protect(args: argparse.Namespace) -> int:
    # Imported here so that a badly written command does not wait for the solver.
    from ctg_data.commands.secret_protect import protect_command

    return protect_command(args)


def _audit(args: argparse.Namespace) -> int:
    from ctg_data.commands.secret_audit import audit_command

    return audit_command(args)


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
