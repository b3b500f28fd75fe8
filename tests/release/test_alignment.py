"""Operands are joined by place and year: every pair of rows that agree, and no other."""

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
