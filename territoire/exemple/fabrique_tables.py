"""Writing the invented figures: rows of the long table, « fictif » said on each of them."""

import csv
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
VARIABLES = HERE.parents[1] / "ctg_data" / "variables.toml"
COLUMNS = ["variable", "level", "code", "vintage", "period", "category", "value", "unit", "base"]
COLUMNS += ["status", "source", "producer", "dataset", "licence", "fictif"]
Row = dict[str, Any]


def toml(name: str) -> dict[str, Any]:
    """One of the hand-written files of this folder."""
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


SOURCES = toml("sources.toml")
UNITS = {
    name: entry["unit"]
    for name, entry in tomllib.loads(VARIABLES.read_text(encoding="utf-8")).items()
}


def row(
    source: str,
    level: str,
    vintage: int,
    period: int,
    variable: str,
    category: str,
    code: str,
    value: float,
    base: int | None = None,
    status: str = "diffuse",
) -> Row:
    """One observation, with what its source says of itself."""
    said = SOURCES[source]
    return {
        "variable": variable,
        "level": level,
        "code": code,
        "vintage": vintage,
        "period": period,
        "category": category,
        "value": int(value) if value == int(value) else round(float(value), 1),
        "unit": UNITS[variable],
        "base": "" if base is None else base,
        "status": status,
        "source": source,
        "producer": said["producteur"],
        "dataset": said["jeu"],
        "licence": said["licence"],
        "fictif": "oui",
    }


def write_csv(path: Path, rows: list[Row], columns: list[str] | None = None) -> None:
    """Write rows in a fixed order, so that the same figures make the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns or COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def ordered(rows: list[Row]) -> list[Row]:
    """By key, as the long table is sorted."""
    return sorted(rows, key=lambda one: [str(one[name]) for name in COLUMNS[:6]])
