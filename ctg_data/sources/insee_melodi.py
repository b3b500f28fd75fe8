"""Insee, through Melodi: single ages, populations, births, incomes.

Producer's page: https://catalogue-donnees.insee.fr (Licence Ouverte 2.0).
Each observation says its place (``GEO``, boundaries' year first), its year and its dimensions; any
dimension that is not asked for must be at its total, ``_T``.  ``CONF_STATUS`` C is a secret.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ctg_data.errors import SourceChanged
from ctg_data.model import Level, Status
from ctg_data.sources.base import Fetched, Reading, communes_compared, observations_of, row_of
from ctg_data.sources.melodi import documents
from ctg_data.sources.registry import Dataset
from ctg_data.tabular import tables
from ctg_data.territory.config import TerritoryConfig

LEVELS = {
    "COM": Level.COMMUNE,
    "ARM": Level.COMMUNE,
    "EPCI": Level.EPCI,
    "DEP": Level.DEPARTEMENT,
    "REG": Level.REGION,
    "FRANCE": Level.FRANCE,
}
FREE = {"GEO", "GEO_OBJECT", "TIME_PERIOD", "FREQ", "UNIT_MEASURE", "UNIT_MULT", "DECIMALS"}
LARGEST = 10**12  # nothing counted here comes near; refuses what is not finite
UNDER_3 = ("Y0", "Y1", "Y2")
OLDEST = ("Y95", "Y96", "Y97", "Y98", "Y99", "Y_GE100")


@dataclass(frozen=True)
class Jeu:
    """One data set, as ``ask`` says it in sources.toml.

    ``wanted`` maps a value of ``dimension`` to a variable, or to ``variable/part``; without it the
    dimension is of single ages, summed into bands.  ``filters`` are the values of the others;
    ``along`` names those that repeat what it says (the domain of a type), and are free.
    """

    dimension: str
    wanted: dict[str, str] = field(default_factory=dict)
    filters: dict[str, str] = field(default_factory=dict)
    communes_only: bool = False
    wider_only: bool = False
    along: tuple[str, ...] = ()

    @classmethod
    def of(cls, dataset: Dataset) -> "Jeu":
        """What to ask of one data set."""
        return cls(**dataset.ask)


@dataclass(frozen=True)
class Cell:
    """One observation of Insee's, of a place and year of the territory."""

    level: Level
    code: str
    vintage: int
    period: int
    item: str
    value: float | None
    secret: bool


def fetch(dataset: Dataset, territory: TerritoryConfig, clients: Any) -> Fetched:
    """Bring one data set for the places of the territory, in one request a level."""
    return ask(dataset.id, Jeu.of(dataset), territory, clients)


def ask(name: str, jeu: Jeu, territory: TerritoryConfig, clients: Any) -> Fetched:
    """The same of a data set whose values another module declares."""
    filters = [*jeu.filters.items(), *((jeu.dimension, one) for one in jeu.wanted)]
    requests = [[*(("GEO", one) for one in places), *filters] for places in _places(territory, jeu)]
    return clients.melodi.get(name, requests)


def _places(territory: TerritoryConfig, jeu: Jeu) -> list[list[str]]:
    """The places to ask for; all the EPCI's communes only where one figure a year is brought."""
    near = (territory.commune, *territory.neighbours, *territory.comparables)
    codes = communes_compared(territory) if jeu.wanted else [zone.code for zone in near]
    communes = [f"COM-{code}" for code in dict.fromkeys(codes)]
    if jeu.communes_only:
        return [communes]
    epci, departement = territory.epci.code, territory.departement.code
    wider = (f"EPCI-{epci}", f"DEP-{departement}", f"REG-{territory.region.code}", "FRANCE-F")
    if jeu.wider_only:
        return [[place] for place in wider[1:]]
    return [communes, *([place] for place in wider)]


def read(dataset: Dataset, content: bytes, territory: TerritoryConfig, citation: str) -> Reading:
    """Turn the pages of one data set into observations."""
    jeu = Jeu.of(dataset)
    rejected: Counter[str] = Counter()
    cells = cells_of(dataset.id, jeu, content, territory, rejected)
    rows = _bands(cells, dataset.id) if not jeu.wanted else _straight(cells, jeu)
    unique = {tuple(row[name] for name in _KEY): row for row in rows}
    if len(unique) < len(rows):
        rejected["valeur répétée"] += len(rows) - len(unique)
    notes = unanswered(cells, jeu, dataset.id)
    return Reading(observations_of(list(unique.values()), citation), rejected, notes)


def cells_of(
    name: str, jeu: Jeu, content: bytes, territory: TerritoryConfig, rejected: Counter[str]
) -> list[Cell]:
    """The observations of the territory in some pages; what is left aside is counted."""
    pages = documents(content, name)
    return [cell for page in pages for cell in _cells(page, jeu, territory, name, rejected)]


def unanswered(cells: list[Cell], jeu: Jeu, name: str) -> tuple[str, ...]:
    """Say which levels were asked for and did not come."""
    asked = (Level.COMMUNE,) if jeu.communes_only else tuple(dict.fromkeys(LEVELS.values()))
    asked = asked[2:] if jeu.wider_only else asked
    came = {cell.level for cell in cells}
    absent = [level.label.lower() for level in asked if level not in came]
    return (f"« {name} » : rien pour {', '.join(absent)}.",) if absent else ()


_KEY = ("variable", "level", "code", "vintage", "period", "category")


