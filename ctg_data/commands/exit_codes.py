"""What a command leaves with: a code by what became of it, a code by class of error."""

from enum import IntEnum

from ctg_data.errors import NotProtected, StoreError, UserError


class Exit(IntEnum):
    """Codes that scripts of the CAF and of the city read; they never change."""

    DONE = 0
    FAILED = 1  # a source failed, a file is refused, a release leaks
    BAD_INPUT = 2  # the command is badly written, or what it is given
    NOT_PROVED = 3  # no mask was proved, or an audit could not end
    INTERRUPTED = 130


# The first class that an error belongs to; any other error is a fault of ours, with its trace.
BY_ERROR: dict[type[BaseException], Exit] = {
    NotProtected: Exit.NOT_PROVED,
    StoreError: Exit.FAILED,
    UserError: Exit.BAD_INPUT,
    KeyboardInterrupt: Exit.INTERRUPTED,
}


def code_of(error: BaseException) -> Exit:
    """The code of an error that ``BY_ERROR`` knows.

    >>> code_of(NotProtected("…")), code_of(UserError("…"))
    (<Exit.NOT_PROVED: 3>, <Exit.BAD_INPUT: 2>)
    """
    return next(code for kind, code in BY_ERROR.items() if isinstance(error, kind))
