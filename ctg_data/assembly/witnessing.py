"""The second witness, called on a masked table before anybody sees it.

It is told what readers will hold and which ground they know, never what is hidden; of each hidden
figure, only when it would be given away.  A table that it can narrow down is not shown.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import lru_cache

import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from ctg_data.disclosure.adapter.confidential import Protection
from ctg_data.disclosure.witness.figures import Key
from ctg_data.disclosure.witness.ground import Drawn, Ground, Zone, ground_of, zone_of
from ctg_data.disclosure.witness.kinds import TOTAL
from ctg_data.disclosure.witness.look import examine
from ctg_data.disclosure.witness.verdict import Answer, Condition, Witnessed
from ctg_data.model import Level, Status
from ctg_data.natures import COVERED, HOUSEHOLDS
from ctg_data.observations import KEY, variables
from ctg_data.release.policy import Policy
from ctg_data.store.session import Store
from ctg_data.territory.config import TerritoryConfig

RULE = "non prouvé par la contre-vérification"
TURNS = 3  # the tables named, then all those that share people with them, then everything
SIZE = ("foyers_allocataires", TOTAL)
MIN_WIDTH, MIN_SHARE = 10.0, 0.2  # what must be left unknown of a zone under the least population
PART = "/"  # « QP000006/00123 »: the part of a QPV in a commune, which nobody is shown


def confirmed(
    masked: Protection,
    exact: pd.DataFrame,
    published: pd.DataFrame,
    territory: TerritoryConfig,
    store: Store | None = None,
) -> Protection:
    """Have a masking confirmed by the second witness; hide the tables that it can narrow down.

    Args:
        masked: what the engine made.
        exact: the confidential rows, of which only the conditions are drawn.
        published: what producers show.
        territory: its zones and policy.
        store: where received outlines are.
    """
    counted = masked.table["variable"].isin(_counted())
    if not counted.any():  # nobody is counted: there is nothing to examine
        return replace(masked, witnessed=Witnessed())
    ground, told = ground_in(territory, store), conditions(exact, territory.policy)
    seen, seconds, hidden = Answer(), 0.0, set[str]()
    for turn in range(TURNS + 1):
        rows = held(masked.table, published, ground)
        found = examine(rows, ground, told, zeros_shown=territory.policy.zeros_shown)
        seconds += found.seconds
        seen = found if not turn else seen
        if found.sound:
            break
        wrong = _wrong(found, turn, _shown(masked.table)) - hidden
        masked, hidden = _without(masked, wrong), hidden | wrong
    verdict = Witnessed(
        seen.examined, len(seen.leaks), len(seen.undecided), len(seen.apart), len(hidden), seconds
    )
    return replace(masked, witnessed=verdict)


def _counted() -> set[str]:
    return {one.id for one in variables().values() if one.nature in COVERED}


def held(table: pd.DataFrame, published: pd.DataFrame, ground: Ground) -> pd.DataFrame:
    """What a reader holds: the masked table, and what producers show of the same ground."""
    columns = [*KEY, "value", "status"]
    years = published["period"].isin(table["period"].unique())
    theirs = published[years & published["variable"].isin(_counted())]
    rows = pd.concat([table[columns].assign(ours=True), theirs[columns].assign(ours=False)])
    rows = rows[rows["variable"].isin(_counted()) & ~rows["code"].str.contains(PART, regex=False)]
    known = {zone for _, piece in ground.pieces for zone in piece}
    places = zip(rows["level"], rows["code"], rows["vintage"], strict=True)
    return rows[[zone_of(*place) in known for place in places]]


def conditions(exact: pd.DataFrame, policy: Policy) -> Callable[[Key], Condition]:
    """When each hidden figure would be given away, by the rules of the territory."""
    behind: dict[Key, tuple[float, float]] = {}
    bases = exact["base"].astype("Float64").astype(float)
    keys = zip(*(exact[name] for name in KEY), exact["value"].astype(float), bases, strict=True)
    for variable, level, code, vintage, period, category, value, base in keys:
        key: Key = ((variable, category), zone_of(level, code, vintage), int(period))
        behind[key] = (value, base)
    natures = {one.id: one.nature for one in variables().values()}

    def told(key: Key) -> Condition:
        (variable, _), zone, year = key
        value, base = behind.get(key, (float("nan"),) * 2)
        size = behind.get((SIZE, zone, year), (float("nan"),) * 2)[0]
        least = policy.min_count
        if natures[variable] != HOUSEHOLDS and base != base and value == value:
            least = max(least, policy.min_people)
        width = 0.0
        if base < policy.min_count <= value:  # so many children of so few families
            width = 1.0
        if zone[0] != Level.COMMUNE and size < policy.min_population and value == value:
            width = max(width, MIN_WIDTH, MIN_SHARE * max(value, size))
        return Condition(least, -int(-width // 1))

    return told


def _shown(table: pd.DataFrame) -> set[str]:
    return set(table.loc[table["value"].notna(), "variable"]) & _counted()


def _wrong(found: Answer, turn: int, shown: Collection[str]) -> set[str]:
    """Which tables are hidden: those named, then those that share people with them, then all."""
    told = {name for one in found.leaks for name in one.variables}
    told |= {identity.partition("/")[0] for identity in found.undecided}
    named = told & set(variables()) or set(shown)
    if turn == 0:
        return named
    return set(shown) if turn > 1 else named | (_relatives(named) & set(shown))


def _relatives(names: Collection[str]) -> set[str]:
    """Variables that the dictionary links to some, at one step."""
    found = set[str]()
    for one in variables().values():
        links = {*(target.partition("/")[0] for target in one.inclus_dans), *one.distinct_de}
        links |= {one.total_de, one.membres_de} - {""}
        if one.id in names:
            found |= links
        if links & set(names):
            found.add(one.id)
    return found


def _without(masked: Protection, names: Collection[str]) -> Protection:
    """The masking less some tables, which the journal and the page tell."""
    table = masked.table
    lost = table["variable"].isin(list(names)) & table["value"].notna()
    status = table["status"].mask(lost, str(Status.SECRET_INDUIT))
    journal = pd.concat([masked.journal, table.loc[lost, KEY].assign(rule=RULE)], ignore_index=True)
    told = [
        f"« {variables()[name].label} » n'est pas montré : {RULE}."
        for name in sorted(set(table.loc[lost, "variable"]))
    ]
    return replace(
        masked,
        table=table.assign(value=table["value"].mask(lost), status=status),
        journal=journal,
        dropped=tuple(dict.fromkeys((*masked.dropped, *told))),
    )


def ground_in(territory: TerritoryConfig, store: Store | None = None) -> Ground:
    """The pieces of a territory, on the outlines in use; zonings taken away are on it too."""
    from ctg_data.boundaries import received
    from ctg_data.zonings import registry as zonings
    from geo.outlines import zones  # geometry is loaded only when a table is examined

    if store is None:
        outlines, ended = zones.in_use(territory, ())[0], []
    else:
        outlines = received.outlines_in_use(territory, store)
        ended = zonings.outlines(store, territory.id, ended=True)
    shapes = {zone_of(one.level, one.code, one.vintage): one.shape for one in outlines}
    for group in ended:
        for one in group:
            shapes.setdefault(zone_of(one.level, one.code, one.vintage), one.shape)
    return _ground(territory, tuple(shapes.items()))


@lru_cache(maxsize=8)
def _ground(territory: TerritoryConfig, outlines: Sequence[tuple[Zone, BaseGeometry]]) -> Ground:
    shapes, commune = dict(outlines), territory.commune
    own = zone_of(commune.level, commune.code, commune.vintage)
    declared = [*territory.iris, *territory.qpv, *territory.quartiers]
    named = {zone_of(one.level, one.code, one.vintage): one for one in declared}
    under = {zone: form for zone, form in shapes.items() if Level(zone[0]).is_infra_communal}
    tiles = [form for zone, form in under.items() if zone[0] == Level.IRIS]
    whole = shapely.union_all(tiles) if len(tiles) == len(territory.iris) > 0 else shapes.get(own)
    astride = {zone for zone, one in named.items() if set(one.communes) - {commune.code}}
    return ground_of(Drawn(own, under, frozenset({*named, *under}), frozenset(astride), whole))
