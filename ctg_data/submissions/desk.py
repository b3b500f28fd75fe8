"""The desk where people hand things in: one way in, one way back, one history.

A file of the CAF, a register of structures, a zoning of the city: each kind is a :class:`Desk`
that says where its things are kept, what becomes of those before, and in which words.  What
holds of them all is held here: an act, its bytes and its line of journal are one transaction,
and nothing is put in force over what somebody else changed since it was judged.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from ctg_data import role
from ctg_data.errors import UserError
from ctg_data.role import Role
from ctg_data.store.records import HandedIn
from ctg_data.store.session import Store

Given = TypeVar("Given")
Kept = TypeVar("Kept", bound=HandedIn)


class Overtaken(UserError):
    """Somebody else changed what this was judged beside: it is to be judged again."""


@dataclass(frozen=True)
class Line:
    """What the journal says of an act: never a count of people."""

    kind: str
    message: str
    details: Mapping[str, Any] = field(default_factory=dict)


class Desk(ABC, Generic[Given, Kept]):
    """Things of one kind, handed in for one territory.

    Args:
        store: where they are kept.
        territory: its identifier.
    """

    none = ""  # what is told when there is nothing of this ``{number}`` to take back

    def __init__(self, store: Store, territory: str) -> None:
        self.store, self.territory = store, territory

    @abstractmethod
    def history(self) -> list[Kept]:
        """All that was ever put in force, the last one first."""

    @abstractmethod
    def overtaken(self, given: Given) -> str:
        """What somebody else did since a thing was judged, and what to do; "" when nothing."""

    @abstractmethod
    def keep(self, given: Given) -> Line:
        """Keep the bytes of a thing and put it in force; says what was done."""

    def standing(self, number: int) -> Kept:
        """The thing of this number, which may be taken back; in place, unless the kind says more.

        Raises:
            UserError: there is none, or it may not.
        """
        for one in self.history():
            if one.number == number and one.in_place:
                return one
        raise UserError(self.none.format(number=number))

    @abstractmethod
    def take_back(self, gone: Kept) -> Line:
        """Undo a thing, what was before it coming back; says what was done."""

    def put_in_force(self, given: Given) -> Kept:
        """Put a thing that was judged in force: all of it or nothing.

        Raises:
            Overtaken: somebody else was first.
            StoreError: the store is damaged, or cannot be written.
        """
        with self.store.atomic():
            if words := self.overtaken(given):
                raise Overtaken(words)
            self._log(self.keep(given))
            return self.history()[0]

    def undo(self, number: int) -> Kept:
        """Take a thing back: all of it or nothing; what it was is returned.

        Raises:
            UserError: there is none, or it may not be taken back.
        """
        with self.store.atomic():
            gone = self.standing(number)
            self._log(self.take_back(gone))
        return gone

    def _log(self, line: Line) -> None:
        self.store.log(self.territory, line.kind, line.message, **line.details)


def refuse_readers(words: str) -> None:
    """Stop whoever opened the application for reading only, in the words of the kind.

    Raises:
        UserError: the role is that of a reader.
    """
    if role.current() is Role.LECTEUR:
        raise UserError(words)
