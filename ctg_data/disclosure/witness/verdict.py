"""What the second witness was asked, and what it answers."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, field, replace

EXACT, INSIDE, BELOW, NARROW = "EXACT", "INSIDE", "BELOW", "NARROW"


@dataclass(frozen=True)
class Condition:
    """When a hidden figure would be given away; never what it is.

    Attributes:
        least: some table that agrees must give it at least this.
        width: two tables that agree must lie this far apart; 0 when it may be worked out, as a
            figure hidden only to protect another one may.
    """

    least: int = 5
    width: int = 0


@dataclass(frozen=True)
class Leak:
    """A hidden figure, or what two figures leave, that is given away: every table puts it there.

    ``variables`` are those whose figures give it away.
    """

    id: str
    low: float
    high: float
    kind: str
    variables: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What the witness found in a release.

    Attributes:
        examined: sums that were bounded.
        leaks: those that the release gives away.
        public: those that what others publish gives away, no further by the release.
        recomputed: hidden figures that can be worked out, and owe nobody anything.
        undecided: sums that could not be settled in time: not known to be safe.
        apart: figures that no table agrees with, taken as another count of the same people;
            variables whose definition the figures deny.
        seconds: time taken.
        bounds: exact ends of every hidden figure, when asked for.
    """

    examined: int = 0
    leaks: tuple[Leak, ...] = ()
    public: tuple[Leak, ...] = ()
    recomputed: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    seconds: float = 0.0
    bounds: dict[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """Whether nothing was found and nothing is left open."""
        return not self.leaks and not self.undecided


@dataclass(frozen=True)
class Witnessed:
    """What may be kept and told of an answer: counts, never values nor names of figures.

    Attributes:
        examined: sums that were bounded.
        leaks, undecided: those that were given away, or could not be settled, at first.
        apart: figures that contradict others.
        hidden: tables that are not shown for that.
        seconds: time taken.
    """

    examined: int = 0
    leaks: int = 0
    undecided: int = 0
    apart: int = 0
    hidden: int = 0
    seconds: float = 0.0

    def __add__(self, other: "Witnessed") -> "Witnessed":
        pairs = zip(astuple(self), astuple(other), strict=True)
        return Witnessed(*(one + another for one, another in pairs))


def judged(low: float, high: float, told: Condition, *, zeros_shown: bool = False) -> str:
    """Name the leak that an interval is; "" when it gives nothing away.

    >>> told = Condition(5, 0)
    >>> [judged(*ends, told) for ends in ((3, 3), (1, 4), (0, 4), (0, 5), (9, 9))]
    ['EXACT', 'INSIDE', 'BELOW', '', '']
    >>> judged(90, 95, Condition(5, 18)), judged(0, 0, told, zeros_shown=True)
    ('NARROW', '')
    >>> judged(12, 12, Condition(5, 1))  # fewer than 5 allocataires behind these 12 children
    'EXACT'
    """
    if zeros_shown and low == high == 0:
        return ""
    if high < told.least:
        return EXACT if low == high else INSIDE if low >= 1 else BELOW
    if high - low < told.width:
        return EXACT if low == high else NARROW
    return ""


def together(answers: Iterable[Answer]) -> Answer:
    """One answer for several years, or for several ways of rounding: a leak in one is a leak."""
    whole = Answer()
    for one in answers:
        whole = replace(
            whole,
            examined=whole.examined + one.examined,
            leaks=_each(whole.leaks + one.leaks),
            public=_each(whole.public + one.public),
            recomputed=tuple(dict.fromkeys(whole.recomputed + one.recomputed)),
            undecided=tuple(dict.fromkeys(whole.undecided + one.undecided)),
            apart=tuple(dict.fromkeys(whole.apart + one.apart)),
            seconds=whole.seconds + one.seconds,
            bounds={**whole.bounds, **one.bounds},
        )
    return whole


def _each(leaks: tuple[Leak, ...]) -> tuple[Leak, ...]:
    return tuple({one.id: one for one in leaks}.values())
