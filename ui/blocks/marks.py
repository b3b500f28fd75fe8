"""Marks of coverage: one square an indicator, full when it has figures, hollow when awaited."""

from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

from ctg_data import dating, fr
from ctg_data.catalogue.cards import ORIGINS, Indicator
from ctg_data.diagnosis import coverage
from ctg_data.diagnosis.coverage import Known, Subject
from ctg_data.workspace import Workspace
from ui.blocks import tables

FULL, BOUND, HIDDEN, HOLLOW = "full", "bound", "hidden", "hollow"


def mark(state: str) -> str:
    """One square, for the eye only: the same is always said in words beside it."""
    return f'<i class="ctg-mark ctg-mark-{state}" aria-hidden="true"></i>'


LEGEND = (
    f'<p class="ctg-soft">{mark(FULL)} un indicateur avec ses chiffres · {mark(BOUND)} connu par '
    f"une borne (« au moins », « au plus ») · {mark(HIDDEN)} reçu, couvert par le secret · "
    f"{mark(HOLLOW)} attendu</p>"
)


def marks_html(lines: Sequence[Known]) -> str:
    """One square an indicator, and the same said in words."""
    if not lines:
        return '<abbr title="aucun indicateur">–</abbr>'
    there = sum(one.present for one in lines)
    order = sorted(lines, key=lambda one: (not one.present, one.bounded, not one.masked))
    drawn = "".join(map(_mark, order))
    said = f"{there}{fr.WIDE}sur{fr.WIDE}{len(lines)}"
    if bounds := sum(one.bounded for one in lines):
        said += f", dont {bounds} par une borne"
    return f'<span class="ctg-marks">{drawn}</span> {said}'


def _mark(one: Known) -> str:
    if one.bounded:
        return mark(BOUND)
    return mark(FULL if one.present else HIDDEN if one.masked else HOLLOW)


def subject_html(subject: Subject) -> str:
    """An objective by its number and words, or an orientation by its words."""
    number = f"<strong>{escape(subject.id)}</strong> " if subject.group else ""
    return f"{number}{escape(fr.spaced(subject.title))}"


def indicator_link(data: Workspace, indicator: Indicator) -> str:
    """An indicator by its title, leading to its card in « Méthode »."""
    asked = urlencode({"territoire": data.territory.id, "mot": indicator.code})
    return (
        f'<a href="methode?{escape(asked, quote=True)}" target="_self">{indicator.code}</a> '
        f"{escape(fr.spaced(indicator.title))}"
    )


def state_text(one: Known) -> str:
    """Where and when there are figures, or what is missing and from whom."""
    if one.present:
        bound = ", par une borne (« au moins » ou « au plus »)" if one.bounded else ""
        return f"{capital(tables.levels_text(one.levels))} : {dating.span(one.years)}{bound}"
    if one.masked:
        return "Reçu, et couvert par le secret statistique"
    told = f"Attendu : {' ; '.join(ORIGINS[key] for key in one.indicator.origin)}."
    if one.missing:
        return f"{told} Il manque : {' ; '.join(coverage.gathered(one.missing))}."
    return f"{told} Rien de commun encore à une même année et à une même échelle."


def capital(text: str) -> str:
    """A sentence's first letter.

    >>> capital("données ouvertes")
    'Données ouvertes'
    """
    return text[:1].upper() + text[1:]
