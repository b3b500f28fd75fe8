"""Operands of a computation side by side: one row per place and year that all of them have.

A result is as secret as the most secret of its operands, and as surely dated as the least sure.
An operand may lag: its last known year serves then, and the result says which.
"""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ctg_data import dating
from ctg_data.model import PublicStatus, joined_sources
from ctg_data.vintages import anchored_rows

PLACE = ["level", "code", "zone_vintage", "period"]
Place = tuple[Any, ...]  # its values
AGAINST = "against"
STUDIED = "studied"  # whether enough allocataires stand behind a cell; never leaves the gate
# what an operand brings to a result, beside its severity and its proof
SIDES = ("value", "bound", "status", "source", STUDIED, "edition", AGAINST)
LAG, LEAD = 6, 2  # years at most from the people an offer is for to the offer, and back
# from the least to the most telling: a result takes the worst status of what it is made of
SEVERITY = [
    PublicStatus.DIFFUSE,
    PublicStatus.ARRONDI,
    PublicStatus.MINIMUM,
    PublicStatus.MAXIMUM,
    PublicStatus.SANS_OBJET,
    PublicStatus.NON_DISPONIBLE,
    PublicStatus.SECRET,
]
RANKS = {str(status): rank for rank, status in enumerate(SEVERITY)}


def aligned(operands: Sequence[pd.DataFrame], lagging: Collection[int] = ()) -> pd.DataFrame:
    """One row per place and year found in every operand, with value_i and severity_i.

    QPV change their boundaries: there the vintage is part of the place.  Elsewhere a census
    and a CAF count of the same commune and year may differ by one vintage, and still match.
    An operand that ``lagging`` names is taken, level by level, at its last year with a figure up
    to that of the first one that does not lag, ``LAG`` years before at most, else at the first one
    after, ``LEAD`` years at most; ``against`` is that year, 0 when it is the same one.  Where a
    level has a year that all operands share, only such years serve.
    """
    if not operands:
        raise ValueError("derive() needs at least one operand")
    leading = next((one for i, one in enumerate(operands) if i not in lagging), None)
    frames = [
        one if leading is None or i not in lagging else _carried(one, leading)
        for i, one in enumerate(operands)
    ]
    places = [_places(frame) for frame in frames]
    matched = _matched([list(zip(*one.values(), strict=True)) for one in places])
    # columns are taken one by one: to join tables whole costs ten times as much
    told = {name: column[matched[0]] for name, column in places[0].items()}
    told["vintage"] = frames[0]["vintage"].array[matched[0]]
    for i, (frame, rows) in enumerate(zip(frames, matched, strict=True)):
        told |= {f"{name}_{i}": column for name, column in _sides(frame, rows).items()}
    joined = pd.DataFrame(told)
    columns = range(len(operands))
    named = [
        joined_sources(row) for row in zip(*(told[f"source_{i}"] for i in columns), strict=True)
    ]
    joined["source"] = pd.Series(named, index=joined.index, dtype="string")
    joined[AGAINST] = joined[[f"{AGAINST}_{i}" for i in columns]].max(axis=1)
    return _dated(joined, len(operands))


def _places(frame: pd.DataFrame) -> dict[str, Any]:
    """What a row is aligned on, column by column."""
    placed = frame[["level", "code", "period"]].assign(zone_vintage=anchored_rows(frame))
    return {name: placed[name].array for name in PLACE}


def _matched(places: Sequence[Sequence[Place]]) -> list[np.ndarray]:
    """For each operand the ranks of its rows, so that rows of one rank are of one place and year.

    In the order of the first operand; places are found again as they are repeated.
    """
    found: list[tuple[int, ...]] = [(rank,) for rank in range(len(places[0]))]
    for other in places[1:]:
        ranks: dict[Place, list[int]] = {}
        for rank, place in enumerate(other):
            ranks.setdefault(place, []).append(rank)
        found = [(*row, one) for row in found for one in ranks.get(places[0][row[0]], ())]
    return list(np.array(found, dtype=int).reshape(len(found), len(places)).T)


def _sides(frame: pd.DataFrame, rows: np.ndarray) -> dict[str, Any]:
    """What an operand brings to a result, for some of its rows."""
    told = {name: frame[name].array[rows] for name in SIDES}
    told["severity"] = np.array([RANKS[str(one)] for one in told["status"]], dtype=int)
    proofs = frame["dating"].array[rows]
    told["proof"] = np.array([dating.SURENESS.index(str(one)) for one in proofs], dtype=int)
    return told


def _carried(frame: pd.DataFrame, leading: pd.DataFrame) -> pd.DataFrame:
    """The rows of an operand under the years of the first one, each with the year it is of.

    One year for all the zones of a level: those of one map are compared.
    """
    wanted = leading.assign(zone_vintage=anchored_rows(leading))[PLACE].drop_duplicates()
    wanted = wanted.rename(columns={"period": "_wanted"})
    zones = frame.assign(zone_vintage=anchored_rows(frame))
    both = zones.merge(wanted, on=[one for one in PLACE if one != "period"])
    late = both["_wanted"] - both["period"]
    known = both["value"].notna() & (both["period"] >= 0) & late.between(-LEAD, LAG)
    met = both[known & (late == 0)][["level", "zone_vintage"]]
    apart = pd.MultiIndex.from_frame(both[["level", "zone_vintage"]])
    known &= (late == 0) | ~apart.isin(pd.MultiIndex.from_frame(met))
    shared = ["level", "zone_vintage", "_wanted"]
    # the last year before, else the first one after
    both = both.assign(_near=both["period"].where(late >= 0, -both["period"]))
    last = both[known].groupby(shared)["_near"].max().rename("_last")
    both = both.merge(last.reset_index(), on=shared)
    taken = both[both["_near"] == both["_last"]]
    told = taken["period"].where(taken["period"] != taken["_wanted"], taken[AGAINST])
    carried = taken.assign(**{AGAINST: told, "period": taken["_wanted"]})
    return carried[frame.columns].reset_index(drop=True)


def _dated(aligned: pd.DataFrame, count: int) -> pd.DataFrame:
    """The dating of each result: the least sure of its operands', and all their editions."""
    proofs = np.max([aligned[f"proof_{i}"].to_numpy() for i in range(count)], axis=0)
    editions = aligned[[f"edition_{i}" for i in range(count)]].to_numpy(dtype=object)
    alike = (editions == editions[:, :1]).all(axis=1)
    named = [
        row[0] if same else dating.joined(row) for row, same in zip(editions, alike, strict=True)
    ]
    told = [dating.SURENESS[rank] for rank in proofs]
    return aligned.assign(
        edition=pd.Series(named, index=aligned.index, dtype="string"),
        dating=pd.Series(told, index=aligned.index, dtype="string"),
    )
