"""Renew the communes alike that a folder proposes: asked of producers, written with their criteria.

Two places of ``territoire.toml`` change, the sentence and the list; all the rest stays as it is,
comments included.  Nothing is written before the new file was opened as a territory.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from ctg_data.errors import TerritoryError, UserError
from ctg_data.files.toml import quoted
from ctg_data.new_territory import comparables
from ctg_data.new_territory.comparables import Proposal
from ctg_data.sources import geo_api
from ctg_data.sources.http import Http, base_address
from ctg_data.territory import config as territory
from ctg_data.territory.config import TerritoryConfig

SENTENCE = re.compile(r"^choix_comparables = .*\n", re.MULTILINE)
LIST = re.compile(r"^\[comparables\][^\n]*\n(?:[\"\w]+ = \"[^\n]*\"\n)*", re.MULTILINE)
FIRST_TABLE = re.compile(r"^\[", re.MULTILINE)


@dataclass(frozen=True)
class Renewal:
    """What changed in a list: codes and names."""

    proposal: Proposal
    added: dict[str, str]
    removed: dict[str, str]
    hole: str = ""


def place(given: str, root: Path) -> TerritoryConfig:
    """A territory by the name of its folder, or by the code of its commune.

    Raises:
        UserError: there is none, or it is invented.
    """
    every = {one: territory.open_territory(one, root) for one in territory.territory_names(root)}
    found = every.get(given) or next(
        (one for one in every.values() if one.commune.code == given), None
    )
    if found is None:
        raise UserError(
            f"« {given} » n'est ni un territoire ({', '.join(every)}) ni le code de l'une de leurs "
            "communes."
        )
    if found.fictional:
        raise UserError(f"{found.label} est inventé : aucune commune de France ne lui ressemble.")
    return found


def renew(config: TerritoryConfig, http: Http) -> Renewal:
    """Ask for the list anew and write it in the folder.

    Raises:
        UserError: a producer is away, the commune is not listed, nothing alike was found.
    """
    listed = geo_api.everywhere(http, base_address("GEO"))
    mine = next((one for one in listed if one.code == config.commune.code), None)
    if mine is None or not mine.population:
        raise UserError(
            f"La liste des communes de France ne donne pas la population de {config.label} "
            f"({config.commune.code}) : rien n'a été changé."
        )
    near = {one.code for one in (*config.neighbours, *config.epci_members)}
    hole, qpv = "", set[str]()
    try:
        qpv = comparables.with_qpv(SimpleNamespace(http=http, datagouv=base_address("DATAGOUV")))
    except UserError as problem:
        hole = f"Les quartiers prioritaires n'ont pas compté : {problem}"
    found = comparables.propose(listed, mine, near, qpv)
    if not found.communes:
        raise UserError(f"Aucune commune n'a la taille de {config.label} : rien n'a été changé.")
    before = {one.code: one.label for one in config.comparables}
    _write(config, found)
    return Renewal(
        found,
        {code: name for code, name in found.communes.items() if code not in before},
        {code: name for code, name in before.items() if code not in found.communes},
        hole,
    )


def _write(config: TerritoryConfig, found: Proposal) -> None:
    path = config.folder / "territoire.toml"
    text = rewritten(path.read_text(encoding="utf-8"), found)
    if tomllib.loads(text)["comparables"] != found.communes:
        raise TerritoryError(f"{path} : la table [comparables] n'a pas pu être réécrite.")
    fresh = path.with_suffix(".nouveau")
    try:
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        raise UserError(f"{path} ne peut pas être écrit ({error.strerror}).") from error


def rewritten(text: str, found: Proposal) -> str:
    """A ``territoire.toml`` with another list and another sentence, and nothing else changed."""
    lines = "".join(f"{quoted(code)} = {quoted(name)}\n" for code, name in found.communes.items())
    sentence, table = f"choix_comparables = {quoted(found.told)}\n", f"[comparables]\n{lines}"
    if SENTENCE.search(text):
        text = SENTENCE.sub(lambda _: sentence, text, count=1)
    else:
        text = FIRST_TABLE.sub(lambda _: f"{sentence}\n[", text, count=1)
    if LIST.search(text):
        return LIST.sub(lambda _: table, text, count=1)
    return f"{text.rstrip()}\n\n{table}"
