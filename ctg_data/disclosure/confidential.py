"""Protect what the CAF hands over (socle, FED): from observations to the engine and back.

The whole table goes in at once, with everything the reader already holds, so that two pages or
two filters can never give two masks.  What cannot be proved safe is not shown.
"""

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pandas as pd

from ctg_data.disclosure import relations
from ctg_data.disclosure.problem import Problem
from ctg_data.disclosure.protect import honour
from ctg_data.disclosure.proved import protect_and_audit
from ctg_data.disclosure.relations import Nesting, cell_id
from ctg_data.disclosure.statement import Settings, held_by_readers, kind_of, state
from ctg_data.model import Level, Status
from ctg_data.observations import KEY, variables

JOURNAL = [*KEY, "rule"]


@dataclass(frozen=True)
class Protection:
    """The same rows with what must be hidden erased, and what the audit found.

    ``dropped`` says, in French, which tables are not shown at all, and why.
    """

    table: pd.DataFrame
    journal: pd.DataFrame = field(repr=False)
    audited: int = 0
    leaks: int = 0
    checked_on: str = ""
    seconds: float = 0.0
    dropped: tuple[str, ...] = ()


Shown = Mapping[str, tuple[str, float | None]]  # cell id → (published | suppressed, value)


@dataclass(frozen=True)
class Outcome:
    """One pass of the engine: each hidden cell and its rule, and what could not be proved."""

    rules: dict[str, str]
    states: dict[str, tuple[str, float | None]]
    failed: frozenset[str]
    audited: int

    def then(self, later: "Outcome") -> "Outcome":
        """This pass and the next, which took it as given and attacked both together."""
        return Outcome(
            {**later.rules, **self.rules},
            {**self.states, **later.states},
            self.failed | later.failed,
            later.audited,
        )


def protect_socle(
    socle: pd.DataFrame,
    published: pd.DataFrame,
    settings: Settings,
    nestings: Sequence[Nesting] = (),
    before: Shown | None = None,
) -> Protection:
    """Mask a confidential table against everything a reader can compute.

    The first zoning and the commune are masked first, for themselves; the other zonings then take
    that as given and are shown only as far as both together stay safe.

    Args:
        socle: observations, exact or already masked at source.
        published: what producers already show of the same cells; it cannot be hidden.
        settings: thresholds and choices of the CAF.
        nestings: zones that can be added up or subtracted.
        before: what earlier editions showed and hid, for ever.
    """
    counted = socle[socle["variable"].map(kind_of()).notna()]
    if not len(counted):
        return Protection(socle, pd.DataFrame(columns=JOURNAL))
    start = time.perf_counter()
    published = held_by_readers(counted, published)
    first = counted["level"].isin([settings.first_zoning, str(Level.COMMUNE)])
    outcome, widened = Outcome({}, dict(before or {}), frozenset(), 0), list[str]()
    for rows, needed in ((counted[first], first.any()), (counted, not first.all())):
        if needed:
            latest, told = _widened(rows, published, settings, nestings, outcome.states)
            outcome, widened = outcome.then(latest), widened + told
    masked, journal = _apply(counted, outcome.rules, outcome.failed)
    return Protection(
        table=pd.concat([socle.drop(counted.index), _whole_zones(masked)]),
        journal=_whole_zones(journal),
        audited=outcome.audited,
        leaks=0,  # what could not be proved is not shown at all: hiding more never tells more
        checked_on=datetime.now(UTC).date().isoformat(),
        seconds=time.perf_counter() - start,
        dropped=(*widened, *_dropped(outcome.failed)),
    )


def _whole_zones(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out the parts of zones, which served the sums only."""
    return rows[~rows["code"].str.contains(relations.PART)]


def _widened(
    rows: pd.DataFrame,
    published: pd.DataFrame,
    settings: Settings,
    nestings: Sequence[Nesting],
    states: Shown,
) -> tuple[Outcome, list[str]]:
    """Protect; where that cannot be proved, give up the parts of a table before the table itself.

    Returns:
        The outcome, and French sentences on what is shown at its total only.
    """
    outcome = _pass(rows, published, settings, nestings, states)
    told: list[str] = []
    names = [name for name in _lost(outcome.failed) if name in variables()]
    parts = rows[rows["variable"].isin(names) & (rows["category"] != "total")]
    ids = map(cell_id, parts[KEY].itertuples(index=False))
    given_up = {name: ("suppressed", None) for name in ids if name not in states}
    if given_up:
        told = [
            f"« {variables()[name].label} » n'est montré qu'au total : ses parts ne pouvaient pas "
            "l'être sans risque."
            for name in names
        ]
        outcome = _pass(rows, published, settings, nestings, {**given_up, **states})
        rules = dict.fromkeys(given_up, "parts non montrées : masque non prouvé")
        outcome = replace(outcome, rules={**rules, **outcome.rules})
    still = _lost(outcome.failed)
    return outcome, [] if still else told


def _pass(
    rows: pd.DataFrame,
    published: pd.DataFrame,
    settings: Settings,
    nestings: Sequence[Nesting],
    states: Shown,
) -> Outcome:
    """Protect some levels, what is already shown being given, and attack the result."""
    problem = _given(state(rows, published, settings, nestings), states)
    outcome, verdict = protect_and_audit(problem)
    failed, audited = set(outcome.failed), 0
    if verdict is not None:
        failed |= {leak.id for leak in verdict.leaks} | set(verdict.undecided)
        audited = verdict.checked
    hidden = set(outcome.hidden)
    now: dict[str, tuple[str, float | None]] = {
        name: ("suppressed", None) if name in hidden else ("published", float(value))
        for name, value, virtual in zip(problem.ids, problem.value, problem.virtual, strict=True)
        if not virtual
    }
    rules = {**outcome.complementary, **outcome.primary}
    return Outcome(rules, now, frozenset(failed), audited)


def _given(problem: Problem, states: Shown) -> Problem:
    """Fix what was shown or hidden before; a value revised since is another datum."""
    kept = {
        name: state
        for name, (state, value) in states.items()
        if name in problem.index and (value is None or value == problem.value[problem.index[name]])
    }
    return honour(problem, kept)


def _apply(
    frame: pd.DataFrame, rules: Mapping[str, str], failed: Collection[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Erase hidden values; a table with a cell that could not be proved safe is erased whole."""
    ids = pd.Series(map(cell_id, frame[KEY].itertuples(index=False)), index=frame.index)
    lost = _lost(failed)
    rule = ids.map(rules).where(~frame["variable"].isin(lost), "table non protégée")
    hidden = rule.notna()
    status = frame["status"].where(~hidden, rule.map(_status))
    masked = frame.assign(value=frame["value"].where(~hidden), status=status)
    journal = frame.loc[hidden, KEY].assign(rule=rule[hidden])
    return masked, journal


def _status(rule: object) -> str:
    if "protège" in str(rule):
        return str(Status.SECRET_INDUIT)
    return str(Status.SECRET_ZONE if "zone" in str(rule) else Status.SECRET_CELLULE)


def _lost(failed: Collection[str]) -> list[str]:
    """Variables with a cell that could not be proved safe; ids end with their cell's key."""
    return sorted({name.split("|")[0].split(" ")[-1] for name in failed})


def _dropped(failed: Collection[str]) -> tuple[str, ...]:
    """Say which tables are not shown because no mask of theirs could be proved."""
    names = _lost(failed)
    labels = [variables()[name].label if name in variables() else name for name in names]
    return tuple(
        f"« {label} » n'est pas montré : aucun masque n'a pu être prouvé sûr." for label in labels
    )
