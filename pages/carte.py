"""Carte des quartiers: one indicator on the ground, and the card of the zone one points at."""

import streamlit as st

from ctg_data import reading
from ui import components, frame, map_view, map_words, notes, states, tables, zone_table

data = frame.open_page("Carte des quartiers", question="Où se concentrent les besoins ?")

asked = map_view.ask(data)
if asked is None:
    states.awaited(
        "Aucun chiffre à placer sur la carte",
        "Aucune donnée reçue ne descend à une échelle dont les contours sont connus.",
    )
    st.stop()

# The answer, then the picture on one side, the zone the reader looks at on the other
answer = st.container()
picture, side = st.columns([5, 3], gap="large")
with side:
    legend = st.container()
    zone = map_view.choose_zone(data, asked)
    map_view.show_card(data, asked, zone)
with picture:
    drawn = map_view.draw(data, asked, zone)
with legend:
    map_words.legend(data, asked, drawn)
with answer:
    map_words.answer(data, asked, drawn)

# The same figures as a table, and what it takes to quote them
layout = zone_table.layout(data, asked, zone)
figures, words = st.columns([5, 3], gap="large")
with figures:
    decimals = asked.indicator.decimals
    st.html(tables.html_table(asked.table, data.label, layout, decimals=decimals))
with words:
    subject = zone_table.subject(data, asked, zone)
    cell = asked.table.cell(str(subject.level), subject.code, asked.period)
    st.html(
        notes.notes_html(
            asked.table,
            lecture=reading.lecture(asked.indicator, subject.label, cell),
            scope=str(asked.indicator.text["scope"]).strip(),
            remarks=map_words.remarks(data, asked, drawn),
        )
    )
    components.method(asked.indicator)
    view = components.View(asked.indicator, asked.table, layout, subject)
    components.download(data, view, "carte")
