"""Zones named by level, code and generation, and what a reader can add up or subtract of them."""

from dataclasses import dataclass, field

from ctg_data.vintages import anchored

# Level, code, generation: QPV of 2015 and of 2024 are different zones with different codes; for
# every other level the generation is 0, since two files may date the same contours differently.
Place = tuple[str, str, int]


# « QP000006/00123 »: the part of a QPV that lies in one of its communes, known but never shown
PART = "/"


@dataclass(frozen=True)
class Nesting:
    """Zones that a reader can add up or subtract, measured on outlines or declared.

    ``parts`` lie inside ``whole``; what is left of it is a zone too, published or not, and obeys
    the same rules.  ``covers``: the parts cover the whole and overflow it, so that their sum
    minus the whole is the remainder.  ``exact``: they cover it and overflow nothing: their sum is
    the whole, nothing is left.  ``zone``: the remainder is a piece of land, to which the rule of
    100 applies, rather than people whom nobody could locate.  ``also``: more wholes, when only
    several zones together cover the ground of the parts, and nothing else.
    """

    whole: Place
    parts: tuple[Place, ...]
    name: str
    covers: bool = False
    zone: bool = True
    exact: bool = False
    also: tuple[Place, ...] = field(default=(), repr=False)

    @property
    def places(self) -> tuple[Place, ...]:
        """Every zone it names."""
        return (self.whole, *self.also, *self.parts)


def place_of(level: str, code: str, vintage: int) -> Place:
    """Anchor a zone: its vintage counts for QPV only.

    >>> place_of("iris", "1", 2021), place_of("qpv", "2", 2015)
    (('iris', '1', 0), ('qpv', '2', 2015))
    """
    return (level, code, anchored(level, vintage))