def _cells(
    page: dict[str, Any], jeu: Jeu, territory: TerritoryConfig, name: str, rejected: Counter[str]
) -> Iterator[Cell]:
    """The observations of the territory, every other dimension at its total."""
    for one in page["observations"]:
        given = tables.mapping(one)
        told = tables.mapping(given.get("dimensions"))
        dimensions = {str(key): str(value) for key, value in told.items()}
        if absent := [
            key for key in ("GEO", "TIME_PERIOD", jeu.dimension) if key not in dimensions
        ]:
            raise SourceChanged(
                f"Le jeu « {name} » n'a plus la dimension « {absent[0]} » (reçues : "
                f"{', '.join(sorted(dimensions)) or 'aucune'}). Signalez-le à qui maintient "
                "l'application."
            )
        if not _at_total(dimensions, jeu):
            rejected["détail que le tableau de bord n'emploie pas"] += 1
            continue
        place = _place(dimensions["GEO"], territory)
        period = tables.year(dimensions["TIME_PERIOD"])
        if place is None or period is None:
            rejected["lieu ou année hors du territoire"] += 1
            continue
        attributes = {**dimensions, **tables.mapping(given.get("attributes"))}
        measures = tables.mapping(given.get("measures"))
        value = tables.mapping(measures.get("OBS_VALUE_NIVEAU")).get("value")
        secret = attributes.get("CONF_STATUS") == "C"
        read = None if secret else _number(value, attributes, name)
        yield Cell(*place, period, dimensions[jeu.dimension], read, secret)


def _at_total(dimensions: dict[str, str], jeu: Jeu) -> bool:
    if dimensions.get("FREQ", "A") != "A":
        return False
    if jeu.wanted and dimensions[jeu.dimension] not in jeu.wanted:
        return False
    others = dimensions.keys() - FREE - {*jeu.along} - {jeu.dimension, "CONF_STATUS", "OBS_STATUS"}
    return all(dimensions[key] == jeu.filters.get(key, "_T") for key in others)


def _place(geo: str, territory: TerritoryConfig) -> tuple[Level, str, int] | None:
    """Read ``2025-COM-00100`` or ``COM-00100``: the level, our code, the boundaries' year."""
    first, _, rest = geo.partition("-")
    year, kind = (int(first), rest) if first.isdigit() else (territory.commune.vintage, geo)
    name, _, code = kind.partition("-")
    level = LEVELS.get(name)
    if level is None or (level is Level.FRANCE and code != "F"):
        return None
    if level is Level.FRANCE:
        return level, territory.france.code, year
    ours = {
        Level.COMMUNE: set(communes_compared(territory)),
        Level.EPCI: {territory.epci.code},
        Level.DEPARTEMENT: {territory.departement.code},
        Level.REGION: {territory.region.code},
    }
    return (level, code, year) if code in ours[level] else None


def _number(value: Any, attributes: dict[str, Any], name: str) -> float | None:
    if value is None:
        return None
    if str(attributes.get("UNIT_MULT", "0")) not in ("0", "_Z"):
        raise SourceChanged(
            f"Le jeu « {name} » n'est plus donné à l'unité (UNIT_MULT). Rien n'en a été repris. "
            "Signalez-le à qui maintient l'application."
        )
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not 0 <= value < LARGEST:
        raise SourceChanged(
            f"Le jeu « {name} » contient autre chose qu'un nombre positif. Rien n'en a été "
            "repris. Signalez-le à qui maintient l'application."
        )
    return float(value)


def summed(cell: Cell, variable: str, category: str, parts: list[Cell]) -> dict[str, Any]:
    """A sum of cells: secret as soon as one of them is, missing as soon as one is."""
    secret = any(part.secret for part in parts)
    missing = secret or any(part.value is None for part in parts)
    value = None if missing else round(sum(part.value or 0.0 for part in parts), 6)
    silent = Status.SECRET_CELLULE if secret else Status.NON_DISPONIBLE
    place = (cell.level, cell.code, cell.vintage)
    status = silent if missing else Status.DIFFUSE
    return row_of(place, cell.period, (variable, category), value, status)


def _straight(cells: list[Cell], jeu: Jeu) -> list[dict[str, Any]]:
    targets = {item: target.partition("/") for item, target in jeu.wanted.items()}
    return [
        summed(cell, targets[cell.item][0], targets[cell.item][2] or "total", [cell])
        for cell in cells
    ]


def _bands(cells: list[Cell], name: str) -> list[dict[str, Any]]:
    """Single ages summed: under 3, then five-year bands where all their ages came."""
    places: dict[tuple[Any, ...], dict[str, Cell]] = {}
    for cell in cells:
        key = (cell.level, cell.code, cell.vintage, cell.period)
        places.setdefault(key, {})[cell.item] = cell
    bands = {"": UNDER_3, "95+": OLDEST}
    for low in range(0, 95, 5):
        bands[f"{low}-{low + 4}"] = tuple(f"Y{age}" for age in range(low, low + 5))
    rows = []
    for ages in places.values():
        for category, items in bands.items():
            if all(item in ages for item in items):
                variable = "population_age" if category else "enfants_moins_3_recensement"
                parts = [ages[item] for item in items]
                rows.append(summed(parts[0], variable, category or "total", parts))
    if places and not any(row["variable"] == "enfants_moins_3_recensement" for row in rows):
        raise SourceChanged(
            f"Le jeu « {name} » ne donne plus les âges un par un (Y0, Y1, Y2). Rien n'en a été "
            "repris. Signalez-le à qui maintient l'application."
        )
    return rows
