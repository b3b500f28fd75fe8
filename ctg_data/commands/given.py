"""What several commands are given: a territory, a file."""

import argparse
from pathlib import Path

from ctg_data.errors import UserError


def with_territory(command: argparse.ArgumentParser) -> None:
    """Let the command bear on a territory that is not the usual one."""
    command.add_argument("--territoire", metavar="ID", help="le territoire, sinon celui par défaut")


def content_of(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        UserError: it cannot be read; says why.
    """
    try:
        return path.read_bytes()
    except OSError as problem:
        raise UserError(
            f"« {path} » ne peut pas être lu ({problem.strerror}). Vérifiez le chemin."
        ) from problem
