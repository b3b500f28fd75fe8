"""What the dates of published files rest on, for the page « Méthode »."""

from dataclasses import dataclass

from ctg_data.dating import Dating
from ctg_data.natures import RATE
from ctg_data.observations import variables
from ctg_data.socle.reading.layouts import layouts


@dataclass(frozen=True)
class Evidence:
    """How the year of some columns of a file is known.

    Attributes:
        title: of the file, without its edition.
        what: what the columns count, in words.
        lag: how many years before the edition they were observed.
        why: the comparison or the equality, with its sources.
    """

    title: str
    what: str
    editions: tuple[int, ...]
    lag: int
    proof: Dating
    why: str


def evidence() -> list[Evidence]:
    """Every declared proof, file by file."""
    return [
        Evidence(
            layout.title,
            _what(one.targets),
            tuple(sorted(one.editions)),
            one.lag,
            one.proof,
            one.why,
        )
        for layout in layouts()
        for one in layout.dated
    ]


def _what(targets: frozenset[str]) -> str:
    """The kind of what is counted: a file has one proof for all its columns of a kind."""
    found = [variables()[target.partition("/")[0]] for target in targets]
    if any(one.unit == "demandeurs" for one in found):
        return "demandeurs d'emploi"
    if all(one.nature == RATE for one in found):
        return "revenus et pauvreté"
    return "foyers allocataires, personnes et enfants couverts"
