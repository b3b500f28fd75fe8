"""What the indicators cover of the convention: each objective, each orientation of the CAF.

No list is written here.  The convention says the objectives and the orientations, the catalogue
says which indicator serves which, the release says which of them have figures.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ctg_data import observations
from ctg_data.catalogue.cards import Indicator
from ctg_data.catalogue.kinds.operands import at_levels, split
from ctg_data.model import Level
from ctg_data.release.bounds import told
from ctg_data.workspace import Workspace

GAPS = ("offre", "ecart")  # what an orientation needs, beyond a need, to be acted upon


@dataclass(frozen=True)
class Known:
    """One indicator and what is there of it.

    Attributes:
        levels, years: where and when at least one number can be shown; of an edition whose year is
            not established, its period.
        masked: figures were received, and every one of them is under statistical secrecy.
        missing: the operands that nobody has given yet; none while the indicator has figures.
        bounded: every number is a bound, « au moins » or « au plus »: no list is complete yet.
    """

    indicator: Indicator
    levels: tuple[Level, ...]
    years: tuple[int, ...]
    masked: bool
    missing: tuple[str, ...]
    bounded: bool = False

    @property
    def present(self) -> bool:
        """Whether at least one number can be shown."""
        return bool(self.years)


@dataclass(frozen=True)
class Subject:
    """An objective of article 4 or an orientation of article 2, and its indicators.

    ``group`` is the title of its axis; ``aims`` are the goals the convention gives it.
    """

    id: str
    title: str
    group: str
    aims: tuple[str, ...]
    known: tuple[Known, ...]

    def of_kind(self, kind: str) -> list[Known]:
        """Its indicators of need, of offer, of gap or of context."""
        return [one for one in self.known if one.indicator.kind == kind]

    @property
    def present(self) -> int:
        """How many of its indicators have figures."""
        return sum(one.present for one in self.known)

    @property
    def uncovered(self) -> bool:
        """Whether no indicator, received or awaited, says what is done about it."""
        return not any(self.of_kind(kind) for kind in GAPS)


def known(data: Workspace) -> tuple[Known, ...]:
    """Every indicator of the catalogue, in the order of their codes."""
    return tuple(_known(data, one) for one in data.indicators())


def _known(data: Workspace, indicator: Indicator) -> Known:
    table = data.table(indicator)
    shown = table.where(period=table.periods)
    numbers = shown.frame[told(shown.frame)]
    present = set(numbers["level"])
    return Known(
        indicator=indicator,
        levels=tuple(one for one in indicator.levels if str(one) in present),
        years=tuple(reversed(table.periods)),
        masked=not table.periods and table.hidden > 0,
        missing=() if table.periods else tuple(_missing(data, indicator)),
        bounded=bool(len(numbers)) and bool(numbers["value"].isna().all()),
    )


def _missing(data: Workspace, indicator: Indicator) -> list[str]:
    """Operands without a figure at any of the levels of the indicator."""
    operands = indicator.compute.operands
    names = [one for one in operands if not at_levels(data.release, one, indicator.levels).shown]
    return list(dict.fromkeys(names))


def gathered(operands: Iterable[str]) -> list[str]:
    """Operands in words, the parts of one variable said together.

    >>> gathered(["places_alsh_mercredi/3-5", "places_alsh_mercredi/6-11"])
    ['Places en accueil de loisirs le mercredi (3 à 5 ans, 6 à 11 ans)']
    >>> gathered(["lits_fjt/total"])
    ['Lits en foyer de jeunes travailleurs']
    """
    parts: dict[str, list[str]] = {}
    for one in dict.fromkeys(operands):
        variable, category = split(one)
        declared = observations.variables()[variable]
        of, part = parts.setdefault(declared.label, []), declared.part(category)
        of += [part] if part and part not in of else []
    return [f"{label} ({', '.join(of)})" if of else label for label, of in parts.items()]


def objectives(data: Workspace, every: Iterable[Known]) -> list[Subject]:
    """The objectives of article 4, axis by axis, each with its indicators."""
    told = [
        (one["id"], one["texte"], axis["titre"], ())
        for axis in data.territory.convention.get("axe", ())
        for one in axis["objectif"]
    ]
    return _subjects("objective", told, every)


def orientations(data: Workspace, every: Iterable[Known]) -> list[Subject]:
    """The orientations of the CAF (article 2), each with its indicators."""
    told = [
        (one["id"], one["titre"], "", tuple(one.get("objectifs", ())))
        for one in data.territory.convention.get("orientation", ())
    ]
    return _subjects("orientation", told, every)


def _subjects(
    field: str, told: Iterable[tuple[str, str, str, tuple[str, ...]]], every: Iterable[Known]
) -> list[Subject]:
    """Subjects of the convention, each with the indicators whose ``field`` names it."""
    by_id: dict[str, list[Known]] = {}
    for one in every:
        by_id.setdefault(getattr(one.indicator, field), []).append(one)
    return [Subject(*words, known=tuple(by_id.get(words[0], ()))) for words in told]


def fields_without_axis(convention: dict[str, Any]) -> list[str]:
    """Fields of the commune (article 3) that no axis of article 4 takes up under their name."""
    axes = {str(one["titre"]).casefold() for one in convention.get("axe", ())}
    return [one for one in convention.get("champs_intervention", ()) if one.casefold() not in axes]


def awaited(every: Iterable[Known]) -> dict[str, list[Known]]:
    """Indicators without a figure, by whom they are awaited from first."""
    found: dict[str, list[Known]] = {}
    for one in every:
        if not one.present and not one.masked:
            found.setdefault(one.indicator.origin[0], []).append(one)
    return found
