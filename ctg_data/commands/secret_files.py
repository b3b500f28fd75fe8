"""The files of ``secret``: which are read, which may be written, where a refusal is told."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ctg_data.disclosure.engine.manifest import manifest_path
from ctg_data.errors import UserError
from ctg_data.files.outputs import refuse_outputs, write_json
from ctg_data.fr import spaced


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


@contextmanager
def refusals_told(args: argparse.Namespace) -> Iterator[None]:
    """Refuse outputs that may not be written; tell any later refusal in ``--json`` too.

    Raises:
        UserError: an output is an input, or is refused; nothing at all was written then.
    """
    out = getattr(args, "out", None)
    outputs = {
        "--out": out,
        "--json": args.json,
        "procès-verbal de --out": out and manifest_path(out),
    }
    refuse_outputs(outputs, [args.source, args.cells, args.relations])
    try:
        yield
    except UserError as error:
        if args.json:
            _write_refusal(args.json, error)
        raise


def _write_refusal(file: Path, error: UserError) -> None:
    try:
        write_json(file, {"verdict": "bad_input", "message": str(error)})
    except UserError as other:
        raise UserError(f"{error}\n{other}") from None
