"""The year of each embedded figure, read from its file again and dated by a table of our own.

``csv`` and ``Decimal`` only.  What the files of QPV call « 2022 » is an edition: the years are
those of the proofs gathered by hand, column by column, and not of the project's layouts.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

PEOPLE = ("foyers_", "personnes_", "enfants_", "allocataires_", "couples_")
COMPARED = range(2017, 2023)  # editions whose CAF counts were compared with dated files
INCOMES = {2021: 2017, 2022: 2018}  # edition → income of, the same values as Filosofi
SAME_AS_FILOSOFI = ("taux_pauvrete", "niveau_vie_median", "part_prestations_sociales")


@dataclass(frozen=True)
class Figure:
    """One embedded figure, under the year it was observed; ``year`` is empty when unknown."""

    variable: str
    part: str
    level: str
    code: str
    year: str
    edition: str
    proof: str
    value: Decimal | None
    dataset: str

    @property
    def key(self) -> tuple[str, ...]:
        """What names it, its date included."""
        return (self.variable, self.part, self.level, self.code, self.year, self.edition)


def embedded(folder: Path) -> list[Figure]:
    """Every figure of a folder ``donnees``, dated by the rules of this module."""
    found = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for line in csv.DictReader(file):
                edition = _edition(line["source"], line["dataset"])
                year, proof = _year(line["variable"], edition, line["period"])
                number = Decimal(line["value"]) if line["value"] else None
                place = (line["variable"], line["category"], line["level"], line["code"])
                told = Figure(*place, year, edition, proof, number, line["dataset"])
                found.append(told)
    return found


def _edition(source: str, dataset: str) -> str:
    """Files of QPV are named by their edition: DEMO_2022, REVN_2022, IPRO_2021."""
    stem, _, year = dataset.partition("_")
    return year if stem in ("DEMO", "REVN", "IPRO") and source.endswith(year) else ""


def _year(variable: str, edition: str, told: str) -> tuple[str, str]:
    if not edition:
        return told, "producteur"
    at = int(edition)
    if variable.startswith(PEOPLE) and at in COMPARED:
        return str(at - 2), "comparaison"
    if variable.startswith("demandeurs_emploi") and at in COMPARED:
        return str(at - 1), "egalite" if at in (2018, 2019) else "comparaison"
    if variable in SAME_AS_FILOSOFI and at in INCOMES:
        return str(INCOMES[at]), "egalite"
    if variable == "population_municipale" and at == 2021:
        return "2018", "egalite"
    return "", "non_etabli"


def value(figures: Iterable[Figure], variable: str, part: str, code: str, year: int) -> Decimal:
    """The one figure of a place and year."""
    [found] = [
        one.value
        for one in figures
        if (one.variable, one.part, one.code, one.year) == (variable, part, code, str(year))
    ]
    assert found is not None, "hidden"
    return found


def percent(top: Decimal, whole: Decimal) -> Decimal:
    """A share in percent, printed with one decimal: half away from zero."""
    return printed(100 * top / whole)


def printed(number: Decimal, decimals: int = 1) -> Decimal:
    """A number as printed."""
    return number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def french(number: Decimal, *, signed: bool = False) -> str:
    """A number in French: comma, narrow spaces, true minus."""
    text = f"{abs(number):,}".replace(",", "\u202f").replace(".", ",")
    if number < 0:
        return f"\u2212{text}"
    return f"+{text}" if signed and number > 0 else text


def downloaded(content: bytes) -> Iterator[dict[str, str]]:
    """The lines of a downloaded table."""
    text = content.decode("utf-8-sig")
    return csv.DictReader(io.StringIO(text), delimiter=";")


def number(cell: str) -> Decimal | None:
    """A figure of a downloaded table; none when it is empty."""
    return Decimal(cell.replace(",", ".")) if cell else None


def cut_between(xs: Iterable[float], ys: Iterable[float | None], year: int) -> bool:
    """Whether a drawn line is interrupted between the last point before ``year`` and the next."""
    points = list(zip(xs, ys, strict=True))
    before = max(i for i, (x, y) in enumerate(points) if y is not None and x < year)
    after = min(i for i, (x, y) in enumerate(points) if y is not None and x >= year)
    return any(y is None for _, y in points[before + 1 : after])
