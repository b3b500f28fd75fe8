"""A whole series: every place on offer has one to draw, in every territory."""

import pandas as pd
import pytest

from ctg_data.diagnosis import evolutions
from tests.pages import data_of
from ui.frame import page as frame
from ui.views import series as view_series

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def data():
    return frame.open_data("exemple")


def test_every_place_on_offer_has_three_years_shown(data):
    found = evolutions.evolutions(data)
    offered = view_series._offered(data, found)
    assert offered
    for identifier in offered:
        cells = data.table(data.indicator(identifier)).frame
        for zone in view_series._zones(data, identifier):
            mine = cells[cells["level"].eq(str(zone.level)) & cells["code"].eq(zone.code)]
            years = mine.loc[pd.notna(mine["value"]) & (mine["period"] >= 0), "period"]
            assert years.nunique() >= 3, (identifier, zone)
            assert view_series._block(data, identifier, zone).chart


def test_in_a_year_that_nobody_knows_no_structure_is_said_to_be_open():
    assert data_of(fictional=True).structures(-20174) == ()
