"""Read the CSV files of large tables line by line, by the names of their columns."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from ctg_data.disclosure.engine.problem.names import column_meant, unknown_names
from ctg_data.errors import UserError, all_problems
from ctg_data.fr import spaced


def rows(
    path: Path, needed: Sequence[str], wanted: Sequence[str], *, free: bool
) -> Iterator[tuple[int, list[str]]]:
    """Yield the line number and the wanted fields of each line, "" where there is none.

    Args:
        path: the file.
        needed: columns that must be there, among `wanted`.
        wanted: columns that mean something.
        free: whether other columns may describe a line (zone, year…).

    Raises:
        UserError: the file cannot be read, or all that is wrong with its columns.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            lines = csv.reader(stream, strict=True)
            header = next(lines, [])
            refuse_columns(path, header, needed, wanted, free=free)
            places = [header.index(name) if name in header else -1 for name in wanted]
            width = len(header)
            for line in lines:
                if line:
                    size = len(line)
                    if size < width or any(line[width:]):
                        told = TOO_SHORT if size < width else TOO_WIDE
                        raise UserError(_said(path, f"ligne {lines.line_num} : {told}"))
                    yield lines.line_num, [line[k] if 0 <= k < size else "" for k in places]
    except FileNotFoundError:
        raise UserError(_said(path, "introuvable. Vérifiez son nom.")) from None
    except (OSError, UnicodeDecodeError, csv.Error):
        raise UserError(_said(path, "ce n'est pas un CSV lisible en UTF-8.")) from None


TOO_SHORT = "moins de champs que de colonnes (une ligne coupée ?)."
TOO_WIDE = "plus de champs que de colonnes (une virgule de trop, ou un titre qui manque)."


def _said(path: Path, text: str) -> str:
    return spaced(f"Fichier « {path} » : {text}")


def refuse_columns(
    path: Path, header: Sequence[str], needed: Sequence[str], wanted: Sequence[str], *, free: bool
) -> None:
    """Refuse a file whose columns are missing, there twice, unknown or misspelt.

    Raises:
        UserError: all that is wrong with its columns.
    """
    missing = [name for name in needed if name not in header]
    found = [f"il manque la colonne « {name} » (séparateur : virgule)." for name in missing]
    twice = [name for name, count in Counter(header).items() if count > 1 and name]
    found += [f"colonne « {name} » : présente plusieurs fois." for name in twice]
    if free:
        others = [name for name in dict.fromkeys(header) if name not in wanted]
        meant = {name: column_meant(name, wanted) for name in others}
        found += [
            f"la colonne « {name} » ressemble à « {near} », qui compte pour le secret : corrigez "
            "son nom, ou changez-le si elle dit autre chose."
            for name, near in meant.items()
            if near
        ]
    else:
        found += unknown_names(dict.fromkeys(header), wanted)
    if found:
        raise UserError(spaced(all_problems(f"Fichier « {path} » refusé :", found)))
