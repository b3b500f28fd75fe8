"""Journal: what was masked and why, for the CAF's statistician alone."""

from ui.frame import guard, page as frame
from ui.views import journal as view_journal

data = frame.open_page("Journal du secret", question="Qu'est-ce qui a été masqué, et pourquoi ?")
guard.statistician_only()

view_journal.summary(data)
view_journal.cells(data)
