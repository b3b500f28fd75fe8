"""Reading a file of a territory's folder: whatever is wrong with it is said in French.

People copy, rename and save these files with whatever they have.  A file that does not read is told
by its name, with what to do; it never stops the application, and never the other territories.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ctg_data.errors import TerritoryError

INNER = ("donnees", "contours")  # folders of a territory's folder


def place(path: Path) -> str:
    """The name of a file as it is told: with its folder, and the territory's for its data."""
    inner = path.parent.name in INNER
    parents = path.parts[-3:-1] if inner else path.parts[-2:-1]
    return "/".join((*parents, path.name))


def read_bytes(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        TerritoryError: it is not there, or may not be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise TerritoryError(
            f"{place(path)} : fichier absent. Recréez-le sur le modèle du dossier « exemple »."
        ) from None
    except OSError as cause:
        raise TerritoryError(
            f"{place(path)} : le fichier ne peut pas être lu ({cause.strerror}). Vérifiez que "
            "c'est bien un fichier et que vous en avez le droit."
        ) from cause


def read_text(path: Path) -> str:
    """The text of a file in UTF-8, with or without the mark that Excel writes first.

    Raises:
        TerritoryError: it cannot be read, is empty, or is no text in UTF-8.
    """
    content = read_bytes(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        line = content[: cause.start].count(b"\n") + 1
        raise TerritoryError(
            f"{place(path)}, ligne {line} : le fichier n'est pas en UTF-8. Réenregistrez-le en "
            "UTF-8 ; si ce n'est pas du texte, remettez le fichier d'origine."
        ) from cause
    if not text.strip():
        raise TerritoryError(f"{place(path)} : le fichier est vide. Remettez celui d'origine.")
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise TerritoryError(
            f"{place(path)}, ligne {line} : ce n'est pas du texte. Remettez le fichier d'origine."
        )
    return text


def tables(
    raw: Mapping[str, Any], key: str, problems: list[str]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The tables ``[[key]]`` of a TOML file, each with its rank; of what is none, a problem."""
    entries = raw.get(key, [])
    if not isinstance(entries, list):
        problems.append(f"« {key} » : écrivez une table [[{key}]] pour chacune.")
        return
    for rank, one in enumerate(entries, start=1):
        if isinstance(one, dict):
            yield rank, one
        else:
            problems.append(f"« {key}[{rank}] » : une table est attendue, reçu « {one} ».")
