"""Which years are known of some indicators, where nothing can be said to have moved.

« One year known » is said of the commune only when it is so, and never of zones that have more;
with no figure at all there is no year to speak of.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ctg_data import dating, fr
from ctg_data.catalogue.cards import Indicator
from ctg_data.model import Level
from ctg_data.release.bounds import told
from ctg_data.workspace import Workspace

UNDER = {
    Level.QPV: "par quartier prioritaire",
    Level.QUARTIER: "par quartier de la ville",
    Level.IRIS: "par IRIS",
}


@dataclass(frozen=True)
class Still:
    """Why no evolution is told: a title and a sentence, in French."""

    title: str
    text: str


def still(data: Workspace, indicators: Sequence[Indicator]) -> Still:
    """Say how many years are known of the commune, and of its zones where they have more."""
    here = data.territory.commune
    own = [_years(data, one, str(here.level), here.code) for one in indicators]
    below = [told for level, words in UNDER.items() if (told := _below(data, indicators, level))]
    more = f" ; {_joined(below)}" if below else ""
    if any(own):
        head = "une seule année connue pour la commune"
    elif below or _has_zones(data, indicators):
        head = "aucun chiffre de la commune entière"
    else:
        return Still("Pas encore de chiffre", "pas encore de chiffre.")
    return Still(fr.capital(head), f"{head}{more}.")


def _joined(parts: Sequence[str]) -> str:
    return " ; ".join(parts)


def _years(data: Workspace, indicator: Indicator, level: str, code: str) -> list[int]:
    return dating.years(data.table(indicator).where(level=level, code=code).periods)


def _below(data: Workspace, indicators: Sequence[Indicator], level: Level) -> str:
    """The longest series of one zone of a level, when it has at least two years."""
    longest: list[int] = []
    for one in indicators:
        frame = data.table(one).where(level=str(level)).frame
        shown = frame[told(frame)]
        for _, periods in shown.groupby(["code", "vintage"])["period"]:
            known = dating.years(set(periods))
            longest = max(longest, known, key=len)
    if len(longest) < 2:
        return ""
    span = f"{min(longest)} à {max(longest)}"
    return f"{UNDER[level]}, {fr.number(len(longest))} années ({span})"


def _has_zones(data: Workspace, indicators: Sequence[Indicator]) -> bool:
    levels = [str(one) for one in UNDER]
    return any(data.table(one).where(level=levels).shown for one in indicators)
