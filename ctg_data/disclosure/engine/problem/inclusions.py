"""« At most »: whoever is outside a part that is included is a number of people too.

Stated as an inequality, an inclusion leaves its complement to a subtraction that nothing guards:
43 allocataires, of whom 40.  It becomes a sum, with a virtual cell that must not leak.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from ctg_data.disclosure.engine.problem.spec import CellSpec, RelationSpec, TableSpec


def is_inclusion(terms: Mapping[str, float], rhs: float, sense: str) -> bool:
    """Say whether a relation puts parts inside wholes, one for one.

    >>> is_inclusion({"part": 1, "whole": -1}, 0, "<="), is_inclusion({"a": 2, "b": -1}, 0, "<=")
    (True, False)
    """
    return sense != "=" and rhs == 0 and set(terms.values()) == {1, -1}


def complement_name(relation: str, known: Collection[str]) -> str:
    """Return a name that no cell has.

    >>> complement_name("AAH", ["complément « AAH »"])
    'complément « AAH » bis'
    """
    name = f"complément « {relation} »"
    while name in known:
        name += " bis"
    return name


def complement_sign(sense: str) -> int:
    """Return the coefficient that makes the sum: what is missing, or what is too much."""
    return 1 if sense == "<=" else -1


def with_complements(table: TableSpec) -> TableSpec:
    """Return the table with each inclusion between counts made a sum with its complement."""
    cells = {cell.id: cell for cell in table.cells}
    known, relations, more = set(cells), list[RelationSpec](), list[CellSpec]()
    for one in table.relations:
        counted = all(name in cells and cells[name].kind == "count" for name in one.terms)
        rest = (
            _rest(one, cells) if counted and is_inclusion(one.terms, one.rhs, one.sense) else None
        )
        if rest is None:
            relations.append(one)
            continue
        name = complement_name(one.id, known)
        known.add(name)
        more.append(replace(rest, id=name))
        terms = {**one.terms, name: complement_sign(one.sense)}
        relations.append(RelationSpec(one.id, terms))
    return replace(table, cells=(*table.cells, *more), relations=tuple(relations))


def _rest(relation: RelationSpec, cells: Mapping[str, CellSpec]) -> CellSpec | None:
    """Return the complement, None when parts are more than their whole: that is refused later."""
    values = {name: cells[name].value for name in relation.terms}
    if any(value is None for value in values.values()):
        return CellSpec("", virtual=True)
    gap = -complement_sign(relation.sense) * sum(
        coef * (values[name] or 0) for name, coef in relation.terms.items()
    )
    return CellSpec("", gap, virtual=True) if gap >= 0 else None
