"""Every kind of computation, and the reading of a card's ``[compute]``."""

from collections.abc import Iterator, Mapping
from typing import Any

from ctg_data.catalogue.kinds.absence import Absence
from ctg_data.catalogue.kinds.access import Access
from ctg_data.catalogue.kinds.computation import Computation
from ctg_data.catalogue.kinds.mean_rank import MeanRank
from ctg_data.catalogue.kinds.product import Product
from ctg_data.catalogue.kinds.projected_rate import ProjectedRate
from ctg_data.catalogue.kinds.ratio import Ratio
from ctg_data.catalogue.kinds.shape import Fault
from ctg_data.catalogue.kinds.shortfall import Shortfall
from ctg_data.catalogue.kinds.value import Value
from ctg_data.catalogue.kinds.weighted_sum import WeightedSum

EVERY: tuple[type[Computation], ...] = (
    *(Value, Ratio, Product, Shortfall, WeightedSum, Absence),
    *(ProjectedRate, MeanRank, Access),
)


def named(written: Any) -> type[Computation] | None:
    """The kind that a ``[compute]`` names; None when there is no such kind."""
    return next((one for one in EVERY if one.name == written), None)


def read(compute: Mapping[str, Any]) -> Computation:
    """The computation that a ``[compute]`` without a fault declares."""
    how = dict(compute)
    kind = named(how.pop("kind"))
    assert kind is not None, "faults are told first"
    return kind.read(how)


def faults(card: Mapping[str, Any]) -> Iterator[Fault]:
    """Everything wrong with the ``[compute]`` of a card whose other fields are well-shaped."""
    how = dict(card["compute"])
    kind = named(how.pop("kind", None))
    if kind is None:
        yield "compute.kind", f"choisissez parmi {', '.join(one.name for one in EVERY)}."
        return
    wrong = list(kind.misshapen(how))
    yield from wrong
    if wrong:
        return
    found = kind.read(how)
    unknown = [*found.operand_faults(), *found.choice_faults()]
    yield from unknown
    if not unknown:
        yield from found.card_faults(card)
