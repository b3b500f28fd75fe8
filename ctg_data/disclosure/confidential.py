"""Protect what the CAF hands over (socle, FED): from observations to the engine and back.

The whole table goes in at once, with everything the reader already holds, so that two pages or
two filters can never give two masks.  What cannot be proved safe is not shown.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from ctg_data.disclosure import relations
from ctg_data.disclosure.audit import audit
from ctg_data.disclosure.problem import Problem
from ctg_data.disclosure.protect import honour, protect
from ctg_data.disclosure.relations import Nesting, Remainder, cell_id
from ctg_data.model import SECRETS, Level, Status
from ctg_data.observations import KEY, variables

KINDS = {"foyers": "count", "personnes": "count", "enfants": "count", "montant": "amount"}
JOURNAL = [*KEY, "rule"]


@dataclass(frozen=True)
class Settings:
    """What the CAF decides, read from the territory's ``[secret]``; see SECRET settings there."""

    least_count: int = 5
    least_zone: int = 100
    least_people: int = 11  # persons and children whose allocataires are not told
    zeros: str = "masked"
    first_zoning: str = "qpv"

    @classmethod
    def of(cls, declared: dict[str, dict[str, Any]]) -> "Settings":
        """Read the settings of a territory; a missing one keeps the convention's value."""

        def value(name: str, default: Any) -> Any:
            return declared.get(name, {}).get("valeur", default)

        return cls(
            int(value("seuil_allocataires", cls.least_count)),
            int(value("seuil_zone", cls.least_zone)),
            int(value("seuil_personnes", cls.least_people)),
            "shown" if value("zeros", "masques") == "montres" else "masked",
            str(value("premier_zonage", cls.first_zoning)),
        )


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
    counted = socle[socle["variable"].map(_kind_of()).notna()]
    if not len(counted):
        return Protection(socle, pd.DataFrame(columns=JOURNAL))
    start = time.perf_counter()
    states, failed, audited = dict(before or {}), set[str](), 0
    rules: dict[str, str] = {}
    first = counted["level"].isin([settings.first_zoning, str(Level.COMMUNE)])
    passes = [counted[first], counted] if (~first).any() else [counted]
    for rows in passes:
        outcome = _pass(rows, published, settings, nestings, states)
        states |= outcome.states
        rules = {**outcome.rules, **rules}
        failed |= outcome.failed
        audited += outcome.audited
    masked, journal = _apply(counted, rules, failed)
    shown = masked[~masked["code"].str.contains(relations.PART)]
    return Protection(
        table=pd.concat([socle.drop(counted.index), shown]),
        journal=journal[~journal["code"].str.contains(relations.PART)],
        audited=audited,
        leaks=len(failed),
        checked_on=datetime.now(UTC).date().isoformat(),
        seconds=time.perf_counter() - start,
        dropped=_dropped(failed),
    )


def _pass(
    rows: pd.DataFrame,
    published: pd.DataFrame,
    settings: Settings,
    nestings: Sequence[Nesting],
    states: Shown,
) -> Outcome:
    """Protect some levels, what is already shown being given, and attack the result."""
    problem = _given(_problem(rows, published, settings, nestings), states)
    outcome = protect(problem)
    verdict = audit(outcome.release)
    failed = {*outcome.failed, *(leak.id for leak in verdict.leaks), *verdict.undecided}
    hidden = set(outcome.hidden)
    now: dict[str, tuple[str, float | None]] = {
        name: ("suppressed", None) if name in hidden else ("published", float(value))
        for name, value, virtual in zip(problem.ids, problem.value, problem.virtual, strict=True)
        if not virtual
    }
    rules = {**outcome.complementary, **outcome.primary}
    return Outcome(rules, now, frozenset(failed), verdict.checked)


def _given(problem: Problem, states: Shown) -> Problem:
    """Fix what was shown or hidden before; a value revised since is another datum."""
    kept = {
        name: state
        for name, (state, value) in states.items()
        if name in problem.index and (value is None or value == problem.value[problem.index[name]])
    }
    return honour(problem, kept)


def _kind_of() -> dict[str, str]:
    return {one.id: KINDS[one.nature] for one in variables().values() if one.nature in KINDS}


