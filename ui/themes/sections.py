"""Besoin, offre, écart: a question each, its main indicator open, the others one click away."""

from collections.abc import Sequence

import streamlit as st

from ctg_data import fr
from ctg_data.diagnosis import reading, theme as diagnosis
from ctg_data.diagnosis.reading import Move
from ctg_data.diagnosis.theme import Fact, Reach
from ctg_data.workspace import Workspace
from ui.blocks import components, states
from ui.themes import blocks as theme_blocks, choice as theme_choice, parts as theme_parts
from ui.themes.choice import Choice

MARKS = str.maketrans({one: f"\\{one}" for one in "\\*_[]$~`<>:"})
NAMES = {"besoin": "Besoin", "offre": "Offre", "ecart": "Écart"}


def section(data: Workspace, choice: Choice, name: str) -> None:
    """One section: the indicator that answers its question, then the others, folded."""
    found = theme_choice.read(data, choice)
    facts = found.section(name)
    main = diagnosis.first(facts, choice.theme.figures)
    if main is None:
        components.question(choice.theme.heading(name), kind=NAMES[name], anchor=name)
        _nothing(data, choice, name)
        return
    code = main.indicator.code
    said = theme_blocks.sentence(data, choice, code)
    components.question(choice.theme.heading(name), said, kind=NAMES[name], anchor=name)
    components.show(theme_blocks.block(data, choice, code), code)
    drawn = theme_parts.codes(data, choice) if main in found.figures[:1] else ()
    rest = [one for one in facts if one is not main and one.indicator.code not in drawn]
    if drawn or rest:
        _others(data, choice, name, drawn, rest)


@st.fragment
def _others(
    data: Workspace, choice: Choice, name: str, drawn: Sequence[str], rest: Sequence[Fact]
) -> None:
    """The others, one click away each: opening one makes this list again, not the page.

    One fragment for them all: Streamlit copies where a page stands for each.  On a phone a line
    shows and hides the list; see ``blocks.css``.
    """
    title = fr.plural(len(rest) + len(drawn), "autre indicateur", "autres indicateurs")
    with st.container(key=f"autres-{name}", gap="xsmall"):
        st.html(f'<details class="ctg-others"><summary>{title}</summary></details>')
        if drawn:
            _parts(data, choice)
        for one in rest:
            _folded(data, choice, one)


def _parts(data: Workspace, choice: Choice) -> None:
    """What the figure above is made of, drawn once it is opened."""
    title = line(theme_parts.QUESTION, [theme_parts.sentence(data, choice)])
    fold = st.expander(title, key="pli-parts", on_change="rerun")
    if fold.open:
        with fold:
            components.show(theme_parts.block(data, choice), "parts")


def _nothing(data: Workspace, choice: Choice, name: str) -> None:
    waiting = choice.theme.indicators(name)
    if not waiting:
        text = "Aucun indicateur de ce thème ne le mesure encore."
    else:
        who = dict.fromkeys(diagnosis.awaited_from(one) for one in waiting)
        text = f"{fr.plural(len(waiting), 'indicateur')} sans chiffre ici, à attendre de : "
        text += f"{' ; '.join(who)}."
    states.show("awaited", "Pas encore de chiffre", text)
    states.receive(data, waiting)


def _folded(data: Workspace, choice: Choice, fact: Fact) -> None:
    """An indicator under its figure; what it holds is made once it is opened."""
    code = fact.indicator.code
    fold = st.expander(label(data, choice, fact), key=f"pli-{code}", on_change="rerun")
    if fold.open:
        with fold:
            components.answer(theme_blocks.sentence(data, choice, code))
            components.show(theme_blocks.block(data, choice, code), code)


def told(fact: Fact) -> Move | None:
    """Counts of two places do not compare: of a count, its move."""
    return fact.move if fact.indicator.is_count else fact.gap or fact.move


def label(data: Workspace, choice: Choice, fact: Fact) -> str:
    """The line of a folded indicator: its title, its figure, its gap or its move."""
    indicator = fact.indicator
    if fact.reach is Reach.ZONES:
        said = [theme_blocks.extent(data, choice, indicator.code)]
    else:
        value = reading.value_text(fact.cell, indicator.decimals, indicator.unit)
        said = [f"{value} ({fact.cell.moment.told})"]
        said += [reading.judged(one) for one in (told(fact),) if one]
    return line(indicator.title, said)


def line(title: str, said: Sequence[str]) -> str:
    """The line of a fold: what it is about, then what is said of it."""
    marked = [fr.spaced(one).translate(MARKS) for one in (title, *said)]
    return " · ".join([f"**{marked[0]}**", *marked[1:]])
