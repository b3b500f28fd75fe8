"""Processes that die at a chosen write, and what a database holds, table by table."""

import os
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event, select

from ctg_data.errors import UserError
from ctg_data.store.schema import metadata
from ctg_data.store.session import Store

DIED, REFUSED, BROKEN = 9, 3, 4
WRITES = ("INSERT", "UPDATE", "DELETE")


def holds(store: Store, *apart: str) -> dict[str, list[Any]]:
    """Every row of every table, apart from some."""
    with store.reading() as connection:
        return {
            one.name: sorted(map(repr, connection.execute(select(one)).all()))
            for one in metadata.sorted_tables
            if one.name not in apart
        }


def in_a_process(act: Callable[[], None], dies_at: int = 0) -> int:
    """Act in a process of its own, and give its code.

    Args:
        act: opens what it needs by itself.
        dies_at: rank of the write after which the process is gone at once, as when power fails;
            0 for none.
    """
    process = os.fork()
    if not process:
        _alone(act, dies_at)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def at_once(*acts: Callable[[], None]) -> list[int]:
    """Act in as many processes together, and give their codes."""
    going = []
    for act in acts:
        process = os.fork()
        if not process:
            _alone(act, 0)
        going.append(process)
    return [os.waitstatus_to_exitcode(os.waitpid(one, 0)[1]) for one in going]


def _alone(act: Callable[[], None], dies_at: int) -> None:
    """Never returns: a forked process must not go on with the tests of its parent."""
    code = BROKEN
    try:
        if dies_at:
            _arm(dies_at)
        act()
        code = 0
    except UserError:
        code = REFUSED
    finally:
        os._exit(code)


def _arm(dies_at: int) -> None:
    seen = 0

    def after(_connection, _cursor, statement, *_rest):
        nonlocal seen
        if statement.lstrip().upper().startswith(WRITES):
            seen += 1
            if seen == dies_at:
                os._exit(DIED)

    event.listen(Engine, "after_cursor_execute", after)
