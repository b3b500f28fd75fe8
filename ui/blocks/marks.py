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

FULL, HIDDEN, HOLLOW = "full", "hidden", "hollow"


def mark(state: str) -> str:
    """One square, for the eye only: the same is always said in words beside it."""
    return f'<i class="ctg-mark ctg-mark-{state}" aria-hidden="true"></i>'


LEGEND = (
    f'<p class="ctg-soft">{mark(FULL)} un indicateur avec ses chiffres · {mark(HIDDEN)} reçu, '
    f"couvert par le secret · {mark(HOLLOW)} attendu</p>"
)


def marks_html(lines: Sequence[Known]) -> str:
    """One square an indicator, and the same said in words."""
    if not lines:
        return '<abbr title="aucun indicateur">–</abbr>'
    there = sum(one.present for one in lines)
    drawn = "".join(map(_mark, sorted(lines, key=lambda one: (not one.present, not one.masked))))
    said = f"{there}{fr.WIDE}sur{fr.WIDE}{len(lines)}"
    return f'<span class="ctg-marks">{drawn}</span> {said}'


def _mark(one: Known) -> str:
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
        return f"{capital(tables.levels_text(one.levels))} : {dating.span(one.years)}"
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
