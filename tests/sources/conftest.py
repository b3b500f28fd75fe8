"""The stand-in filled with what every source publishes of the fictional territory."""

from collections.abc import Iterator

import pytest

from ctg_data.sources.http import Http
from ctg_data.update import run as update
from tests import standin_data
from tests.standin import StandIn


@pytest.fixture
def filled(server: StandIn) -> StandIn:
    standin_data.fill(server)
    return server


@pytest.fixture
def clients(filled: StandIn) -> Iterator[update.Clients]:
    """The interfaces that a reader of lists is given; none of the portals' own."""
    with Http(pause=lambda seconds: None) as session:
        yield update.Clients(session, None, None, "")
