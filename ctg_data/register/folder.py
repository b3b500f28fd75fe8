"""``structures.csv`` of a territory's folder: nothing of it is passed over in silence."""

import csv
import io
from pathlib import Path

from ctg_data.errors import TerritoryError, all_problems
from ctg_data.files.declared import place, read_text
from ctg_data.nearest import unknown
from ctg_data.register.columns import NAMES

FILE = "structures.csv"
WITH_REGISTER = ("remarque", "fictif")  # columns of the folder alone, that no page shows
NEEDED = ("type", "nom")
TOLD = 8  # lines named, of all those at fault


def read_folder_file(path: Path) -> bytes:
    """The bytes of the file, once its columns and the form of its lines are known to be whole.

    Raises:
        TerritoryError: every problem of form at once; what cells hold is judged by ``parse``.
    """
    text = read_text(path)
    try:
        head, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    except csv.Error as cause:
        raise TerritoryError(
            f"{place(path)} : ce n'est pas un CSV lisible ({cause}). Remettez le fichier d'origine."
        ) from cause
    known = [*NAMES, *WITH_REGISTER]
    problems = [
        f"ligne 1, colonne « {name} » : {unknown(name, known).replace('clé', 'colonne')}"
        for name in head
        if name not in known
    ]
    problems += [f"ligne 1 : la colonne « {one} » manque." for one in NEEDED if one not in head]
    torn = [number for number, row in enumerate(rows, 2) if row and len(row) != len(head)]
    if torn:
        lines = ", ".join(map(str, torn[:TOLD])) + (" …" if len(torn) > TOLD else "")
        problems.append(
            f"ligne(s) {lines} : pas autant de cases que de colonnes ({len(head)}). Le fichier est "
            "coupé, ou une virgule manque."
        )
    if problems:
        raise TerritoryError(all_problems(f"{place(path)} ne peut pas être lu :", problems))
    return text.encode()
