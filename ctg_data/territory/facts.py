"""Published facts of a territory, each with its date and its article: ``faits.toml`` of its folder.

A context to an indicator, never one: they are words, neither compared nor added.
"""

from dataclasses import dataclass
from pathlib import Path

from ctg_data.errors import TerritoryError, all_problems
from ctg_data.files import declared as territory_files
from ctg_data.files.toml import read_toml
from ctg_data.nearest import strangers
from ctg_data.territory.keys import FACTS

FILE = "faits.toml"
FIELDS = tuple(FACTS["fait"])


@dataclass(frozen=True)
class Fact:
    """One fact, as published; ``theme`` is the id of the theme it is read with."""

    theme: str
    label: str
    value: str
    when: str
    source: str
    note: str


def declared(folder: Path) -> tuple[Fact, ...]:
    """The facts of a territory, in the order of their file; none when there is no file.

    Raises:
        TerritoryError: the file is at fault; every problem at once.
    """
    path = Path(folder) / FILE
    if not path.exists():
        return ()
    raw, problems = read_toml(path), list[str]()
    entries = list(territory_files.tables(raw, "fait", problems))
    where = territory_files.place(path)
    problems += [f"{where}, clé « {key} » : {text}" for key, text in strangers(raw, FACTS)]
    problems += [
        f"{where}, fait n° {rank} : « {name} » manque ou n'est pas un texte. Écrivez-le entre "
        "guillemets."
        for rank, entry in entries
        for name in FIELDS
        if not (isinstance(entry.get(name), str) and entry[name].strip())
    ]
    if problems:
        raise TerritoryError(all_problems("Chiffres publiés refusés :", problems))
    return tuple(Fact(*(entry[name] for name in FIELDS)) for _, entry in entries)
