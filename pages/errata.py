"""Errata: the published figures that changed, edition after edition."""

from ui.frame import page as frame
from ui.views import errata as view_errata

data = frame.open_page("Chiffres corrigés", question="Quels chiffres publiés ont changé ?")

view_errata.declared(data)
view_errata.between_editions(data)
