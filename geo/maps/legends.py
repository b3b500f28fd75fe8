"""The lines of a map's legend that are no class: bounds, signs, what a base map changes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ctg_data.model import SIGN_WORDS, Sign
from geo.maps import palette, veil
from geo.maps.strokes import Shown


@dataclass(frozen=True)
class Entry:
    """One line of the legend.

    Attributes:
        words: what the colour stands for.
        detail: the same in numbers, when they change with the year.
        size: the diameter of a circle, in pixels.
        pin: it is a structure, not a zone; ``open`` when its mark is.
        line: it is a limit laid over the zones.
        bound: it is a zone known by a bound: striped, or an open circle.
    """

    words: str
    colour: str
    zones: int = 0
    hatched: bool = False
    size: float = 0.0
    detail: str = ""
    pin: bool = False
    open: bool = False
    line: bool = False
    bound: bool = False

    @property
    def whole(self) -> str:
        """Words and numbers."""
        return f"{self.words} ({self.detail})" if self.detail else self.words


def of_bounds(zones: Sequence[Shown], colour: str, size: float = 0.0) -> list[Entry]:
    """One line a side: what the class, or the size, of such a zone says."""
    what = "de cette taille" if size else "dans cette teinte"
    beyonds = ("plus grand", "plus petit") if size else ("plus haut", "plus bas")
    entries = []
    for lead, beyond in zip(("au moins", "au plus"), beyonds, strict=True):
        if several := sum(one.lead == lead for one in zones):
            words = f"{lead} (borne) : {what} ou {beyond}"
            entries.append(Entry(words, colour, several, size=size, bound=True))
    return entries


def of_signs(hidden: Sequence[Shown], missing: Sequence[Shown]) -> list[Entry]:
    """One line a sign: what is hidden, what is missing, what makes no sense."""
    entries = []
    if hidden:
        entries.append(Entry(SIGN_WORDS[Sign.SECRET], palette.SECRET, len(hidden), hatched=True))
    for sign in (Sign.MISSING, Sign.NOT_APPLICABLE):
        if several := sum(one.sign is sign for one in missing):
            entries.append(Entry(SIGN_WORDS[sign], palette.MISSING, several))
    return entries


def seen_through(entry: Entry) -> Entry:
    """The swatch of a class as zones are drawn over a base map."""
    return entry if entry.size else replace(entry, colour=veil.swatch(entry.colour))
