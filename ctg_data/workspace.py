"""The façade pages talk to: it gives out masked tables, and holds no observation.

``opening.open_workspace`` makes it.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, TypeVar

import pandas as pd

from ctg_data import dating, fr, observations, role
from ctg_data.access import accessibility, after_opening as access_change
from ctg_data.access.catchment import Point, Rule
from ctg_data.built_once import BuiltOnce
from ctg_data.catalogue import indicators
from ctg_data.catalogue.cards import Indicator
from ctg_data.catalogue.kinds.computation import Computation
from ctg_data.disclosure.adapter.gate import Gated
from ctg_data.errors import UserError
from ctg_data.model import Citation, Level, sources_in
from ctg_data.offer.offered import NOTHING, Published
from ctg_data.register.model import Register, Structure
from ctg_data.release.bounds import told
from ctg_data.release.masked import Cell, MaskedTable
from ctg_data.role import Role
from ctg_data.sources import local_portal, registry
from ctg_data.store.session import SourceState
from ctg_data.territory import embedded
from ctg_data.territory.config import TerritoryConfig, Zone
from ctg_data.update import states as source_states

T = TypeVar("T")
MOST_TABLES = 400  # the catalogue several times over: some tables depend on a reference
MOST_VIEWS = 20_000  # every choice of every page, twice over: readers make several at once
JOURNAL = ["Variable", "Part", "Niveau", "Zone", "Année", "Motif"]


@dataclass(frozen=True)
class SourceLine:
    """One line of the page « Données »: a declared source and where its data stand."""

    source: registry.Source
    state: SourceState | None
    years: tuple[int, ...]
    rows: int
    citations: tuple[Citation, ...]

    @property
    def answered(self) -> bool:
        """Whether this source has answered once, on this machine."""
        return self.state is not None and self.state.answered

    @property
    def at_hand(self) -> bool:
        """Whether it has answered, or came with the territory: it waits for no first update."""
        return self.answered or bool(self.years)


Completed = Mapping[type[Computation], Callable[["Workspace", Indicator], MaskedTable]]
NONE: Completed = MappingProxyType({})


class Workspace:
    """A territory behind the gate.

    Attributes:
        territory: its configuration (public).
        release: every cell of the territory that may be shown, or its sign.
        warnings: French sentences on what could not be read; the app goes on without it.
        register: the structures of the territory, all of it public.
        edition: the short name of the release, for links that last.
        published: places that producers publish, set against the register.

    ``completed`` computes the kinds of indicators that the release alone does not give.
    """

    def __init__(
        self,
        config: TerritoryConfig,
        gated: Gated,
        warnings: tuple[str, ...] = (),
        register: Register | None = None,
        edition: str = "",
        completed: Completed = NONE,
        published: Published = NOTHING,
    ) -> None:
        self.territory, self.warnings = config, warnings
        self.release, self.secrecy = gated.release, gated.secrecy
        self._journal = gated.journal
        self.register, self.published = register or Register(), published
        self.edition, self._completed = edition, completed
        self._tables: BuiltOnce[tuple[str, tuple[str, str] | None], MaskedTable]
        self._tables = BuiltOnce(MOST_TABLES)
        self._views: BuiltOnce[Hashable, Any] = BuiltOnce(MOST_VIEWS)

    def once(self, key: Hashable, build: Callable[[], T]) -> T:
        """What is made of this release, made once for all its readers.

        It lasts as long as the workspace, and belongs to no other territory nor edition; the
        role is a part of the key, as what is shown may depend on it.  What is built must not
        hold the workspace, which would then never be let go.
        """
        found: T = self._views.get((role.current(), key), build)
        return found

    def indicators(self, theme: str | None = None) -> list[Indicator]:
        """The catalogue, or one theme of it."""
        found = indicators.catalogue().values()
        return [one for one in found if theme is None or one.theme == theme]

    def indicator(self, identifier: str) -> Indicator:
        """One indicator by id (``petite_enfance/taux_couverture_global``) or by code (``PE11``)."""
        for one in indicators.catalogue().values():
            if identifier in (one.id, one.code):
                return one
        raise UserError(
            f"L'indicateur « {identifier} » n'existe pas. "
            "Choisissez-en un dans la page « Méthode »."
        )

    def table(self, indicator: Indicator, reference: tuple[str, str] | None = None) -> MaskedTable:
        """The indicator at every level, place and year; filter with ``where`` and ``latest``.

        ``reference``, a (level, code), is used by indicators of shortfall only: the commune's
        intercommunalité by default.
        """
        if indicator.compute.against_reference and reference is None:
            reference = (str(Level.EPCI), self.territory.epci.code)
        return self._tables.get(
            (indicator.id, reference), lambda: self._computed(indicator, reference)
        )

    def _computed(self, indicator: Indicator, reference: tuple[str, str] | None) -> MaskedTable:
        completed = self._completed.get(type(indicator.compute))
        if completed is not None:
            return completed(self, indicator)
        return indicators.compute(self.release, indicator, reference)

    @property
    def around(self) -> accessibility.Around:
        """What access is computed from."""
        return accessibility.Around(self.release, self.territory, self.register)

    def awaited(self, indicator: Indicator) -> tuple[str, ...]:
        """What is missing for an indicator of access to be computed here, in French."""
        return accessibility.awaited(self.around, indicator)

    def opened(self, indicator: Indicator, zone: Zone, places: int) -> access_change.Change | None:
        """What a structure opened in a zone changes in access, zone by zone; None when unknown."""
        known = self.table(indicator)
        return access_change.change(self.around, indicator, zone, places, known)

    def ways_needed(self, indicator: Indicator) -> tuple[list[Point], list[Point], Rule]:
        """Between which points an indicator of access needs to know the way."""
        return accessibility.ways_needed(self.around, indicator)

    def cell(self, indicator: Indicator, zone: Zone, period: int | None = None) -> Cell:
        """The cell of one place, its latest year unless told."""
        place = str(zone.level), zone.code
        return self.table(indicator).cell(*place, period or self._latest(indicator).get(place))

    def _latest(self, indicator: Indicator) -> dict[tuple[str, str], int]:
        """The last period with a number of each place that has one."""

        def found() -> dict[tuple[str, str], int]:
            rows = self.table(indicator).frame
            shown = rows[told(rows)]
            names = (shown[name].tolist() for name in ("level", "code", "period"))
            every = sorted(zip(*names, strict=True), key=lambda one: dating.order(one[2]))
            return {(level, code): period for level, code, period in every}

        return self.once(("latest", indicator.id), found)

    def has_data(self, indicator: Indicator) -> bool:
        """Whether at least one number of the indicator can be shown."""
        return self.table(indicator).shown > 0

    def structures(self, period: int | None = None) -> tuple[Structure, ...]:
        """The structures open on 31 December of a year, all of them without one; all public.

        In a year that nobody knows, nobody can say which were open: none.
        """
        if period is None:
            return self.register.structures
        return self.register.open_in(period) if dating.is_known(period) else ()

    def journal(self) -> pd.DataFrame:
        """Which cells were masked and why, in words and without a value.

        Raises:
            UserError: the app was not started for the statistician.
        """
        if role.current() is not Role.STATISTICIEN:
            raise UserError("Le journal du secret n'est ouvert qu'au statisticien de la CAF.")
        declared, found = observations.variables(), self._journal
        columns = ("variable", "category", "level", "code", "period", "rule")
        rows = [
            (
                declared[variable].label,
                declared[variable].part(category) or "Total",
                Level(level).label,
                self.label(level, code),
                int(period),
                rule,
            )
            for variable, category, level, code, period, rule in zip(
                *(found[name].tolist() for name in columns), strict=True
            )
        ]
        return pd.DataFrame(rows, columns=JOURNAL)

    def label(self, level: str, code: str) -> str:
        """The name of a place, or its code when nobody named it."""
        return self.territory.labels.get((str(level), code), code)

    @property
    def data_date(self) -> str:
        """Where the data come from and of when, in one sentence for the masthead."""
        return self.once("data_date", self._data_date)

    def _data_date(self) -> str:
        if self.territory.fictional:
            return "Données fictives, inventées pour l'essai"
        received = sorted({c.retrieved_on for c in self.release.citations if c.retrieved_on})
        years = self.release.years
        if not received or not years:
            return "Aucune donnée pour l'instant"
        last = fr.day(pd.Timestamp(received[-1]).date())
        return f"Données publiées jusqu'à {years[0]}, reçues jusqu'au {last}"

    def sources(self) -> list[SourceLine]:
        """Every declared source and its state, for the page « Données »."""
        states = source_states.of(self.territory.id)
        found = self.once("sources", self._sources)
        return [replace(one, state=states.get(one.source.id)) for one in found]

    def _sources(self) -> list[SourceLine]:
        frame = self.release.frame
        heads = {key: registry.source_of(sources_in(key)[0]) for key in frame["source"].unique()}
        belongs = frame["source"].map(heads)
        by_id = {one.id: one for one in self.release.citations}
        lines = []
        for declared in registry.sources().values():
            if not local_portal.concerns(declared, self.territory):
                continue
            source = local_portal.localised(declared, self.territory)
            rows = frame[belongs == source.id]
            cited = tuple(by_id[key] for key in sorted(set(rows["source"])) if key in by_id)
            years = tuple(sorted(dating.years(rows[told(rows)]["period"])))
            lines.append(SourceLine(source, None, years, len(rows), cited))
        return lines

    def given(self) -> list[Citation]:
        """What came with the territory folder and that no connector refreshes."""
        return [one for one in self.release.citations if not registry.source_of(one.id)]

    def source_notes(self) -> dict[str, str]:
        """What must be known of each source of the folder, by id."""
        return {name: card.note for name, card in embedded.source_cards(self.territory).items()}
