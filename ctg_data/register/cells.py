"""One cell of the register → a value, or a French sentence on why it cannot be read."""

import re
from datetime import date
from itertools import pairwise

from ctg_data.register.columns import SPANS
from ctg_data.register.model import Span
from ctg_data.tabular.dates import date_of
from ctg_data.tabular.values import read_value

LONGEST = 400
# « Mme Durand », « Jean Dupont », prenom.nom@…: a directory names services, not people
CIVILITY = re.compile(r"\b(M\.|Mr|Mme|Mlle|Madame|Monsieur)\s+[A-ZÀ-Ý]")
PERSONAL_MAIL = re.compile(r"\b[a-zà-ÿ]+[._][a-zà-ÿ-]+@|@(gmail|orange|wanadoo|free|hotmail|sfr)\b")
MOBILE = re.compile(r"(?<!\d)(?:\+33\s?|0)[67](?:[ .-]?\d{2}){4}(?!\d)")
PARTIAL = re.compile(r"(?:(\d{1,2})/)?(?:(\d{1,2})/)?((?:19|20)\d\d)")
ISO = re.compile(r"((?:19|20)\d\d)(?:-(\d{2}))?(?:-(\d{2}))?")
BETWEEN = re.compile(rf"{SPANS}|;|\n", re.IGNORECASE)


class Unreadable(ValueError):
    """The cell is not what its column asks for; the text says why, in French."""


class Disordered(Unreadable):
    """Dates that read, each, and do not follow one another."""


def count_of(text: str) -> int | None:
    """A whole number, or nothing for a blank.

    >>> count_of("60"), count_of(""), count_of("1 200")
    (60, None, 1200)
    >>> count_of("une vingtaine")
    Traceback (most recent call last):
    ...
    ctg_data.register.cells.Unreadable: n'est pas un nombre entier
    """
    if not text:
        return None
    number = read_value(text).number
    if number is None or number < 0 or number != int(number):
        raise Unreadable("n'est pas un nombre entier")
    return int(number)


def degree_of(text: str) -> float | None:
    """A coordinate, with a decimal comma or point.

    >>> degree_of("1,0993"), degree_of("-7.496752"), degree_of("")
    (1.0993, -7.496752, None)
    """
    if not text:
        return None
    try:
        return float(re.sub(r"\s", "", text).replace(",", ".").replace("\u2212", "-"))
    except ValueError:
        raise Unreadable("n'est pas un nombre de degrés") from None


def day_of(text: str) -> str:
    """A date as an ISO text, cut where it is not known.

    >>> day_of("25/09/2023"), day_of("09/2023"), day_of("2005"), day_of("2023-09-25"), day_of("")
    ('2023-09-25', '2023-09', '2005', '2023-09-25', '')
    >>> day_of("31/02/2020")
    Traceback (most recent call last):
    ...
    ctg_data.register.cells.Unreadable: n'est pas une date
    """
    text = text.strip()
    if not text:
        return ""
    if found := ISO.fullmatch(text):
        parts = [part for part in found.groups() if part]
    elif found := PARTIAL.fullmatch(text):
        parts = [part.zfill(2) for part in reversed(found.groups()) if part]
    elif (day := date_of(text)) is not None:
        return day.isoformat()
    else:
        raise Unreadable("n'est pas une date")
    year, month, day_of_month = map(int, [*parts, "1", "1"][:3])
    try:
        date(year, month, day_of_month)
    except ValueError:
        raise Unreadable("n'est pas une date") from None
    return "-".join(parts)


def spans_of(opening: str, closing: str) -> tuple[Span, ...]:
    """The periods of opening, paired in order.

    >>> spans_of("2005 puis 25/09/2023", "2014")
    (('2005', '2014'), ('2023-09-25', ''))
    >>> spans_of("", ""), spans_of("2001-01-01", "")
    ((), (('2001-01-01', ''),))
    """
    opened = [day_of(part) for part in BETWEEN.split(opening)] if opening.strip() else []
    closed = [day_of(part) for part in BETWEEN.split(closing)] if closing.strip() else []
    size = max(len(opened), len(closed))
    if size > 1 and not len(opened) - 1 <= len(closed) <= len(opened):
        raise Disordered("ne dit pas quand la structure a fermé avant de rouvrir")
    spans = tuple(zip(_padded(opened, size), _padded(closed, size), strict=True))
    flat = [day for span in spans for day in span if day]
    if any(later < earlier[: len(later)] for earlier, later in pairwise(flat)):
        raise Disordered("met une fermeture avant l'ouverture")
    return spans


def _padded(days: list[str], size: int) -> list[str]:
    return [*days, *[""] * (size - len(days))]


def names_somebody(text: str) -> bool:
    """Whether a cell seems to name a person.

    >>> names_somebody("Mme Durand"), names_somebody("Service petite enfance")
    (True, False)
    """
    return bool(CIVILITY.search(text))


def is_personal(text: str) -> bool:
    """Whether a contact seems to be somebody's own.

    >>> is_personal("prenom.nom@exemple.fr"), is_personal("06 12 34 56 78")
    (True, True)
    >>> is_personal("02 35 00 00 00"), is_personal("creche@ville.exemple")
    (False, False)
    """
    return bool(PERSONAL_MAIL.search(text.casefold()) or MOBILE.search(text))
