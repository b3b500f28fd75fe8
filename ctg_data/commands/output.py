"""What a command prints: a reader may leave before the end, a console may lack signs.

The work goes on to its end all the same, and its exit code stays its verdict: ``… | head``
should neither cut an import short nor hide a leak.
"""

import io
import sys
from typing import Any, TextIO


class _Listened(io.FileIO):
    """A file descriptor; what is written once nobody reads it goes nowhere."""

    def write(self, data: Any) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            return memoryview(data).nbytes


def listened(stream: TextIO) -> TextIO:
    """The same stream, which never fails because its reader left."""
    if not isinstance(stream, io.TextIOWrapper) or stream.isatty():
        return stream
    raw = io.BufferedWriter(_Listened(stream.fileno(), "w", closefd=False))
    return io.TextIOWrapper(raw, stream.encoding, line_buffering=stream.line_buffering)


def without_missing_signs() -> None:
    """Print « ? » for what the console cannot write, such as a narrow no-break space."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
