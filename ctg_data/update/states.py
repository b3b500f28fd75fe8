"""Where each source stands, as the store said a few seconds ago at most.

A source may fail, or answer the same, at any moment: that changes no figure, so that it is not a
part of the release.  Opening the store for every reader of the home page would cost them a
quarter of the page.
"""

import os
import time
from collections.abc import Mapping

from ctg_data.built_once import BuiltOnce
from ctg_data.errors import StoreError
from ctg_data.store.session import SourceState, Store, default_home

SECONDS = 10.0
_KNOWN: BuiltOnce[tuple[str, str, str], tuple[float, Mapping[str, SourceState]]] = BuiltOnce(16)


def of(territory: str) -> Mapping[str, SourceState]:
    """The state of every source of a territory that was asked, by id; none when no store opens."""
    key = territory, os.environ.get("CTG_DATABASE_URL", ""), str(default_home())
    return _KNOWN.get(key, lambda: (time.monotonic(), _read(territory)), holds=_lately)[1]


def look_again() -> None:
    """Forget what was read: called once something has been received on this machine."""
    _KNOWN.clear()


def _lately(read: tuple[float, Mapping[str, SourceState]]) -> bool:
    return time.monotonic() - read[0] < SECONDS


def _read(territory: str) -> Mapping[str, SourceState]:
    try:
        with Store.open() as store:
            return store.states(territory)
    except StoreError:
        return {}
