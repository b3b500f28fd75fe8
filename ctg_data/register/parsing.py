"""What is found on the way from lines to a register: structures, remarks, what is asked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from ctg_data.register.cells import Unreadable
from ctg_data.register.choices import Choices
from ctg_data.register.communes import Place
from ctg_data.register.model import Register, Structure
from ctg_data.register.read import Line
from ctg_data.register.rules import remark
from ctg_data.tabular.report import Message
from ctg_data.territory.config import TerritoryConfig

T = TypeVar("T")
REFUSED = "fichier refusé ; corrigez la cellule"


@dataclass
class Parsing:
    """What is found on the way: structures with their lines, completeness, remarks."""

    territory: TerritoryConfig
    messages: list[Message]
    found: list[tuple[Line, Structure]] = field(default_factory=list)
    complete: dict[str, int] = field(default_factory=dict)
    choices: Choices = field(default_factory=Choices)
    communes: list[tuple[Line, Place]] = field(default_factory=list)  # of which to say something
    unknown: dict[str, tuple[str, list[Line]]] = field(default_factory=dict)  # types, by word
    aside: list[Line] = field(default_factory=list)
    metres: dict[str, list[Line]] = field(default_factory=dict)  # by projection

    def tell(self, rule: str, text: str, line: Line, column: str, done: str = REFUSED) -> None:
        """Remark on one cell."""
        place = line.place(column, line.text(column))
        self.messages.append(remark(rule, text, [place], done=done))

    def read(self, reader: Callable[[str], T], line: Line, column: str, rule: str, blank: T) -> T:
        """A cell through its reader, or a blank and a remark."""
        text = line.text(column)
        try:
            return reader(text)
        except Unreadable as problem:
            self.tell(rule, f"Ligne {line.number} : « {text[:60]} » {problem}.", line, column)
            return blank

    @property
    def register(self) -> Register:
        """What was read."""
        return Register(tuple(one for _, one in self.found), dict(self.complete))
