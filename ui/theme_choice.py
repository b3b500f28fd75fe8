"""What a theme page is read against: a reference and a year, chosen by the reader."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from ctg_data import diagnosis
from ctg_data.cards import Indicator
from ctg_data.diagnosis import LATEST, Diagnosis
from ctg_data.disclosure.masked import Cell
from ctg_data.territory import Zone
from ctg_data.themes import Theme
from ctg_data.workspace import Workspace
from ui import places, selectors
from ui.memo import remembered

LAST = "derniere"


@dataclass(frozen=True)
class OnePlace:
    """A wider place to compare with."""

    zone: Zone

    @property
    def name(self) -> str:
        """The place with its article."""
        return places.in_words(self.zone)

    @property
    def zones(self) -> tuple[Zone, ...]:
        """What is drawn for it."""
        return (self.zone,)

    def cell(self, data: Workspace, indicator: Indicator, period: int) -> Cell:
        """Its figure of one year."""
        rows = data.table(indicator)
        return rows.cell(str(self.zone.level), self.zone.code, period)


Reference = OnePlace


@dataclass(frozen=True)
class Choice:
    """A theme, what it is compared with, and when."""

    theme: Theme
    reference: Reference
    year: int = LATEST


def ask(data: Workspace, theme: Theme) -> Choice:
    """The reader's reference and year: the nearest wider place and the last year unless told."""
    known = _years(data, theme)
    found = {str(one.level): OnePlace(one) for one in data.territory.references}
    left, right, _ = st.columns([2, 1, 3])
    with left:
        asked = selectors.choose(
            "reference", "Comparer avec", list(found), lambda one: found[one].zone.label
        )
    with right:
        year = selectors.choose("annee", "Année", [LAST, *map(str, known)], _year_name)
    return Choice(theme, found[asked], LATEST if year == LAST else int(year))


@remembered
def read(data: Workspace, choice: Choice) -> Diagnosis:
    """The theme against that reference, that year."""
    return diagnosis.diagnosis(data, choice.theme, choice.reference, choice.year)


def wider(data: Workspace, choice: Choice, place: Zone) -> list[Zone]:
    """The places a figure is drawn beside: every reference, the chosen one included."""
    zones: Sequence[Zone] = (*data.territory.references, *choice.reference.zones)
    return [one for one in dict.fromkeys(zones) if one != place]


@remembered
def _years(data: Workspace, theme: Theme) -> tuple[int, ...]:
    return tuple(diagnosis.years(data, theme))


def _year_name(key: str) -> str:
    return "Dernière connue" if key == LAST else key
