"""French typography for numbers, dates and text shown on screen or in a file.

Numbers are formatted on the server: the browser's locale is not ours to trust.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar

T = TypeVar("T")
LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss"})
ARTICLE = re.compile(r"(?:(?:le|la|les)\s+|l\s*['’ʼ´`]\s*)(?=\S)", re.IGNORECASE)  # « Le Havre »
# Roman numbers of a name, up to 39; « I », « V » and « X » alone may be letters as well
ROMAN = re.compile(r"(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})")
UNSEEN = ("Mn", "Cf")  # accents set apart, soft hyphens and other signs without width
PIECE = re.compile(r"\d+|[^\W\d_]+")
VALUES = {"i": 1, "v": 5, "x": 10}
NARROW, WIDE = "\u202f", "\u00a0"
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
INVENTED = " (fictif)"  # after the name of an invented place


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


def capital(text: str) -> str:
    """A text that begins a sentence.

    >>> capital("en 2020, rien"), capital("")
    ('En 2020, rien', '')
    """
    return text[:1].upper() + text[1:]


def plural(count: int, singular: str, many: str | None = None) -> str:
    r"""Agree a noun with its count: French is plural from 2 on.

    >>> plural(1, "cellule"), plural(0, "zone"), plural(3, "foyer"), plural(2, "lieu")
    ('1\xa0cellule', '0\xa0zone', '3\xa0foyers', '2\xa0lieux')
    """
    ending = "x" if singular.endswith("eu") else "s"
    word = singular if abs(count) < 2 else (many or singular + ending)
    return f"{number(count)}{WIDE}{word}"


def listed(names: Sequence[str]) -> str:
    """Several names in a sentence.

    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b et c', 'a')
    """
    return " et ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


@lru_cache(maxsize=8192)  # the names of a few territories: each list of zones asks for them all
def bare(text: str) -> str:
    """A text as it is compared: no capital, no accent, no ligature.

    >>> bare("Île du CŒUR"), bare("Ægidius"), bare("Saint-Ouën")
    ('ile du coeur', 'aegidius', 'saint-ouen')
    """
    apart = unicodedata.normalize("NFKD", text.translate(LIGATURES))
    kept = (one for one in apart if unicodedata.category(one) not in UNSEEN)
    return "".join(kept).casefold()


def by_name(
    items: Iterable[T],
    name: Callable[[T], str] = str,
    *,
    before: Callable[[T], Any] | None = None,
) -> list[T]:
    """Things in the order in which a French reader looks for their names.

    Accents, capitals, ligatures and the article that opens a name change nothing; numbers go by
    their size, Roman ones too.  « V » alone is 5 among « II » and « IV », a letter among « A »
    and « B ».  ``before`` ranks first, names then.

    >>> by_name(["Zoo", "Île Mirage", "Œuvres", "Oran", "Le Havre", "Gué", "L'Étang"])
    ["L'Étang", 'Gué', 'Le Havre', 'Île Mirage', 'Œuvres', 'Oran', 'Zoo']
    >>> by_name(["Quartier 10", "Quartier 9", "Secteur X", "Secteur II", "Secteur IV"])
    ['Quartier 9', 'Quartier 10', 'Secteur II', 'Secteur IV', 'Secteur X']
    >>> by_name(["Zone V", "Zone U", "Zone X", "Zone W"])
    ['Zone U', 'Zone V', 'Zone W', 'Zone X']
    """
    pairs = [(one, name(one)) for one in items]
    numbered = _numbered(text for _, text in pairs)
    ordered = sorted(pairs, key=lambda pair: (_rank(pair[1], numbered), bare(pair[1]), pair[1]))
    found = [one for one, _ in ordered]
    return sorted(found, key=before) if before else found


def _pieces(text: str) -> list[str]:
    """The words and numbers of a name, without the article that opens it."""
    whole = unicodedata.normalize("NFC", text).strip().translate(LIGATURES)
    return PIECE.findall(ARTICLE.sub("", whole, count=1))


def _numbered(names: Iterable[str]) -> set[tuple[str, ...]]:
    """Beginnings of names that a Roman number follows: no other letter stands alone there."""
    roman, letter = set[tuple[str, ...]](), set[tuple[str, ...]]()
    for name in names:
        words = _pieces(name)
        for place, word in enumerate(words):
            start = tuple(map(bare, words[:place]))
            if len(word) > 1 and ROMAN.fullmatch(word):
                roman.add(start)
            elif len(word) == 1 and word.isalpha() and word not in "IVX":
                letter.add(start)
    return roman - letter


def _rank(name: str, numbered: set[tuple[str, ...]]) -> tuple[tuple[int, int, str], ...]:
    """What a name is ordered by: numbers before words."""
    words = _pieces(name)
    found = []
    for place, word in enumerate(words):
        start = tuple(map(bare, words[:place]))
        if word.isdecimal():
            found.append((0, int(word), ""))
        elif ROMAN.fullmatch(word) and (len(word) > 1 or start in numbered):
            found.append((0, _roman(word), ""))
        else:
            found.append((1, 0, bare(word)))
    return tuple(found)


def _roman(text: str) -> int:
    values = [VALUES[letter] for letter in text.lower()]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-one if one < after else one for one, after in pairs)


def of(name: str) -> str:
    """Put « de » before a name that carries its article.

    >>> of("la Métropole"), of("le département"), of("les voisines"), of("Ellébore"), of("Orme")
    ('de la Métropole', 'du département', 'des voisines', "d'Ellébore", "d'Orme")
    >>> of("Le Havre"), of("Les Andelys"), of("La Rochelle")
    ('du Havre', 'des Andelys', 'de La Rochelle')
    >>> of("Œuilly"), of("Éterville"), of("Caen")
    ("d'Œuilly", "d'Éterville", 'de Caen')
    """
    if name.startswith(("le ", "Le ")):
        return f"du {name[3:]}"
    if name.startswith(("les ", "Les ")):
        return f"des {name[4:]}"
    return f"d'{name}" if bare(name[:1])[:1] in tuple("aeiouyh") else f"de {name}"


def day(when: date | datetime) -> str:
    r"""Write a date in full.

    >>> day(date(2026, 10, 1))
    '1er\xa0octobre 2026'
    """
    first = "1er" if when.day == 1 else str(when.day)
    return f"{first}{WIDE}{MONTHS[when.month - 1]} {when.year}"


def single_stops(text: str) -> str:
    """One full stop where a sentence was put into another; an ellipsis stays.

    >>> single_stops("en France.. Puis. . De là..."), single_stops("1. 2")
    ('en France. Puis. De là...', '1. 2')
    """
    return re.sub(r"(?<!\.)\.(?:\s*\.)(?!\.)", ".", text)


def unmarked(label: str) -> str:
    """A label where all around it says already that the place is invented.

    >>> unmarked("Les Forges (fictif)"), unmarked("Les Forges")
    ('Les Forges', 'Les Forges')
    """
    return label.removesuffix(INVENTED)


def spaced(text: str) -> str:
    r"""Put the narrow no-break spaces French punctuation asks for.

    >>> spaced("Où ? « Ici » : 12 % !"), spaced("Part (%), en France..")
    ('Où\u202f? «\u202fIci\u202f»\xa0: 12\u202f%\u202f!', 'Part (%), en France.')
    """
    text = single_stops(text)
    text = re.sub(r"(?<=[^(])[ \u00a0\u202f]?([;!?%])(?=[\s»),.]|$)", NARROW + r"\1", text)
    text = re.sub(r"[ \u00a0\u202f]+:(?=\s|$)", WIDE + ":", text)
    return re.sub(
        r"[ \u00a0\u202f]+»", NARROW + "»", re.sub(r"«[ \u00a0\u202f]+", "«" + NARROW, text)
    )
