"""State a confidential table for the engine: cells, sums, remainders, what the reader holds.

Nothing here decides what is hidden: it says what is known, by whom, and what each rule bears on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ctg_data.disclosure.adapter import by_definition, by_ground, neighbours, relations
from ctg_data.disclosure.adapter.believed import agreeing
from ctg_data.disclosure.adapter.neighbours import KINDS, ROUNDED_TO
from ctg_data.disclosure.adapter.relations import Key, Remainder, cell_id
from ctg_data.disclosure.engine.problem.rounding import could_be
from ctg_data.disclosure.engine.problem.spec import CellSpec, External, RelationSpec
from ctg_data.disclosure.engine.problem.stated_rounding import Rounding
from ctg_data.disclosure.engine.problem.table import Problem
from ctg_data.model import SECRETS, UNDER_COMMUNE, Level, Status
from ctg_data.natures import HOUSEHOLDS, MEMBERS
from ctg_data.observations import KEY, variables
from ctg_data.release.policy import Policy
from geo.outlines.places import PART, Nesting


@dataclass(frozen=True)
class Statement:
    """A table for the engine.

    ``apart`` has the cells of the sums that do not hold, and were left out; ``about``, the
    variable of each cell: whose table is lost when it cannot be protected.
    """

    problem: Problem
    apart: set[Key]
    about: dict[str, str]


def state(
    frame: pd.DataFrame,
    published: pd.DataFrame,
    policy: Policy,
    nestings: Sequence[Nesting],
    sizes: pd.DataFrame | None = None,
) -> Statement:
    """State the table for the engine: cells, relations, remainders, what is already public.

    ``sizes`` has the allocataires of every zone, when the table is only a part of what there is.
    """
    own, near = relations.KeyedTable(frame), neighbours.beside(frame, published)
    table = own
    if len(near):
        theirs = near[KEY].itertuples(index=False, name=None)
        whole = pd.concat([frame, near])
        table = relations.KeyedTable(
            whole, neighbours.slack(near, policy.rounding), map(tuple, theirs)
        )
    table = by_definition.with_absent(table)
    known = by_definition.attacker_problem(table), by_ground.attacker_problem(table, nestings)
    trees, zones = (neighbours.without_public_sums(attacker, near) for attacker in known)
    cells = [*_cells(frame, _public(own, published), policy, sizes)]
    cells += neighbours.cells(near, policy.rounding)
    rests = [_rest(one, policy) for attacker in (trees, zones) for one in attacker.remainders]
    unseen = [*rests, *(one for one in cells if one.virtual)]
    sensitive = [one.id for one in unseen if _is_small(one, policy)]
    rounded = _rounded(own, published, policy.rounding)
    links = trees.relations + zones.relations + rounded.relations
    every = [*cells, *rests, *rounded.cells]
    keep = [cell_id(key) for key in own.value if _is_anchor(key)]
    problem = Problem.build(every, links, policy=policy, sensitive=sensitive, keep=keep)
    problem, denied = agreeing(problem, trees.believed | zones.believed)
    apart = {key for key in table.value if cell_id(key) in denied}
    about = {cell_id(key): str(key[0]) for key in table.value}
    about |= {one.id: one.about for attacker in (trees, zones) for one in attacker.remainders}
    about |= {name: about[own] for name, own in rounded.own.items()}
    return Statement(problem, apart | trees.apart | zones.apart, about)


def _is_anchor(key: relations.Key) -> bool:
    """Figures everything else is read against: kept whenever a safe mask with them exists."""
    variable, level, *_, category = key
    return level == Level.COMMUNE or (variable == "foyers_allocataires" and category == "total")


@dataclass(frozen=True)
class Rounded:
    """Open figures of the same cells, rounded by their producer: the reader holds them."""

    cells: list[CellSpec]
    relations: list[RelationSpec]
    own: dict[str, str]  # id of an open figure → id of our cell


def _rounded(table: relations.KeyedTable, published: pd.DataFrame, mode: str) -> Rounded:
    """Link each exact cell to the open figure that rounds it.

    Which way data.caf.fr rounds is not documented: both are supposed, around what it printed,
    unless the CAF says which.  A figure that no rounding of ours gives is another datum (another
    extraction) and says nothing certain of ours.
    """
    found, rounding = Rounded([], [], {}), Rounding(ROUNDED_TO, mode)
    rows = published[published["status"] == Status.ARRONDI]
    keys = (tuple(key) for key in rows[KEY].itertuples(index=False, name=None))
    for key, printed in zip(keys, rows["value"].astype(float).tolist(), strict=True):
        exact = table.value.get(key, float("nan"))
        if exact != exact or not could_be(round(exact), printed, rounding):
            continue
        name, own = f"ouvert {cell_id(key)}", cell_id(key)
        found.cells.append(
            CellSpec(name, round(exact), rounded=rounding, published=printed, external="shown")
        )
        found.relations.append(RelationSpec(f"même donnée {own}", {name: 1, own: -1}))
        found.own[name] = own
    return found


def _public(table: relations.KeyedTable, published: pd.DataFrame) -> dict[str, float | None]:
    """Cells that a producer already shows, exactly as we would, or already hides (None), by id.

    Another value is another datum (another extraction): ours then answers for itself.
    """
    known = published["status"].isin([str(Status.DIFFUSE), *map(str, SECRETS)])
    rows = published[known]
    keys = (tuple(key) for key in rows[KEY].itertuples(index=False, name=None))
    found: dict[str, float | None] = {}
    for key, value in zip(keys, rows["value"].astype(float).tolist(), strict=True):
        own = table.value.get(key, value)
        if own != own or value != value or round(own) == round(value):
            found[cell_id(key)] = value if value == value else None
    return found


def _cells(
    frame: pd.DataFrame,
    public: dict[str, float | None],
    policy: Policy,
    sizes: pd.DataFrame | None,
) -> list[CellSpec]:
    """One engine cell a row: value, allocataires behind it, universe, kind."""
    natures = {name: one.nature for name, one in variables().items()}
    universe = _universes(frame if sizes is None else sizes)
    table = relations.KeyedTable(frame)
    cells = []
    for key, value in table.value.items():
        nature, base, name = natures[key[0]], table.base[key], cell_id(key)
        people = nature in MEMBERS
        known, told = value == value, public.get(name, False)
        external: External = ""
        if told is not False:  # hidden in the file, published elsewhere: the reader knows it
            external = "suppressed" if told is None else "shown"
            known, value = (True, told) if told is not None else (known, value)
        judged = base == base and nature != HOUSEHOLDS
        cells.append(
            CellSpec(
                name,
                round(value) if known else None,
                kind=KINDS[nature],
                # a household is its own base, and nobody is behind fewer people than they are
                base=int(min(base, value if known else base)) if judged else None,
                threshold=_threshold(key, policy, unbased=people and base != base),
                universe=universe.get(key[1:5]),
                virtual=PART in key[2],
                external=external,
            )
        )
    return cells


def _threshold(key: Key, policy: Policy, *, unbased: bool) -> int | None:
    """The least count of one cell, when it is not the common one."""
    least = policy.min_people if unbased else policy.min_count
    if policy.every_cell and Level(key[1]).is_infra_communal:
        least = max(least, policy.min_population)
    return least if least > policy.min_count else None


def _universes(frame: pd.DataFrame) -> dict[tuple[Any, ...], int]:
    """Allocataires of each infra-communal zone and year, when the file gives them."""
    rows = frame[
        (frame["variable"] == "foyers_allocataires")
        & (frame["category"] == "total")
        & frame["level"].isin([str(level) for level in UNDER_COMMUNE])
        & frame["value"].notna()
    ]
    keys = rows[["level", "code", "vintage", "period"]].itertuples(index=False, name=None)
    return dict(zip(keys, rows["value"].astype(int).tolist(), strict=True))


def _rest(rest: Remainder, policy: Policy) -> CellSpec:
    """A remainder as the engine sees it: never shown, must not leak."""
    unbased = rest.people and rest.base is None
    return CellSpec(
        rest.id,
        None if rest.value is None else round(rest.value),
        base=None if rest.base is None else max(0, int(rest.base)),
        universe=None if rest.universe is None else max(0, int(rest.universe)),
        threshold=max(policy.min_people, policy.min_count) if unbased else None,
        virtual=True,
    )


def _is_small(cell: CellSpec, policy: Policy) -> bool:
    """Whether a remainder is a secret of its own; a 0 is one when zeros are masked."""
    if cell.value is None:
        return False
    return int(policy.zeros_shown) <= cell.value < policy.min_count
