"""``MaskedTable``: the only type that charts, maps, exports and pages accept.

A hidden number is erased, not flagged, so no chart, export or cache can bring it back.  The
gate builds the first table of a territory; every other one is made from it by the methods
below, which can lose cells but never regain one.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from ctg_data import dating
from ctg_data.built_once import BuiltOnce
from ctg_data.dating import Dating, Moment
from ctg_data.disclosure import table_indexes
from ctg_data.disclosure.table_indexes import Rows
from ctg_data.errors import UncitedRows, UnmaskedDataError
from ctg_data.model import Citation, Level, PublicStatus, sources_in
from ctg_data.release.alignment import AGAINST, STUDIED, aligned
from ctg_data.release.bounds import BOUNDS as BOUNDS, Monotone, told
from ctg_data.release.cells import Cell as Cell
from ctg_data.release.deriving import Derivation, results
from ctg_data.release.policy import Policy
from ctg_data.release.universe import Universe, is_studied

COLUMNS = ["variable", "level", "code", "vintage", "period", "category"]
COLUMNS += ["value", "unit", "status", "source"]
EVERY = [*COLUMNS, *dating.DEFAULTS, "bound", AGAINST]
SHOWN = (PublicStatus.DIFFUSE, PublicStatus.ARRONDI)
SIGNS = {str(status): str(status.sign) for status in PublicStatus}
_DOOR = object()
T = TypeVar("T")
SEVERAL = (list, tuple, set, frozenset)
SELECTIONS = 64  # rows of one table that are kept apart
Asked = tuple[tuple[str, frozenset[Any]], ...]
# of one table: places, parts, signs, count, sources, dates, and each column it is filtered by
INDEXES = 64


class MaskedTable:
    """Cells that may be shown, in long form; built by the gate and by its own methods only.

    ``frame`` has the columns ``variable, level, code, vintage, period, category, value, unit,
    status, source, edition, dating, bound, against`` and ``sign``; ``value`` is NaN wherever
    ``sign`` is not empty.  A bound is no value: what knows nothing of bounds takes its cell for
    « n.d. ».
    ``policy`` is the one that the release was made under: what is computed from it obeys the same.
    """

    __slots__ = ("__weakref__", "_citations", "_frame", "_indexes", "_selections", "policy")

    def __init__(
        self,
        frame: pd.DataFrame,
        citations: dict[str, Citation],
        policy: Policy,
        *,
        _door: object,
    ) -> None:
        if _door is not _DOOR:
            raise UnmaskedDataError(
                "MaskedTable is built by ctg_data.disclosure.gate, never by hand"
            )
        carrying = frame["status"].to_numpy()[frame["value"].notna().to_numpy()]
        if not {str(status) for status in SHOWN}.issuperset(carrying):
            raise UnmaskedDataError("a hidden cell still carries its value")
        bounding = frame["status"].to_numpy()[frame["bound"].notna().to_numpy()]
        if not {str(status) for status in BOUNDS}.issuperset(bounding):
            raise UnmaskedDataError("a cell that is no bound carries one")
        self._frame, self._citations, self.policy = frame, citations, policy
        self._indexes: BuiltOnce[str, Any] = BuiltOnce(INDEXES)
        self._selections: BuiltOnce[Asked, MaskedTable | None] = BuiltOnce(SELECTIONS)

    def __reduce__(self) -> Any:
        """Refuse pickling: a pickle could be forged into a table nobody masked."""
        raise UnmaskedDataError("MaskedTable is never pickled; keep the release instead")

    def __len__(self) -> int:
        return len(self._frame)

    @property
    def frame(self) -> pd.DataFrame:
        """A copy, free to reshape, with the sign printed for each cell."""
        made: pd.DataFrame = self._indexes.get(
            "frame", lambda: self._frame[EVERY].assign(sign=self._frame["status"].map(SIGNS))
        )
        return made.copy()  # texts of a shallow copy can be written over, in the table too

    @property
    def hidden(self) -> int:
        """How many cells are under statistical secrecy."""
        return int((self._frame["status"] == PublicStatus.SECRET).sum())

    @property
    def shown(self) -> int:
        """How many cells carry a number, exact or as a bound."""
        return self._once("shown", lambda: len(self._told))

    @property
    def _told(self) -> pd.DataFrame:
        return self._frame[told(self._frame)]

    @property
    def unit(self) -> str:
        """The unit of the values; empty when the table mixes several."""
        units = self._frame["unit"].unique()
        return str(units[0]) if len(units) == 1 else ""

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Where the cells come from, in the order of their ids; a source not known is refused."""
        return self._once("citations", self._cited)

    @property
    def periods(self) -> list[int]:
        """Periods with at least one number: years, latest first, then editions of unknown year."""
        return list(self._once("periods", lambda: table_indexes.periods(self._told)))

    @property
    def years(self) -> list[int]:
        """Years observed with at least one number, latest first."""
        return dating.years(self.periods)

    @property
    def moments(self) -> list[Moment]:
        """Every date of its figures with its proof, the latest first."""
        return list(self._once("moments", lambda: table_indexes.moments(self._told)))

    @property
    def last(self) -> Moment:
        """When its newest figures were observed; year 0 when it has none."""
        return self.moment(next(iter(self.periods), 0))

    def moment(self, period: int) -> Moment:
        """When the figures of a period were observed: the least sure of its proofs."""
        return self._once(f"moment {period}", lambda: table_indexes.moment(self._told, period))

    @property
    def levels(self) -> list[Level]:
        """Levels with at least one row, from the finest to the widest."""
        present = set(self._frame["level"])
        return [level for level in Level if str(level) in present]

    def where(self, **kept: Any) -> "MaskedTable":
        """Keep the rows whose columns have the given value, or one of the given values.

        ``table.where(level="qpv", period=[2023, 2024])`` keeps two years of the QPV.
        """
        asked = tuple(
            (column, frozenset(value) if isinstance(value, SEVERAL) else frozenset([value]))
            for column, value in kept.items()
        )
        # pages ask for the same places and years again and again
        found = self._selections.get(asked, lambda: self._selected(asked))
        return self if found is None else found

    def _selected(self, asked: Asked) -> "MaskedTable | None":
        """The rows asked for; None when they are all there."""
        mask = np.ones(len(self._frame), dtype=bool)
        for column, values in asked:
            codes, ranks = self._coded(column)
            wanted = [ranks[one] for one in values if one in ranks]
            mask &= codes == wanted[0] if len(wanted) == 1 else np.isin(codes, wanted)
        return None if mask.all() else self._taken(np.flatnonzero(mask))

    def part(self, variable: str, category: str) -> "MaskedTable":
        """The rows of one part of a variable, indexed once: indicators ask for hundreds."""
        parts = self._once("parts", lambda: table_indexes.by_part(self._frame))
        return self._taken(parts.get((variable, category), np.array([], dtype=int)))

    def join(self, *others: "MaskedTable") -> "MaskedTable":
        """Stack tables of the same release."""
        frames = [self._frame, *(other._frame for other in others)]
        citations = self._citations | {k: v for one in others for k, v in one._citations.items()}
        whole = pd.concat(frames, ignore_index=True)
        return MaskedTable(whole, citations, self.policy, _door=_DOOR)

    def dated(self, period: int) -> "MaskedTable":
        """The same cells under another year: operands of an evolution, never shown as they are."""
        return self._with(self._frame.assign(period=period))

    def latest(self) -> "MaskedTable":
        """Keep, for each place and category, its last year with a number, else its last year."""
        frame = self._frame.assign(_shown=told(self._frame))
        frame = frame.assign(_known=frame["period"] >= 0, _rank=frame["period"].abs())
        keys = ["variable", "level", "code", "category"]
        ranks = ["_shown", "_known", "_rank"]
        last = frame.sort_values([*ranks, "vintage"]).groupby(keys, sort=False).tail(1)
        return self._with(last.drop(columns=ranks).sort_index().reset_index(drop=True))

    def cell(self, level: str, code: str, period: int | None = None) -> Cell:
        """The cell of one place (its latest year unless told); n.d. where there is no row."""
        found = self._places().get((str(level), code), [])
        rows = [row for row in found if period is None or row[0] == period]
        if not rows:
            return Cell(None, PublicStatus.NON_DISPONIBLE, period or 0, self.unit)
        row = max(rows, key=lambda row: (*dating.order(row[0]), row[1]))
        year, _, value, status, unit, edition, proof, bound, against = row
        told = PublicStatus(status), int(year), str(unit), str(edition), Dating(proof)
        return Cell(_number(value), *told, _number(bound), int(against))

    def _cited(self) -> tuple[Citation, ...]:
        ids = {one for key in self._frame["source"].unique() for one in sources_in(str(key))}
        if ids - set(self._citations):
            raise UncitedRows("Des chiffres n'ont pas de source connue : aucun n'est montré.")
        return tuple(self._citations[one] for one in sorted(ids))

    def _once(self, key: str, build: Callable[[], T]) -> T:
        """What is asked of one table again and again: its rows never change."""
        found: T = self._indexes.get(key, build)
        return found

    def _places(self) -> dict[tuple[str, str], Rows]:
        """The rows by place, indexed once: a page asks for dozens of cells."""
        return self._once("places", lambda: table_indexes.by_place(self._frame))

    def _coded(self, column: str) -> tuple[np.ndarray, dict[Any, int]]:
        return self._once(f"column {column}", lambda: table_indexes.coded(self._frame, column))

    def derive(
        self,
        name: str,
        unit: str,
        operands: Sequence["MaskedTable"],
        formula: Callable[..., Any],
        *,
        universe: Universe | None = None,
        hide: Callable[..., Any] | None = None,
        also: Sequence["MaskedTable"] = (),
        moves: Monotone | None = None,
        lagging: Collection[int] = (),
    ) -> "MaskedTable":
        """Compute one value per place and year from ``operands``, aligned on place and year.

        A cell hidden in one operand is hidden in the result.  ``universe`` is the population
        studied: too small in an infra-communal zone, the result is hidden (article 7).  ``hide``
        says which results may not be told for another reason.  What cannot be computed (division
        by zero) is « sans objet ».  ``also`` names tables that entered the formula as constants,
        to cite them.  ``moves`` says how the formula moves with each operand: without it, nothing
        is told where one is only bounded.  ``lagging`` are the operands whose last known year
        serves.  ``self`` lends its citations and its policy, and is not an operand.
        """
        frame = aligned([one._frame for one in operands], lagging)
        asked = Derivation(len(operands), formula, universe, hide, moves)
        frame = results(frame, asked, self.policy)
        named = "|".join(sorted({key for one in also for key in one._frame["source"].astype(str)}))
        source = frame["source"] + (f"|{named}" if named else "")
        frame = frame.assign(variable=name, category="total", unit=unit, source=source)
        return self._with(frame[[*EVERY, STUDIED]])

    def _taken(self, rows: np.ndarray) -> "MaskedTable":
        return self._with(self._frame.take(rows).reset_index(drop=True))

    def _with(self, frame: pd.DataFrame) -> "MaskedTable":
        return MaskedTable(frame, self._citations, self.policy, _door=_DOOR)


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _release(frame: pd.DataFrame, citations: dict[str, Citation], policy: Policy) -> MaskedTable:
    """Build the first table.  Called by ``disclosure.gate`` alone (a test holds this).

    Of the allocataires behind each shown cell only whether they are enough is kept.
    """
    told = np.where(frame["value"].isna(), np.nan, is_studied(frame, policy))
    frame = frame.assign(value=frame["value"].astype(float), against=0, **{STUDIED: told})
    if "bound" not in frame:
        frame = frame.assign(bound=np.nan)
    kept = dating.completed(frame)[[*EVERY, STUDIED]].reset_index(drop=True)
    return MaskedTable(kept, citations, policy, _door=_DOOR)
