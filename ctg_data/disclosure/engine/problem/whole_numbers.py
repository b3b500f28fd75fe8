"""Coefficients as whole numbers: thirds, decimals and thousands of billions, without a loss.

A file holds decimals; the solver, floats.  What both sides read is turned once into the smallest
whole coefficients that say the same, or refused when no float could hold them.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import gcd, lcm

LARGEST = 10**6
"""Coefficients beyond which a solver working to a millionth can no longer tell one more person."""
PLAIN = 1000
"""Denominators up to which a decimal that is a fraction rounded to 16 digits is that fraction."""
TOO_LARGE = (
    "coefficients trop grands ou trop précis les uns au regard des autres : ramenés à des nombres "
    "entiers, ils dépassent un million. Écrivez la relation dans une autre unité."
)


def exact(number: float) -> Fraction:
    """Return the number that somebody wrote: 1/3 for 0.3333333333333333, 7/20 for 0.35.

    >>> exact(0.3333333333333333), exact(0.35), exact(10**18 + 1)
    (Fraction(1, 3), Fraction(7, 20), Fraction(1000000000000000001, 1))
    """
    if isinstance(number, int):
        return Fraction(number)
    plain = Fraction(number).limit_denominator(PLAIN)
    return plain if float(plain) == number else Fraction(repr(float(number)))


def whole_terms(terms: Mapping[str, float], rhs: float) -> tuple[dict[str, float], float] | None:
    """Return the same relation with the smallest whole coefficients, None when they are too large.

    >>> whole_terms({"a": 1, "b": 0.3333333333333333}, 2)
    ({'a': 3, 'b': 1}, 6.0)
    >>> whole_terms({"a": 10**18, "b": -(10**18)}, 0)
    ({'a': 1, 'b': -1}, 0.0)
    >>> whole_terms({"a": 10**18, "b": 1}, 0)
    """
    values, told = list(terms.values()), rhs
    if all(type(coef) is int and -2 <= coef <= 2 for coef in values) and type(rhs) is int:
        return dict(terms), float(told)  # nearly always, in files of a million terms
    parts = {name: exact(coef) for name, coef in terms.items()}
    common = lcm(*(part.denominator for part in parts.values()))
    divisor = gcd(*(int(part * common) for part in parts.values())) or 1
    whole = {name: int(part * common) // divisor for name, part in parts.items()}
    side = exact(rhs) * common / divisor
    if max(map(abs, whole.values()), default=0) > LARGEST or abs(side) > 2**50:
        return None
    return dict(whole), float(side)
