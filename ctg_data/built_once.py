"""What is dear to build and serves every reader: built once, aside, then published.

Readers are threads of one process.  The first to ask builds; those who come meanwhile wait for
that very result instead of building it fifty times, and nobody ever sees it half made.  What was
asked least recently leaves when there is too much.
"""

from collections.abc import Callable, Hashable
from functools import wraps
from threading import Event, Lock, get_ident
from typing import Any, Generic, ParamSpec, TypeVar

from ctg_data.errors import CtgError

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
V = TypeVar("V")
P = ParamSpec("P")


class _Build(Generic[V]):
    """A building that goes on, and its result for those who wait."""

    __slots__ = ("made", "over", "owner", "value")

    def __init__(self) -> None:
        self.owner, self.over, self.made = get_ident(), Event(), False
        self.value: V


# held for a few dictionary look-ups, never while something is built or waited for
_LOCK = Lock()
_WAITING: dict[int, _Build[Any]] = {}  # by thread


class BuiltOnce(Generic[K, V]):
    """At most ``most`` results, each built by the first who asks for its key.

    A build that fails is not kept: its error goes to whoever built, and one of those who waited
    tries again.  Different keys are built at the same time.
    """

    __slots__ = ("_building", "_most", "_ready")

    def __init__(self, most: int) -> None:
        self._most = most
        self._ready: dict[K, V] = {}  # the least recently asked first
        self._building: dict[K, _Build[V]] = {}

    def __len__(self) -> int:
        return len(self._ready)

    def __contains__(self, key: K) -> bool:
        """Whether a result is there already; it may leave at any moment."""
        return key in self._ready

    def get(
        self,
        key: K,
        build: Callable[[], V],
        *,
        holds: Callable[[V], bool] = lambda _: True,
        meanwhile: bool = False,
    ) -> V:
        """The result of a key, built if nobody did.

        Args:
            key: what it depends on, all of it.
            build: makes it; may ask for other results, of this store or another.
            holds: whether a result kept still serves; otherwise it is built anew.
            meanwhile: give that result to those who come while another one builds it anew.

        Raises:
            CtgError: the result needs itself to be built.
        """
        while True:
            with _LOCK:
                going_on = self._building.get(key)
                waited = meanwhile and going_on is not None
                if key in self._ready and (waited or holds(self._ready[key])):
                    self._ready[key] = self._ready.pop(key)  # the last to leave
                    return self._ready[key]
                if going_on is None:
                    mine = self._building[key] = _Build()
                    break
                if _waits_for_me(going_on):
                    raise CtgError(f"{key!r} needs itself to be built")
                _WAITING[get_ident()] = going_on
            try:
                going_on.over.wait()
            finally:
                with _LOCK:
                    del _WAITING[get_ident()]
            if going_on.made:
                return going_on.value
        return self._built(key, mine, build)

    def clear(self) -> None:
        """Forget everything; what is being built goes to those who wait, and is not kept."""
        with _LOCK:
            gone, self._ready = self._ready, {}
            self._building = {}
        del gone

    def _built(self, key: K, mine: "_Build[V]", build: Callable[[], V]) -> V:
        gone: list[Any] = []  # dies outside the lock: it may be long to free
        try:
            mine.value = build()
            mine.made = True
        finally:
            with _LOCK:
                if self._building.get(key) is mine:
                    del self._building[key]
                    if mine.made:
                        gone.append(self._ready.pop(key, None))
                        self._ready[key] = mine.value
                    while len(self._ready) > self._most:
                        gone.append(self._ready.pop(next(iter(self._ready))))
            mine.over.set()
        return mine.value


def _waits_for_me(build: "_Build[Any] | None") -> bool:
    """Whether a building belongs to this thread, or to one that waits for it, however far."""
    while build is not None:
        if build.owner == get_ident():
            return True
        build = _WAITING.get(build.owner)
    return False


def built_once(most: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Call a function once for each set of arguments, which must be hashable; keep ``most``."""

    def decorate(build: Callable[P, T]) -> Callable[P, T]:
        kept: BuiltOnce[Any, T] = BuiltOnce(most)

        @wraps(build)
        def once(*args: P.args, **kwargs: P.kwargs) -> T:
            return kept.get((args, tuple(kwargs.items())), lambda: build(*args, **kwargs))

        return once

    return decorate
