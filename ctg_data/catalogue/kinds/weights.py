"""Weights and factors: Σ weight × value, and what a definition must say of those it supposes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ctg_data import fr
from ctg_data.catalogue.kinds.shape import Fault, is_a

EVEN = "répartition égale"


def or_ones(weights: tuple[float, ...], count: int) -> tuple[float, ...]:
    """The weights of a card: 1 each, unless it says otherwise."""
    return weights or (1.0,) * count


def weighted(values: Sequence[np.ndarray], weights: tuple[float, ...]) -> np.ndarray:
    """Σ weight × value, (n,)."""
    pairs = zip(values, or_ones(weights, len(values)), strict=True)
    return np.asarray(np.sum([one * weight for one, weight in pairs], axis=0))


def weight_faults(
    weights: tuple[float, ...], terms: Sequence[str], card: Mapping[str, Any]
) -> Iterator[Fault]:
    """One number a term; a fraction supposes an even spread, which the definition says."""
    if "weights" not in card["compute"]:
        return
    if len(weights) != len(terms) or not all(is_a(one, float) and one > 0 for one in weights):
        yield "compute.weights", "un nombre positif pour chaque terme, dans le même ordre."
    elif any(one != 1 for one in weights) and EVEN not in re.sub(
        r"\s+", " ", card["text"]["definition"]
    ):
        yield "text.definition", f"une part d'une tranche d'âge suppose une « {EVEN} »."


def factor_faults(factor: float, card: Mapping[str, Any]) -> Iterator[Fault]:
    """A factor is a hypothesis, which the definition says in percent."""
    said = f"{fr.number(100 * factor)} %"
    if factor != 1 and said not in re.sub(r"\s", " ", card["text"]["definition"]):
        yield "text.definition", f"l'hypothèse du calcul doit y être écrite : {said}."
