"""Checks against the years already kept: jumps, gaps, revisions, principal evolutions.

The evolution of a masked cell would give it back: figures are compared once the secrets of the
file are erased, and a file of exact counts tells its evolutions to the statistician alone.
"""

from typing import Any

import pandas as pd

from ctg_data import fr
from ctg_data.model import Level
from ctg_data.socle.reading.findings import KEY, Findings, counted, name_of, places_of, words_of
from ctg_data.socle.reading.result import Series
from ctg_data.tabular.report import Audience
from ctg_data.tabular.rules import message

JUMP = 0.30  # share of change in a year that is asked about
LEAST = 40  # below, a large share is a handful of households: not dramatised
MOST = 12  # jumps told one by one
NOTABLE = 0.03
WITHOUT_YEAR = [name for name in KEY if name != "period"]


def check(findings: Findings) -> None:
    """Run them all; without earlier figures there is nothing to compare."""
    year = findings.reading.year
    if not year or not len(findings.rows) or findings.reading.by_edition:
        return  # columns of several years: the page of evolutions compares them
    _revisions(findings)
    if findings.reading.declared.series is Series.FED:
        return  # one question, one answer: no series to follow
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


def _jumps(findings: Findings, pairs: pd.DataFrame, last: int, year: int) -> None:
    """Ask about large changes: one by one, or by variable when many zones move together."""
    limit = (1 + JUMP) ** (year - last) - 1
    top = pairs[["value", "value_before"]].astype(float).max(axis=1)
    moved = (pairs["value"] - pairs["value_before"]).astype(float).abs()
    steep = pairs["change"].ge(limit) | pairs["change"].le(1 / (1 + limit) - 1)
    wide = pairs[steep & top.ge(LEAST) & moved.ge(LEAST / 2)]
    since = "en un an" if year - last == 1 else f"depuis {last}"
    figures = ["level", "variable", "category"]
    sizes: dict[Any, int] = pairs.groupby(figures).size().to_dict()
    alone = []
    for key, some in wide.groupby(figures):
        size = sizes[key]
        if len(some) > max(3, size / 5):
            _many(findings, some, size, since)
        else:
            alone.append(some)
    if alone:
        _few(findings, pd.concat(alone), since)


def _many(findings: Findings, some: pd.DataFrame, zones: int, since: str) -> None:
    first = some.iloc[0]
    name = name_of(first["variable"], first["category"])
    level = Level(first["level"]).label
    text = f"{name} : forte évolution {since} dans {fr.number(len(some))} zones sur "
    text += f"{fr.number(zones)} ({level}) : changement de champ ou de règle ? À confirmer. "
    text += _meaning(first)
    _ask(findings, text, some)


def _few(findings: Findings, some: pd.DataFrame, since: str) -> None:
    rank = some["change"].abs().sort_values(ascending=False, kind="stable").index
    for row in rank[:MOST]:
        one = some.loc[row]
        zone = findings.label(one["level"], one["code"])
        text = f"{name_of(one['variable'], one['category'])} {_change(findings, one)} {since} "
        text += f"à {zone} : "
        text += f"évolution ou changement de champ ? À confirmer. {_meaning(one)}"
        _ask(findings, text, some.loc[[row]])
    if len(rank) > MOST:
        rest = fr.plural(len(rank) - MOST, "autre forte évolution", "autres fortes évolutions")
        text = f"{rest} {since} : évolution ou changement de champ ? À confirmer."
        _ask(findings, text, some.loc[rank[MOST:]])


def _meaning(one: pd.Series) -> str:
    """What the column of a remark counts: not all its readers know the CAF's names."""
    key = one["variable"], one["category"]
    return f"{name_of(*key)} : {words_of(*key)}."


def _change(findings: Findings, one: pd.Series) -> str:
    """The change in words for an exact file: with last year's figure, a rate gives the count."""
    if findings.protected:
        return f"{fr.number(100 * one['change'], signed=True)} %"
    return "en forte hausse" if one["change"] > 0 else "en forte baisse"


def _ask(findings: Findings, text: str, rows: pd.DataFrame) -> None:
    """An exact file tells its evolutions to the statistician alone."""
    audience = None if findings.protected else Audience.STAT
    places = places_of(rows)
    findings.messages.append(message("saut", text, places, done="gardé", audience=audience))


def _evolutions(findings: Findings, pairs: pd.DataFrame) -> None:
    """The five largest evolutions of the commune, named; figures come after the gate."""
    commune = pairs[pairs["level"].eq(str(Level.COMMUNE)) & pairs["value_before"].ge(100)]
    commune = commune[commune["code"].eq(findings.territory.commune.code)]
    notable = commune[commune["change"].abs() >= NOTABLE]
    rank = notable["change"].abs().sort_values(ascending=False).index[:5]
    if not len(rank):
        return
    words = [
        f"{words_of(one['variable'], one['category'])} "
        f"({name_of(one['variable'], one['category'])}, {_sense(one['change'])})"
        for _, one in notable.loc[rank].iterrows()
    ]
    many = "s" if len(words) > 1 else ""
    head = f"{fr.number(len(words))} évolution{many} principale{many} depuis le socle précédent"
    text = f"{head} : {', '.join(words)}. Elles sont chiffrées une fois le secret appliqué."
    findings.messages.append(message("evolutions", text))


def _sense(change: float) -> str:
    return "hausse" if change > 0 else "baisse"


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
