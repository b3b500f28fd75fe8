"""The legal grid: what a multi-year plan of childcare must hold, and what answers it here.

Article D. 214-10-1 of the code de l'action sociale et des familles lists the contents; a CTG that
matches them stands in for the plan.  ``legal_grid.toml`` says which figures and articles bear on
each; whether they are there is read from the release and the convention.  What neither gives,
action plans and their documents, a territory states in its own ``grille_legale.toml``.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from ctg_data.diagnosis.coverage import Known
from ctg_data.errors import TerritoryError, all_problems
from ctg_data.files import declared as territory_files
from ctg_data.files.toml import read_toml
from ctg_data.nearest import strangers
from ctg_data.territory.config import TerritoryConfig
from ctg_data.territory.keys import LEGAL
from ctg_data.workspace import Workspace

FILE = Path(__file__).with_name("legal_grid.toml")
ANSWERS = "grille_legale.toml"  # in the folder of a territory
FIELDS: dict[str, type] = {"contenu": str, "texte": str, "document": str, "date": date}


class State(StrEnum):
    """How far a content is answered; never « conforme », which only a reading of law can say."""

    ANSWERED = "répond"
    PARTLY = "répond en partie"
    MISSING = "à écrire"


@dataclass(frozen=True)
class Text:
    """An article of the convention that bears on a content, and its words when they are held."""

    article: str
    subject: str
    words: str


@dataclass(frozen=True)
class Due:
    """Something still to be given, and by whom."""

    what: str
    by: str


@dataclass(frozen=True)
class Given:
    """What a territory says it has: in a sentence, in which document, of which day."""

    what: str
    document: str
    day: date


@dataclass(frozen=True)
class Content:
    """One content the article asks for, and all that answers it."""

    id: str
    asked: str
    figures: tuple[Known, ...]
    objectives: tuple[tuple[str, str], ...]  # id and words of article 4
    texts: tuple[Text, ...]
    due: tuple[Due, ...]  # nothing once the territory has given a document
    given: tuple[Given, ...] = ()

    @property
    def state(self) -> State:
        """Answered when a figure or a text is there and nothing is due; missing without either."""
        there = any(one.present for one in self.figures) or bool(self.texts or self.given)
        whole = all(one.present or one.masked for one in self.figures)
        if not there:
            return State.MISSING
        return State.PARTLY if self.due or not whole else State.ANSWERED


@dataclass(frozen=True)
class Source:
    """The article, the decree, its scope, and the day they were read."""

    title: str
    href: str
    decree: str
    scope: str
    scope_href: str
    verified: date


@cache
def _declared() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def source() -> Source:
    """Where the grid comes from."""
    raw = _declared()
    return Source(
        title=raw["titre"],
        href=raw["page"],
        decree=raw["decret"],
        scope=raw["portee"],
        scope_href=raw["portee_page"],
        verified=raw["verifie"],
    )


def contents(data: Workspace, known: tuple[Known, ...]) -> list[Content]:
    """Every content the article asks for, in its order."""
    by_code = {one.indicator.code: one for one in known}
    convention = data.territory.convention
    said = {one["id"]: one["texte"] for axis in convention["axe"] for one in axis["objectif"]}
    had = answers(data.territory)
    return [
        Content(
            id=one["id"],
            asked=one["texte"],
            figures=tuple(by_code[code] for code in one["indicateurs"]),
            objectives=tuple((key, said[key]) for key in one["objectifs"] if key in said),
            texts=tuple(_text(number, convention) for number in one["articles"]),
            due=tuple(
                Due(due["quoi"], due["par"]) for due in one["a_fournir"] if one["id"] not in had
            ),
            given=had.get(one["id"], ()),
        )
        for one in _declared()["contenu"]
    ]


def answers(config: TerritoryConfig) -> dict[str, tuple[Given, ...]]:
    """What the territory has stated, by content; nothing without its file.

    Raises:
        TerritoryError: the file cannot be used; says every problem at once.
    """
    path = config.folder / ANSWERS
    if not path.exists():
        return {}
    known = [one["id"] for one in _declared()["contenu"]]
    found: dict[str, tuple[Given, ...]] = {}
    raw = read_toml(path)
    problems = [f"« {key} » : {text}" for key, text in strangers(raw, LEGAL)]
    for rank, one in territory_files.tables(raw, "reponse", problems):
        wrong = [key for key, kind in FIELDS.items() if not isinstance(one.get(key), kind)]
        if wrong:
            problems.append(f"Réponse {rank} : « {', '.join(wrong)} », absent ou mal écrit.")
        elif one["contenu"] not in known:
            problems.append(
                f"Réponse {rank} : « {one['contenu']} » n'est pas un contenu de l'article. "
                f"Choix : {', '.join(known)}."
            )
        else:
            given = Given(one["texte"], one["document"], one["date"])
            found[one["contenu"]] = (*found.get(one["contenu"], ()), given)
    if problems:
        raise TerritoryError(all_problems(f"{config.folder.name}/{ANSWERS} :", problems))
    return found


def _text(number: str, convention: dict[str, Any]) -> Text:
    entry = _declared()["articles"][number]
    words: Any = convention
    for key in filter(None, entry["clef"].split(".")):
        words = words.get(key, {}) if isinstance(words, dict) else {}
    return Text(number, entry["sujet"], words if isinstance(words, str) else "")
