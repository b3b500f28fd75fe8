"""Petite enfance: the need, the offer, the gap; here and around, in the commune and over time."""

from ui import frame, view_petite_enfance, view_places

data = frame.open_page(
    "Petite enfance",
    question="Où manque-t-il des places d'accueil ?",
    subject="petite_enfance",
)

# What the reader compares with, and when
choice = view_petite_enfance.choose(data)

if choice is not None:
    view_petite_enfance.answer(data, choice)

    # The gap: the rate, what it is made of, and the neighbours
    view_petite_enfance.coverage(data, choice)
    view_petite_enfance.parts(data, choice)
    view_petite_enfance.neighbours(data, choice)

    # In places and in children
    view_places.missing(data, choice)
    view_places.children(data, choice)

    # Inside the commune
    view_places.zones(data, choice)
