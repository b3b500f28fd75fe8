"""Méthode: how secrecy is kept, what signs mean, how each indicator is defined, how to quote."""

from ui import frame, view_methode

data = frame.open_page("Méthode", question="Comment les chiffres sont-ils faits et protégés ?")

view_methode.secrecy(data)
view_methode.cards(data)
view_methode.licences(data)
