"""Read a table to protect: TABLE.json, or two CSV files for a large one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp

from ctg_data.disclosure.problem import Policy, Problem
from ctg_data.disclosure.problem_checks import (
    DOES_NOT_ADD_UP,
    TOLERANCE,
    check_arithmetic,
    refuse,
)
from ctg_data.errors import UserError

CELL_NUMBERS = ("value", "base", "universe", "threshold")


def read_table(path: Path) -> Problem:
    """Read TABLE.json.

    Raises:
        UserError: the file cannot be read, or everything that is wrong in it.
    """
    data = _json(path)
    if not isinstance(data, dict) or not isinstance(data.get("cells"), list):
        raise UserError(f"Fichier « {path} » : un objet avec une liste « cells » est attendu.")
    return Problem.build(
        data["cells"],
        data.get("relations") or [],
        data.get("derived") or [],
        policy=data.get("policy"),
        keep=data.get("keep") or [],
        sensitive=data.get("sensitive") or [],
    )


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise UserError(f"Fichier « {path} » : introuvable. Vérifiez son nom.") from None
    except (OSError, UnicodeDecodeError):
        raise UserError(f"Fichier « {path} » : illisible. Il doit être en UTF-8.") from None
    except (json.JSONDecodeError, RecursionError) as error:
        where = f" (ligne {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise UserError(f"Fichier « {path} » : ce n'est pas du JSON{where}.") from None


def read_csv_pair(cells: Path, relations: Path, policy: Policy | None = None) -> Problem:
    """Read cells.csv (`id,value,…[,base,universe]`) and relations.csv (`relation,cell,coef`).

    Raises:
        UserError: the files cannot be read, or everything that is wrong in them.
    """
    frame = _csv(cells, ("id", "value"))
    links = _csv(relations, ("relation", "cell", "coef"))
    problems: list[str] = []
    numbers = {
        name: _numbers(frame, name, "cellule", problems)
        for name in CELL_NUMBERS
        if name in frame.columns
    }
    coefs = _numbers(links, "coef", "relation", problems)
    problems += _cell_problems(frame, numbers)
    index = {name: i for i, name in enumerate(frame["id"])}
    place = links["cell"].map(index)
    unknown = links["cell"][place.isna()].unique()
    problems += [f"relations : cellule inconnue « {name} »." for name in unknown]
    problems += ["relations : un coefficient manque."] if np.isnan(coefs).any() else []
    refuse(problems + _sum_problems(frame, links, numbers["value"], coefs) if problems else [])
    codes, names = pd.factorize(links["relation"])
    shape = (len(names), len(frame))
    matrix = sp.csr_matrix((coefs, (codes, place.astype(np.int64))), shape=shape)
    problem = _assemble(frame, numbers, matrix, [str(name) for name in names], policy or Policy())
    check_arithmetic(problem)
    return problem


def _csv(path: Path, wanted: tuple[str, ...]) -> pd.DataFrame:
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except FileNotFoundError:
        raise UserError(f"Fichier « {path} » : introuvable. Vérifiez son nom.") from None
    except (OSError, ValueError):
        raise UserError(f"Fichier « {path} » : ce n'est pas un CSV lisible en UTF-8.") from None
    missing = [name for name in wanted if name not in frame.columns]
    if missing:
        raise UserError(f"Fichier « {path} » : colonnes manquantes : {', '.join(missing)}.")
    return frame


def _numbers(frame: pd.DataFrame, name: str, what: str, problems: list[str]) -> np.ndarray:
    """Return a column as float64, NaN where it is empty; name the lines that are not numbers."""
    text = frame[name].str.strip()
    found = pd.to_numeric(text.where(text != ""), errors="coerce").to_numpy(dtype=float)
    wrong = np.flatnonzero((text != "").to_numpy() & ~np.isfinite(found))
    problems += [f"{what}, ligne {i + 2} : « {name} » n'est pas un nombre." for i in wrong[:20]]
    return found


def _cell_problems(frame: pd.DataFrame, numbers: dict[str, np.ndarray]) -> list[str]:
    twice = frame["id"][frame["id"].duplicated()].unique()
    problems = [f"cellule « {name} » : présente plusieurs fois." for name in twice]
    counts = np.nan_to_num(numbers["value"])
    problems += [
        f"cellule « {frame['id'].iloc[i]} » : un effectif est un entier positif ou nul."
        for i in np.flatnonzero((counts < 0) | (counts != np.round(counts)))
    ]
    return problems


def _sum_problems(
    frame: pd.DataFrame, links: pd.DataFrame, values: np.ndarray, coefs: np.ndarray
) -> list[str]:
    """Name the sums that fail among whole relations, in a table refused anyway."""
    alone = pd.Series(values, frame["id"])[(~frame["id"].duplicated(keep=False)).to_numpy()]
    terms = links["cell"].map(alone).to_numpy(dtype=float) * coefs
    # A term without a number makes its relation's sum unknown, not wrong.
    sums = pd.Series(terms).groupby(links["relation"].to_numpy(), sort=False)
    totals = sums.sum(min_count=1).where(sums.count() == sums.size())
    return [
        f"relation « {name} » : {DOES_NOT_ADD_UP}"
        for name in totals.index[totals.abs() > TOLERANCE]
    ]


def _assemble(
    frame: pd.DataFrame,
    numbers: dict[str, np.ndarray],
    matrix: sp.csr_matrix,
    relation_ids: list[str],
    policy: Policy,
) -> Problem:
    count, ids = len(frame), frame["id"].tolist()
    nan = np.full(count, np.nan)
    own = numbers.get("threshold", nan)
    return Problem(
        policy=policy,
        ids=ids,
        index={name: i for i, name in enumerate(ids)},
        value=numbers["value"],
        external=np.zeros(count, dtype=np.int8),
        virtual=np.zeros(count, dtype=bool),
        base=numbers.get("base", nan),
        universe=numbers.get("universe", nan),
        need=nan.copy(),
        need_only=np.zeros(count, dtype=bool),
        threshold=np.where(np.isnan(own), float(policy.min_count), own),
        kind=np.zeros(count, dtype=np.int8),
        rounded={},
        matrix=matrix,
        rhs=np.zeros(matrix.shape[0]),
        sense=np.full(matrix.shape[0], "=", dtype="U2"),
        relation_ids=relation_ids,
    )
