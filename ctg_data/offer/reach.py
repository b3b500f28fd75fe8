"""Inhabitants of the competence zones of centres sociaux: zones united first, then counted.

Two zones that overlap serve the same people once.  The population is Insee's, by IRIS, of the
year it was published for; where a zone cuts an IRIS, its share of the surface is taken, and that
is an estimate.  No count of the CAF is ever spread this way.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ctg_data.catalogue.structures.declared import kinds
from ctg_data.model import Level
from ctg_data.offer.counts import Place, row, years
from ctg_data.offer.measures import Known
from ctg_data.register.model import Register, Structure
from ctg_data.sources.base import observations_of
from ctg_data.territory.config import TerritoryConfig
from geo.outlines.zones import Outline

VARIABLE, POPULATION = "population_zone_competence", "population_municipale"
WHOLE = 0.98  # of the surface of an IRIS: what is left is the width of a line
Shares = Mapping[str, float]  # IRIS → share of it that is served


def reach(
    register: Register,
    config: TerritoryConfig,
    published: pd.DataFrame,
    outlines: Sequence[Outline],
    citation: str,
) -> pd.DataFrame:
    """Rows for the years that have both a full list and a population by IRIS."""
    serving = tuple(one.id for one in kinds().values() if one.competence)
    known = _population(config, published)
    rows: list[dict[str, Any]] = []
    for year in years(register, serving):
        if year not in known:
            continue
        found = [one for one in register.open_in(year) if one.kind in serving]
        shares = served([one for one in found if one.competence], config, outlines)
        told = shares is not None and all(one.competence for one in found)
        for place, members in _places(config, outlines):
            people = None
            if told and shares is not None:
                people = float(round(sum(known[year][x] * shares.get(x, 0.0) for x in members)))
            told_people = None if people is None else Known(people)
            rows.append(row(place, year, (VARIABLE, "total"), told_people))
    return observations_of(rows, citation)


def _population(config: TerritoryConfig, published: pd.DataFrame) -> dict[int, dict[str, float]]:
    """Inhabitants of every IRIS, for the years that have all of them."""
    wanted = {one.code for one in config.iris}
    rows = published[
        (published["variable"] == POPULATION)
        & (published["level"] == str(Level.IRIS))
        & (published["category"] == "total")
        & published["value"].notna()
    ]
    found: dict[int, dict[str, float]] = {}
    for year, some in rows.groupby("period"):
        people = dict(zip(some["code"], some["value"].astype(float), strict=True))
        if wanted and wanted <= set(people):
            found[int(str(year))] = people
    return found


def served(
    found: Sequence[Structure], config: TerritoryConfig, outlines: Sequence[Outline]
) -> Shares | None:
    """The share of each IRIS that lies in the union of the zones; None when it cannot be told."""
    codes = {code for one in found for code in one.competence}
    every = {one.code for one in config.iris}
    if codes <= every:
        return dict.fromkeys(codes, 1.0)
    if config.commune.code in codes:
        return dict.fromkeys(every, 1.0)
    shapes = {one.code: one.shape for one in outlines}
    if not (codes | every) <= set(shapes):
        return None
    from shapely import union_all

    whole = union_all([shapes[code] for code in sorted(codes)])
    shares = {}
    for code in every:
        share = shapes[code].intersection(whole).area / shapes[code].area
        shares[code] = 1.0 if share > WHOLE else 0.0 if share < 1 - WHOLE else share
    return shares


def _places(
    config: TerritoryConfig, outlines: Sequence[Outline]
) -> list[tuple[Place, tuple[str, ...]]]:
    """The commune, its IRIS, and its quartiers when they are known to hold whole IRIS."""
    every = tuple(one.code for one in config.iris)
    commune = config.commune
    found = [(Place(commune.level, commune.code, commune.vintage), every)]
    found += [(Place(one.level, one.code, one.vintage), (one.code,)) for one in config.iris]
    shapes = {one.code: one.shape for one in outlines}
    for zone in config.quartiers:
        if zone.code in shapes and set(every) <= set(shapes):
            whole = shapes[zone.code]
            members = tuple(x for x in every if whole.contains(shapes[x].representative_point()))
            found.append((Place(zone.level, zone.code, zone.vintage), members))
    return found
