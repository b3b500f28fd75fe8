"""Two indicators side by side: the same zones, the same frame, the same zone chosen."""

from dataclasses import replace

import streamlit as st

from ctg_data import dating
from ctg_data.catalogue.cards import THEMES
from ctg_data.workspace import Workspace
from ui.blocks import components, selectors, states, zone_card
from ui.maps import view as map_view, words as map_words
from ui.maps.view import Question
from ui.state.memo import remembered

SECOND, SECOND_PICTURE = "mesure2", "plan-2"


@remembered
def others(data: Workspace, asked: Question) -> dict[str, Question]:
    """What can stand beside a map: same level, same outlines; those of the same year first."""
    found = {}
    for measure, levels in map_view.offered(data).items():
        if measure == asked.measure or asked.level not in levels:
            continue
        years = map_view.years(data, measure, asked.level)
        kept = [year for year, vintage in years.items() if vintage == asked.vintage]
        if kept:
            period = min(kept, key=lambda year: (abs(year - asked.period), -year))
            other = replace(asked, measure=measure, period=period)
            against = map_view.same_reference(data, other, period)
            found[measure] = replace(other, against=against)
    return dict(sorted(found.items(), key=lambda one: one[1].period != asked.period))


def show(data: Workspace, asked: Question) -> None:
    """Both maps, their legends, the zone chosen in both, then both tables."""
    found = others(data, asked)
    if not found:
        states.show(
            "empty",
            "Aucun autre indicateur à cette échelle",
            "Choisissez une autre échelle pour comparer deux indicateurs.",
        )
        return
    left, right = st.columns(2, gap="large")
    with left:
        zone = map_view.choose_zone(data, asked)
    with right:
        second = found[_second(data, found)]
    st.html(f'<p class="ctg-soft">{_when(asked, second)}</p>')
    left, right = st.columns(2, gap="large")
    for column, one, key in ((left, asked, map_view.PICTURE), (right, second, SECOND_PICTURE)):
        with column:
            st.html(map_words.heading_html(data, one))
            map_view.draw(data, one, zone, key=key, half=True)
            map_words.legend(data, one, headed=False)
            _card(data, one, zone)
    components.show(map_words.block(data, asked, zone), "carte")
    components.show(map_words.block(data, second, zone), "carte-2")


def _second(data: Workspace, found: dict[str, Question]) -> str:
    names = {one: data.indicator(one) for one in found}
    return selectors.choose(
        SECOND,
        "Deuxième indicateur",
        list(found),
        lambda one: f"{names[one].title} · {THEMES[names[one].theme]}",
    )


def _when(asked: Question, second: Question) -> str:
    if asked.period == second.period:
        return f"Mêmes zones, même année ({dating.label(asked.period)})."
    left, right = dating.label(asked.period), dating.label(second.period)
    return f"Mêmes zones, mais deux années : {left} à gauche, {right} à droite."


def _card(data: Workspace, asked: Question, code: str) -> None:
    zone = next((one for one in data.territory.zones(asked.level) if one.code == code), None)
    if zone is not None:
        st.html(zone_card.card_html(data, asked.measure, zone, asked.period, brief=True))
