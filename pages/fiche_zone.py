"""Fiche de zone: everything that may be said of one place, on one page."""

from ui.frame import page as frame
from ui.register import zone_structures
from ui.zone import page as view_zone

data = frame.open_page("Fiche de zone", question="Que sait-on de cette zone ?")

zone = view_zone.choose(data)
view_zone.answer(data, zone)
view_zone.alerts(data, zone)
view_zone.indicators(data, zone)
zone_structures.show(data, zone)
view_zone.lookalikes(data, zone)
