"""Protect what the CAF hands over (socle, FED): from observations to the engine and back.

The whole table goes in at once, with everything the reader already holds, so that two pages or
two filters can never give two masks.  What cannot be proved safe is not shown.
"""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pandas as pd

from ctg_data.disclosure import agreement, merging, relations
from ctg_data.disclosure.agreement import Public, stated
from ctg_data.disclosure.neighbours import held_by_readers, kind_of
from ctg_data.disclosure.policy import Policy
from ctg_data.disclosure.problem import Problem
from ctg_data.disclosure.protect import honour
from ctg_data.disclosure.proved import protect_and_audit
from ctg_data.disclosure.relations import Nesting, cell_id
from ctg_data.disclosure.witness.verdict import Witnessed
from ctg_data.model import Level, Status
from ctg_data.observations import KEY, variables

JOURNAL = [*KEY, "rule"]


@dataclass(frozen=True)
class Protection:
    """The same rows with what must be hidden erased, and what the audit found.

    ``dropped`` says, in French, which tables are not shown at all, and why; ``apart``, how many
    published figures of each source could not be laid beside the table; ``witnessed``, what the
    second witness answers, None where it was not called.
    """

    table: pd.DataFrame
    journal: pd.DataFrame = field(repr=False)
    audited: int = 0
    leaks: int = 0
    checked_on: str = ""
    seconds: float = 0.0
    dropped: tuple[str, ...] = ()
    apart: tuple[tuple[str, int], ...] = ()
    witnessed: Witnessed | None = None


Shown = Mapping[str, tuple[str, float | None]]  # cell id → (published | suppressed, value)


@dataclass(frozen=True)
class Outcome:
    """One pass of the engine: each hidden cell and its rule, and what could not be proved.

    ``apart`` has the published figures that contradict the table, once for all passes.
    """

    rules: dict[str, str]
    states: dict[str, tuple[str, float | None]]
    failed: frozenset[str]
    audited: int
    apart: pd.DataFrame

    def then(self, later: "Outcome") -> "Outcome":
        """This pass and the next, which took it as given and attacked both together."""
        return Outcome(
            {**later.rules, **self.rules},
            {**self.states, **later.states},
            self.failed | later.failed,
            later.audited,
            pd.concat([self.apart, later.apart]).drop_duplicates(KEY),
        )


def protect_socle(
    socle: pd.DataFrame,
    published: pd.DataFrame,
    policy: Policy,
    nestings: Sequence[Nesting] = (),
    before: Shown | None = None,
    *,
    regroup: bool = True,
    sizes: pd.DataFrame | None = None,
) -> Protection:
    """Mask a confidential table against everything a reader can compute.

    The first zoning and the commune come first; the others are shown as far as both stay safe.

    Args:
        socle: observations, exact or already masked at source.
        published: what producers already show of the same cells; it cannot be hidden.
        policy: thresholds and choices of the CAF.
        nestings: zones that can be added up or subtracted.
        before: what earlier editions showed and hid, for ever.
        regroup: whether parts may be shown together, which a file with fixed columns cannot.
        sizes: the allocataires of each zone, where ``socle`` is without them.
    """
    counted = socle[socle["variable"].map(kind_of()).notna()]
    if not len(counted):
        return Protection(socle, pd.DataFrame(columns=JOURNAL))
    start, known = time.perf_counter(), held_by_readers(counted, published, nestings)
    public = Public(known, policy, nestings, counted if sizes is None else sizes)
    outcome, widened, rows = _zoning_by_zoning(counted, public, before or {}, regroup)
    masked, journal = _apply(rows, outcome.rules, outcome.failed)
    return Protection(
        table=pd.concat([socle.drop(counted.index), _whole_zones(masked)]),
        journal=pd.concat([_whole_zones(journal), agreement.journal(outcome.apart)]),
        audited=outcome.audited,
        leaks=0,  # what could not be proved is not shown at all: hiding more never tells more
        checked_on=datetime.now(UTC).date().isoformat(),
        seconds=time.perf_counter() - start,
        dropped=(*widened, *_dropped(outcome.failed)),
        apart=agreement.by_source(outcome.apart),
    )


