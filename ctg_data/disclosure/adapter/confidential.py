"""Protect what the CAF hands over (socle, FED): from observations to the engine and back.

The whole table goes in at once, with everything the reader already holds, so that two pages or
two filters can never give two masks.  What cannot be proved safe is not shown.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial

import pandas as pd

from ctg_data.disclosure.adapter import agreement, merging, showing
from ctg_data.disclosure.adapter.agreement import PublicKnowledge, stated
from ctg_data.disclosure.adapter.evidence import Evidence
from ctg_data.disclosure.adapter.neighbours import held_by_readers, kind_of
from ctg_data.disclosure.adapter.reasons import Reason
from ctg_data.disclosure.adapter.relations import cell_id
from ctg_data.disclosure.adapter.settled import Known, Shown, giving_way
from ctg_data.disclosure.engine.audit.attack import audit
from ctg_data.disclosure.engine.audit.verdict import Verdict
from ctg_data.disclosure.engine.problem.table import Problem
from ctg_data.disclosure.engine.proved import protect_and_audit
from ctg_data.disclosure.engine.release.content import Release
from ctg_data.disclosure.witness.verdict import Witnessed
from ctg_data.model import Level
from ctg_data.observations import KEY, variables
from ctg_data.release import barrier
from ctg_data.release.policy import Policy
from geo.outlines.places import PART, Nesting

JOURNAL = [*KEY, "rule"]


@dataclass(frozen=True)
class Protection:
    """The same rows with what must be hidden erased, and what the audit of them measured.

    ``audit`` is none when nothing was there to attack, or nobody attacked it; ``dropped`` says, in
    French, which tables are not shown at all, and why; ``apart``, how many published figures of
    each source could not be laid beside the table; ``witnessed``, what the second witness
    answers, None where it was not called.
    """

    table: pd.DataFrame
    journal: pd.DataFrame = field(repr=False)
    audit: Evidence | None = None
    dropped: tuple[str, ...] = ()
    apart: tuple[tuple[str, int], ...] = ()
    witnessed: Witnessed | None = None


@dataclass(frozen=True)
class MaskingPass:
    """One pass of the engine: each hidden cell and why, and what could not be proved.

    Attributes:
        reasons, states: of each cell, by id.
        lost: variables with a cell that could not be proved safe.
        apart: the published figures that contradict the table, once for all passes.
        release, about, verdict: what was attacked last, the variable of each of its cells, and
            what was found; no verdict when the engine gave up before.
    """

    reasons: dict[str, Reason]
    states: dict[str, tuple[str, float | None]]
    lost: frozenset[str]
    apart: pd.DataFrame
    release: Release
    about: Mapping[str, str]
    verdict: Verdict | None

    def attacked(self, policy: Policy) -> tuple[Verdict, frozenset[str]]:
        """The verdict on what is really shown, and the variables that are not."""
        made = (self.release, self.verdict, self.lost, self.about)
        return showing.attacked(*made, _attack(policy))

    def then(self, later: "MaskingPass") -> "MaskingPass":
        """This pass and the next, which took it as given and attacked both together."""
        return replace(
            later,
            reasons={**later.reasons, **self.reasons},
            states={**self.states, **later.states},
            lost=self.lost | later.lost,
            apart=pd.concat([self.apart, later.apart]).drop_duplicates(KEY),
        )


def _attack(policy: Policy) -> Callable[[Release], Verdict]:
    """The audit, against the readers that the CAF decided to withstand."""
    return partial(audit, insider=policy.insider)


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
    public = PublicKnowledge(known, policy, nestings, counted if sizes is None else sizes)
    outcome, widened, rows = _zoning_by_zoning(counted, public, before or {}, regroup)
    verdict, lost = outcome.attacked(policy)
    masked, journal = showing.applied(rows, outcome.reasons, lost, policy)
    masked, stopped = barrier.stopped(_whole_zones(masked), policy)
    today = datetime.now(UTC).date().isoformat()
    return Protection(
        table=pd.concat([socle.drop(counted.index), masked]),
        journal=pd.concat([_whole_zones(journal), stopped, agreement.journal(outcome.apart)]),
        audit=Evidence.of(verdict, today, time.perf_counter() - start),
        dropped=(*widened, *showing.dropped(lost)),
        apart=agreement.by_source(outcome.apart),
    )


def _zoning_by_zoning(
    counted: pd.DataFrame, public: PublicKnowledge, before: Shown, regroup: bool
) -> tuple[MaskingPass, list[str], pd.DataFrame]:
    """Mask the first zoning and the commune, then everything, that mask being given.

    Returns:
        The outcome, French sentences on what is no longer shown apart, the rows with merged parts.
    """
    rows = merging.with_merged(counted, merging.shown_before(counted, before))
    alone = _is_first(counted, public.policy)
    outcome: MaskingPass | None = None
    widened: list[str] = []
    for first, needed in ((True, bool(alone.any())), (False, not alone.all())):
        if needed:
            some = rows[_is_first(rows, public.policy)] if first else rows
            known = Known(before, {} if outcome is None else outcome.states)
            latest, told, some = _widened(some, public, known, regroup)
            outcome = latest if outcome is None else outcome.then(latest)
            widened += told
            rows = merging.with_merged(rows, some)
    assert outcome is not None, "a table without a row is not masked"
    return outcome, widened, rows


def _is_first(rows: pd.DataFrame, policy: Policy) -> pd.Series:
    """Whether each row is of the commune, or of the zoning that its variable is masked in first."""
    first = rows["variable"].map({name: policy.first(name) for name in rows["variable"].unique()})
    return (rows["level"] == Level.COMMUNE) | (rows["level"] == first)


def _whole_zones(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out the parts of zones, which served the sums only."""
    return rows[~rows["code"].str.contains(PART)]


