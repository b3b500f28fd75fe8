"""Et si…: what is to be created to reach a reference, tomorrow too, and what it would change."""

from ui.decision import (
    creer as view_creer,
    et_si as view_et_si,
    ouvrir as view_ouvrir,
    reach as view_reach,
)
from ui.frame import page as frame

data = frame.open_page(
    "Et si…",
    question="Que faudrait-il créer, et qu'est-ce que cela changerait ?",
    subject="petite_enfance",
)

# What everything below supposes
chosen = view_et_si.hypotheses(data)

if chosen is not None:
    # The commune: children to come, then places
    made = view_et_si.children(data, chosen)
    view_creer.to_create(data, made)

    # Zone by zone, then one structure, and who could go there
    zones = view_ouvrir.zones(data, chosen, made)
    if zones is not None:
        tried = view_ouvrir.opening(data, chosen, zones)
        view_reach.change(data, tried)
