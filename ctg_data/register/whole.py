"""A list, or a sheet, without a column of types: all its lines are of one, said or in its name.

The name of a sheet or of a file may tell (« creches_2024.csv »); it is then believed and told as
a warning.  When it does not, or says two things, the reader is asked.
"""

import re
from pathlib import PurePath

from ctg_data import fr
from ctg_data.catalogue.structures.declared import Kind, kinds
from ctg_data.register.choices import WHOLE, Choices
from ctg_data.register.headers import ASIDE
from ctg_data.register.rules import remark
from ctg_data.register.types import kind_of, word_of
from ctg_data.tabular.report import Message, Place

UNNAMED = re.compile(r"(?:feuil(?:le)?|sheet|table(?:au)?|classeur|export|data|donnees)? ?\d*")


def type_of(
    file: str, sheet: str, count: int, choices: Choices, messages: list[Message]
) -> str | None:
    """The type of all the lines, ``ASIDE`` to read none of them, None when nobody says it.

    Args:
        file: its name.
        sheet: its name, empty in a text.
        count: of its lines.
        choices: what was said of such lists; what is not known is asked there.
        messages: what is told is added to it.
    """
    name, guess = _named(file, sheet)
    said = choices.lists.get(word_of(name))
    if said is None:
        offered = tuple(dict.fromkeys([*filter(None, [guess]), *kinds()]))
        choices.ask(WHOLE, name, offered, guess)
    if said is None and not guess:
        return None
    found = guess if said is None else said
    where = [Place(sheet, 0, "", "")] if sheet else []
    lines = fr.plural(count, "ligne")
    read = "toutes lues" if count > 1 else "lue"
    if found == ASIDE:
        text = f"« {name} » : {lines} d'une liste que vous laissez de côté."
        messages.append(remark("type_ecarte", text, where, done="non reprises"))
        return ASIDE
    text = f"Aucune colonne ne dit le type. « {name} » : {lines}, {read} « {_label(found)} », "
    text += "comme vous l'avez dit." if said else "d'après ce nom."
    done = "ce choix s'oublie page « Structures »" if said else "vérifiez-le ; sinon, dites lequel"
    messages.append(remark("type_de_la_liste", text, where, done=done))
    return found


def _label(kind: str) -> str:
    return kinds()[kind].label


def _named(file: str, sheet: str) -> tuple[str, str]:
    """What the list is called, and the type that its name says, if it says one.

    >>> _named("creches_ville_2024.csv", ""), _named("liste.xlsx", "Ludothèques")
    (('creches ville', 'eaje'), ('Ludothèques', 'ludotheque'))
    >>> _named("structures.xlsx", "Feuil1"), _named("ludotheques.xlsx", "Feuil1")
    (('structures', ''), ('ludotheques', 'ludotheque'))
    >>> _named("creches_et_ludotheques.csv", "")
    ('creches et ludotheques', '')
    """
    stem = _words(PurePath(file.replace("\\", "/")).stem)
    if sheet and not UNNAMED.fullmatch(word_of(sheet)):
        told = said_by(sheet)
        return sheet, told or ("" if told is None else said_by(stem) or "")
    return stem, said_by(stem) or ""


def _words(stem: str) -> str:
    """A file's name without its dates and versions, which another year's has otherwise."""
    apart = re.sub(r"[_\-. ]+", " ", stem)
    bare = re.sub(r"\bv?\d+\b|\(\d+\)", " ", apart)
    return " ".join(bare.split()) or apart


def said_by(name: str) -> str | None:
    """The only type that some words say, "" when they say none, None when they say several.

    >>> said_by("Liste des crèches"), said_by("annuaire"), said_by("RPE et LAEP")
    ('eaje', '', None)
    >>> said_by("accueil de loisirs ados")
    'alsh_ados'
    """
    words = word_of(name).split()
    ends = (kind_of(" ".join(words[start:])) for start in range(len(words)))
    found = {one.id for one in ends if isinstance(one, Kind)}
    if len(found) > 1:
        return None
    return found.pop() if found else ""
