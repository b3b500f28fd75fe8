"""The portal of open data of a territory's own institutions: ``portail.toml`` of its folder.

It names the portal, its data sets and the names that each column may have there: no code does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from ctg_data.errors import TerritoryError, all_problems
from ctg_data.files.toml import read_toml
from ctg_data.nearest import ANY, Form, strangers
from ctg_data.territory.config import TerritoryConfig

FILE = "portail.toml"
TEXTS = ("producteur", "adresse", "page", "licence")
ROLES = (
    *("nom", "type", "adresse", "code_postal", "commune", "code_commune", "position"),
    *("longitude", "latitude", "siret", "telephone", "site", "horaires", "public"),
)
FORM: Form = {
    **dict.fromkeys(TEXTS),
    "jeu": ANY,  # its own keys are checked one by one
}
COLUMNS: Form = {"id": ANY, "colonnes": dict.fromkeys(ROLES)}


@dataclass(frozen=True)
class LocalDataset:
    """One data set of the portal: its name there, and by role the names a column may have."""

    id: str
    columns: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Portal:
    """One portal, which speaks Explore v2.1."""

    producer: str
    address: str
    page: str
    licence: str
    datasets: Mapping[str, LocalDataset]


def of(territory: TerritoryConfig) -> Portal | None:
    """The portal that a territory declares, if it does.

    Raises:
        TerritoryError: the file cannot be used; all that is wrong with it is told.
    """
    path = territory.folder / FILE
    if not path.exists():
        return None
    told = read_toml(path)
    where = f"{territory.folder.name}/{FILE}"
    declared = told.get("jeu")
    declared = declared if isinstance(declared, dict) else {}
    problems = [f"clé « {key} » : {text}" for key, text in strangers(told, FORM)]
    problems += [
        f"clé « {key} » : un texte est attendu."
        for key in TEXTS
        if not isinstance(told.get(key), str) or not told[key].strip()
    ]
    if not problems and urlsplit(told["adresse"]).scheme not in ("http", "https"):
        problems.append("clé « adresse » : elle doit commencer par https://.")
    if not declared:
        problems.append("aucune table [jeu.NOM] : déclarez au moins un jeu de données.")
    sets = {str(name): _dataset(str(name), one, problems) for name, one in declared.items()}
    if problems:
        raise TerritoryError(all_problems(f"{where} ne peut pas être lu :", problems))
    producer, address, page, licence = (told[key].strip() for key in TEXTS)
    return Portal(producer, address, page, licence, sets)


def _dataset(name: str, told: object, problems: list[str]) -> LocalDataset:
    """One table ``[jeu.NAME]``; what is wrong with it is added to the problems."""
    table = told if isinstance(told, dict) else {}
    place = f"jeu.{name}"
    problems += [f"clé « {key} » : {text}" for key, text in strangers(table, COLUMNS, place)]
    if not isinstance(table.get("id"), str) or not table["id"].strip():
        problems.append(f"clé « {place}.id » : le nom du jeu sur le portail est attendu.")
    columns = table.get("colonnes")
    columns = columns if isinstance(columns, dict) else {}
    wrong = [
        role
        for role, names in columns.items()
        if not isinstance(names, list) or not all(isinstance(one, str) for one in names)
    ]
    problems += [
        f"clé « {place}.colonnes.{role} » : une liste de noms de colonnes est attendue."
        for role in wrong
    ]
    if not columns.get("nom") or not (columns.get("commune") or columns.get("code_commune")):
        problems.append(
            f"clé « {place}.colonnes » : « nom », et « commune » ou « code_commune », sont "
            "attendus, chacun avec la liste des noms que la colonne peut porter."
        )
    kept = {role: tuple(names) for role, names in columns.items() if role not in wrong}
    return LocalDataset(str(table.get("id", "")).strip(), kept)
