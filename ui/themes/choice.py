"""What a theme page is read against: a reference and a year, chosen by the reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from ctg_data import fr
from ctg_data.catalogue.cards import Indicator
from ctg_data.catalogue.themes import Theme
from ctg_data.diagnosis import similar, theme as diagnosis
from ctg_data.diagnosis.theme import LATEST, Diagnosis
from ctg_data.release.masked import Cell
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace
from ui.blocks import places, selectors
from ui.state.memo import remembered

LAST, ALIKE = "derniere", "semblables"
AWAITED = (
    "commune proposée attend ses chiffres, qui arrivent",
    "communes proposées attendent leurs chiffres, qui arrivent",
)


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


@dataclass(frozen=True)
class Alike:
    """The communes like ours: the middle of their rates."""

    zones: tuple[Zone, ...]
    zone: None = None
    name: str = "la médiane des communes semblables"

    def cell(self, data: Workspace, indicator: Indicator, period: int) -> Cell:
        """The median of their published figures."""
        return similar.middle(data, self.zones, indicator, period)


Reference = OnePlace | Alike


@dataclass(frozen=True)
class Choice:
    """A theme, what it is compared with, and when."""

    theme: Theme
    reference: Reference
    year: int = LATEST


def ask(data: Workspace, theme: Theme) -> Choice:
    """The reader's reference and year: the nearest wider place and the last year unless told."""
    known = _years(data, theme)
    found = references(data)
    with st.container(key="choix"):
        left, right, _ = st.columns([2, 1, 3])
    with left:
        asked = selectors.choose(
            "reference", "Comparer avec", list(found), lambda one: _name(found[one])
        )
    with right:
        year = selectors.choose("annee", "Année", [LAST, *map(str, known)], _year_name)
    if asked == ALIKE:
        st.html(f'<p class="ctg-soft">{escape(fr.spaced(alike_text(data)))}</p>')
    return Choice(theme, found[asked], LATEST if year == LAST else int(year))


@remembered
def references(data: Workspace) -> dict[str, Reference]:
    """What a place may be compared with, the nearest first."""
    found: dict[str, Reference] = {
        str(one.level): OnePlace(one) for one in data.territory.references
    }
    like = similar.similar(data).zones
    return found | ({ALIKE: Alike(like)} if len(like) >= similar.ENOUGH else {})


@remembered
def alike_text(data: Workspace) -> str:
    """Which communes are like ours, or by which criteria none is known to be."""
    found = similar.similar(data)
    count = len(found.zones)
    if count >= similar.ENOUGH:
        names = ", ".join(one.label for one in found.zones)
        told = f"Communes semblables, {found.criteria} : {names}."
        return f"{told} {data.territory.comparables_choice}".strip()
    known = fr.plural(count, "seule commune connue", "communes connues") if count else ""
    said = f"{known} ; il en faut {similar.ENOUGH}" if count else "aucune commune connue"
    awaited = similar.awaited(data)
    more = (
        f" {fr.plural(len(awaited), *AWAITED)} avec la prochaine mise à jour des données ouvertes."
    )
    return f"Communes semblables : {said}. Critères : {found.criteria}.{more if awaited else ''}"


def shortfall_of(data: Workspace, reference: Reference) -> str:
    """The place a shortfall is computed for: the intercommunalité when there are several."""
    return reference.name if reference.zone else places.in_words(data.territory.epci)


def _name(reference: Reference) -> str:
    return reference.zone.label if reference.zone else "Communes semblables (médiane)"


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
