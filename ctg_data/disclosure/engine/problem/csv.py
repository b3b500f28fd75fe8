"""Read a large table to protect from two CSV files, line by line: 3 million lines, no copy of them.

`cells.csv` is `id,value,…[,base,universe,threshold]`, `relations.csv` is `relation,cell,coef`.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from math import isfinite, nan
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from ctg_data.disclosure.engine.problem.checks import DOES_NOT_ADD_UP, LARGEST, TOLERANCE, refuse
from ctg_data.disclosure.engine.problem.csv_rows import rows
from ctg_data.disclosure.engine.problem.table import Problem, check_arithmetic
from ctg_data.disclosure.engine.problem.values import base_problems, name as is_name
from ctg_data.disclosure.engine.problem.whole_numbers import TOO_LARGE, whole_terms
from ctg_data.release.policy import Policy

SMALL, EXACT = 1000, 2.0**53
"""Whole coefficients that need no second look; those beyond which a float is no longer exact."""
CELL_NUMBERS = ("value", "base", "universe", "threshold")


@dataclass
class Cells:
    """The cells in the order of their file; `index` gives the first place of each id."""

    ids: list[str] = field(default_factory=list)
    index: dict[str, int] = field(default_factory=dict)
    twice: dict[str, None] = field(default_factory=dict)
    numbers: dict[str, np.ndarray] = field(default_factory=dict)


@dataclass
class Links:
    """The terms of the relations, one entry each; `cell` is -1 for an unknown one."""

    names: list[str]
    relation: np.ndarray
    cell: np.ndarray
    coef: np.ndarray
    unknown: list[str]


def read_csv_pair(cells: Path, relations: Path, policy: Policy | None = None) -> Problem:
    """Read `cells.csv` and `relations.csv`.

    Raises:
        UserError: the files cannot be read, or everything that is wrong in them.
    """
    problems: list[str] = []
    table = _cells(cells, policy or Policy(), problems)
    links = _links(relations, table.index, problems)
    problems += [f"relations : cellule inconnue « {name} »." for name in links.unknown]
    problems += ["relations : un coefficient manque."] if np.isnan(links.coef).any() else []
    problems += _twice(table, links)
    refuse(problems + _sum_problems(table, links) if problems else [])
    shape = (len(links.names), len(table.ids))
    coef = _whole(links)
    matrix = sp.csr_matrix((coef, (links.relation, links.cell)), shape=shape)
    problem = _assemble(table, matrix, links.names, policy or Policy())
    check_arithmetic(problem)
    return problem


def _cells(path: Path, policy: Policy, problems: list[str]) -> Cells:
    found = Cells()
    columns: list[array[float]] = [array("d") for _ in CELL_NUMBERS]
    for line, (name, *texts) in rows(path, ("id", "value"), ("id", *CELL_NUMBERS), free=True):
        if not is_name(name):
            problems.append(f"cellule, ligne {line} : « id » manque, ou n'est pas lisible.")
        if name in found.index:
            found.twice[name] = None
        else:
            found.index[name] = len(found.ids)
        found.ids.append(name)
        for what, column, text in zip(CELL_NUMBERS, columns, texts, strict=True):
            column.append(_number(text, f"cellule, ligne {line} : « {what} »", problems))
    found.numbers = {k: np.array(v) for k, v in zip(CELL_NUMBERS, columns, strict=True)}
    problems += [f"cellule « {name} » : présente plusieurs fois." for name in found.twice]
    counts = np.nan_to_num(found.numbers["value"])
    problems += [
        f"cellule « {found.ids[i]} » : un effectif est un entier positif ou nul."
        for i in np.flatnonzero((counts < 0) | (counts != np.round(counts)))
    ]
    problems += [
        f"cellule « {found.ids[i]} » : valeur trop grande pour être additionnée sans erreur."
        for i in np.flatnonzero(counts > LARGEST)
    ]
    problems += [
        f"cellule « {found.ids[i]} » : « threshold » est plus bas que le seuil du tableau."
        for i in np.flatnonzero(found.numbers["threshold"] < policy.min_count)
    ]
    problems += [
        f"cellule « {found.ids[i]} » : « {what} » ne peut pas être négatif."
        for what in CELL_NUMBERS[1:]
        for i in np.flatnonzero(found.numbers[what] < 0)
    ]
    problems += _base_problems(found)
    return found


def _base_problems(table: Cells) -> list[str]:
    """Persons are never fewer than the allocataires among them: a greater base shows a 3."""
    value, base = table.numbers["value"], table.numbers["base"]
    with np.errstate(invalid="ignore"):
        wrong = (base > value) | ((base == 0) & (value > 0)) | (base != np.round(base))
    return [
        f"cellule « {table.ids[i]} » : {text}"
        for i in np.flatnonzero(wrong & ~np.isnan(base))
        for text in base_problems(float(base[i]), float(value[i]), "count")
    ]


def _twice(table: Cells, links: Links) -> list[str]:
    """Name the cells that come twice in one relation: their coefficients would be added."""
    pairs = links.relation.astype(np.int64) * (len(table.ids) + 1) + links.cell
    _, first, count = np.unique(pairs, return_index=True, return_counts=True)
    found = [k for k in first[count > 1].tolist() if links.cell[k] >= 0]
    return [
        f"relation « {links.names[links.relation[k]]} » : « {table.ids[links.cell[k]]} » y est "
        "plusieurs fois."
        for k in found
    ]


def _links(path: Path, index: dict[str, int], problems: list[str]) -> Links:
    names: dict[str, int] = {}
    unknown: dict[str, None] = {}
    relation, cell, coef = array("i"), array("i"), array("d")
    wanted = ("relation", "cell", "coef")
    for line, (name, own, text) in rows(path, wanted, wanted, free=False):
        relation.append(names.setdefault(name, len(names)))
        place = index.get(own, -1)
        cell.append(place)
        if place < 0:
            unknown[own] = None
        coef.append(_number(text, f"relation, ligne {line} : « coef »", problems))
    return Links(list(names), np.array(relation), np.array(cell), np.array(coef), list(unknown))


def _number(text: str, where: str, problems: list[str]) -> float:
    """Return a field as a number, NaN where it is empty; note the one that is not a number."""
    if not text or text.isspace():
        return nan
    try:
        found = float(text)
    except ValueError:
        found = nan
    if not isfinite(found) or "_" in text:
        problems.append(f"{where} n'est pas un nombre.")
        return nan
    return found


def _whole(links: Links) -> np.ndarray:
    """Return the (e,) coefficients, those of each relation made the smallest whole numbers.

    Raises:
        UserError: some are too large for that.
    """
    coef, problems = links.coef.copy(), []
    usual = (np.abs(coef) <= SMALL) & (coef == np.round(coef))
    for row in np.unique(links.relation[~usual]).tolist():
        own = np.flatnonzero(links.relation == row)
        found = whole_terms(dict(zip(map(str, own), coef[own].tolist(), strict=True)), 0)
        if found is None or np.abs(coef[own]).max() > EXACT:
            problems.append(f"relation « {links.names[row]} » : {TOO_LARGE}")
        else:
            coef[own] = list(found[0].values())
    refuse(problems)
    return coef


def _sum_problems(table: Cells, links: Links) -> list[str]:
    """Name the sums that fail among whole relations, in a table refused anyway."""
    values = np.append(table.numbers["value"], nan)  # the last one stands for an unknown cell
    values[[table.index[name] for name in table.twice]] = nan
    terms = values[links.cell] * links.coef
    # A term without a number makes its relation's sum unknown, not wrong.
    totals = np.bincount(links.relation, terms, len(links.names))
    wrong = np.flatnonzero(np.abs(totals) > TOLERANCE)
    return [f"relation « {links.names[row]} » : {DOES_NOT_ADD_UP}" for row in wrong]


def _assemble(
    table: Cells, matrix: sp.csr_matrix, relation_ids: list[str], policy: Policy
) -> Problem:
    count, numbers = len(table.ids), table.numbers
    own = numbers["threshold"]
    return Problem(
        policy=policy,
        ids=table.ids,
        index=table.index,
        value=numbers["value"],
        external=np.zeros(count, dtype=np.int8),
        virtual=np.zeros(count, dtype=bool),
        base=numbers["base"],
        universe=numbers["universe"],
        need=np.full(count, nan),
        need_only=np.zeros(count, dtype=bool),
        threshold=np.where(np.isnan(own), float(policy.min_count), own),
        kind=np.zeros(count, dtype=np.int8),
        rounded={},
        matrix=matrix,
        rhs=np.zeros(matrix.shape[0]),
        sense=np.full(matrix.shape[0], "=", dtype="U2"),
        relation_ids=relation_ids,
    )
