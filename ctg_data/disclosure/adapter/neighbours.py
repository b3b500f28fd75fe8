"""What readers already hold beside a confidential table: published figures that sums link to it.

A socle by QPV is read next to the IRIS that Insee publishes: the difference is a piece of land,
and whoever lives there must not be told either.  These figures can neither be hidden nor moved;
what they give away by themselves is the baseline, and ours may add nothing to it.
"""

from collections.abc import Sequence

import pandas as pd

from ctg_data.disclosure.adapter import definitions
from ctg_data.disclosure.adapter.relations import AttackerProblem, Key, cell_id
from ctg_data.disclosure.engine.problem.spec import CellSpec, Kind
from ctg_data.disclosure.engine.problem.stated_rounding import Rounding
from ctg_data.model import SECRETS, Status
from ctg_data.natures import AMOUNT, COVERED
from ctg_data.observations import KEY, anchor, variables
from ctg_data.vintages import anchored_rows
from geo.outlines.places import Nesting

KINDS: dict[str, Kind] = {**dict.fromkeys(COVERED, "count"), AMOUNT: "amount"}
ROUNDED_TO = 5  # households and persons of data.caf.fr
SIZE = "foyers_allocataires"  # its total says how many allocataires a zone has
UNKNOWN = [*map(str, SECRETS), str(Status.QUALITE), str(Status.NON_DISPONIBLE)]
SUBJECT = ["variable", "period", "category"]


def kind_of() -> dict[str, Kind]:
    """The kind of every variable that counts allocataires, or follows such a count."""
    return {one.id: KINDS[one.nature] for one in variables().values() if one.nature in KINDS}


def held_by_readers(
    socle: pd.DataFrame, published: pd.DataFrame, nestings: Sequence[Nesting] = ()
) -> pd.DataFrame:
    """Keep the published figures of the cells of a confidential table, and of what is tied to them.

    A tied zone is one that a sum names; only the same variable, category and year, and the size of
    that zone, enter.  A tied figure is one of the same zone and year that definitions link to the
    table's.  The engine links nothing else to the table: public places, or a commune next door,
    neither change a mask nor make it necessary to compute it anew.

    Returns:
        Published rows; those of a cell of the table under its own vintage of boundaries.
    """
    wanted = definitions.linked({*socle["variable"].unique(), SIZE}) & set(kind_of())
    rows = published[
        published["variable"].isin(wanted) & published["period"].isin(socle["period"].unique())
    ]
    if not len(rows) or not len(socle):
        return published.iloc[:0]
    datum, ours = anchor(rows), dict(zip(anchor(socle), socle["vintage"], strict=True))
    same = datum.isin(list(ours))
    keep = same | (_is_tied(rows, nestings) & _is_subject(rows, socle)) | _is_beside(rows, socle)
    vintage = datum.map(ours).astype("Int64").fillna(rows["vintage"])
    return rows.assign(vintage=vintage)[keep].drop_duplicates(KEY).reset_index(drop=True)


def _is_tied(rows: pd.DataFrame, nestings: Sequence[Nesting]) -> pd.Series:
    """Whether each row is about a zone that a sum names."""
    places = {place for one in nestings for place in one.places}
    anchored = anchored_rows(rows)
    where = zip(rows["level"], rows["code"], anchored, strict=True)
    return pd.Series([place in places for place in where], index=rows.index)


def _is_beside(rows: pd.DataFrame, socle: pd.DataFrame) -> pd.Series:
    """Whether each row is about a zone and year of the table, and what it counts there.

    Definitions link two figures of one zone and year: what the table does not have of it is held
    from elsewhere.
    """
    linked = pd.Series(False, index=rows.index)
    places, theirs = _place(socle), _place(rows)
    for names in _families(socle):
        own = set(places[socle["variable"].isin(names)])
        linked |= theirs.isin(own) & rows["variable"].isin(names)
    return linked


def _families(socle: pd.DataFrame) -> list[set[str]]:
    """The variables of the table and all that definitions tie to them, family by family."""
    found: list[set[str]] = []
    for name in socle["variable"].unique():
        if not any(name in family for family in found):
            found.append(definitions.linked({str(name)}))
    return found


def _place(rows: pd.DataFrame) -> pd.Series:
    """Name the zone and year of each row, the vintage counting for QPV only."""
    vintage = anchored_rows(rows)
    named = rows[["level", "code", "period"]].assign(vintage=vintage).astype("string")
    return named["level"] + "|" + named["code"] + "|" + named["vintage"] + "|" + named["period"]


def _is_subject(rows: pd.DataFrame, socle: pd.DataFrame) -> pd.Series:
    """Whether each row is about something the table counts that year, or the size of a zone."""
    subjects = set(socle[SUBJECT].drop_duplicates().itertuples(index=False, name=None))
    told = rows[SUBJECT].itertuples(index=False, name=None)
    counted = pd.Series([one in subjects for one in told], index=rows.index)
    return counted | ((rows["variable"] == SIZE) & (rows["category"] == "total"))


def beside(frame: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    """The published rows of zones that the table does not have; a hidden figure is one of them."""
    known = held["status"].isin([str(Status.DIFFUSE), str(Status.ARRONDI), *UNKNOWN])
    ours = pd.MultiIndex.from_frame(frame[KEY].astype("object"))
    own = pd.MultiIndex.from_frame(held[KEY].astype("object")).isin(ours)
    return held[known & held["variable"].isin(list(kind_of())) & ~own]


def cells(rows: pd.DataFrame, mode: str) -> list[CellSpec]:
    """Published figures for the engine: none can be hidden, each keeps the rule of its producer."""
    kinds, found = kind_of(), []
    values = rows["value"].astype(float).tolist()
    keys = rows[KEY].itertuples(index=False, name=None)
    for key, value, status in zip(keys, values, rows["status"], strict=True):
        known = value == value
        rounded = Rounding(ROUNDED_TO, mode) if status == Status.ARRONDI else None
        found.append(
            CellSpec(
                cell_id(key),
                round(value) if known else None,
                kind=kinds[key[0]],
                external="shown" if known else "suppressed",
                rounded=rounded,
            )
        )
    return found


def slack(rows: pd.DataFrame, mode: str) -> dict[Key, float]:
    """How far above a rounded figure the exact one may be, however its producer rounds."""
    rounded = rows[rows["status"] == Status.ARRONDI]
    keys = rounded[KEY].itertuples(index=False, name=None)
    # rounded down, or nobody knows which way
    above = (ROUNDED_TO - 1) // 2 if mode == "nearest" else ROUNDED_TO - 1
    return {tuple(key): float(above) for key in keys}


def without_public_sums(attacker: AttackerProblem, rows: pd.DataFrame) -> AttackerProblem:
    """Leave out the sums of published figures alone: what they tell is public, whoever we are."""
    exact = rows[rows["status"] == Status.DIFFUSE]
    public = set(map(cell_id, exact[KEY].itertuples(index=False)))
    if not public:
        return attacker
    names = {one.id for one in attacker.remainders}
    told = [one for one in attacker.relations if not set(one.terms) - names <= public]
    left = {name for one in told for name in one.terms}
    rests = [one for one in attacker.remainders if one.id in left]
    return AttackerProblem(
        told, rests, attacker.apart, attacker.believed & {one.id for one in told}
    )