def _zoning_by_zoning(
    counted: pd.DataFrame, public: Public, before: Shown, regroup: bool
) -> tuple[Outcome, list[str], pd.DataFrame]:
    """Mask the first zoning and the commune, then everything, that mask being given.

    Returns:
        The outcome, French sentences on what is no longer shown apart, the rows with merged parts.
    """
    rows = merging.with_merged(counted, merging.shown_before(counted, before))
    alone = _is_first(counted, public.policy)
    nothing = public.published.iloc[:0]
    outcome, widened = Outcome({}, dict(before), frozenset(), 0, nothing), list[str]()
    for first, needed in ((True, bool(alone.any())), (False, not alone.all())):
        if needed:
            some = rows[_is_first(rows, public.policy)] if first else rows
            latest, told, some = _widened(some, public, outcome.states, regroup)
            outcome, widened = outcome.then(latest), widened + told
            rows = merging.with_merged(rows, some)
    return outcome, widened, rows


def _is_first(rows: pd.DataFrame, policy: Policy) -> pd.Series:
    """Whether each row is of the commune, or of the zoning that its variable is masked in first."""
    first = rows["variable"].map({name: policy.first(name) for name in rows["variable"].unique()})
    return (rows["level"] == Level.COMMUNE) | (rows["level"] == first)


def _whole_zones(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out the parts of zones, which served the sums only."""
    return rows[~rows["code"].str.contains(relations.PART)]


@dataclass(frozen=True)
class Way:
    """A way to show less of some tables.

    Attributes:
        rows: the table, with the merged parts if any.
        hidden: ids of the parts that are no longer shown.
        rule: what the journal says of them; told: what the page says.
    """

    rows: pd.DataFrame
    hidden: frozenset[str]
    rule: str
    told: list[str]


def _ways(rows: pd.DataFrame, names: list[str], known: Shown, regroup: bool) -> Iterator[Way]:
    """Show less, by degrees: parts that are next to each other together, then the totals only."""
    parts = rows[rows["variable"].isin(names) & (rows["category"] != "total")]
    ids = pd.Series(map(cell_id, parts[KEY].itertuples(index=False)), parts.index, dtype=str)
    free = parts[~ids.isin(known)]
    more = merging.merged_rows(rows, names) if regroup else rows.iloc[:0]
    if len(more):
        replaced = merging.replaced_parts(more)
        pairs = zip(free["variable"], free["category"], strict=True)
        hidden = frozenset(ids[free.index[[pair in replaced for pair in pairs]]])
        told = [merging.sentence(name) for name in sorted(set(more["variable"]))]
        whole = merging.with_merged(rows, more)
        yield Way(whole, hidden, "parts regroupées : masque non prouvé", told)
    if len(free):
        told = [
            f"« {variables()[name].label} » n'est montré qu'au total : ses parts ne pouvaient pas "
            "l'être sans risque."
            for name in names
        ]
        rule = "parts non montrées : masque non prouvé"
        yield Way(rows, frozenset(ids[free.index]), rule, told)


def _widened(
    rows: pd.DataFrame, public: Public, states: Shown, regroup: bool
) -> tuple[Outcome, list[str], pd.DataFrame]:
    """Protect; where that cannot be proved, show less of a table before giving up the table.

    Merged parts are kept only when they show more than the totals alone.

    Returns:
        The outcome, French sentences on what is no longer shown apart, and the rows it is about.
    """
    first = _pass(rows, public, states)
    names = [name for name in _lost(first.failed) if name in variables()]
    best = (first, list[str](), rows)
    for way in _ways(rows, names, states, regroup) if names else ():
        given_up = dict.fromkeys(way.hidden, ("suppressed", None))
        outcome = _pass(way.rows, public, {**given_up, **states})
        outcome = replace(outcome, rules=_explained(outcome.rules, way))
        still = _lost(outcome.failed)
        if best[0].failed or _worth(outcome) >= _worth(best[0]):
            best = (outcome, [] if still else way.told, way.rows)
    return best


def _explained(rules: Mapping[str, str], way: Way) -> dict[str, str]:
    """Say of the parts no longer shown that they are so by choice, unless a rule hides them."""
    own = {name for name, rule in rules.items() if "protège" not in rule}
    return {**rules, **dict.fromkeys(way.hidden - own, way.rule)}


def _worth(outcome: Outcome) -> tuple[bool, int]:
    """Proved first, then how many figures are shown."""
    shown = sum(status == "published" for status, _ in outcome.states.values())
    return not outcome.failed, shown


def _pass(rows: pd.DataFrame, public: Public, states: Shown) -> Outcome:
    """Protect some levels, what is already shown being given, and attack the result."""
    beside = stated(rows, public)
    problem = _given(beside.problem, states)
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
    return Outcome(rules, now, frozenset(failed), audited, beside.apart)


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
