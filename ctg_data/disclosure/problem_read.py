"""Read a table to protect from TABLE.json; `problem_csv` reads a large one from two CSV files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ctg_data.disclosure.problem import Problem
from ctg_data.disclosure.spec_read import table_spec
from ctg_data.errors import UserError


def read_table(path: Path) -> Problem:
    """Read TABLE.json.

    Raises:
        UserError: the file cannot be read, or everything that is wrong in it.
    """
    data = _json(path)
    if not isinstance(data, dict) or not isinstance(data.get("cells"), list):
        raise UserError(f"Fichier « {path} » : un objet avec une liste « cells » est attendu.")
    return table_of(data)


def table_of(data: Mapping[str, Any]) -> Problem:
    """Return the table that the object of TABLE.json describes.

    Raises:
        UserError: everything that is wrong in it.
    """
    problems: list[str] = []
    return Problem.of(table_spec(data, problems), problems)


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise UserError(f"Fichier « {path} » : introuvable. Vérifiez son nom.") from None
    except (OSError, UnicodeDecodeError):
        raise UserError(f"Fichier « {path} » : illisible. Il doit être en UTF-8.") from None
    except (json.JSONDecodeError, RecursionError) as error:
        where = f" (ligne {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise UserError(f"Fichier « {path} » : ce n'est pas du JSON{where}.") from None
