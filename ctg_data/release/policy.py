"""The one policy: what article 7 of the convention forbids, and what the CAF decides of the rest.

Declared in ``[secret]`` of a territory, read once, carried by the release: the gate, the engine,
the checks of a file, derived figures, pages and commands all read it here and nowhere else.  A
threshold may be raised, never lowered under the convention's; a key that nothing reads is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ctg_data.model import TILING, Level
from ctg_data.nearest import unknown

# « Pas de transmission de données si elles ne concernent pas au moins 5 allocataires »
LEAST_COUNT = 5
# « Aucune zone infra communale ou sous-population ne sera étudiée si elle ne concerne pas au
# moins 100 allocataires »
LEAST_POPULATION = 100
# Ours, stricter: persons and children whose allocataires nobody gives (« règle approchée »)
LEAST_PEOPLE = 11
WRITTEN = ("valeur", "defaut", "raison")  # what each setting says, in [secret.NAME]


@dataclass(frozen=True)
class Policy:
    """Thresholds, and choices of the CAF.

    Attributes:
        min_count: allocataires behind a figure, at least.
        min_population: allocataires of a zone or sub-population under the commune, at least.
        min_people: persons or children, at least, when their allocataires are not told.
        min_published: what a producer's own file must count to be shown as it shows it.
        zeros_shown: whether a 0 of people or households may be told.
        every_cell: whether ``min_population`` bears on every cell of a sub-population.
        rounding: how open figures are rounded: « both » (not documented), « nearest », « down ».
        insider: whether to withstand the lone allocataire who knows a cell of 1.
        first_zoning: the zoning masked for itself, the others taking it as given.
        first_of: variables whose first zoning is another.
    """

    min_count: int = LEAST_COUNT
    min_population: int = LEAST_POPULATION
    zeros_shown: bool = False
    min_people: int = LEAST_PEOPLE
    min_published: int = LEAST_COUNT
    every_cell: bool = False
    rounding: str = "both"
    insider: bool = False
    first_zoning: str = "qpv"
    first_of: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, declared: Mapping[str, Mapping[str, Any]]) -> Policy:
        """Read the ``[secret]`` of a territory; a setting it does not name keeps its default."""
        read = {
            SETTINGS[name].sets: SETTINGS[name].read(entry["valeur"])
            for name, entry in declared.items()
            if name in SETTINGS and "valeur" in entry
        }
        first = declared.get("premier_zonage", {}).get("par_variable", {})
        return cls(**read, first_of=tuple(sorted(first.items())))

    def first(self, variable: str) -> str:
        """The zoning in which a variable is masked for itself, the others taking it as given."""
        return dict(self.first_of).get(variable, self.first_zoning)

    @property
    def many_people(self) -> int:
        """Persons that stand for ``min_population`` allocataires when nobody counted those.

        >>> Policy().many_people
        220
        """
        return -(-self.min_population * self.min_people // self.min_count)

    def as_json(self) -> dict[str, Any]:
        """What a manifest says of it."""
        return {
            "min_count": self.min_count,
            "min_population": self.min_population,
            "min_people": self.min_people,
            "zeros": "shown" if self.zeros_shown else "masked",
        }


@dataclass(frozen=True)
class Setting:
    """One key of ``[secret]``: what it sets, its default as written, what it may be."""

    sets: str  # the field of ``Policy``
    default: Any
    least: int = 0
    choices: Mapping[str, Any] = field(default_factory=dict)

    def read(self, value: Any) -> Any:
        """The value of the field, from the value written."""
        return self.choices[value] if self.choices else value

    def faults(self, entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """What is wrong with the setting, key by key."""
        for key in sorted(set(WRITTEN) - set(entry)):
            yield key, "absente. Un réglage dit valeur, défaut, raison."
        allowed = {*WRITTEN, *(["choix"] if self.choices else [])}
        allowed |= {"par_variable"} if self.sets == "first_zoning" else set()
        for key in sorted(set(entry) - allowed):
            yield key, unknown(key, allowed)
        if "valeur" in entry and (text := self._wrong(entry["valeur"])):
            yield "valeur", text
        if entry.get("defaut", self.default) != self.default:
            yield "defaut", f"« {entry['defaut']} » : l'application propose « {self.default} »."
        if entry.get("choix", [*self.choices]) != [*self.choices]:
            yield "choix", f"les choix sont : {', '.join(self.choices)}."

    def _wrong(self, value: Any) -> str:
        if type(value) is not type(self.default):
            return f"« {value} » n'est pas comme « {self.default} »."
        if self.choices and value not in self.choices:
            return f"« {value} » n'est pas : {', '.join(self.choices)}."
        if self.least and value < self.least:
            return (
                f"« {value} » : la convention demande au moins {self.least}. Un seuil se relève, "
                "il ne s'abaisse pas."
            )
        return ""


ZONINGS = {str(level): str(level) for level in (Level.QPV, *TILING)}
SETTINGS = {
    "seuil_allocataires": Setting("min_count", LEAST_COUNT, least=LEAST_COUNT),
    "seuil_zone": Setting("min_population", LEAST_POPULATION, least=LEAST_POPULATION),
    "seuil_personnes": Setting("min_people", LEAST_PEOPLE, least=LEAST_COUNT),
    "seuil_publie": Setting("min_published", LEAST_COUNT, least=LEAST_COUNT),
    "zeros": Setting("zeros_shown", "masques", choices={"masques": False, "montres": True}),
    "premier_zonage": Setting("first_zoning", "qpv", choices=ZONINGS),
    "sous_population": Setting(
        "every_cell", "denominateur", choices={"denominateur": False, "cellule": True}
    ),
    "mode_arrondi": Setting(
        "rounding", "tous", choices={"tous": "both", "plus_proche": "nearest", "inferieur": "down"}
    ),
    "lecteur_concerne": Setting("insider", default=False),
}


def faults(declared: Mapping[str, Any], variables: Collection[str]) -> Iterator[tuple[str, str]]:
    """Everything wrong with the ``[secret]`` of a territory: (key under it, French sentence).

    ``variables`` are the names that a choice by variable may bear on.
    """
    for name, entry in declared.items():
        if name not in SETTINGS:
            yield name, unknown(name, SETTINGS)
        elif not isinstance(entry, dict):
            yield name, f"une table est attendue, reçu « {entry} »."
        else:
            yield from ((f"{name}.{key}", text) for key, text in SETTINGS[name].faults(entry))
            yield from _faults_by_variable(name, entry.get("par_variable", {}), variables)


def _faults_by_variable(
    name: str, chosen: Any, variables: Collection[str]
) -> Iterator[tuple[str, str]]:
    if not isinstance(chosen, dict):
        yield f"{name}.par_variable", f"une table est attendue, reçu « {chosen} »."
        return
    for variable, zoning in chosen.items():
        if zoning not in ZONINGS:
            yield f"{name}.par_variable.{variable}", f"« {zoning} » n'est pas un choix."
        if variable not in variables:
            text = "nom inconnu. Prenez-le dans ctg_data/variables.toml."
            yield f"{name}.par_variable.{variable}", text
