"""What a territory proposes for deciding: ``decision.toml``, weights and hypotheses, dated.

Nothing of it is a figure of the territory: these are choices that a committee makes and changes,
shown beside every result that they enter.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ctg_data.catalogue.kinds.projected_rate import SCENARIOS
from ctg_data.errors import TerritoryError, all_problems
from ctg_data.files import declared as territory_files
from ctg_data.files.toml import read_toml
from ctg_data.nearest import strangers
from ctg_data.territory import keys as territory_keys
from ctg_data.territory.config import TerritoryConfig

FILE = "decision.toml"
MOST_WEIGHT = 5
LEAST_HORIZON = 3  # years until no child under three is born yet: what cards of projection tell


@dataclass(frozen=True)
class Scenario:
    """One future of births: by how many percent they change every year, and why."""

    id: str
    name: str
    yearly: float
    reason: str


@dataclass(frozen=True)
class StructureKind:
    """A kind of structure that may be opened, and its usual number of places."""

    id: str
    name: str
    places: int
    source: str


@dataclass(frozen=True)
class Decision:
    """The choices of a territory; ``dated`` is the day they were made, ``status`` by whom."""

    dated: date
    status: str
    horizon: int
    scenarios: tuple[Scenario, ...]
    kinds: tuple[StructureKind, ...]
    weights: Mapping[str, int] = field(compare=False)
    reason: str


def decision(config: TerritoryConfig) -> Decision | None:
    """The choices of a territory; None when its folder makes none.

    Raises:
        TerritoryError: the file cannot be used; says every problem at once.
    """
    path = config.folder / FILE
    if not path.exists():
        return None
    reader = _Reader(read_toml(path), f"{config.folder.name}/{FILE}")
    found = reader.read()
    if reader.problems:
        raise TerritoryError(all_problems(f"{reader.place} :", reader.problems))
    return found


def readable(config: TerritoryConfig) -> Decision | None:
    """The same; None also when the file cannot be used, which ``damage`` tells on every page."""
    try:
        return decision(config)
    except TerritoryError:
        return None


class _Reader:
    """Reads the file; problems are gathered, to be told together."""

    def __init__(self, raw: dict[str, Any], place: str) -> None:
        self.raw, self.place, self.problems = raw, place, list[str]()

    def read(self) -> Decision:
        unknown = strangers(self.raw, territory_keys.DECISION)
        self.problems += [f"« {key} » : {text}" for key, text in unknown]
        weights = self._of(self._of(self.raw, "priorites", dict), "poids", dict, "priorites")
        for code, weight in weights.items():
            if not isinstance(weight, int) or not 0 <= weight <= MOST_WEIGHT:
                self.problems.append(
                    f"« priorites.poids.{code} » : un entier de 0 à {MOST_WEIGHT} est attendu, "
                    f"reçu « {weight} »."
                )
        return Decision(
            dated=self._of(self.raw, "arretees_le", date),
            status=self._of(self.raw, "statut", str),
            horizon=self._horizon(),
            scenarios=self._scenarios(),
            kinds=tuple(
                StructureKind(
                    self._of(one, "id", str, place),
                    self._of(one, "nom", str, place),
                    self._of(one, "places", int, place),
                    self._of(one, "source", str, place),
                )
                for place, one in self._tables("structure")
            ),
            weights=weights,
            reason=self._of(self._of(self.raw, "priorites", dict), "raison", str, "priorites"),
        )

    def _horizon(self) -> int:
        years = int(self._of(self.raw, "horizon", int))
        if years < LEAST_HORIZON:
            self.problems.append(f"« horizon » : {LEAST_HORIZON} ans au moins, reçu « {years} ».")
        return years

    def _scenarios(self) -> tuple[Scenario, ...]:
        found = tuple(
            Scenario(
                self._of(one, "id", str, place),
                self._of(one, "nom", str, place),
                self._of(one, "variation", float, place),
                self._of(one, "raison", str, place),
            )
            for place, one in self._tables("scenario")
        )
        pace = [one.yearly for one in found]
        if [one.id for one in found] != [*SCENARIOS] or pace != sorted(pace):
            self.problems.append(
                f"« scenario » : trois scénarios sont attendus, du plus bas au plus haut, dont "
                f"l'« id » est {', '.join(SCENARIOS)}."
            )
        return found

    def _tables(self, key: str) -> list[tuple[str, dict[str, Any]]]:
        entries = {key: self._of(self.raw, key, list)}
        found = territory_files.tables(entries, key, self.problems)
        return [(f"{key}[{rank}]", one) for rank, one in found]

    def _of(self, table: dict[str, Any], key: str, kind: type, place: str = "") -> Any:
        """The value under ``key``, or an empty one of its kind and a problem noted."""
        value = table.get(key)
        if kind is float and isinstance(value, int):
            value = float(value)
        if isinstance(value, kind) and not isinstance(value, bool):
            return value
        whole = f"{place}.{key}".strip(".")
        self.problems.append(
            f"« {whole} » : absente ou mal écrite. Le dossier « exemple » en montre une."
        )
        return date.min if kind is date else kind()
