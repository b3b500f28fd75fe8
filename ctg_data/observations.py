"""The one long table every source is normalised into: one key, one row per cell.

Confidential: rows may describe fewer than five allocataires.  Only the disclosure gate may
turn them into something that leaves this package.
"""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from ctg_data.errors import CtgError
from ctg_data.model import SECRETS, Level, Status

KEY = ["variable", "level", "code", "vintage", "period", "category"]
DTYPES = {
    "variable": "string",  # declared in variables.toml
    "level": "string",  # model.Level
    "code": "string",  # INSEE, IRIS or QPV code, always text: "010040101" exists
    "vintage": "Int64",  # year of the boundaries, not of the data
    "period": "Int64",  # reference year; CAF counts are those of December
    "category": "string",  # "total", or one declared part
    "value": "Float64",  # NA when the source gives none, and then the status says why
    "unit": "string",  # the unit of the variable
    "base": "Int64",  # allocataires behind the value; NA when unknown or not about allocataires
    "status": "string",  # model.Status
    "source": "string",  # id of the Citation and of the bytes the row was read from
}
UNITS = {
    *("foyers", "personnes", "enfants", "jeunes", "familles", "naissances", "demandeurs"),
    *("habitants", "places", "structures", "lieux", "lits", "dispositifs", "zones", "heures"),
    *("ETP", "assistants maternels", "rendez-vous", "mesures", "euros", "taux"),
}
NATURES = {"foyers", "personnes", "enfants", "recensement", "offre", "taux", "montant"}


@dataclass(frozen=True)
class Variable:
    """One declared variable; fields as documented at the head of ``variables.toml``."""

    id: str
    label: str
    unit: str
    nature: str
    categories: dict[str, str] = field(default_factory=dict)
    partition: bool = False
    total_de: str = ""
    inclus_dans: str = ""
    hors_socle: bool = False
    regroupements: dict[str, dict[str, Any]] = field(default_factory=dict)

    def part(self, category: str) -> str:
        """The name of a part, or of parts shown together, on screen; "" for the total."""
        merged = self.regroupements.get(category, {})
        return self.categories.get(category) or str(merged.get("label", ""))

    def __post_init__(self) -> None:
        if self.unit not in UNITS or self.nature not in NATURES:
            raise CtgError(f"variables.toml: {self.id} has an unknown unit or nature")


@cache
def variables() -> dict[str, Variable]:
    """Every declared variable, by id."""
    text = Path(__file__).with_name("variables.toml").read_text(encoding="utf-8")
    return {name: Variable(id=name, **fields) for name, fields in tomllib.loads(text).items()}


def validate(frame: pd.DataFrame) -> pd.DataFrame:
    """Return ``frame`` with the declared columns and types, sorted by key.

    Raises:
        CtgError: a bug of the caller; the message lists every problem at once, without values.

    >>> validate(pd.DataFrame({"variable": ["x"]}))
    Traceback (most recent call last):
    ...
    ctg_data.errors.CtgError: observations: missing columns level, code, vintage, period, ...
    """
    missing = [name for name in DTYPES if name not in frame.columns]
    if missing:
        raise CtgError(f"observations: missing columns {', '.join(missing)}")
    frame = frame[list(DTYPES)].astype(DTYPES)
    problems = [
        f"{len(rows)} rows with {text}, first: {rows.iloc[0][KEY].to_dict()}"
        for text, rows in _faults(frame).items()
        if len(rows)
    ]
    if problems:
        raise CtgError("observations: " + "; ".join(problems))
    return frame.sort_values(KEY, ignore_index=True)


def _faults(frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Rows at fault, by fault.  A status of secrecy or absence never comes with a value."""
    declared = variables()
    units = frame["variable"].map({name: one.unit for name, one in declared.items()})
    silent = frame["status"].isin([*SECRETS, "qualite", "non_disponible", "sans_objet"])
    return {
        "a repeated key": frame[frame.duplicated(KEY)],
        "a variable that variables.toml does not declare": frame[units.isna()],
        "a unit that is not the variable's": frame[units.notna() & (units != frame["unit"])],
        "an unknown level": frame[~frame["level"].isin([str(level) for level in Level])],
        "an unknown status": frame[~frame["status"].isin([str(status) for status in Status])],
        "a hole in the key": frame[frame[KEY].isna().any(axis=1)],
        "a value and a status that denies it": frame[frame["value"].notna() & silent],
        "no value and a status that promises one": frame[frame["value"].isna() & ~silent],
        "a negative value": frame[frame["value"] < 0],
        "no source": frame[frame["source"].isna()],
    }


def anchor(frame: pd.DataFrame) -> pd.Series:
    """Name each row's datum: its key, the vintage counting for QPV only.

    Two files may date the same commune or IRIS by different vintages; a QPV changes with its own.
    """
    vintage = frame["vintage"].where(frame["level"] == Level.QPV, 0)
    named = frame[KEY].assign(vintage=vintage).astype("string")
    datum = named[KEY[0]]
    for column in KEY[1:]:
        datum = datum + "|" + named[column]
    return datum


def overlay(older: pd.DataFrame, newer: pd.DataFrame) -> pd.DataFrame:
    """Return both tables in one; where both hold a datum, the newer one is kept.

    A blank never replaces a number: a producer that withdraws a cell is told elsewhere.
    """
    both = pd.concat([older, newer], ignore_index=True)
    both["_datum"], both["_blank"] = anchor(both), both["value"].isna()
    both["_age"] = [0] * len(older) + [1] * len(newer)
    both = both.sort_values(["_blank", "_age"], ascending=[False, True], kind="stable")
    return validate(both.drop_duplicates("_datum", keep="last"))
