"""Read and write releases on disk: RELEASE.json, or two CSV files for a large one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ctg_data.disclosure.engine.problem.csv_rows import rows
from ctg_data.disclosure.engine.problem.json_files import read_json
from ctg_data.disclosure.engine.release.content import (
    Release,
    cell_records,
    ratio_records,
    relation_records,
)
from ctg_data.disclosure.engine.release.parse import parse_release, refuse
from ctg_data.files.outputs import write_text


def read_release_json(path: Path) -> Release:
    """Read RELEASE.json.

    Raises:
        UserError: the file cannot be read, or all that is wrong in it.
    """
    return parse_release(read_json(path))


def to_number(text: str | None) -> float | str | None:
    """Return the number written in a CSV field, None when empty, the text when it is not one."""
    if text is None or not text.strip():
        return None
    try:
        return float(text)
    except ValueError:
        return text


CSV_NUMBERS = ("value", "lb", "ub", "base", "universe", "threshold")


def read_release_csv(cells: Path, relations: Path, *, zeros_shown: bool, threshold: int) -> Release:
    """Read a large release: `id,value[,status,lb,ub,base,universe]` and `relation,cell,coef`.

    Without `status`, a cell without a value is a suppressed one.

    Raises:
        UserError: a file cannot be read, or all that is wrong in them.
    """
    wanted = ("id", "status", *CSV_NUMBERS)
    records = [
        csv_cell(dict(zip(wanted, fields, strict=True)), zeros_shown)
        for _, fields in rows(cells, ("id", "value"), wanted, free=True)
    ]
    terms: dict[str, dict[str, Any]] = {}
    twice = []
    links = ("relation", "cell", "coef")
    for _, (name, cell, coef) in rows(relations, links, links, free=False):
        of_relation = terms.setdefault(name, {})
        if cell in of_relation:
            twice.append(f"relation « {name} » : « {cell} » y est deux fois.")
        of_relation[cell] = to_number(coef)
    refuse(f"Fichier « {relations} » refusé.", twice)
    data = {
        "threshold": threshold,
        "zeros": "shown" if zeros_shown else "masked",
        "cells": records,
        "relations": [{"id": name, "terms": of_one} for name, of_one in terms.items()],
    }
    return parse_release(data)


def csv_cell(row: dict[str, str], zeros_shown: bool) -> dict[str, Any]:
    """Return the RELEASE.json record of a row of cells.csv."""
    record: dict[str, Any] = {key: to_number(row[key]) for key in CSV_NUMBERS}
    status = row["status"] or ("suppressed" if record["value"] is None else "published")
    if status == "suppressed" and record["lb"] is None:
        record["lb"] = int(zeros_shown)
    return {"id": row["id"], "status": status, **record}


def release_text(release: Release) -> Iterator[str]:
    """Yield RELEASE.json piece by piece, one record a line: 730 000 cells never stand in memory."""
    zeros = "shown" if release.zeros_shown else "masked"
    yield f'{{"threshold": {release.threshold}, "zeros": "{zeros}"'
    encode = json.JSONEncoder(ensure_ascii=False).encode
    parts = {
        "cells": cell_records(release),
        "relations": relation_records(release),
        "ratios": ratio_records(release),
    }
    for name, records in parts.items():
        yield f',\n"{name}": ['
        for rank, record in enumerate(records):
            yield f"{',' if rank else ''}\n{encode(record)}"
        yield "]"
    yield "}\n"


def write_release(path: Path, release: Release) -> None:
    """Write RELEASE.json, in one go.

    Raises:
        UserError: the file cannot be written.
    """
    write_text(path, release_text(release))
