"""Méthode: how secrecy is kept, what signs mean, how each indicator is defined, how to quote."""

from ui.frame import page as frame
from ui.views import dates as view_dates, methode as view_methode, overlaps as view_overlaps

data = frame.open_page("Méthode", question="Comment les chiffres sont-ils faits et protégés ?")

view_methode.secrecy(data)
view_overlaps.zonings(data)
view_dates.dates(data)
view_methode.cards(data)
view_methode.licences(data)
