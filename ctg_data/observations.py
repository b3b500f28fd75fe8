"""The one long table every source is normalised into: one key, one row per cell.

Confidential: rows may describe fewer than five allocataires.  Only the disclosure gate may
turn them into something that leaves this package.
"""

from collections.abc import Mapping

import pandas as pd

from ctg_data import dating
from ctg_data.dating import Dating
from ctg_data.dictionary import Variable as Variable, variables as variables
from ctg_data.errors import CtgError, UncitedRows
from ctg_data.model import BOUNDS, SECRETS, Citation, Level, Status
from ctg_data.natures import OFFER
from ctg_data.vintages import anchored_rows

# Tables are of thousands of rows, asked for by names and cut into pieces hundreds of times a page:
# texts kept as Python's own are cut and compared in half the time that Arrow takes to cross over.
pd.set_option("mode.string_storage", "python")

KEY = ["variable", "level", "code", "vintage", "period", "category"]
DTYPES = {
    "variable": "string",  # declared in variables.toml
    "level": "string",  # model.Level
    "code": "string",  # INSEE, IRIS or QPV code, always text: "010040101" exists
    "vintage": "Int64",  # year of the boundaries, not of the data
    "period": "Int64",  # year observed, never the edition; CAF counts are those of December
    "category": "string",  # "total", or one declared part
    "value": "Float64",  # NA when the source gives none, and then the status says why
    "unit": "string",  # the unit of the variable
    "base": "Int64",  # allocataires behind the value; NA when unknown or not about allocataires
    "status": "string",  # model.Status
    "source": "string",  # id of the Citation and of the bytes the row was read from
    "edition": "string",  # name of the file where it is not the year observed: "2022", else ""
    "dating": "string",  # dating.Dating: how the year observed is known
}
MASKED = [name for name in DTYPES if name not in dating.DEFAULTS]  # what a mask is made from


def validate(frame: pd.DataFrame) -> pd.DataFrame:
    """Return ``frame`` with the declared columns and types, sorted by key.

    A row that says neither its edition nor its proof is an ordinary one: its producer dates it.

    Raises:
        CtgError: a bug of the caller; the message lists every problem at once, without values.

    >>> validate(pd.DataFrame({"variable": ["x"]}))
    Traceback (most recent call last):
    ...
    ctg_data.errors.CtgError: observations: missing columns level, code, vintage, period, ...
    """
    frame = dating.completed(frame)
    missing = [name for name in DTYPES if name not in frame.columns]
    if missing:
        raise CtgError(f"observations: missing columns {', '.join(missing)}")
    frame = frame[list(DTYPES)].astype(DTYPES)
    problems = [
        f"{int(wrong.sum())} rows with {text}, first: {frame[wrong].iloc[0][KEY].to_dict()}"
        for text, wrong in _faults(frame).items()
        if wrong.any()
    ]
    if problems:
        raise CtgError("observations: " + "; ".join(problems))
    return frame.sort_values(KEY, ignore_index=True)


def _faults(frame: pd.DataFrame) -> dict[str, pd.Series]:
    """Rows at fault, by fault.  A status of secrecy or absence never comes with a value."""
    declared = variables()
    units = frame["variable"].map({name: one.unit for name, one in declared.items()})
    silent = frame["status"].isin([*SECRETS, "qualite", "non_disponible", "sans_objet"])
    return {
        "a repeated key": frame.duplicated(KEY),
        "a variable that variables.toml does not declare": units.isna(),
        "a unit that is not the variable's": units.notna() & (units != frame["unit"]),
        "an unknown level": ~frame["level"].isin([str(level) for level in Level]),
        "an unknown status": ~frame["status"].isin([str(status) for status in Status]),
        "a hole in the key": frame[KEY].isna().any(axis=1),
        "a bound on something else than an offer": (
            frame["status"].isin([str(one) for one in BOUNDS])
            & (frame["variable"].map({name: one.nature for name, one in declared.items()}) != OFFER)
        ),
        "a value and a status that denies it": frame["value"].notna() & silent,
        "no value and a status that promises one": frame["value"].isna() & ~silent,
        "a negative value": frame["value"] < 0,
        "no source": frame["source"].isna(),
        "an unknown proof of its date": ~frame["dating"].isin([str(one) for one in Dating]),
        "a year and a proof that denies it": (
            (frame["period"] < 0) != (frame["dating"] == Dating.NON_ETABLI)
        ),
    }


def handed_over(table: pd.DataFrame, citations: Mapping[str, Citation]) -> pd.Series:
    """Tell, row by row, what the CAF handed over from what a producer published.

    The one way to tell them apart.  A row that nothing cites is neither: to take it for published
    would show a count that the secrecy covers.

    Args:
        table: rows with a ``source``.
        citations: by source.

    Returns:
        Booleans, on the index of ``table``.

    Raises:
        UncitedRows: a source of a row is not among the citations.
    """
    uncited = sorted({str(one) for one in table["source"].unique()} - set(citations))
    if uncited:
        raise UncitedRows(
            "Des chiffres sont là sans que l'on sache d'où ils viennent : "
            f"{', '.join(uncited[:3])}{' …' if uncited[3:] else ''}. Rien ne dit s'ils sont "
            "couverts par le secret : aucun n'est montré. Rechargez la page ; si cela se répète, "
            "remettez une sauvegarde des données gardées (dossier CTG_HOME, ou base nommée par "
            "CTG_DATABASE_URL)."
        )
    ours = {key: one.confidential for key, one in citations.items()}
    return table["source"].map(ours).astype(bool)


def anchor(frame: pd.DataFrame) -> pd.Series:
    """Name each row's datum: its key, the vintage counting where zones have generations only."""
    vintage = anchored_rows(frame)
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
