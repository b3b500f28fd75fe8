"""A table that no numbers can fill: what to tell whoever holds the file, without a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from ctg_data import fr
from ctg_data.disclosure.adapter.relations import named_cell
from ctg_data.disclosure.engine.shift.complete import HEADING, MOST_NAMED, NoCompletion
from ctg_data.errors import UserError, all_problems
from ctg_data.model import Level
from ctg_data.observations import variables
from geo.outlines.places import PART


@contextmanager
def in_words(labels: Mapping[tuple[str, str], str]) -> Iterator[None]:
    """Tell a contradiction of a territory's table by the names of its figures and zones.

    Args:
        labels: names of zones, by level and code.

    Raises:
        UserError: in place of the contradiction met inside.
    """
    try:
        yield
    except NoCompletion as problem:
        lines = list(dict.fromkeys(_sum_in_words(cells, labels) for cells in problem.sums))
        more = (
            [f"et {fr.plural(len(lines) - MOST_NAMED, 'autre somme')}"]
            if len(lines) > MOST_NAMED
            else []
        )
        raise UserError(fr.spaced(all_problems(HEADING, [*lines[:MOST_NAMED], *more]))) from problem


def _sum_in_words(cells: Sequence[str], labels: Mapping[tuple[str, str], str]) -> str:
    """Name a sum by its first cell that is a figure: the total that the others make."""
    keys = filter(None, map(named_cell, cells))
    key = next((key for key in keys if key.variable in variables()), None)
    if key is None:
        return "une somme de restes, que rien ne nomme"
    declared, whole = variables()[key.variable], key.code.partition(PART)[0]
    zone = labels.get((key.level, whole), whole)
    part = declared.part(key.category) or "total"
    return f"{declared.label} ({part}), {Level(key.level).label} : {zone}, {key.period}"
