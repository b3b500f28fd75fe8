"""Insee, the BPE counted by Melodi (``DS_BPE``): département, region, France.

Producer's page: https://catalogue-donnees.insee.fr (Licence Ouverte 2.0).
An observation holds a type with its domain and its sub-domain, beside their sums: types alone are
read, as ``bpe_types.toml`` groups them.  Its newest edition alone: editions are never compared.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from ctg_data.model import Level
from ctg_data.sources import insee_melodi
from ctg_data.sources.base import Fetched, Reading, observations_of
from ctg_data.sources.bpe_counts import VARIABLE
from ctg_data.sources.bpe_types import facilities, parts_told, types
from ctg_data.sources.insee_melodi import Cell, Jeu
from ctg_data.sources.registry import Dataset
from ctg_data.territory.config import TerritoryConfig

WIDER = (Level.DEPARTEMENT, Level.REGION, Level.FRANCE)  # the detail file tells the others
Place = tuple[Level, str, int]


def _jeu(codes: Iterable[str]) -> Jeu:
    return Jeu(
        dimension="FACILITY_TYPE",
        wanted=dict.fromkeys(codes, VARIABLE),
        filters={"BPE_MEASURE": "FACILITIES"},
        wider_only=True,
        along=("FACILITY_DOM", "FACILITY_SDOM"),
    )


def fetch(dataset: Dataset, territory: TerritoryConfig, clients: Any) -> Fetched:
    """Bring the types that are read, one request a level."""
    return insee_melodi.ask(dataset.id, _jeu(one.code for one in types()), territory, clients)


def read(dataset: Dataset, content: bytes, territory: TerritoryConfig, citation: str) -> Reading:
    """Add the types of each part, in the newest year received."""
    jeu = _jeu(facilities())
    rejected: Counter[str] = Counter()
    every = insee_melodi.cells_of(dataset.id, jeu, content, territory, rejected)
    cells = [one for one in every if one.level in WIDER]
    edition = max((one.period for one in cells), default=0)
    newest = [one for one in cells if one.period == edition]
    if len(newest) < len(cells):
        rejected["édition plus ancienne, jamais comparée"] += len(cells) - len(newest)
    places: dict[Place, dict[str, Cell]] = {}
    for one in newest:
        known = places.setdefault((one.level, one.code, one.vintage), {})
        if one.item in known:
            rejected["valeur répétée"] += 1
        known[one.item] = one
    told = parts_told({one.item for one in newest}, edition)
    rows = []
    for (level, code, vintage), known in places.items():
        for part, which in told.items():
            summed = [known[name] for one in which for name in one.codes if name in known]
            nil = Cell(level, code, vintage, edition, "", 0.0, False)
            rows.append(insee_melodi.summed(nil, VARIABLE, part, summed or [nil]))
    notes = insee_melodi.unanswered(newest, jeu, dataset.id)
    return Reading(observations_of(rows, citation), rejected, notes)
