"""Ce que l'on ne sait pas: what has no figure here, why, and from whom it is awaited."""

from html import escape

import streamlit as st

from ctg_data import fr
from ctg_data.diagnosis import theme as diagnosis
from ctg_data.diagnosis.theme import Fact, Reach
from ctg_data.workspace import Workspace
from ui.blocks import components, notes, tables
from ui.state.memo import remembered
from ui.themes import choice as theme_choice
from ui.themes.choice import Choice

MASKED = "Personne : couvert par le secret statistique (« s »), ce qui ne veut pas dire zéro"


def unknown(data: Workspace, choice: Choice) -> None:
    """A sentence, then one line by whoever holds what is missing."""
    st.html(_html(data, choice))


@remembered
def _html(data: Workspace, choice: Choice) -> str:
    alike = f'<p class="ctg-soft">{escape(fr.spaced(theme_choice.alike_text(data)))}</p>'
    said = _sentence(data, choice)
    return components.stacked(
        [
            components.question_html("Que ne sait-on pas ?", said, kind="Limites"),
            _table(data, choice),
            _limits(data, choice),
            notes.folded("Communes semblables", alike),
        ]
    )


def _sentence(data: Workspace, choice: Choice) -> str:
    found = theme_choice.read(data, choice)
    total, missing = len(found.facts), len(found.unknown)
    if not total:
        return "Aucun indicateur de ce thème n'est encore décrit."
    if not missing:
        return f"Chaque indicateur du thème a au moins un chiffre ici : {fr.number(total)} en tout."
    verb = "n'a" if missing < 2 else "n'ont"
    return (
        f"{fr.plural(missing, 'indicateur')} sur {fr.number(total)} {verb} encore aucun chiffre "
        f"pour {data.territory.label}."
    )


def _table(data: Workspace, choice: Choice) -> str:
    waiting: dict[str, list[str]] = {}
    for one in theme_choice.read(data, choice).unknown:
        waiting.setdefault(_who(one), []).append(f"{one.indicator.title} ({one.indicator.code})")
    body = [
        tables.row(escape(fr.spaced(who[:1].upper() + who[1:])), [], [" ; ".join(titles)])
        for who, titles in waiting.items()
    ]
    caption = f"Indicateurs sans chiffre, {choice.theme.title}"
    table = tables.frame_html(caption, ["Attendu de"], [], ["Indicateurs"], body)
    return notes.folded("Voir lesquels, et de qui ils sont attendus", table) if body else ""


def _who(fact: Fact) -> str:
    return MASKED if fact.reach is Reach.MASKED else diagnosis.awaited_from(fact.indicator)


def _limits(data: Workspace, choice: Choice) -> str:
    """The limits of the figures of the page, folded: the first one of each."""
    facts = [one for one in theme_choice.read(data, choice).facts if one.known]
    lines = dict.fromkeys(
        f"<li><strong>{escape(fr.spaced(one.indicator.title))}</strong> : "
        f"{escape(fr.spaced(str(one.indicator.text['limits'][0])))}</li>"
        for one in facts
        if one.indicator.text["limits"]
    )
    if not lines:
        return ""
    return (
        '<details class="ctg-method"><summary>Ce que les chiffres connus ne disent pas</summary>'
        f'<div class="ctg-card"><ul>{"".join(lines)}</ul></div></details>'
    )
