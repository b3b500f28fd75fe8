"""Views of the page « Priorités » that argue with the ranking: is it firm, and why this place?"""

from dataclasses import dataclass
from html import escape

import numpy as np
import streamlit as st

from ctg_data import fr, grammar
from ctg_data.decision import priorities, priority_words, sensitivity
from ctg_data.decision.priorities import Ranking, Setting
from ctg_data.decision.sensitivity import Draws, Firmness
from ctg_data.model import Sign
from ctg_data.release.masked import MaskedTable
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace
from ui.blocks import components, notes, selectors, tables
from ui.charts import scores as chart_scores
from ui.charts.base import Chart
from ui.decision.priorites import MOST, standing
from ui.state.memo import remembered

CHANGES = {"25": 0.25, "10": 0.10, "50": 0.50, "100": 1.0}
CHANGE_WORDS = {one: f"±{fr.NARROW}{one}{fr.NARROW}%" for one in CHANGES}
PLACE, BEST, WORST = "priorite/place", "priorite/meilleure", "priorite/moins_bonne"
CAPTION = "Place de chaque zone (point) et places que ses chiffres lui laissent (trait)"
HEADS = ["Valeur", "Commune", "Rang", "Points", "Poids"]


def firmness(data: Workspace, setting: Setting) -> None:
    """Does the first zone stay first?  Trials, then the places that figures leave open."""
    components.question("La première le reste-t-elle ?")
    left, _ = st.columns([2, 4])
    with left:
        change = selectors.choose(
            "variation", "Bouger chaque poids de", list(CHANGES), CHANGE_WORDS.__getitem__
        )
    shown = _shown(data, setting, CHANGES[change])
    chart, told = _picture(data, setting)
    components.answer(shown.said)
    picture, words = st.columns([5, 3], gap="large")
    with picture:
        st.html(f'<p class="ctg-caption">{CAPTION}</p>')
        components.draw(chart, "places")
    with words:
        st.html(told)
    st.html(shown.trials)


@dataclass(frozen=True)
class Shown:
    """How firm a ranking is, ready to be shown."""

    said: str
    trials: str


@remembered
def _shown(data: Workspace, setting: Setting, change: float) -> Shown:
    made = standing(data, setting)
    found = sensitivity.firmness(data, made, change, _draws(data, setting))
    return Shown(priority_words.firmness(made, found), _trials(made, found))


@remembered
def _draws(data: Workspace, setting: Setting) -> Draws:
    return sensitivity.draw(data, standing(data, setting))


@remembered
def _picture(data: Workspace, setting: Setting) -> tuple[Chart, str]:
    """The places that figures leave open, and its words: however weights are moved."""
    made, found = standing(data, setting), _draws(data, setting)
    shown = _places(made, found)
    zone, low, high = made.zones[0].label, int(found.low[0]), int(found.high[0])
    first = priority_words.ordinal(int(made.places[0]))
    lecture = f"{grammar.agree('est', zone)} {first} ; "
    lecture += (
        "ses chiffres ne lui laissent pas d'autre place."
        if low == high
        else f"ses chiffres lui laissent les places {low} à {high}."
    )
    scope = "Zones classées ci-dessus, mêmes critères, mêmes poids."
    remarks = [priority_words.noise()]
    chart = chart_scores.places(
        shown.where(code=[one.code for one in made.zones[:MOST]]),
        data.label,
        variables=(PLACE, BEST, WORST),
        title=CAPTION,
    )
    moments = [one.moment for one in made.criteria]
    words = notes.notes_html(shown, lecture=lecture, scope=scope, remarks=remarks, moments=moments)
    return chart, words


def _places(made: Ranking, found: Draws) -> MaskedTable:
    columns = {PLACE: made.places, BEST: found.low, WORST: found.high}
    first, *others = (
        priorities.laid(made, name, "place", np.asarray(numbers, dtype=float))
        for name, numbers in columns.items()
    )
    return first.join(*others)


def _trials(made: Ranking, found: Firmness) -> str:
    """One row a criterion, one column a way of arguing with it; the first zone in each cell."""
    moves = list(dict.fromkeys(one.change for one in found.trials))
    heads = [priority_words.move(one) for one in moves]
    body = []
    for criterion in made.criteria:
        told = [one for one in found.trials if one.criterion == criterion]
        cells = ["inchangée" if one.holds else priority_words.names(one.first) for one in told]
        changed = not all(one.holds for one in told)
        name = escape(fr.spaced(criterion.indicator.title))
        body.append(tables.row(name, [], cells, heads=heads, strong=changed))
    caption = "Qui est première quand on refait le calcul avec d'autres poids"
    return tables.frame_html(caption, ["Critère"], [], heads, body)


def reasons(data: Workspace, setting: Setting) -> None:
    """Why a zone has its place: each criterion, its value, its points."""
    components.question("Pourquoi cette place ?")
    left, _ = st.columns([2, 4])
    with left:
        zone = selectors.zone(data, standing(data, setting).zones)
    said, table = _reasons(data, setting, zone)
    components.answer(said)
    st.html(table)


@remembered
def _reasons(data: Workspace, setting: Setting, zone: Zone) -> tuple[str, str]:
    """In one sentence, then criterion by criterion."""
    made = standing(data, setting)
    at = made.zones.index(zone)
    place = priority_words.ordinal(int(made.places[at]))
    brought = made.brought[:, at]
    said = (
        f"{grammar.agree('est', zone.label)} {place} sur {len(made.zones)}, avec "
        f"{priority_words.points(made, at)}{priority_words.heaviest(made, brought.tolist())}."
    )
    ranks = priorities.ranks(made)
    body = [
        tables.row(
            escape(fr.spaced(f"{one.indicator.title} ({one.moment.told})")),
            [
                f"{fr.number(float(made.values[i, at]), one.indicator.decimals)} "
                f"<small>{escape(fr.spaced(one.indicator.unit))}</small>",
                _base(made, i),
                escape(f"{priority_words.ordinal(int(ranks[i, at]))} sur {len(made.zones)}"),
                fr.number(float(brought[i]), 1),
                fr.number(float(made.weights[i])),
            ],
            [],
            heads=HEADS,
        )
        for i, one in enumerate(made.criteria)
    ]
    caption = f"{zone.label} : ce que chaque critère apporte au score"
    return said, tables.frame_html(caption, ["Critère"], HEADS, [], body)


def _base(made: Ranking, i: int) -> str:
    if not np.isfinite(made.bases[i]):
        return tables.sign_html(Sign.MISSING)
    return fr.number(float(made.bases[i]), made.criteria[i].indicator.decimals)
