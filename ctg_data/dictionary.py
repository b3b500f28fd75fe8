"""The variables that are counted, and what each of their figures counts, in the field's terms.

``variables.toml`` declares them; its head says what each field means.  What is read here is what
the secrecy engine draws its sums from, so a declaration that contradicts itself is an error.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ctg_data.errors import CtgError
from ctg_data.natures import CHILDREN, HOUSEHOLDS, MEMBERS, NATURES, PERSONS
from ctg_data.nearest import ANY, Form, strangers

UNITS = {
    *("foyers", "personnes", "enfants", "jeunes", "familles", "naissances", "demandeurs"),
    *("habitants", "places", "structures", "lieux", "lits", "dispositifs", "zones", "heures"),
    *("ETP", "assistants maternels", "rendez-vous", "mesures", "euros", "taux"),
}
TOTAL = "total"
COUNTS: Form = dict.fromkeys(("adultes", "enfants", "ages"))
MERGED: Form = dict.fromkeys(("label", "parts"))
# the keys of a variable; those of « compte » and « regroupements » are names of its parts
FORM: Form = {
    **dict.fromkeys(("label", "unit", "nature", "categories", "partition", "disjointes")),
    **dict.fromkeys(("total_de", "inclus_dans", "distinct_de", "membres_de", "hors_socle")),
    "photographie": None,
    **{"compte": ANY, "regroupements": ANY},
}


@dataclass(frozen=True)
class Counted:
    """What each unit of one figure is; None where the dictionary does not say.

    Attributes:
        adults: allocataire and partner in each foyer, 1 or 2.
        children: least and most number of children in each foyer; most is None without limit.
        ages: first and last age, reached in the year, of the children counted; of a foyer's, of
            the least number of its children.
    """

    adults: int | None = None
    children: tuple[int, int | None] | None = None
    ages: tuple[int, int] | None = None

    @property
    def least_children(self) -> int:
        """How many children each foyer has at least."""
        return self.children[0] if self.children else 0


@dataclass(frozen=True)
class Variable:
    """One declared variable; fields as documented at the head of ``variables.toml``."""

    id: str
    label: str
    unit: str
    nature: str
    categories: dict[str, str] = field(default_factory=dict)
    partition: bool = False
    disjointes: bool = False
    total_de: str = ""
    inclus_dans: tuple[str, ...] = ()
    distinct_de: tuple[str, ...] = ()
    membres_de: str = ""
    compte: Mapping[str, Counted] = field(default_factory=dict)
    hors_socle: bool = False
    photographie: bool = False
    regroupements: dict[str, dict[str, Any]] = field(default_factory=dict)

    def part(self, category: str) -> str:
        """The name of a part, or of parts shown together, on screen; "" for the total."""
        merged = self.regroupements.get(category, {})
        return self.categories.get(category) or str(merged.get("label", ""))

    def counts(self, category: str) -> Counted:
        """What each unit of a part is; of parts shown together, what is true of them all."""
        told = self.compte.get(category)
        if told is None and category in self.regroupements:
            return _both([self.counts(part) for part in self.regroupements[category]["parts"]])
        return told or Counted()

    @property
    def host(self) -> str:
        """What holds every unit of this variable, as ``variable`` or ``variable/part``; or ""."""
        return self.inclus_dans[0] if self.inclus_dans else ""

    @property
    def disjoint(self) -> bool:
        """Whether no unit is in two parts."""
        return self.partition or self.disjointes


def _both(parts: list[Counted]) -> Counted:
    """What is true of every unit of several parts."""
    adults = {one.adults for one in parts}
    children = [one.children for one in parts if one.children]
    ages = [one.ages for one in parts if one.ages]
    most = [one[1] for one in children]
    whole = len(parts)
    return Counted(
        adults.pop() if len(adults) == 1 else None,
        (
            min(one[0] for one in children),
            None if None in most else max(one for one in most if one is not None),
        )
        if len(children) == whole
        else None,
        (min(one[0] for one in ages), max(one[1] for one in ages)) if len(ages) == whole else None,
    )


@cache
def variables() -> dict[str, Variable]:
    """Every declared variable, by id.

    Raises:
        CtgError: every fault of the declarations at once.
    """
    text = Path(__file__).with_name("variables.toml").read_text(encoding="utf-8")
    return declared(text)


def declared(text: str) -> dict[str, Variable]:
    """Read declarations written as those of ``variables.toml``.

    Raises:
        CtgError: every fault at once.
    """
    tables = tomllib.loads(text)
    if unknown := list(_strangers(tables)):
        raise CtgError("variables.toml : " + " ; ".join(unknown))
    found = {name: _variable(name, told) for name, told in tables.items()}
    faults = [fault for one in found.values() for fault in _faults(one, found)]
    if faults:
        raise CtgError("variables.toml: " + "; ".join(faults))
    return found


def _strangers(tables: Mapping[str, Any]) -> Iterator[str]:
    """Every key that nothing reads, with the one it was probably meant to be."""
    for name, told in tables.items():
        if not isinstance(told, dict):
            yield f"« {name} » : une table [{name}] est attendue."
            continue
        parts = {"compte": COUNTS, "regroupements": MERGED}
        forms = {
            key: dict.fromkeys(told[key], form)
            for key, form in parts.items()
            if isinstance(told.get(key), dict)
        }
        for key, text in strangers(told, {**FORM, **forms}, f"{name}."):
            yield f"« {key} » : {text}"


def _variable(name: str, told: dict[str, Any]) -> Variable:
    fields: dict[str, Any] = {**told, "id": name}
    fields |= {key: tuple(told[key]) for key in ("inclus_dans", "distinct_de") if key in told}
    try:
        fields["compte"] = {part: _counted(one) for part, one in told.get("compte", {}).items()}
        return Variable(**fields)
    except (TypeError, ValueError) as cause:
        raise CtgError(f"variables.toml: {name}: {cause}") from cause


def _counted(told: dict[str, Any]) -> Counted:
    children, ages = told.get("enfants"), told.get("ages")
    return Counted(
        told.get("adultes"),
        (children[0], children[1] if len(children) > 1 else None) if children else None,
        (ages[0], ages[1]) if ages else None,
    )


def _faults(one: Variable, every: Mapping[str, Variable]) -> Iterator[str]:
    """What is wrong with a declaration, in the order of its fields."""
    if one.unit not in UNITS or one.nature not in NATURES:
        yield f"{one.id} has an unknown unit or nature"
    yield from _undeclared(one, every)
    for category, merged in one.regroupements.items():
        if set(merged["parts"]) - set(one.categories) or category in one.categories:
            yield f"{one.id}/{category} does not merge parts of its own"
    for category in set(one.compte) - {TOTAL, *one.categories}:
        yield f"{one.id} tells what {category} counts, which is none of its parts"
    for category, counted in one.compte.items():
        yield from _wrong_count(f"{one.id}/{category}", one.nature, counted)
    yield from _wrong_links(one, every)


def _undeclared(one: Variable, every: Mapping[str, Variable]) -> Iterator[str]:
    """Names that nothing declares."""
    for name in (one.total_de, one.membres_de, *one.distinct_de):
        if name and name not in every:
            yield f"{one.id} names {name}, which is not declared"
    for target in one.inclus_dans:
        host, _, part = target.partition("/")
        if host not in every or part not in {"", TOTAL, *every[host].categories}:
            yield f"{one.id} is inside {target}, which is not declared"


def _wrong_count(name: str, nature: str, told: Counted) -> Iterator[str]:
    if told.adults not in (None, 1, 2):
        yield f"{name}: a foyer has one adult or two"
    least, most = told.children or (0, None)
    if least < 0 or (most is not None and most < least):
        yield f"{name}: a number of children from most to least"
    if told.ages and not 0 <= told.ages[0] <= told.ages[1]:
        yield f"{name}: ages from last to first"
    if nature != HOUSEHOLDS and (told.adults is not None or told.children is not None):
        yield f"{name}: only foyers have adults and children"
    if nature not in (HOUSEHOLDS, CHILDREN) and told.ages:
        yield f"{name}: ages are those of children"


def _wrong_links(one: Variable, every: Mapping[str, Variable]) -> Iterator[str]:
    """Links between what cannot be compared, and chains that bite their tail."""
    links = [one.total_de, *(t.partition("/")[0] for t in one.inclus_dans), *one.distinct_de]
    known = [every[name] for name in links if name in every]
    home = every.get(one.membres_de)
    inside = {
        HOUSEHOLDS: (HOUSEHOLDS,),
        CHILDREN: (CHILDREN, PERSONS),
        PERSONS: (PERSONS,),
    }
    for other in known if one.nature in inside else ():
        if other.nature not in inside[one.nature]:
            yield f"{one.id} counts {one.nature}, {other.id} counts {other.nature}"
    if home and (one.nature not in MEMBERS or home.nature != HOUSEHOLDS):
        yield f"{one.id}: people are members of foyers"
    every_link = [*known, *([home] if home else [])]
    if any(one.hors_socle or other.hors_socle for other in every_link):
        yield f"{one.id}: what is asked by FED is linked to nothing, nor anything to it"
    if one.id in _above(one.id, every):
        yield f"{one.id} is inside itself"


def _above(name: str, every: Mapping[str, Variable]) -> set[str]:
    """Every variable that holds this one, whatever the number of steps."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        one = every.get(waiting.pop())
        for target in (one.inclus_dans if one else ()) + ((one.total_de,) if one else ()):
            host = target.partition("/")[0]
            if host and host not in found:
                found.add(host)
                waiting.append(host)
    return found
