"""What a reader said once of a title, a type or a commune that is not known: it serves again.

One line of the store's journal makes a choice or takes it back; the last one counts, and none is
ever erased.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ctg_data import fr, role
from ctg_data.catalogue.structures.declared import kinds
from ctg_data.errors import UserError
from ctg_data.register.columns import NAMES
from ctg_data.register.communes import name_key
from ctg_data.register.headers import ASIDE, PARTS, word_of
from ctg_data.register.types import word_of as word_of_type
from ctg_data.store.session import Store
from ctg_data.submissions.desk import refuse_readers

KIND = "registre_choix"
READING = "Un lecteur ne change pas le registre : demandez-le à qui contribue."
COLUMN, TYPE = "colonne", "type"
COMMUNE = "commune"  # a name: the code of the commune it means, or none of those known here
COMMUNES = "communes"  # asked of many names at once; each is answered, and remembered, as one
WHOLE = "liste"  # a list, or a sheet, without types: the one of all its lines
CODE = re.compile(r"\d[\dAB]\d{3}")


@dataclass(frozen=True)
class Question:
    """What a file asks: of a missing column, which title serves; of a type, which one it is."""

    what: str  # colonne | type | commune | communes | liste
    text: str  # the missing column, or the words as written
    offered: tuple[str, ...]  # titles of the file, types of the register, codes, or names
    guess: str = ""  # what it is taken for as long as nobody answers


@dataclass
class Choices:
    """What was chosen, by words as they are compared; and what a file still asks."""

    columns: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    communes: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)
    asked: list[Question] = field(default_factory=list)

    def ask(
        self,
        what: str,
        text: str,
        offered: tuple[str, ...],
        guess: str = "",
        *,
        first: bool = False,
    ) -> None:
        """One question, once; ``first`` before the others, which its answer may spare."""
        one = Question(what, text, offered, guess)
        if all((one.what, one.text) != (each.what, each.text) for each in self.asked):
            self.asked.insert(0 if first else len(self.asked), one)


@dataclass(frozen=True)
class Chosen:
    """One choice in force: what was written, what it means, since when."""

    what: str
    text: str
    meaning: str
    at: datetime
    role: str

    @property
    def sentence(self) -> str:
        """The choice in words."""
        kind = kinds().get(self.meaning)
        aside = "laissée de côté" if self.what in (COMMUNE, WHOLE) else "laissé de côté"
        means = aside if self.meaning == ASIDE else kind.label if kind else self.meaning
        name = self.what.capitalize()
        return fr.spaced(f"{name} « {self.text} » : {means}")


def in_force(store: Store | None, territory: str) -> list[Chosen]:
    """Every choice that holds, in the order of the names."""
    found: dict[tuple[str, str], Chosen] = {}
    for line in reversed(store.journal(territory, KIND)) if store is not None else ():
        told = line.details
        for what, text, meaning in told["choices"]:
            key = (what, _word(what, text))
            if meaning is None:
                found.pop(key, None)
            else:
                found[key] = Chosen(what, text, meaning, line.at, told["role"])
    return fr.by_name(found.values(), lambda one: one.text, before=lambda one: one.what)


def known(
    store: Store | None, territory: str, more: Sequence[tuple[str, str, str]] = ()
) -> Choices:
    """The choices as a file is read with them, and more that are not remembered.

    Raises:
        UserError: one of ``more`` means something that does not exist.
    """
    _check(more)
    held = [(one.what, one.text, one.meaning) for one in in_force(store, territory)]
    said = [*held, *more]
    by_word: dict[str, dict[str, str]] = {what: {} for what in (COLUMN, TYPE, COMMUNE, WHOLE)}
    for what, text, meaning in said:
        by_word[what][_word(what, text)] = meaning
    return Choices(by_word[COLUMN], by_word[TYPE], by_word[COMMUNE], by_word[WHOLE])


def keep(
    store: Store, territory: str, choices: Sequence[tuple[str, str, str]]
) -> list[tuple[str, str, str]]:
    """Remember some choices, all at once or none: (what, text, meaning), as ``Chosen`` has them.

    Raises:
        UserError: a reader may not, or a meaning that does not exist; all of them at once.
    """
    refuse_readers(READING)
    _check(choices)
    _write(store, territory, choices, fr.plural(len(choices), "choix", "choix"))
    return list(choices)


def _check(choices: Sequence[tuple[str, str, str]]) -> None:
    types = {*kinds(), ASIDE}
    allowed = {COLUMN: {*NAMES, *PARTS, ASIDE}, TYPE: types, WHOLE: types, COMMUNE: {ASIDE}}
    wrong = [
        f"{what} « {text} » : « {meaning} » n'existe pas"
        for what, text, meaning in choices
        if meaning not in allowed.get(what, ())
        and not (what == COMMUNE and CODE.fullmatch(meaning))
    ]
    if wrong:
        possible = ", ".join(kinds())
        raise UserError(fr.spaced(f"{' ; '.join(wrong)}. Types possibles : {possible}."))


def forget(store: Store, territory: str, what: str, text: str) -> None:
    """Take a choice back.

    Raises:
        UserError: a reader may not, or no such choice is in force.
    """
    refuse_readers(READING)
    with store.atomic():
        held = {(one.what, _word(one.what, one.text)) for one in in_force(store, territory)}
        if (what, _word(what, text)) not in held:
            raise UserError(fr.spaced(f"Aucun choix n'est retenu pour {what} « {text} »."))
        _write(store, territory, [(what, text, None)], f"{what} « {text} »")


def _write(
    store: Store, territory: str, choices: Sequence[tuple[str, str, str | None]], words: str
) -> None:
    undone = any(meaning is None for *_, meaning in choices)
    message = fr.spaced(f"Registre : {words} {'oublié' if undone else 'retenu pour la suite'}.")
    lines = [list(one) for one in choices]
    store.log(territory, KIND, message, choices=lines, role=str(role.current()))


def _word(what: str, text: str) -> str:
    if what == COMMUNE:
        return name_key(text)
    return word_of(text) if what == COLUMN else word_of_type(text)