def _problem(
    frame: pd.DataFrame,
    published: pd.DataFrame,
    settings: Settings,
    nestings: Sequence[Nesting],
) -> Problem:
    """State the table for the engine: cells, relations, remainders, what is already public."""
    table = relations.Table(frame)
    trees, zones = relations.trees(table), relations.zonings(table, nestings)
    cells = _cells(frame, _public_keys(published), settings)
    rests = [_rest(one) for web in (trees, zones) for one in web.remainders]
    policy = {
        "min_count": settings.least_count,
        "min_population": settings.least_zone,
        "zeros": settings.zeros,
    }
    unseen = [*rests, *(one for one in cells if one.get("virtual"))]
    sensitive = [one["id"] for one in unseen if _is_small(one, settings)]
    links = trees.relations + zones.relations
    return Problem.build([*cells, *rests], links, policy=policy, sensitive=sensitive)


def _public_keys(published: pd.DataFrame) -> dict[str, str]:
    """Cells that a producer already shows exactly, or already hides, by id."""
    known = published["status"].isin([str(Status.DIFFUSE), *map(str, SECRETS)])
    rows = published[known]
    keys = map(cell_id, rows[KEY].itertuples(index=False))
    shown = (rows["status"] == Status.DIFFUSE).tolist()
    return {key: "shown" if one else "suppressed" for key, one in zip(keys, shown, strict=True)}


def _cells(frame: pd.DataFrame, public: dict[str, str], settings: Settings) -> list[dict[str, Any]]:
    """One engine cell a row: value, allocataires behind it, universe, kind."""
    natures = {name: one.nature for name, one in variables().items()}
    universe = _universes(frame)
    table = relations.Table(frame)
    cells = []
    for key, value in table.value.items():
        nature, base = natures[key[0]], table.base[key]
        known = value == value
        cell: dict[str, Any] = {"id": cell_id(key), "value": round(value) if known else None}
        cell["kind"] = KINDS[nature]
        if base == base:
            cell["base"] = int(base)
        elif nature in ("personnes", "enfants"):
            cell["threshold"] = settings.least_people
        if (zone := universe.get(key[1:5])) is not None:
            cell["universe"] = zone
        if relations.PART in key[2]:
            cell["virtual"] = True
        if cell["id"] in public:
            cell["external"] = public[cell["id"]]
        cells.append(cell)
    return cells


def _universes(frame: pd.DataFrame) -> dict[tuple[Any, ...], int]:
    """Allocataires of each infra-communal zone and year, when the file gives them."""
    rows = frame[
        (frame["variable"] == "foyers_allocataires")
        & (frame["category"] == "total")
        & frame["level"].isin(["iris", "qpv", "quartier"])
        & frame["value"].notna()
    ]
    keys = rows[["level", "code", "vintage", "period"]].itertuples(index=False, name=None)
    return dict(zip(keys, rows["value"].astype(int).tolist(), strict=True))


def _rest(rest: Remainder) -> dict[str, Any]:
    """A remainder as the engine sees it: never shown, must not leak."""
    value = None if rest.value is None else round(rest.value)
    cell: dict[str, Any] = {"id": rest.id, "value": value, "virtual": True}
    if rest.base is not None:
        cell["base"] = max(0, int(rest.base))
    if rest.universe is not None:
        cell["universe"] = max(0, int(rest.universe))
    return cell


def _is_small(cell: dict[str, Any], settings: Settings) -> bool:
    """Whether a remainder is a secret of its own; a 0 is one when zeros are masked."""
    value = cell["value"]
    if value is None:
        return False
    least = 0 if settings.zeros == "masked" else 1
    return least <= value < settings.least_count


def _apply(
    frame: pd.DataFrame, rules: Mapping[str, str], failed: set[str]
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


def _lost(failed: set[str]) -> list[str]:
    """Variables with a cell that could not be proved safe; ids end with their cell's key."""
    return sorted({name.split("|")[0].split(" ")[-1] for name in failed})


def _dropped(failed: set[str]) -> tuple[str, ...]:
    """Say which tables are not shown because no mask of theirs could be proved."""
    names = _lost(failed)
    labels = [variables()[name].label if name in variables() else name for name in names]
    return tuple(
        f"« {label} » n'est pas montré : aucun masque n'a pu être prouvé sûr." for label in labels
    )
