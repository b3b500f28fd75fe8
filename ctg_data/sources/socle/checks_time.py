"""Checks against the years already kept: jumps, gaps, revisions, principal evolutions.

The evolution of a masked cell would give it back: figures are compared once the secrets of the
file are erased, and a file of exact counts tells its evolutions to the statistician alone.
"""

import pandas as pd

from ctg_data import fr
from ctg_data.model import Level
from ctg_data.sources.socle.catalogue import message
from ctg_data.sources.socle.findings import KEY, Findings, counted, name_of, places_of
from ctg_data.sources.socle.report import Audience

JUMP = 0.30  # share of change in a year that is asked about
LEAST = 40  # below, a large share is a handful of households: not dramatised
MOST = 12  # jumps told one by one
NOTABLE = 0.03
WITHOUT_YEAR = [name for name in KEY if name != "period"]


def check(findings: Findings) -> None:
    """Run them all; without earlier figures there is nothing to compare."""
    year = findings.reading.year
    if not year or not len(findings.rows):
        return
    before = _earlier(findings, year)
    if not len(before):
        return
    last = int(before["period"].max())
    if year - last > 1:
        missing = " ni ".join(str(one) for one in range(last + 1, year))
        text = f"Aucune donnée {missing} : l'évolution est calculée {last}→{year}."
        findings.messages.append(message("annee_manquante", text))
    pairs = _pairs(findings, before[before["period"] == last], year)
    _jumps(findings, pairs, last, year)
    _evolutions(findings, pairs)
    _revisions(findings)


def _earlier(findings: Findings, year: int) -> pd.DataFrame:
    """What was known of earlier years: kept before, or in this very file."""
    columns = [*KEY, "value"]
    both = pd.concat([findings.previous[columns], findings.rows[columns]], ignore_index=True)
    both = both[both["period"].lt(year) & both["period"].gt(0) & both["value"].notna()]
    return both.drop_duplicates(KEY, keep="last")


def _pairs(findings: Findings, before: pd.DataFrame, year: int) -> pd.DataFrame:
    """This year beside the last one, people only, same boundaries only."""
    rows = findings.rows
    now = rows[rows["period"].eq(year) & rows["value"].notna() & counted(rows)]
    joined = now.merge(before[[*WITHOUT_YEAR, "value"]], on=WITHOUT_YEAR, suffixes=("", "_before"))
    joined = joined[joined["value_before"] > 0]
    return joined.assign(change=(joined["value"] / joined["value_before"] - 1).astype(float))


def _audience(findings: Findings) -> Audience | None:
    return None if findings.protected else Audience.STAT


def _jumps(findings: Findings, pairs: pd.DataFrame, last: int, year: int) -> None:
    large = pairs["value"].astype(float).combine(pairs["value_before"].astype(float), max) >= LEAST
    enough = (pairs["value"] - pairs["value_before"]).abs() >= LEAST / 2
    wide = pairs[(pairs["change"].abs() >= JUMP) & large & enough.astype(bool)]
    rank = wide["change"].abs().sort_values(ascending=False).index
    since = "en un an" if year - last == 1 else f"depuis {last}"
    for _, one in wide.loc[rank[:MOST]].iterrows():
        zone = findings.label(one["level"], one["code"])
        change = fr.number(100 * one["change"], signed=True)
        text = f"{name_of(one['variable'], one['category'])} {change} % {since} à {zone} : "
        text += "évolution ou changement de champ ? À confirmer."
        place = places_of(one.to_frame().T)
        findings.messages.append(
            message("saut", text, place, done="gardé", audience=_audience(findings))
        )
    if rest := len(rank) - MOST if len(rank) > MOST else 0:
        text = (
            f"{fr.plural(rest, 'autre évolution', 'autres évolutions')} de plus de 30 % {since} : "
        )
        text += "changement de champ ou de géographie ? À confirmer."
        places = places_of(wide.loc[rank[MOST:]])
        findings.messages.append(
            message("saut", text, places, done="gardé", audience=_audience(findings))
        )


def _evolutions(findings: Findings, pairs: pd.DataFrame) -> None:
    """The five largest evolutions of the commune, named; figures come after the gate."""
    commune = pairs[pairs["level"].eq(str(Level.COMMUNE)) & pairs["value_before"].ge(100)]
    commune = commune[commune["code"].eq(findings.territory.commune.code)]
    notable = commune[commune["change"].abs() >= NOTABLE]
    rank = notable["change"].abs().sort_values(ascending=False).index[:5]
    if not len(rank):
        return
    words = [
        f"{name_of(one['variable'], one['category'])} ({'hausse' if one['change'] > 0 else 'baisse'})"
        for _, one in notable.loc[rank].iterrows()
    ]
    many = "s" if len(words) > 1 else ""
    head = f"{fr.number(len(words))} évolution{many} principale{many} depuis le socle précédent"
    text = f"{head} : {', '.join(words)}. Elles sont chiffrées une fois le secret appliqué."
    findings.messages.append(message("evolutions", text))


def _revisions(findings: Findings) -> None:
    """Figures of years already kept that this file gives otherwise."""
    rows = findings.rows[findings.rows["period"].isin(findings.previous["period"])]
    joined = rows.merge(findings.previous[[*KEY, "value"]], on=KEY, suffixes=("", "_before"))
    both = joined["value"].notna() & joined["value_before"].notna()
    moved = joined[both & joined["value"].ne(joined["value_before"]).fillna(False)]
    for period, some in moved.groupby("period"):
        text = f"{fr.plural(len(some), 'chiffre')} de {period} ne sont plus ceux déjà importés."
        done = "le nouveau remplace l'ancien, qui est conservé"
        findings.messages.append(message("revision", text, places_of(some), done=done))
