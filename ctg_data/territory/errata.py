"""Corrections of the figures that come with a territory: ``errata.toml`` of its folder.

[[erratum]]
le       = 2026-12-01            # the day the correction was made
chiffre  = "Foyers allocataires – Commune, 2023"
avant    = "40 640"
apres    = "40 645"
pourquoi = "Le producteur a republié le jeu."
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ctg_data.errors import TerritoryError, all_problems
from ctg_data.files import declared as territory_files
from ctg_data.files.toml import read_toml

FILE = "errata.toml"
FIELDS = {"le": date, "chiffre": str, "avant": str, "apres": str, "pourquoi": str}


@dataclass(frozen=True)
class Erratum:
    """One correction, in the words of who made it."""

    corrected_on: date
    figure: str
    old: str
    new: str
    why: str


def declared(folder: Path) -> list[Erratum]:
    """The corrections of a territory, the latest first; none when there is no file.

    Raises:
        TerritoryError: the file is at fault; every problem at once.
    """
    path = Path(folder) / FILE
    if not path.exists():
        return []
    problems: list[str] = []
    entries = list(territory_files.tables(read_toml(path), "erratum", problems))
    problems += [
        f"{territory_files.place(path)}, correction n° {rank} : « {name} » manque ou n'est "
        "pas de la forme attendue."
        for rank, entry in entries
        for name, kind in FIELDS.items()
        if not isinstance(entry.get(name), kind)
    ]
    if problems:
        raise TerritoryError(all_problems("Corrections refusées :", problems))
    found = [Erratum(*(entry[name] for name in FIELDS)) for _, entry in entries]
    return sorted(found, key=lambda one: one.corrected_on, reverse=True)
