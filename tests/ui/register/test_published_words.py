"""How many places are published besides: here and elsewhere, whatever there is of each."""

import pytest

from ctg_data.register.directory import Listing
from ctg_data.register.model import Structure
from ui.blocks import published_beside

BY = "par des listes nationales ou locales, sans confirmation de la Ville."


@pytest.mark.parametrize(
    ("near", "unplaced", "far", "words"),
    [
        (0, 0, 0, ""),
        (1, 0, 0, f" 1\xa0autre lieu y est publié, {BY}"),
        (1, 1, 0, f" 2\xa0autres lieux y sont publiés, {BY}"),
        (2, 0, 1, f" 2\xa0autres lieux y sont publiés, 1\xa0autre ailleurs, {BY}"),
        (0, 0, 1, f" 1\xa0lieu publié ailleurs, {BY}"),
        (0, 0, 3, f" 3\xa0lieux publiés ailleurs, {BY}"),
    ],
)
def test_what_stands_elsewhere_is_not_counted_here(near, unplaced, far, words) -> None:
    some = (Structure("a", "laep", "A"),)
    found = Listing(here=some * near, unplaced=some * unplaced, elsewhere=some * far)
    assert published_beside.told(found) == words
