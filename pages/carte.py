"""Carte des quartiers: one indicator on the ground, and the card of the zone one points at."""

import streamlit as st

from ui import components, frame, map_view, map_words, states

data = frame.open_page("Carte des quartiers", question="Où se concentrent les besoins ?")

asked = map_view.ask(data)
if asked is None:
    states.awaited(
        "Aucun chiffre à placer sur la carte",
        "Aucune donnée reçue ne descend à une échelle dont les contours sont connus.",
    )
    st.stop()

# The answer, then the picture on one side and the zone the reader looks at on the other
components.answer(map_words.answer(data, asked))
picture, side = st.columns([5, 3], gap="large")
with side:
    legend = st.container()
    zone = map_view.choose_zone(data, asked)
with picture:
    map_view.draw(data, asked, zone)
with legend:
    map_words.legend(data, asked)
with side:
    map_view.show_card(data, asked, zone)

# The same figures as a table, and what it takes to quote them
components.show(map_words.block(data, asked, zone), "carte")
