"""Refuse a table that cannot be protected, naming every problem at once, in French."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from ctg_data.disclosure.engine.problem.rounding import could_be
from ctg_data.disclosure.engine.problem.spec import CellSpec, RelationSpec, TableSpec
from ctg_data.disclosure.engine.problem.values import count_problems
from ctg_data.disclosure.engine.problem.whole_numbers import TOO_LARGE, whole_terms
from ctg_data.errors import UserError, all_problems

SHOWN_PROBLEMS = 40
"""Beyond this many, the list only says how many more there are."""
TOLERANCE = 1e-6
"""Largest gap, in units of the cells, that float sums of whole values can leave."""
LARGEST = 2.0**50
"""Beyond this, sums of floats are no longer exact."""
DOES_NOT_ADD_UP = (
    "le compte n'y est pas. Corrigez la source, ou déclarez un reste « non localisé » (cellule "
    "« virtual »)."
)
HEADING = "Tableau refusé : il ne peut pas être protégé en l'état."


def refuse(problems: Iterable[str], error: type[UserError] = UserError) -> None:
    """Raise the problems found, if any, each once.

    Raises:
        UserError: one line per problem.
    """
    lines = list(dict.fromkeys(problems))
    if not lines:
        return
    more = len(lines) - SHOWN_PROBLEMS
    lines = lines[:SHOWN_PROBLEMS]
    if more > 0:
        lines.append(f"et {more} autres problèmes du même tableau.")
    raise error(all_problems(HEADING, lines))


def check(table: TableSpec, problems: Iterable[str] = ()) -> None:
    """Check names, references and values of a table.

    Args:
        table: its specifications.
        problems: what was already found wrong while reading them.

    Raises:
        UserError: all problems; the sums that fail too, when something else is wrong.
    """
    found = [*problems]
    found += _duplicates((cell.id for cell in table.cells), "cellule")
    found += _duplicates((relation.id for relation in table.relations), "relation")
    found += _duplicates((figure.id for figure in table.derived), "indicateur dérivé")
    cells = {cell.id for cell in table.cells}
    found += [
        f"indicateur dérivé « {figure.id} » : une cellule porte déjà ce nom."
        for figure in table.derived
        if figure.id in cells
    ]
    for cell in table.cells:
        texts = [*_value_problems(cell), *_threshold_problems(cell, table.policy.min_count)]
        texts += _printed_problems(cell)
        found += [f"cellule « {cell.id} » : {text}" for text in texts]
    found += _reference_problems(table)
    refuse([*found, *_sum_problems(table)] if found else [])


def _duplicates(names: Iterable[str], what: str) -> list[str]:
    twice = [name for name, count in Counter(names).items() if count > 1]
    return [f"{what} « {name} » : présente plusieurs fois." for name in twice]


def _value_problems(cell: CellSpec) -> list[str]:
    found = []
    value = cell.value or 0
    if abs(value) > LARGEST:
        found.append("valeur trop grande pour être additionnée sans erreur.")
    found += count_problems(value, cell.kind)
    found += [
        f"« {key} » ne peut pas être négatif."
        for key, told in (("base", cell.base), ("universe", cell.universe))
        if (told or 0) < 0
    ]
    return found


def _printed_problems(cell: CellSpec) -> list[str]:
    """What a producer printed must round our value, or it is another datum."""
    if cell.published is None:
        return []
    if cell.rounded is None:
        return ["« published » accompagne « rounded », qui manque."]
    if cell.published < 0 or cell.published % cell.rounded.base:
        return [f"« published » n'est pas un multiple de {cell.rounded.base}, base de l'arrondi."]
    if cell.value is not None and not could_be(cell.value, cell.published, cell.rounded):
        return ["« published » n'arrondit pas « value » : c'est une autre donnée."]
    return []


def _threshold_problems(cell: CellSpec, least: int) -> list[str]:
    """A threshold of its own is stricter than the policy's; a looser one would show a 3."""
    if cell.threshold is None or cell.threshold >= least:
        return []
    return [f"« threshold » est plus bas que le seuil du tableau ({least})."]


def _reference_problems(table: TableSpec) -> list[str]:
    """Check what refers to cells: relations, derived figures, keep, sensitive."""
    known = {cell.id for cell in table.cells}
    kept = known.union(figure.id for figure in table.derived)
    found = []
    for relation in table.relations:
        if whole_terms(relation.terms, relation.rhs) is None:
            found.append(f"relation « {relation.id} » : {TOO_LARGE}")
        found += _terms_problems(f"relation « {relation.id} »", relation.terms, known)
    for figure in table.derived:
        for terms in (figure.num, figure.den):
            found += _terms_problems(f"indicateur dérivé « {figure.id} »", terms, known)
    found += [
        f"« keep » cite « {name} », qui n'est ni une cellule ni un indicateur."
        for name in table.keep
        if name not in kept
    ]
    return found + [
        f"« sensitive » cite la cellule inconnue « {name} »."
        for name in table.sensitive
        if name not in known
    ]


def _terms_problems(what: str, terms: Mapping[str, float], known: set[str]) -> list[str]:
    if not terms:
        return [f"{what} : aucun terme : il faut au moins une cellule et son coefficient."]
    return [f"{what} : cellule inconnue « {name} »." for name in terms if name not in known]


def _sum_problems(table: TableSpec) -> list[str]:
    """Name the sums that fail among relations in good form, in a table refused anyway."""
    values: dict[str, float] = {}
    for cell in table.cells:
        # A cell there twice, rounded or without a number of its own says nothing certain.
        certain = cell.value is not None and not cell.rounded and cell.id not in values
        values[cell.id] = float(cell.value or 0) if certain else float("nan")
    return [
        f"relation « {one.id} » : {DOES_NOT_ADD_UP}"
        for one in table.relations
        if set(one.terms) <= set(values) and _fails(one, values)
    ]


def _fails(relation: RelationSpec, values: Mapping[str, float]) -> bool:
    gap = sum(coef * values[name] for name, coef in relation.terms.items()) - relation.rhs
    above, below = relation.sense != ">=", relation.sense != "<="
    return (above and gap > TOLERANCE) or (below and gap < -TOLERANCE)
