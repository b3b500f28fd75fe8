"""Operands are joined by place and year: every pair of rows that agree, and no other."""

import pandas as pd
from hypothesis import given, strategies as st

from ctg_data.release import alignment
from tests import examples

PLACES = st.lists(st.tuples(st.sampled_from("AB"), st.integers(2023, 2025)), max_size=5)


@examples.times(5)
@given(st.lists(PLACES, min_size=1, max_size=3))
def test_rows_meet_as_they_do_when_each_is_tried_with_every_other(operands):
    found = [()]
    for ranks in map(range, map(len, operands)):
        found = [(*row, one) for row in found for one in ranks]
    wanted = [row for row in found if len({operands[i][rank] for i, rank in enumerate(row)}) == 1]
    matched = alignment._matched(operands)
    assert len(matched) == len(operands)
    assert [tuple(row) for row in zip(*(one.tolist() for one in matched), strict=True)] == wanted


def one_row(source: str, edition: str, dating: str, status: str = "diffuse") -> pd.DataFrame:
    row = {"level": "commune", "code": "A", "period": 2024, "vintage": 2024, "value": 1.0}
    row |= {"bound": float("nan"), "status": status, "source": source, alignment.STUDIED: 1.0}
    return pd.DataFrame([row | {"edition": edition, "dating": dating, "against": 0}])


def test_a_result_is_as_sure_as_the_least_sure_operand_and_cites_them_all():
    pair = [one_row("a", "2022", "comparaison", "arrondi"), one_row("b", "2021", "producteur")]
    for operands in (pair, pair[::-1]):
        [row] = alignment.aligned(operands).to_dict("records")
        assert (row["dating"], row["edition"]) == ("comparaison", "2021, 2022")
        assert set(row["source"].split("|")) == {"a", "b"}
        assert max(row["severity_0"], row["severity_1"]) == 1
