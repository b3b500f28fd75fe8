"""« Au moins », « au plus »: what follows from a bound, which nobody takes for a figure."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from ctg_data.catalogue.kinds.absence import Absence
from ctg_data.catalogue.kinds.ratio import Ratio
from ctg_data.catalogue.kinds.weighted_sum import WeightedSum
from ctg_data.disclosure.adapter.gate import gate
from ctg_data.errors import CtgError, UnmaskedDataError
from ctg_data.model import Citation, Level, Status
from ctg_data.observations import validate
from ctg_data.release import masked
from ctg_data.release.masked import MaskedTable
from ctg_data.sources.base import observations_of, row_of
from ctg_data.territory.config import open_territory

CITED = {"x": Citation("x", "Ville", "Registre", "2025", "2025-01-01", "LO")}
HERE = (Level.COMMUNE, "00123", 2025)


def offer(kind: str, value: float, status: Status, period: int = 2025) -> dict[str, object]:
    return row_of(HERE, period, ("structures", kind), value, status)


def people(period: int, value: float) -> dict[str, object]:
    return row_of(HERE, period, ("population_municipale", "total"), value, Status.DIFFUSE)


def release(*rows: dict[str, object]) -> MaskedTable:
    table = observations_of(list(rows), "x")
    return gate(table, open_territory("exemple"), CITED).release


def told(table: MaskedTable) -> tuple[str, float | None, float | None, int]:
    cell = table.cell("commune", "00123")
    return str(cell.status), cell.value, cell.bound, cell.against


def test_a_bound_goes_through_the_gate_and_is_no_value() -> None:
    table = release(offer("evs", 3, Status.MINIMUM)).part("structures", "evs")
    assert told(table) == ("minimum", None, 3.0, 0)
    assert table.frame["value"].isna().all()
    assert table.frame["sign"].eq("n.d.").all()
    assert table.years == [2025]
    assert table.shown == 1


def test_a_bound_on_people_is_refused_before_and_at_the_gate() -> None:
    bound = row_of(HERE, 2025, ("foyers_rsa", "total"), 8, Status.MINIMUM)
    with pytest.raises(CtgError, match="a bound on something else than an offer"):
        observations_of([bound], "x")
    fine = observations_of([row_of(HERE, 2025, ("foyers_rsa", "total"), 8, Status.DIFFUSE)], "x")
    forged = fine.assign(status=str(Status.MINIMUM))
    with pytest.raises(UnmaskedDataError, match="a bound on something else than an offer"):
        gate(forged, open_territory("exemple"), CITED)


def test_a_bound_on_what_the_caf_handed_over_is_refused() -> None:
    ours = {"x": Citation("x", "CAF", "Socle", "2025", "", "", confidential=True)}
    table = observations_of([offer("evs", 3, Status.MINIMUM)], "x")
    with pytest.raises(UnmaskedDataError, match="handed over"):
        gate(table, open_territory("exemple"), ours)


def test_sums_ratios_and_absences_of_bounds() -> None:
    whole = release(
        offer("centre_social", 8, Status.MINIMUM),
        offer("evs", 0, Status.MINIMUM),
        people(2025, 117_600),
    )
    parts = [whole.part("structures", kind) for kind in ("centre_social", "evs")]
    total = WeightedSum(terms=("structures/centre_social", "structures/evs"))
    assert told(whole.derive("a", "x", parts, total.formula, moves=total.moves)) == (
        *("minimum", None, 8.0, 0),
    )
    each = Ratio(
        numerator=("population_municipale/total",),
        denominator=("structures/centre_social", "structures/evs"),
        scale=1,
    )
    operands = [whole.part("population_municipale", "total"), *parts]
    assert told(whole.derive("a", "x", operands, each.formula, moves=each.moves)) == (
        *("maximum", None, 14_700.0, 0),
    )
    none = Absence(terms=("structures/centre_social",))
    assert told(whole.derive("a", "x", parts[:1], none.formula, moves=none.moves)) == (
        *("diffuse", 0.0, None, 0),
    )
    assert told(whole.derive("a", "x", parts[1:], none.formula, moves=none.moves)) == (
        *("non_disponible", None, None, 0),
    )


def test_what_is_not_said_to_move_one_way_tells_nothing() -> None:
    whole = release(offer("centre_social", 8, Status.MINIMUM))
    assert told(whole.derive("a", "x", [whole], abs)) == ("non_disponible", None, None, 0)


def test_no_bound_is_vacuous() -> None:
    whole = release(offer("evs", 0, Status.MINIMUM), people(2025, 100))
    operands = [whole.part("population_municipale", "total"), whole.part("structures", "evs")]
    for kind in (
        Ratio(numerator=("population_municipale/total",), denominator=("structures/evs",), scale=1),
        Ratio(numerator=("structures/evs",), denominator=("population_municipale/total",), scale=1),
    ):
        rows = operands if kind.numerator[0] == "population_municipale/total" else operands[::-1]
        assert told(whole.derive("a", "x", rows, kind.formula, moves=kind.moves))[0] == (
            "non_disponible"
        )


def test_whatever_the_truth_is_it_is_within_what_is_told() -> None:
    """Another hand: every world that the bounds allow is tried."""
    cases = 0
    for low, extra, pop in product((0, 1, 3), (0, 1, 5), (50, 120)):
        whole = release(
            offer("evs", low, Status.MINIMUM),
            offer("fjt", 2, Status.DIFFUSE),
            people(2025, pop),
        )
        both = [whole.part("structures", "evs"), whole.part("structures", "fjt")]
        people_rows = whole.part("population_municipale", "total")
        kind = Ratio(
            numerator=("population_municipale/total",),
            denominator=("structures/evs", "structures/fjt"),
            scale=1,
        )
        table = whole.derive("a", "x", [people_rows, *both], kind.formula, moves=kind.moves)
        status, value, bound, _ = told(table)
        truth = pop / (low + extra + 2)
        assert (status, value) == ("maximum", None)
        assert bound is not None
        assert truth <= bound + 1e-9
        assert bound == pytest.approx(pop / (low + 2))  # and no looser than what is known
        cases += 1
    assert cases == 18


def test_people_of_the_last_year_known_serve_and_the_year_is_told() -> None:
    whole = release(
        offer("evs", 4, Status.DIFFUSE), people(2019, 90), people(2021, 100), people(2012, 1)
    )
    kind = Ratio(
        numerator=("population_municipale/total",),
        denominator=("structures/evs",),
        scale=1,
        last_known=True,
    )
    rows = [whole.part("population_municipale", "total"), whole.part("structures", "evs")]
    made = whole.derive("a", "x", rows, kind.formula, moves=kind.moves, lagging=kind.lagging)
    assert told(made) == ("diffuse", 25.0, None, 2021)
    assert made.years == [2025]
    same = release(offer("evs", 4, Status.DIFFUSE), people(2025, 40), people(2021, 100))
    rows = [same.part("population_municipale", "total"), same.part("structures", "evs")]
    made = same.derive("a", "x", rows, kind.formula, moves=kind.moves, lagging=kind.lagging)
    assert told(made) == ("diffuse", 10.0, None, 0)
    old = release(offer("evs", 4, Status.DIFFUSE), people(2012, 1))
    rows = [old.part("population_municipale", "total"), old.part("structures", "evs")]
    assert not len(old.derive("a", "x", rows, kind.formula, lagging=kind.lagging))


def test_a_figure_replaces_a_bound_and_a_bound_replaces_silence() -> None:
    table = release(offer("evs", 3, Status.MINIMUM), offer("fjt", 2, Status.DIFFUSE))
    assert table.latest().shown == 2
    with pytest.raises(CtgError, match="no value and a status that promises one"):
        validate(
            observations_of([offer("evs", 3, Status.MINIMUM)], "x").assign(
                value=pd.array([pd.NA], dtype="Float64")
            )
        )


def test_what_is_no_bound_carries_none() -> None:
    frame = release(offer("fjt", 2, Status.DIFFUSE)).frame.assign(bound=1.0, base=np.nan)
    with pytest.raises(UnmaskedDataError, match="no bound carries one"):
        masked._release(frame, CITED, open_territory("exemple").policy)


def test_what_a_rule_hides_is_hidden_even_where_it_cannot_be_computed() -> None:
    whole = release(offer("fjt", 2, Status.DIFFUSE))
    made = whole.derive(
        "a", "x", [whole], lambda one: one * np.nan, hide=lambda one: np.ones(len(one), dtype=bool)
    )
    assert told(made)[0] == "secret"
