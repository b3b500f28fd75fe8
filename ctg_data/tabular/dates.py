"""Dates written in a title, in a name of file or in a cell."""

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from ctg_data import fr
from ctg_data.tabular.names import plain

MONTHS = {plain(month)[:4]: rank for rank, month in enumerate(fr.MONTHS, start=1)} | {
    "jan": 1,
    "fev": 2,
    "avr": 4,
    "jui": 6,
    "sep": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
}
YEARS = range(1990, 2100)
DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})[/.\-](\d{1,2})[/.\-]((?:19|20)\d\d)(?!\d)")
YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d\d)-(\d{1,2})(?:-(\d{1,2}))?(?!\d)")
IN_WORDS = re.compile(r"(?:(\d{1,2})(?:er)? )?([a-z]{3,9}) ((?:19|20)\d\d)(?!\d)")
FILE_YEAR = re.compile(r"(?i)(?<!\d)(?<!qp)(?<!qpv)(?<!geo)(?<!cog)((?:19|20)\d\d)(?!\d)")


def dates_in(text: str) -> list[date]:
    """Every date of a text; a month alone is its last day.

    >>> dates_in("situation au 31/12/2020"), dates_in("Données de décembre 2021")
    ([datetime.date(2020, 12, 31)], [datetime.date(2021, 12, 31)])
    >>> dates_in("au 1er janvier 2024, 2023-12"), dates_in("12/45/2020")
    ([datetime.date(2023, 12, 31), datetime.date(2024, 1, 1)], [])
    """
    found = [_date(year, month, day) for day, month, year in DAY_FIRST.findall(text)]
    found += [_date(year, month, day or 0) for year, month, day in YEAR_FIRST.findall(text)]
    for day, word, year in IN_WORDS.findall(plain(text)):
        month = MONTHS.get(word[:4]) or MONTHS.get(word[:3])
        if month and any(plain(name).startswith(word[:3]) for name in fr.MONTHS):
            found.append(_date(year, month, day or 0))
    return list(dict.fromkeys(one for one in found if one))


def _date(year: Any, month: Any, day: Any) -> date | None:
    """A date, its last day of the month when it has none; ``None`` when it does not exist."""
    year, month, day = int(year), int(month), int(day)
    if year not in YEARS or not 1 <= month <= 12:
        return None
    try:
        if day:
            return date(year, month, day)
        return date(year + month // 12, month % 12 + 1, 1).replace(day=1) - date.resolution
    except ValueError:
        return None


def date_of(cell: Any) -> date | None:
    """The date of a cell of its own: a date, a text, or a year, which stands for its December.

    >>> date_of(2020), date_of("31/12/2020"), date_of("2020-12"), date_of("n.d.")
    (datetime.date(2020, 12, 31), datetime.date(2020, 12, 31), datetime.date(2020, 12, 31), None)
    """
    if isinstance(cell, datetime):
        return cell.date() if cell.year in YEARS else None
    if isinstance(cell, date):
        return cell if cell.year in YEARS else None
    return _date_of_text(str(cell if cell is not None else "").strip())


@lru_cache(maxsize=2_000)
def _date_of_text(text: str) -> date | None:
    if re.fullmatch(r"(19|20)\d\d(\.0)?", text):
        return _date(text[:4], 12, 31)
    return next(iter(dates_in(text)), None)


def year_of_name(name: str) -> int | None:
    """The year in the name of a file, when there is exactly one.

    >>> year_of_name("data_CAF_2020_IRIS.csv"), year_of_name("qpv2015_demo.csv")
    (2020, None)
    >>> year_of_name("iris_2016_2018.csv")
    """
    years = {int(text) for text in FILE_YEAR.findall(name)} & set(YEARS)
    return years.pop() if len(years) == 1 else None
