"""French typography for numbers, dates and text shown on screen or in a file.

Numbers are formatted on the server: the browser's locale is not ours to trust.
"""

import math
import re
from collections.abc import Sequence
from datetime import date, datetime

NARROW, WIDE = "\u202f", "\u00a0"
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


def number(value: float, decimals: int = 0, *, signed: bool = False) -> str:
    r"""Write a number as French readers expect; half is rounded away from zero.

    >>> number(12345.678, 1)
    '12\u202f345,7'
    >>> number(-0.04, 1), number(1.25, 1), number(3, signed=True)
    ('0,0', '1,3', '+3')
    """
    scaled = math.floor(abs(value) * 10**decimals + 0.5 + 1e-9) / 10**decimals
    text = f"{scaled:,.{decimals}f}".replace(",", NARROW).replace(".", ",")
    if scaled == 0 or (value >= 0 and not signed):
        return text
    return ("+" if value > 0 else "\u2212") + text


def with_unit(value: float, unit: str, decimals: int = 0) -> str:
    r"""Write a number and its unit, held together.

    >>> with_unit(12.5, "%", 1)
    '12,5\xa0%'
    """
    return f"{number(value, decimals)}{WIDE}{unit}"


def with_unit_signed(value: float, unit: str, decimals: int = 0) -> str:
    r"""Write a change and its unit.

    >>> with_unit_signed(2.04, "%", 1), with_unit_signed(-2.04, "%", 1)
    ('+2,0\xa0%', '−2,0\xa0%')
    """
    return f"{number(value, decimals, signed=True)}{WIDE}{unit}"


def plural(count: int, singular: str, many: str | None = None) -> str:
    r"""Agree a noun with its count: French is plural from 2 on.

    >>> plural(1, "cellule"), plural(0, "zone"), plural(3, "foyer")
    ('1\xa0cellule', '0\xa0zone', '3\xa0foyers')
    """
    word = singular if abs(count) < 2 else (many or f"{singular}s")
    return f"{number(count)}{WIDE}{word}"


def listed(names: Sequence[str]) -> str:
    """Several names in a sentence.

    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b et c', 'a')
    """
    return " et ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def of(name: str) -> str:
    """Put « de » before a name that carries its article.

    >>> of("la Métropole"), of("le département"), of("les voisines"), of("Elbeuf"), of("Oissel")
    ('de la Métropole', 'du département', 'des voisines', "d'Elbeuf", "d'Oissel")
    >>> of("Le Havre"), of("Les Andelys"), of("La Rochelle")
    ('du Havre', 'des Andelys', 'de La Rochelle')
    """
    if name.startswith(("le ", "Le ")):
        return f"du {name[3:]}"
    if name.startswith(("les ", "Les ")):
        return f"des {name[4:]}"
    return f"d'{name}" if name[:1].lower() in "aeiouyéèêîôâh" else f"de {name}"


def day(when: date | datetime) -> str:
    r"""Write a date in full.

    >>> day(date(2026, 10, 1))
    '1er\xa0octobre 2026'
    """
    first = "1er" if when.day == 1 else str(when.day)
    return f"{first}{WIDE}{MONTHS[when.month - 1]} {when.year}"


def spaced(text: str) -> str:
    r"""Put the narrow no-break spaces French punctuation asks for.

    >>> spaced("Où ? « Ici » : 12 % !")
    'Où\u202f? «\u202fIci\u202f»\xa0: 12\u202f%\u202f!'
    """
    text = re.sub(r"(?<=.)[ \u00a0\u202f]?([;!?%])(?=[\s»),.]|$)", NARROW + r"\1", text)
    text = re.sub(r"[ \u00a0\u202f]+:(?=\s|$)", WIDE + ":", text)
    return re.sub(
        r"[ \u00a0\u202f]+»", NARROW + "»", re.sub(r"«[ \u00a0\u202f]+", "«" + NARROW, text)
    )
