"""Read a table to protect from TABLE.json; `csv` reads a large one from two CSV files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ctg_data.disclosure.engine.problem.inclusions import with_complements
from ctg_data.disclosure.engine.problem.json_files import read_json
from ctg_data.disclosure.engine.problem.names import unknown_names
from ctg_data.disclosure.engine.problem.spec_read import EXAMPLE, TABLE, table_spec
from ctg_data.disclosure.engine.problem.table import Problem
from ctg_data.errors import UserError, all_problems
from ctg_data.fr import spaced


def read_table(path: Path) -> Problem:
    """Read TABLE.json.

    Raises:
        UserError: the file cannot be read, or everything that is wrong in it.
    """
    data = read_json(path)
    if not isinstance(data, dict) or not isinstance(data.get("cells"), list) or not data["cells"]:
        names = unknown_names(data, TABLE, EXAMPLE) if isinstance(data, dict) else []
        text = f"Fichier « {path} » : un objet avec une liste « cells » est attendu."
        raise UserError(spaced(all_problems(text, names) if names else text))
    return table_of(data)


def table_of(data: Mapping[str, Any]) -> Problem:
    """Return the table that the object of TABLE.json describes; an inclusion is made a sum.

    Raises:
        UserError: everything that is wrong in it.
    """
    problems: list[str] = []
    return Problem.of(with_complements(table_spec(data, problems)), problems)
