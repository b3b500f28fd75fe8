"""When a figure was observed, which edition of a file told it, and how that is known.

A file named « 2022 » may hold incomes of 2018: the edition is the name of the file, never the year
of what it counts.  ``period`` is the year observed.  Where no document and no comparison tells it,
the period is a negative number that only figures of the same file and of the same kind share: it
is equal to no year, so nothing can set such a figure against one of another date.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pandas as pd

from ctg_data.natures import AMOUNT, CENSUS, COVERED, RATE


class Dating(StrEnum):
    """How the year observed is known, from the surest to the least sure."""

    PRODUCTEUR = "producteur"  # the producer says it
    EGALITE = "egalite"  # same values as a dated file or publication
    COMPARAISON = "comparaison"  # series compared: every one so far is of a December
    NON_ETABLI = "non_etabli"


BETWEEN = ", "  # editions of one figure
SURENESS = [str(one) for one in Dating]
DEFAULTS = {"edition": "", "dating": str(Dating.PRODUCTEUR)}  # of an ordinary row
# What is counted together in one file: kinds whose unknown years are the same one.
PEOPLE, SEEKERS, INSEE, RATES, OTHERS = 1, 2, 3, 4, 5
BLOCKS = dict.fromkeys((*COVERED, AMOUNT), PEOPLE) | {CENSUS: INSEE, RATE: RATES}
PROOFS = {
    Dating.PRODUCTEUR: "l'année est dite par le producteur",
    Dating.EGALITE: "année établie par l'égalité avec un fichier ou une publication datés",
    Dating.COMPARAISON: "année établie par comparaison de séries seulement, à confirmer par le "
    "dictionnaire du producteur",
    Dating.NON_ETABLI: "ne se compare à aucune autre année",
}


def unestablished(edition: int, nature: str, unit: str = "") -> int:
    """The period of figures whose year is not known.

    Args:
        edition: of their file.
        nature: of the variable, as ``variables.toml`` says it.
        unit: of the variable, likewise.

    >>> unestablished(2017, "taux"), unestablished(2017, "foyers"), unestablished(2019, "taux")
    (-20174, -20171, -20194)
    """
    block = SEEKERS if unit == "demandeurs" else BLOCKS.get(nature, OTHERS)
    return -(10 * edition + block)


def is_known(period: int) -> bool:
    """Whether a period is a year observed."""
    return period >= 0


def edition_of(period: int) -> int:
    """The edition of a period that is not a year.

    >>> edition_of(unestablished(2017, "taux"))
    2017
    """
    return -period // 10


def order(period: int) -> tuple[bool, int]:
    """Sort key: years in their order, after the editions whose year is not known."""
    return (is_known(period), abs(period))


def newest_first(periods: Iterable[int]) -> list[int]:
    """Years, the latest first, then editions whose year is not known.

    >>> newest_first([2017, -20174, 2020, -20214])
    [2020, 2017, -20214, -20174]
    """
    return sorted({int(one) for one in periods}, key=order, reverse=True)


def years(periods: Iterable[int]) -> list[int]:
    """The years observed among periods, the latest first."""
    return [one for one in newest_first(periods) if is_known(one)]


def label(period: int) -> str:
    """A period alone, in a selector or over a column.

    >>> label(2020), label(-20174)
    ('2020', 'édition 2017, année observée non établie')
    """
    if is_known(period):
        return str(period)
    return f"édition {edition_of(period)}, année observée non établie"


def span(periods: Iterable[int]) -> str:
    """When there are figures, in few words; empty when there are none.

    >>> span([2017, 2023, -20174]), span([2023]), span([-20174, -20214]), span([])
    ('2017–2023', '2023', 'éditions 2017 à 2021, années non établies', '')
    """
    found = newest_first(periods)
    known = [one for one in found if is_known(one)] or found
    if not known:
        return ""
    last, first = known[0], known[-1]
    if not is_known(last):
        some = sorted({edition_of(one) for one in known})
        if len(some) == 1:
            return f"édition {some[0]}, année non établie"
        return f"éditions {some[0]} à {some[-1]}, années non établies"
    return str(last) if first == last else f"{first}–{last}"


@dataclass(frozen=True)
class Moment:
    """A year observed, the edition that told it, and the proof; in words.

    ``edition`` is empty when the file has no name of its own beside the year observed, and names
    several, a comma between them, for a result of several files.
    """

    period: int
    edition: str = ""
    dating: Dating = Dating.PRODUCTEUR

    @property
    def named(self) -> str:
        """« édition 2022 », « éditions 2021 et 2022 »; empty when there is none."""
        *others, last = self.editions or ("",)
        if others:
            return f"éditions {', '.join(others)} et {last}"
        return f"édition {last}" if last else ""

    @property
    def editions(self) -> tuple[str, ...]:
        """The editions that tell it; of a year that is not known, that of its period."""
        if not is_known(self.period):
            return (str(edition_of(self.period)),)
        return tuple(editions_in(self.edition))

    @property
    def year(self) -> str:
        """The year itself, as sure as it is: « 2018 », « vers décembre 2020 »."""
        if not is_known(self.period):
            return "année observée non établie"
        about = self.dating is Dating.COMPARAISON
        return f"vers décembre {self.period}" if about else str(self.period)

    @property
    def told(self) -> str:
        """In brackets or after a comma.

        >>> Moment(2020).told, Moment(2018, "2022", Dating.EGALITE).told
        ('2020', '2018, édition 2022')
        >>> Moment(2020, "2022", Dating.COMPARAISON).told
        'édition 2022, observée vers décembre 2020'
        >>> Moment(-20174, "2017", Dating.NON_ETABLI).told
        'édition 2017, année observée non établie'
        """
        if not self.named:
            return self.year
        if self.dating is Dating.COMPARAISON and is_known(self.period):
            many = "s" if len(self.editions) > 1 else ""
            return f"{self.named}, observée{many} {self.year}"
        if not is_known(self.period):
            return f"{self.named}, {self.year}"
        return f"{self.year}, {self.named}"

    @property
    def head(self) -> str:
        """Over a column, where a note says the rest: « 2018 », « vers 2020 », « édition 2017 »."""
        if not is_known(self.period):
            return f"{self.named}, année non établie"
        return f"vers {self.period}" if self.dating is Dating.COMPARAISON else str(self.period)

    @property
    def when(self) -> str:
        """In a sentence, as an adverb.

        >>> Moment(2020).when, Moment(2018, "2022", Dating.EGALITE).when
        ('en 2020', 'en 2018 (édition 2022)')
        >>> Moment(2020, "2022", Dating.COMPARAISON).when
        'vers décembre 2020 (édition 2022)'
        >>> Moment(-20174, "2017", Dating.NON_ETABLI).when
        "dans l'édition 2017 (année observée non établie)"
        """
        if not is_known(self.period):
            return f"dans l'{self.named} ({self.year})"
        adverb = self.year if self.dating is Dating.COMPARAISON else f"en {self.year}"
        return f"{adverb} ({self.named})" if self.named else adverb

    @property
    def since(self) -> str:
        """Since when something moved.

        >>> Moment(2020).since, Moment(2019, "2021", Dating.COMPARAISON).since
        ('depuis 2020', "depuis l'édition 2021, vers décembre 2019")
        >>> Moment(2017, "2021", Dating.EGALITE).since
        'depuis 2017'
        """
        if is_known(self.period) and self.dating is Dating.COMPARAISON and self.named:
            article = "les " if len(self.editions) > 1 else "l'"
            return f"depuis {article}{self.named}, {self.year}"
        return f"depuis {self.year}"

    @property
    def ordinary(self) -> bool:
        """Whether there is nothing to say beside the year."""
        return is_known(self.period) and not self.named and self.dating is Dating.PRODUCTEUR


def dates_text(moments: Iterable[Moment]) -> str:
    """What must be known of dates before quoting; empty when every one is the producer's word.

    >>> dates_text([Moment(2020), Moment(2020, "2022", Dating.COMPARAISON)])[:42]
    'Édition 2022, observée vers décembre 2020 '
    """
    found: dict[Dating, list[str]] = {}
    for one in moments:
        if not one.ordinary and one.dating is not Dating.PRODUCTEUR:
            found.setdefault(one.dating, []).append(one.told)
    said = []
    for proof in (one for one in Dating if one in found):
        told = " ; ".join(dict.fromkeys(found[proof]))
        said.append(f"{told[:1].upper()}{told[1:]} : {PROOFS[proof]}.")
    return " ".join(said)


def proofs_text(moments: Iterable[Moment]) -> str:
    """The same where each figure has its date beside it: what its words stand for.

    >>> proofs_text([Moment(2020)]), proofs_text([Moment(2020, "2022", Dating.COMPARAISON)])[:9]
    ('', '« vers » ')
    """
    known = {one.dating for one in moments}
    said = {
        Dating.EGALITE: "une année suivie d'une édition : établie par l'égalité avec un fichier ou "
        "une publication datés",
        Dating.COMPARAISON: "« vers » : " + PROOFS[Dating.COMPARAISON],
        Dating.NON_ETABLI: "année observée non établie : le chiffre " + PROOFS[Dating.NON_ETABLI],
    }
    found = [text for proof, text in said.items() if proof in known]
    return " ".join(f"{text[:1].upper()}{text[1:]}." for text in found)


def forbids(before: Moment, after: Moment) -> str:
    """Why two figures of one place may not be told as an evolution; empty when they may.

    A year known by comparison follows another one of the same kind, or of the same editions: how
    far it lies from a year the producer tells is not known well enough.

    >>> forbids(Moment(2019), Moment(2020))
    ''
    >>> forbids(Moment(2019, "2021", Dating.COMPARAISON), Moment(2020))
    "l'année de l'une des deux valeurs n'est connue que par comparaison (édition 2021)"
    """
    for one in (before, after):
        if not is_known(one.period):
            return f"l'année observée de l'{one.named} n'est pas établie"
    by_comparison = [one for one in (before, after) if one.dating is Dating.COMPARAISON]
    if len(by_comparison) == 1 and not (before.named and after.named):
        what = f" ({by_comparison[0].named})" if by_comparison[0].named else ""
        return f"l'année de l'une des deux valeurs n'est connue que par comparaison{what}"
    return ""


def completed(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows with the columns of this module, the ordinary value wherever they say nothing."""
    filled = {}
    for name, ordinary in DEFAULTS.items():
        told = frame[name] if name in frame.columns else pd.Series(pd.NA, index=frame.index)
        filled[name] = told.astype("string").fillna(ordinary)
    return frame.assign(**filled)


def worst(datings: Iterable[Any]) -> Dating:
    """The least sure of several."""
    return Dating(max(map(str, datings), key=SURENESS.index, default=Dating.PRODUCTEUR))


def joined(editions: Iterable[Any]) -> str:
    """Several editions in one text, each said once, in order.

    >>> joined(["2022", "", "2021, 2022"])
    '2021, 2022'
    """
    found = {part for one in editions for part in editions_in(str(one))}
    return BETWEEN.join(sorted(found))


def editions_in(text: str) -> list[str]:
    """The editions that one text names, as ``joined`` wrote them."""
    return [one for one in text.split(BETWEEN) if one]
