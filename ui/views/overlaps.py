"""View of the page « Méthode »: which zonings may be shown together, and why."""

from html import escape

import streamlit as st

from ctg_data import fr
from ctg_data.diagnosis import overlaps
from ctg_data.diagnosis.overlaps import Overlaps
from ctg_data.workspace import Workspace
from ui.blocks import components, tables
from ui.state.memo import remembered


def zonings(data: Workspace) -> None:
    """The rule by family of figures, what it leaves of the socle, and each overlap measured."""
    st.html(_html(data))
    _measured(data, _known(data))


@remembered
def _known(data: Workspace) -> Overlaps:
    return overlaps.of(data.territory)


@remembered
def _html(data: Workspace) -> str:
    """The rule, then what it leaves, made once: all the figures of the socle are counted."""
    policy = data.territory.policy
    question = "Quels zonages peuvent être montrés ensemble ?"
    heads = ["Premier zonage", "Un second zonage", "Pourquoi"]
    body = [
        tables.row(
            f"<strong>{escape(fr.spaced(one.name))}</strong>",
            [],
            [one.first, fr.spaced(one.second), fr.spaced(one.why)],
            heads=heads,
        )
        for one in overlaps.families(policy)
    ]
    return components.stacked(
        [
            components.question_html(question, overlaps.summary(_known(data), policy)),
            tables.frame_html("Zonages par famille de chiffres", ["Famille"], [], heads, body),
            _left(data),
        ]
    )


def _left(data: Workspace) -> str:
    """What the joint audit lets through, counted on what is really shown."""
    found = overlaps.shown(data.release)
    if not found:
        return ""
    heads = ["Montrées", "Couvertes par le secret"]
    body = [
        tables.row(
            escape(one.zoning), [fr.number(one.shown), fr.number(one.hidden)], [], heads=heads
        )
        for one in found
    ]
    caption = f"Cases du socle montrées par zonage, décembre {found[0].period}"
    return tables.frame_html(caption, ["Zonage"], heads, [], body)


def _tried(data: Workspace) -> str:
    """Say that every sum was tried, where an audit did try them and found nothing."""
    found = data.secrecy.audit
    if found is None or not found.safe or not data.secrecy.hidden_by_us:
        return ""
    return (
        " Un lecteur peut faire chacune de ces sommes et de ces différences : toutes ont été "
        "essayées avant que rien ne soit montré, et aucune ne rend une case masquée."
    )


def _measured(data: Workspace, known: Overlaps) -> None:
    """Each overlap in words, folded: long, and wanted by few."""
    if not known.found:
        return
    heads = ["Avec", "Recoupement"]
    body = [
        tables.row(escape(one.zone), [], [one.others, one.text], heads=heads) for one in known.found
    ]
    with st.expander(f"{fr.plural(len(known.found), 'recoupement')} entre zones"):
        st.html(
            '<p class="ctg-soft">Mesurés sur les contours employés ; au plus 5 % de surface '
            "d'écart, parce que deux producteurs ne dessinent pas une rue au même endroit. Chaque "
            f"reste est protégé comme une zone.{_tried(data)}</p>"
        )
        st.html(tables.frame_html("Recoupements entre zonages", ["Zone"], [], heads, body))
