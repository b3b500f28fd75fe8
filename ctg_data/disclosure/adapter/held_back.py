"""Zones that nobody can prove safe: second zonings without outlines, zones of unknown size.

Two zonings of one city give a third by subtraction.  Where the outlines of both are at hand, their
sums go to the engine and the joint audit decides.  Where they are not, « no zone of one lies in a
zone of the other » is not known, and supposing it would be a leak: one zoning is shown, the other
is hidden and the reader is told what would bring it back.  An answer to a request (FED) bears on
zones whose allocataires the socle of the year counts; without it « 100 » cannot be checked.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from ctg_data import fr
from ctg_data.disclosure.adapter.confidential import JOURNAL, Protection
from ctg_data.disclosure.adapter.neighbours import SIZE, kind_of
from ctg_data.model import AS_TOLD, UNDER_COMMUNE, Level, Status
from ctg_data.observations import KEY
from ctg_data.release.policy import Policy
from ctg_data.vintages import anchored_rows
from geo.outlines.places import PART, Place, place_of

RULE = "contours non reçus : zonage non montré"
UNSIZED = "nombre d'allocataires de la zone inconnu : non montré"
FORGOTTEN = "ce qui a été montré n'est plus connu en entier : non montré"
UNDRAWN = "un fichier qui dit comment les zones se recoupent ne se lit pas : non montré"
NAMES = {Level.IRIS: "les IRIS", Level.QUARTIER: "les quartiers de la ville"}
FIRST_ON_NEW = 2023  # December 2023 is published on the QPV of 1 January 2024
ZONE = ["level", "code", "vintage", "period"]
Zoning = tuple[str, int]  # a level, and its generation for QPV


@dataclass(frozen=True)
class Held:
    """Rows that go through the engine, rows that wait, and why in French."""

    rows: pd.DataFrame
    waiting: pd.DataFrame
    told: tuple[str, ...] = ()
    rules: pd.Series = field(default_factory=lambda: pd.Series(dtype=object))

    def hide(self, protection: Protection) -> Protection:
        """Add what waits to a protection: each cell hidden, its rule in the journal."""
        if not len(self.waiting):
            return protection
        whole = self.waiting[~self.waiting["code"].str.contains(PART, regex=False)]
        status = str(Status.SECRET_INDUIT)
        blank = whole.assign(value=whole["value"].mask(whole["value"].notna()), status=status)
        blank = blank.astype({"status": "string"})
        lines = whole[KEY].assign(rule=self.rules.reindex(whole.index).fillna(RULE))[JOURNAL]
        return replace(
            protection,
            table=pd.concat([protection.table, blank], ignore_index=True),
            journal=pd.concat([protection.journal, lines], ignore_index=True),
            dropped=tuple(dict.fromkeys((*protection.dropped, *self.told))),
        )


def split(
    socle: pd.DataFrame,
    measured: Collection[Place],
    policy: Policy,
    asked: Collection[str] = (),
) -> Held:
    """Set aside, year by year, what nobody can prove safe.

    Args:
        socle: confidential observations, parts of QPV included.
        measured: zones whose outline is at hand.
        policy: which zoning comes first.
        asked: variables that come apart from the size of their zones.
    """
    held = _zonings_apart(socle, measured, policy)
    unsized = _unsized(held.rows, asked)
    if not unsized.any():
        return held
    waiting, away = held.rows[unsized], held.rows.index[unsized]
    years = " et ".join(map(str, sorted(set(waiting["period"]))))
    told = fr.spaced(
        f"Une réponse de la CAF à une demande (FED) porte sur des zones de {years} dont le socle "
        "de la même année ne dit pas le nombre d'allocataires : elle n'y est pas montrée tant que "
        f"rien ne prouve qu'elles en comptent {fr.number(policy.min_population)}. Importez "
        "ce socle."
    )
    return Held(
        held.rows[~unsized],
        pd.concat([held.waiting, waiting]),
        (*held.told, told),
        pd.concat([held.rules, pd.Series(UNSIZED, index=away, dtype=object)]),
    )


def _unsized(rows: pd.DataFrame, asked: Collection[str]) -> pd.Series:
    """Cells asked apart, of zones whose allocataires nobody gave."""
    under = [str(level) for level in UNDER_COMMUNE]
    wanted = rows["variable"].isin(list(asked)) & rows["level"].isin(under)
    size = rows["variable"].eq(SIZE) & rows["category"].eq("total") & rows["value"].notna()
    known = pd.MultiIndex.from_frame(rows.loc[size, ZONE])
    sized = pd.Series(pd.MultiIndex.from_frame(rows[ZONE]).isin(known), index=rows.index)
    counted = rows["variable"].isin(list(kind_of()))
    return wanted & counted & ~sized


def _zonings_apart(socle: pd.DataFrame, measured: Collection[Place], policy: Policy) -> Held:
    """Set aside each zoning whose overlaps with those shown are not known."""
    under = [str(level) for level in UNDER_COMMUNE]
    counted = socle[socle["level"].isin(under) & socle["variable"].isin(list(kind_of()))]
    columns = ("level", "code", "vintage", "period")
    found: dict[int, dict[Zoning, set[Place]]] = {}
    for level, code, vintage, period in (
        counted[list(columns)].drop_duplicates().itertuples(index=False, name=None)
    ):
        place = place_of(str(level), str(code).partition(PART)[0], int(vintage))
        zonings = found.setdefault(int(period), {})
        zonings.setdefault((place[0], place[2]), set()).add(place)
    away = {
        (period, zoning)
        for period, zonings in found.items()
        for zoning in _unproved(zonings, set(measured), period, policy.first_zoning)
    }
    if not away:
        return Held(socle, socle.iloc[:0])
    anchored = anchored_rows(socle)
    keys = pd.Series(
        list(zip(socle["period"], zip(socle["level"], anchored, strict=True), strict=True)),
        index=socle.index,
    )
    wait = keys.isin(away) & socle.index.isin(counted.index)
    return Held(socle[~wait], socle[wait], tuple(_told(away)))


def _unproved(
    zonings: dict[Zoning, set[Place]], measured: set[Place], period: int, first: str
) -> list[Zoning]:
    """All zonings but the first, unless the outlines of both are known."""
    ranked = sorted(zonings, key=lambda one: (one[0] != first, _rank(one, period)))
    shown = [one for one in ranked if zonings[one] <= measured]
    return [one for one in ranked[1:] if one not in shown or ranked[0] not in shown]


def _rank(zoning: Zoning, period: int) -> tuple[int, int]:
    """QPV of the generation of the year, then of the other one, quartiers, IRIS."""
    level, vintage = zoning
    newest = -vintage if period >= FIRST_ON_NEW else vintage
    return (AS_TOLD.index(Level(level)), newest)


def _told(away: Collection[tuple[int, Zoning]]) -> Sequence[str]:
    sentences = []
    for zoning in sorted({one for _, one in away}):
        years = sorted({period for period, one in away if one == zoning})
        level, vintage = zoning
        name = NAMES.get(Level(level), f"les QPV de {vintage}")
        span = str(years[0]) if len(years) == 1 else f"{years[0]} à {years[-1]}"
        sentences.append(
            fr.spaced(
                f"Le socle {span} par zone n'est pas montré pour {name} : couvert par le secret "
                "(autre zonage publié). Leurs contours n'ont pas été reçus : sans eux, rien ne "
                "prouve qu'un petit nombre ne se calcule pas d'un zonage à l'autre. Lancez une "
                "mise à jour (page « Données »), ou déposez-les dans contours/."
            )
        )
    return sentences
