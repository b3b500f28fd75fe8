"""The gate: the whole table of a territory goes in, a ``MaskedTable`` comes out.

What producers already publish (Cnaf, Insee) is shown as they show it, under their own rule.  What
the CAF hands over (socle, FED) is protected by the engine, whole tables at once, never a filtered
view, and the result is attacked by the audit before it is shown.  When in doubt, hide.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from ctg_data.disclosure.adapter import confidential
from ctg_data.disclosure.adapter.confidential import Protection
from ctg_data.disclosure.adapter.evidence import Evidence
from ctg_data.disclosure.adapter.neighbours import ROUNDED_TO
from ctg_data.disclosure.witness.verdict import Witnessed
from ctg_data.errors import UnmaskedDataError
from ctg_data.model import AS_TOLD, BOUNDS, SECRETS, Citation, Level, PublicStatus, Status
from ctg_data.natures import COVERED, OFFER
from ctg_data.observations import KEY, anchor, handed_over
from ctg_data.release import barrier, masked
from ctg_data.release.masked import MaskedTable
from ctg_data.release.policy import Policy
from ctg_data.release.universe import natures
from ctg_data.territory.config import TerritoryConfig
from geo.outlines.places import PART, Nesting, place_of

TOLD = {  # what a reader is told of each status: never which rule hid the cell
    **{str(status): PublicStatus.SECRET for status in SECRETS},
    str(Status.DIFFUSE): PublicStatus.DIFFUSE,
    str(Status.ARRONDI): PublicStatus.ARRONDI,
    str(Status.MINIMUM): PublicStatus.MINIMUM,
    str(Status.MAXIMUM): PublicStatus.MAXIMUM,
    str(Status.QUALITE): PublicStatus.NON_DISPONIBLE,
    str(Status.NON_DISPONIBLE): PublicStatus.NON_DISPONIBLE,
    str(Status.SANS_OBJET): PublicStatus.SANS_OBJET,
}


@dataclass(frozen=True)
class Secrecy:
    """What may be said of the masking of a territory: counts, never values.

    Attributes:
        hidden: cells shown ``s``, whoever hid them.
        hidden_by_us: those of them that come from a confidential file.
        audit: what the audit of those measured, none when none was run.
        stopped: cells that only the last barrier kept from being shown: a fault to report.
        dropped: French sentences on tables that could not be protected and are not shown.
        apart: how many published figures of each producer contradict what the CAF handed over.
        witnessed: what the second witness answers, None where it was not called.
    """

    hidden: int = 0
    hidden_by_us: int = 0
    audit: Evidence | None = None
    stopped: int = 0
    dropped: tuple[str, ...] = ()
    apart: tuple[tuple[str, int], ...] = ()
    witnessed: Witnessed | None = None


@dataclass(frozen=True)
class Gated:
    """What comes out of the gate."""

    release: MaskedTable
    secrecy: Secrecy
    journal: pd.DataFrame = field(repr=False)  # for the CAF's statistician only


def gate(
    table: pd.DataFrame,
    territory: TerritoryConfig,
    citations: dict[str, Citation],
    nestings: Sequence[Nesting] = (),
) -> Gated:
    """Mask the whole table of a territory.

    Args:
        table: observations, one row per cell, confidential.
        territory: its zones and the policy of its secrecy.
        citations: by source id; ``confidential`` marks what the CAF handed over.
        nestings: zones inside others as measured on outlines, besides the declared zonings.
    """
    ours = handed_over(table, citations)
    published = table[~ours]
    policy = territory.policy
    every = [*declared_nestings(territory), *nestings]
    protection = confidential.protect_socle(table[ours], published, policy, every)
    return release(as_published(published, policy), protection, citations, policy)


def release(
    published: pd.DataFrame,
    protection: Protection,
    citations: dict[str, Citation],
    policy: Policy,
) -> Gated:
    """Put together what producers publish and what the engine let through.

    A masking read again from where it was kept passes the last barrier like a new one.

    Raises:
        UncitedRows: a row of either whose source is not cited, or one handed over by the CAF
            among what producers publish; nothing comes out.
    """
    if handed_over(published, citations).any():
        raise UnmaskedDataError("rows handed over by the CAF came to the gate as published ones")
    handed_over(protection.table, citations)
    told = {key: str(value) for key, value in TOLD.items()}
    theirs = _bounded(published.assign(status=published["status"].map(told)))
    passed, stopped = barrier.stopped(protection.table, policy)
    if passed["status"].isin([str(one) for one in BOUNDS]).any():
        raise UnmaskedDataError("a bound on what the CAF handed over came to the gate")
    masks = passed.assign(status=passed["status"].map(told), bound=float("nan"))
    frame = _best_of(theirs, masks)
    secrecy = Secrecy(
        hidden=int((frame["status"] == PublicStatus.SECRET).sum()),
        hidden_by_us=int((masks["status"] == PublicStatus.SECRET).sum()),
        audit=protection.audit,
        stopped=len(stopped),
        dropped=protection.dropped,
        apart=tuple((_named(source, citations), count) for source, count in protection.apart),
        witnessed=protection.witnessed,
    )
    journal = pd.concat([protection.journal, stopped], ignore_index=True)
    return Gated(masked._release(frame, citations, policy), secrecy, journal)


def _bounded(published: pd.DataFrame) -> pd.DataFrame:
    """Bounds in a column of their own, where nobody takes them for figures.

    Raises:
        UnmaskedDataError: a bound on anything but an offer: it would tell of people.
    """
    bound = published["status"].isin([str(one) for one in masked.BOUNDS])
    if (natures(published)[bound] != OFFER).any():
        raise UnmaskedDataError("a bound on something else than an offer came to the gate")
    values = published["value"].astype("Float64")
    return published.assign(value=values.mask(bound), bound=values.where(bound).astype(float))


def _named(source: str, citations: dict[str, Citation]) -> str:
    cited = citations.get(source)
    return f"{cited.producer}, {cited.title}" if cited else source


def _best_of(published: pd.DataFrame, ours: pd.DataFrame) -> pd.DataFrame:
    """One row a cell.  Our exact figure before a producer's rounded one, then a bound, a sign last.

    A cell that a producer shows while we hide ours stays as published: the reader holds it, and
    the audit has counted it as known.
    """
    frame = pd.concat([published, ours], ignore_index=True)
    figures, bounds = ([str(one) for one in some] for some in (masked.SHOWN, masked.BOUNDS))
    frame["_shown"] = 2 * frame["status"].isin(figures) + frame["status"].isin(bounds)
    frame["value"] = frame["value"].where(frame["_shown"] == 2)
    frame["_datum"] = anchor(frame)
    frame = frame.sort_values("_shown", kind="stable").drop_duplicates("_datum", keep="last")
    return frame.drop(columns=["_shown", "_datum"]).sort_values(KEY, ignore_index=True)


def declared_nestings(territory: TerritoryConfig) -> list[Nesting]:
    """Sums that each zoning makes with its commune, one for each vintage of the zones.

    IRIS and the city's quartiers tile the commune: what is missing from their sum is nobody's
    land, only people who could not be located.  QPV leave a piece of land, « hors QPV ».  A zone
    that straddles two communes counts by its part inside the commune, when the file gives it;
    when it does not, no sum can be made with that zoning.
    """
    commune = territory.commune
    whole = place_of(str(Level.COMMUNE), commune.code, commune.vintage)
    found = []
    for level in reversed(AS_TOLD):
        members = territory.zones(level)
        for vintage in sorted({one.vintage for one in members}):
            places = []
            for one in (one for one in members if one.vintage == vintage):
                own = place_of(str(level), one.code, vintage)
                inside = own
                if set(one.communes) - {commune.code}:
                    inside = (own[0], f"{one.code}{PART}{commune.code}", own[2])
                    found.append(Nesting(own, (inside,), f"hors {commune.code} de {one.code}"))
                places.append(inside)
            found.append(
                Nesting(whole, tuple(places), f"{level} {vintage}", zone=not level.tiles_commune)
            )
    return found


def as_published(table: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Keep a producer's own flags; hide what no reader may see whoever published it.

    A rounded 0 or 5 of data.caf.fr stands for 0–2 or 3–7: it is printed ``s``, and counts as
    known when our own cells are attacked.  An exact 1..4 in a published file is an accident.
    """
    below = 0 if policy.rounding == "down" else (ROUNDED_TO - 1) // 2
    rounded = table["status"] == Status.ARRONDI
    least = table["value"].where(~rounded, table["value"] - below)  # what it may stand for
    hide = (natures(table).isin(COVERED) & (least < policy.min_published)).fillna(False)
    return table.assign(
        status=table["status"].where(~hide, str(Status.SECRET_CELLULE)),
        value=table["value"].where(~hide),
    )
