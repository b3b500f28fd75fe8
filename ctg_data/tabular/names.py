"""Headers and names as they are compared: no accent, no case, no punctuation."""

import difflib
import re
from collections.abc import Iterable
from functools import lru_cache

from ctg_data import fr


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """A name reduced to its words.

    >>> plain(" Familles mono-parentales "), plain("EVOL_CA_N_E "), plain("Île – Mirage")
    ('familles mono parentales', 'evol ca n e', 'ile mirage')
    """
    return re.sub(r"[^a-z0-9+]+", " ", fr.bare(text)).strip()


def near(wanted: str, label: str, offered: Iterable[str], most: int = 3) -> list[str]:
    """The offered headers that may be the one wanted, nearest first.

    >>> near("AM", "Familles monoparentales", ["A_MONO", "APPA", "total"])
    ['A_MONO']
    >>> near("ENF_2", "Moins de 3 ans", ["ENF_02", "PERCOU"])
    ['ENF_02']
    """
    scored = sorted(((_likeness(wanted, label, one), one) for one in offered), reverse=True)
    return [name for score, name in scored if score >= 0.5][:most]


def _likeness(wanted: str, label: str, offered: str) -> float:
    header = plain(offered)
    if not header:
        return 0.0
    by_code = difflib.SequenceMatcher(None, plain(wanted), header).ratio()
    by_label = difflib.SequenceMatcher(None, plain(label), header).ratio()
    shared = _common_stems(header, plain(label))
    return max(by_code if len(wanted) > 2 or shared else by_code * 0.9, by_label, shared)


def _common_stems(header: str, label: str) -> float:
    """Whether a word of the header begins a word of the label: « mono » and « monoparentales »."""
    words = [word for word in header.split() if len(word) >= 4 and not word.isdigit()]
    hits = sum(any(told.startswith(word[:5]) for told in label.split()) for word in words)
    return 0.6 * hits / len(words) if words else 0.0
