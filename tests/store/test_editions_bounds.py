"""A bound that becomes exact was no error; one that the next edition goes beyond was."""

from datetime import UTC, datetime

import pytest

from ctg_data.store import editions
from ctg_data.store.editions import Edition
from tests.tables import table

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def edition(cell: float | str) -> Edition:
    made = table([("commune", "A", 2025, cell)], variable="structures", category="laep")
    return Edition(editions.name_of(made), NOW, editions.write(made))


@pytest.mark.parametrize(
    ("before", "after"),
    [("au moins 8", 8), ("au moins 8", 9), ("au moins 8", "au moins 9"), ("au plus 5", 4)],
)
def test_what_a_bound_allowed_is_no_correction(before, after) -> None:
    assert editions.corrections(edition(before), edition(after)) == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (8, "au moins 8", ("", 8, "au moins", 8)),
        ("au moins 8", 7, ("au moins", 8, "", 7)),
        ("au moins 8", "au moins 7", ("au moins", 8, "au moins", 7)),
        ("au plus 5", 6, ("au plus", 5, "", 6)),
        (8, 7, ("", 8, "", 7)),
    ],
)
def test_what_it_denied_is_owned_up(before, after, told) -> None:
    (one,) = editions.corrections(edition(before), edition(after))
    assert (one.old_lead, one.old, one.new_lead, one.new) == told


def test_a_figure_withdrawn_is_not_told_again() -> None:
    (one,) = editions.corrections(edition(8), edition("s"))
    assert (one.old, one.new) == (None, None)


def test_another_bound_is_another_edition_and_a_release_without_keeps_its_name() -> None:
    assert edition("au moins 8").id != edition("au moins 9").id
    assert edition("au moins 8").cells["bound"].tolist() == [8.0]
    kept = edition(8)
    assert "bound" not in editions.COLUMNS
    assert kept.cells["bound"].isna().all()
