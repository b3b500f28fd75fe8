"""Tables drawn as text: ``A | 40 30 20 10 | 100`` is zone A, its four parts, its total.

The parts are the four compositions of a household, the total its allocataires.  ``s`` is a cell
that must not be shown.
"""

import pandas as pd

from ctg_data import observations
from ctg_data.observations import variables
from ctg_data.release.masked import MaskedTable

PARTS = list(variables()["foyers_selon_composition"].categories)


def read(drawing: str, level: str = "qpv", period: int = 2024, source: str = "socle"):
    """Turn a drawing into observations; a line starting with ``=`` is the commune."""
    rows = []
    for line in drawing.strip().splitlines():
        code, parts, total = (piece.strip() for piece in line.split("|"))
        where = ("commune", code[1:].strip()) if code.startswith("=") else (level, code)
        counts = dict(zip(PARTS, parts.split(), strict=True))
        for category, text in {**counts, "total": total}.items():
            variable = "foyers_allocataires" if category == "total" else "foyers_selon_composition"
            known = text != "s"
            status = "diffuse" if known else "secret_cellule"
            value = int(text) if known else pd.NA
            rows.append((variable, *where, category, value, value, status))
    columns = ["variable", "level", "code", "category", "value", "base", "status"]
    table = pd.DataFrame(rows, columns=columns)
    fixed = {"vintage": 2024, "period": period, "unit": "foyers", "source": source}
    return observations.validate(table.assign(**fixed))


def shown(table: MaskedTable | pd.DataFrame) -> str:
    """Draw what a reader sees."""
    frame = table.frame if isinstance(table, MaskedTable) else table
    lines = []
    for (level, code), rows in frame.groupby(["level", "code"], sort=True):
        cells = {
            (row.variable, row.category): "s" if pd.isna(row.value) else f"{row.value:.0f}"
            for row in rows.itertuples()
        }
        parts = " ".join(cells[("foyers_selon_composition", part)] for part in PARTS)
        mark = "= " if level == "commune" else ""
        lines.append(f"{mark}{code} | {parts} | {cells[('foyers_allocataires', 'total')]}")
    return "\n".join(lines)
