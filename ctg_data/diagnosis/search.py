"""From a few words to a figure: « RSA Grand-Songe » leads to that indicator in that zone.

Words are compared without accents nor capitals, by their beginnings; a word that only the
glossary knows (« crèche ») leads to the indicators that use the glossary's term (« EAJE »).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from ctg_data import fr, glossary
from ctg_data.catalogue.cards import THEMES, Indicator
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace

T = TypeVar("T")
MOST = 12
SIZE = "CTX02"  # what a zone alone is introduced by
TITLE, TEXT = 3, 1  # what a word found there weighs
# French words that narrow nothing down, and those of the question itself
EMPTY = frozenset(
    (
        "a",
        "au",
        "aux",
        "combien",
        "d",
        "dans",
        "de",
        "des",
        "du",
        "en",
        "et",
        "l",
        "la",
        "le",
        "les",
    )
) | {"ou", "par", "pour", "quel", "sur", "un", "une"}
SHORT = 2  # letters under which a beginning of word matches nothing: « l », « d »


@dataclass(frozen=True)
class Hit:
    """One answer: an indicator, a zone, or an indicator in a zone."""

    indicator: Indicator | None
    zone: Zone | None
    score: int


@lru_cache(maxsize=8192)
def folded(text: str) -> tuple[str, ...]:
    """The words of a text, without accents, capitals nor empty words.

    >>> folded("Où sont les crèches de l'Île ?")
    ('sont', 'creches', 'ile')
    >>> folded("Œuvres du CŒUR") == folded("oeuvres coeur")
    True
    """
    return tuple(word for word in re.findall(r"[a-z0-9]+", fr.bare(text)) if word not in EMPTY)


def search(data: Workspace, asked: str) -> list[Hit]:
    """The best answers, the closest first; empty when no word is recognised."""
    words = [word for word in folded(asked) if len(word) >= SHORT]
    if not words:
        return []
    zones = _best((one, _zone_score(one, words)) for one in _zones(data))
    left = [word for word in words if not any(_begins(word, _zone_words(one)) for one, _ in zones)]
    sought = left if zones else words
    found = _best((one, _indicator_score(one, sought)) for one in data.indicators())
    if zones and found:
        hits = [
            Hit(indicator, zone, score + other)
            for indicator, score in found
            for zone, other in zones
            if zone.level in indicator.levels
        ]
        known = [hit for hit in hits if _known(data, hit)]
        return sorted(known or hits, key=lambda hit: (-hit.score, _length(hit)))[:MOST]
    hits = [Hit(None, zone, score) for zone, score in zones]
    hits += [Hit(indicator, None, score) for indicator, score in found]
    return sorted(hits, key=_length)[:MOST]


def _length(hit: Hit) -> int:
    """Between equals, the shortest name is the closest to what was asked."""
    title = folded(hit.indicator.title) if hit.indicator else []
    return len(title) + (len(folded(hit.zone.label)) if hit.zone else 0)


def _known(data: Workspace, hit: Hit) -> bool:
    """Whether there is a number or a sign of secrecy to show there, rather than nothing."""
    if hit.indicator is None or hit.zone is None:
        return True
    rows = data.table(hit.indicator).where(level=str(hit.zone.level), code=hit.zone.code)
    return len(rows) > 0


def _best(scored: Iterable[tuple[T, int]]) -> list[tuple[T, int]]:
    """What matches most words; ties are kept, in their order."""
    found = [pair for pair in scored if pair[1]]
    top = max((score for _, score in found), default=0)
    kept = [pair for pair in found if pair[1] * 2 > top]
    return sorted(kept, key=lambda pair: -pair[1])


def _zones(data: Workspace) -> Sequence[Zone]:
    place = data.territory
    return (place.commune, *place.qpv, *place.quartiers, *place.iris, *place.neighbours)


def _zone_words(zone: Zone) -> list[str]:
    return [*folded(zone.label), zone.code.lower()]


def _zone_score(zone: Zone, words: Sequence[str]) -> int:
    known = _zone_words(zone)
    return TITLE * sum(_begins(word, known) for word in words)


def _indicator_score(indicator: Indicator, words: Sequence[str]) -> int:
    title = [*folded(indicator.title), *folded(THEMES[indicator.theme]), indicator.code.lower()]
    text = folded(f"{indicator.question} {indicator.unit_long} {indicator.text['definition']}")
    score = 0
    for word in words:
        if _begins(word, title):
            score += TITLE
        elif _begins(word, text) or any(_begins(each, title) for each in _meant(word)):
            score += TEXT
    return score


@lru_cache(maxsize=1024)
def _meant(word: str) -> tuple[str, ...]:
    """The terms of the glossary whose definition uses a word."""
    return tuple(
        part
        for term in glossary.terms()
        if _begins(word, folded(term.definition))
        for name in term.explained
        for part in folded(name)
    )


def _begins(word: str, known: Sequence[str]) -> bool:
    """Whether a word, or its singular, begins one of the known words."""
    stem = word[:-1] if len(word) > 3 and word[-1] in "sx" else word
    return any(one.startswith(stem) for one in known)
