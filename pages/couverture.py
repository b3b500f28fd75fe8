"""Ce que couvrent les indicateurs: objectives and orientations, figures present and awaited."""

from ui.frame import page as frame
from ui.views import couverture as view_couverture

data = frame.open_page(
    "Ce que couvrent les indicateurs",
    question="Que sait-on de chaque objectif, et de qui attend-on le reste ?",
)

view_couverture.answer(data)
view_couverture.objectives(data)
view_couverture.orientations(data)
view_couverture.awaited(data)
view_couverture.axes(data)
view_couverture.outside(data)
