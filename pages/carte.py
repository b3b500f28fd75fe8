"""Carte des quartiers: one indicator on the ground, and the card of the zone one points at."""

import streamlit as st

from ui.blocks import components, states
from ui.frame import page as frame
from ui.maps import (
    pair as map_pair,
    pins as map_pins,
    print as map_print,
    view as map_view,
    words as map_words,
    years as map_years,
)
from ui.state import choices

data = frame.open_page("Carte des quartiers", question="Où se concentrent les besoins ?")

found = map_view.ask(data)
if found is None:
    states.awaited(
        "Aucun chiffre à placer sur la carte",
        "Aucune donnée reçue ne descend à une échelle dont les contours sont connus.",
    )
    choices.stop()
asked, way = found

components.answer(map_words.answer(data, asked))
if way == map_view.PAIR:
    map_pair.show(data, asked)
else:
    # The picture on one side, the zone the reader looks at on the other
    picture, side = st.columns([5, 3], gap="large")
    with side:
        legend = st.container()
        zone = map_view.choose_zone(data, asked, clicked=way == map_view.ONE)
        if way == map_view.ONE:
            asked = map_view.lay_over(data, asked)
    with picture:
        if way == map_view.YEARS:
            map_years.show(data, asked, zone)
        else:
            map_view.draw(data, asked, zone)
            map_print.offer(data, asked, zone)
    with legend:
        map_words.legend(data, asked, every_year=way == map_view.YEARS)
    with side:
        map_view.show_card(data, asked, zone)
    # The same figures as a table, and what it takes to quote them
    components.show(map_words.block(data, asked, zone), "carte")

# What no map can show yet, and what it would take
map_words.silent_levels(data)
map_pins.awaited(data)
