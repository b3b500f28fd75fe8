"""``shortfall``: max(0, reference rate ÷ 100 × need - offer), for one chosen reference."""

from dataclasses import dataclass

import numpy as np

from ctg_data.catalogue.kinds.computation import Asked, Computation, Operand
from ctg_data.catalogue.kinds.operands import pick, unit_of
from ctg_data.errors import CtgError
from ctg_data.release.masked import MaskedTable


@dataclass(frozen=True)
class Shortfall(Computation):
    """Whole places missing to reach the rate of a reference; never below zero."""

    name = "shortfall"
    against_reference = True
    reading_fields = frozenset({"reference"})
    zero_reading = (
        "{when}, aucune place ne manque : {territory} {reaches} déjà le taux de couverture "
        "{reference}."
    )
    rate: Operand
    need: Operand
    offer: Operand

    @property
    def is_count(self) -> bool:
        """It counts places."""
        return True

    def units(self) -> set[str]:
        """That of the offer."""
        return {unit_of(self.offer)}

    def table(self, asked: Asked) -> MaskedTable:
        """Year by year; without the rate of its reference a shortfall is unknown, not zero.

        Raises:
            CtgError: no reference was chosen.
        """
        reference = asked.reference
        if reference is None:
            raise CtgError(f"{asked.id}: a shortfall needs a reference")
        rates = pick(asked.release, self.rate).where(level=reference[0], code=reference[1])
        need, offer = (asked.operand(one) for one in (self.need, self.offer))
        parts = [asked.derive([need.where(period=[])], abs)]
        for period in rates.periods:
            rate = rates.cell(*reference, period).value
            if rate is None:
                continue
            years = [need.where(period=period), offer.where(period=period)]
            parts.append(
                asked.derive(
                    years,
                    lambda need, offer, rate=rate: lacking(rate, need, offer),
                    also=[rates.where(period=period)],
                )
            )
        return parts[0].join(*parts[1:])


def lacking(rate: float, need: np.ndarray, offer: np.ndarray | float) -> np.ndarray:
    """Whole places missing to have ``rate`` places for 100; a fraction of a place is one more.

    >>> lacking(60.0, np.array([1000.0, 1004.0]), 540.0)
    array([60., 63.])
    """
    short = np.maximum(0.0, rate / 100 * np.asarray(need) - offer)
    return np.asarray(np.ceil(short - 1e-9) + 0.0)
