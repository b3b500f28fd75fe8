"""Read a JSON file of the `secret` commands: strictly, since what is read twice is read wrongly."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ctg_data.errors import UserError
from ctg_data.fr import spaced

SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
"""A file without any such escape cannot hold half a character."""


class _Refused(ValueError):
    """Something that JSON readers take in different ways."""


def read_json(path: Path) -> Any:
    """Return the content of a JSON file.

    Names given twice in one object, NaN and Infinity, and halves of characters are refused: each
    reader would understand something else.

    Raises:
        UserError: missing, unreadable, wrong encoding, not JSON, or one of these.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise _problem(path, "introuvable. Vérifiez son nom et son dossier.") from None
    except UnicodeDecodeError:
        raise _problem(
            path, "il n'est pas codé en UTF-8. Enregistrez-le de nouveau en UTF-8."
        ) from None
    except OSError as error:
        raise _problem(path, f"illisible ({error.strerror or error}).") from None
    try:
        return _decoded(text)
    except json.JSONDecodeError as error:
        where = f"ligne {error.lineno}, colonne {error.colno}"
        raise _problem(path, f"ce n'est pas du JSON ({where}).") from None
    except RecursionError:
        raise _problem(path, "ce JSON est imbriqué sans fin.") from None
    except _Refused as error:
        raise _problem(path, str(error)) from None
    except ValueError:  # Python reads no whole number of more than 4 300 digits
        raise _problem(path, "il contient un nombre démesuré.") from None


def _decoded(text: str) -> Any:
    """Return the content of a JSON text.

    Raises:
        _Refused: readers would differ on it.
        ValueError: it is not JSON.
    """
    data = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    if SURROGATE.search(text) and any(_is_broken(one) for one in _texts(data)):
        raise _Refused("un texte y contient la moitié d'un caractère (« \\ud… » seul).")
    return data


def _problem(path: Path, text: str) -> UserError:
    return UserError(spaced(f"Fichier « {path} » : {text}"))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object whose names are all different.

    Raises:
        _Refused: a name is there twice, and would be read once.
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Refused(f"« {_safe(twice)} » y est deux fois dans le même objet.")
    return found


def _no_constant(name: str) -> Any:
    """Refuse NaN and Infinity.

    Raises:
        _Refused: always.
    """
    raise _Refused(f"« {name} » n'est pas un nombre.")


def _safe(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _is_broken(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _texts(data: Any) -> Iterator[str]:
    """Yield every text of a JSON value, names included."""
    left = [data]
    while left:
        item = left.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            left += [*item.keys(), *item.values()]
        elif isinstance(item, list):
            left += item
