"""Structures: the register of what is offered, its import by the city, and where each one is."""

from ui.frame import page as frame
from ui.register import (
    importing as register_importing,
    placing as register_placing,
    published as register_published,
    view as register_view,
)

data = frame.open_page("Structures", question="Quelles structures connaît-on, et depuis quand ?")

# What is known, and how far it goes
register_view.lead(data)
register_view.kinds_table(data)
register_view.lines(data)

# What producers publish that it does not have
register_published.panel(data)

# Bring it up to date, and place what has no place
register_importing.panel(data)
register_placing.panel(data)
