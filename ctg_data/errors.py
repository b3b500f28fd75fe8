"""Errors of the project.

``UserError`` is for what a reader of the dashboard can act on: its message is French, says
what happened, what it means here and what to do.  Everything else is a bug and keeps its
English message and its traceback.
"""

from collections.abc import Iterable


class CtgError(Exception):
    """Base of every error raised on purpose by this project."""


class UserError(CtgError):
    """Shown as is, in French, without a traceback."""


class SourceUnavailable(UserError):
    """A source did not answer as hoped; the last good copy, if any, stays in use."""


class SourceChanged(UserError):
    """A source answered, but not with what it is declared to publish."""


class TerritoryError(UserError):
    """A territory folder is missing or cannot be read."""


class StoreError(UserError):
    """The store of received data cannot be opened, read or written."""


class ReleaseDamaged(UserError):
    """What was shown cannot be read again: a new mask could contradict it without knowing."""


class UncitedRows(UserError):
    """Figures whose source is not known: whose they are, and their secrecy, cannot be told."""


class UnmaskedDataError(CtgError):
    """Something tried to show data that has not been through the disclosure gate."""


class NotProtected(UserError):
    """No mask could be proved: nothing was written."""


class ContradictionError(UserError):
    """Figures that no table agrees with: two accounts of different people, or a false figure."""


def all_problems(heading: str, problems: Iterable[str]) -> str:
    r"""Write several problems under one heading, one per line: all at once, never the first only.

    >>> all_problems("Fichier refusé :", ["a", "b"])
    'Fichier refusé :\n- a\n- b'
    """
    return "\n".join([heading, *(f"- {problem}" for problem in problems)])
