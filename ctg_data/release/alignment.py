"""Operands of a computation side by side: one row per place and year that all of them have.

A result is as secret as the most secret of its operands, and as surely dated as the least sure.
"""

from collections.abc import Sequence

import pandas as pd

from ctg_data import dating
from ctg_data.model import PublicStatus, joined_sources
from ctg_data.vintages import anchored_rows

PLACE = ["level", "code", "zone_vintage", "period"]
STUDIED = "studied"  # whether enough allocataires stand behind a cell; never leaves the gate
# what an operand brings to a result
SIDES = ("value", "severity", "source", STUDIED, "edition", "proof")
# from the least to the most telling: a result takes the worst status of what it is made of
SEVERITY = [
    PublicStatus.DIFFUSE,
    PublicStatus.ARRONDI,
    PublicStatus.SANS_OBJET,
    PublicStatus.NON_DISPONIBLE,
    PublicStatus.SECRET,
]


def aligned(operands: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """One row per place and year found in every operand, with value_i and severity_i.

    QPV change their boundaries: there the vintage is part of the place.  Elsewhere a census
    and a CAF count of the same commune and year may differ by one vintage, and still match.
    """
    ranks = {str(status): rank for rank, status in enumerate(SEVERITY)}
    joined: pd.DataFrame | None = None
    for i, frame in enumerate(operands):
        zone_vintage = anchored_rows(frame)
        side = frame.assign(zone_vintage=zone_vintage)[
            [*PLACE, "vintage", "value", "source", STUDIED]
        ]
        side = side.assign(severity=frame["status"].map(ranks), edition=frame["edition"])
        side = side.assign(proof=frame["dating"].map(dating.SURENESS.index))
        side = side.rename(columns={c: f"{c}_{i}" for c in SIDES})
        if joined is None:
            joined = side
        else:
            joined = joined.merge(side.drop(columns="vintage"), on=PLACE, how="inner")
    if joined is None:
        raise ValueError("derive() needs at least one operand")
    sources = joined[[f"source_{i}" for i in range(len(operands))]]
    named = [joined_sources(row) for row in sources.astype(str).to_numpy()]
    joined["source"] = pd.Series(named, index=joined.index, dtype="string")
    return _dated(joined, len(operands))


def _dated(aligned: pd.DataFrame, count: int) -> pd.DataFrame:
    """The dating of each result: the least sure of its operands', and all their editions."""
    proofs = aligned[[f"proof_{i}" for i in range(count)]].max(axis=1).to_numpy(dtype=int)
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
