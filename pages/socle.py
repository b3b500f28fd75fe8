"""Le socle annuel: drop the CAF's file, read what would become of it, import it, go back."""

from ui.frame import page as frame
from ui.socle import (
    history as socle_history,
    origin as socle_origin,
    protecting as socle_protecting,
    view as socle_view,
)

data = frame.open_page("Le socle annuel", question="Comment le socle de la CAF entre-t-il ici ?")

socle_view.lead(data)
socle_view.progress(data)

# A file, its report, and the decision
given = socle_view.drop(data)
report = socle_view.examine(data, given) if given is not None else None

# What leaves the CAF, and what was imported so far
socle_protecting.panel(data, given, report)
socle_history.history(data)
socle_origin.trace(data)
