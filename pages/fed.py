"""Réponses aux demandes (FED): drop what the CAF sent on request, read its report, import it."""

from ctg_data.socle.imports import Series
from ui.frame import page as frame
from ui.socle import history as socle_history, view as socle_view

data = frame.open_page(
    "Réponses aux demandes (FED)",
    question="Comment une donnée demandée à la CAF entre-t-elle ici ?",
)

socle_view.lead(data, Series.FED)
socle_view.progress(data)

given = socle_view.drop(data, Series.FED)
if given is not None:
    socle_view.examine(data, given, Series.FED)

socle_history.history(data, Series.FED)