@dataclass(frozen=True)
class Recoding:
    """A way to show less of some tables: parts shown together, or totals only.

    Attributes:
        rows: the table, with the merged parts if any.
        hidden: ids of the parts that are no longer shown.
        reason: why, for the journal; told: what the page says.
    """

    rows: pd.DataFrame
    hidden: frozenset[str]
    reason: Reason
    told: list[str]


def _recodings(
    rows: pd.DataFrame, names: list[str], known: Known, regroup: bool
) -> Iterator[Recoding]:
    """Show less, by degrees: parts that are next to each other together, then the totals only."""
    parts = rows[rows["variable"].isin(names) & (rows["category"] != "total")]
    ids = pd.Series(map(cell_id, parts[KEY].itertuples(index=False)), parts.index, dtype=str)
    free = parts[~ids.isin(known.names)]
    more = merging.merged_rows(rows, names) if regroup else rows.iloc[:0]
    if len(more):
        replaced = merging.replaced_parts(more)
        pairs = zip(free["variable"], free["category"], strict=True)
        hidden = frozenset(ids[free.index[[pair in replaced for pair in pairs]]])
        told = [merging.sentence(name) for name in sorted(set(more["variable"]))]
        whole = merging.with_merged(rows, more)
        yield Recoding(whole, hidden, Reason.MERGED, told)
    if len(free):
        told = [
            f"« {variables()[name].label} » n'est montré qu'au total : ses parts ne pouvaient pas "
            "l'être sans risque."
            for name in names
        ]
        yield Recoding(rows, frozenset(ids[free.index]), Reason.PARTS, told)


def _widened(
    rows: pd.DataFrame, public: PublicKnowledge, known: Known, regroup: bool
) -> tuple[MaskingPass, list[str], pd.DataFrame]:
    """Protect; where that cannot be proved, show less of a table before giving up the table.

    Merged parts are kept only when they show more than the totals alone.

    Returns:
        The outcome, French sentences on what is no longer shown apart, and the rows it is about.
    """
    first = _pass(rows, public, known)
    names = sorted(first.lost & variables().keys())
    best = (first, list[str](), rows)
    for recoding in _recodings(rows, names, known, regroup) if names else ():
        given_up = dict.fromkeys(recoding.hidden, ("suppressed", None))
        outcome = _pass(recoding.rows, public, replace(known, before={**given_up, **known.before}))
        outcome = replace(outcome, reasons=_explained(outcome.reasons, recoding))
        if best[0].lost or _worth(outcome) >= _worth(best[0]):
            best = (outcome, [] if outcome.lost else recoding.told, recoding.rows)
    return best


def _explained(reasons: Mapping[str, Reason], recoding: Recoding) -> dict[str, Reason]:
    """Say of the parts no longer shown that they are so by choice, unless a rule hides them."""
    own = {name for name, one in reasons.items() if one is not Reason.COMPLEMENT}
    return {**reasons, **dict.fromkeys(recoding.hidden - own, recoding.reason)}


def _worth(outcome: MaskingPass) -> tuple[bool, int]:
    """Proved first, then how many figures are shown."""
    shown = sum(status == "published" for status, _ in outcome.states.values())
    return not outcome.lost, shown


def _pass(rows: pd.DataFrame, public: PublicKnowledge, known: Known) -> MaskingPass:
    """Protect some levels, what is already shown being given, and attack the result.

    What the pass before shows stays shown; where nothing can be proved so, it gives way: a zone
    of 72 inside one that shows 9 of something is known to hold 9 at most.
    """
    beside = stated(rows, public)
    fixed = known.settle(beside.problem)
    made = _attempt(beside, fixed, public.policy)
    if not made.lost or not fixed.ours:
        return made
    again = _attempt(beside, giving_way(fixed), public.policy)
    return again if _worth(again) > _worth(made) else made


def _attempt(beside: agreement.Stated, problem: Problem, policy: Policy) -> MaskingPass:
    """Mask a table and attack the result."""
    outcome, verdict = protect_and_audit(problem, attack=_attack(policy))
    failed = set(outcome.failed) | (showing.unsafe(verdict) if verdict else set())
    hidden = set(outcome.hidden)
    now: dict[str, tuple[str, float | None]] = {
        name: ("suppressed", None) if name in hidden else ("published", float(value))
        for name, value, virtual in zip(problem.ids, problem.value, problem.virtual, strict=True)
        if not virtual
    }
    reasons = dict.fromkeys(outcome.complementary, Reason.COMPLEMENT)
    reasons |= {name: Reason(outcome.rules[name]) for name in outcome.primary}
    lost = showing.lost(failed, beside.about)
    return MaskingPass(reasons, now, lost, beside.apart, outcome.release, beside.about, verdict)
