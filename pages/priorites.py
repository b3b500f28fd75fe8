"""Priorités: which zones come first, by criteria and weights that everybody sees and moves."""

from ui.decision import argument as view_argument, priorites as view_priorites
from ui.frame import page as frame

data = frame.open_page("Priorités", question="Quelles zones passent en premier, et pourquoi ?")

# What the reader weighs, then the ranking that it makes
setting = view_priorites.choose(data)
made = view_priorites.ranking(data, setting) if setting is not None else None

if setting is not None and made is not None:
    # A ranking is there to be argued with
    view_argument.firmness(data, setting)
    view_argument.reasons(data, setting)
