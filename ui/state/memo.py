"""What a view is made of, made once for all its readers.

Figures, tables and sentences depend on the territory's data and on what was chosen, nothing
else.  They are kept as long as the workspace they come from, and only ever hold what it shows.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from ctg_data.workspace import Workspace

P = ParamSpec("P")
T = TypeVar("T")
Builder = Callable[Concatenate[Workspace, P], T]


def remembered(build: Builder[P, T]) -> Builder[P, T]:
    """Call ``build`` once for each workspace and each set of arguments, which must be hashable."""

    @wraps(build)
    def once(data: Workspace, *args: P.args, **kwargs: P.kwargs) -> T:
        key = (build.__module__, build.__qualname__, args, tuple(kwargs.items()))
        return data.once(key, lambda: build(data, *args, **kwargs))

    return once
