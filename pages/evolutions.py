"""Qu'est-ce qui a changé cette année ?: the population the CAF serves, year on year."""

from ui.frame import page as frame
from ui.views import evolutions as view_evolutions, series as view_series

data = frame.open_page("Ce qui a changé", question="Qu'est-ce qui a changé cette année ?")

found = view_evolutions.read(data)
if found is not None:
    # The whole commune, what asks for attention, zone by zone, then year after year
    view_evolutions.commune(data, found)
    view_evolutions.alerts(data, found)
    view_evolutions.zones(data, found)
    view_series.series(data, found)
