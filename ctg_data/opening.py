"""Opening a territory: all that is known of it goes through the gate, once, into a workspace.

Opening reads the territory, its embedded figures and what the store received since, passes the
whole through the gate, then forgets the observations: nothing unmasked outlives
``open_workspace``.
"""

import hashlib
from contextlib import suppress

from ctg_data import fr
from ctg_data.assembly import assemble as assembly
from ctg_data.decision import damage
from ctg_data.errors import StoreError
from ctg_data.register import store as register_store
from ctg_data.store import editions
from ctg_data.store.session import Store
from ctg_data.territory import config as territory
from ctg_data.territory.config import TerritoryConfig
from ctg_data.workspace import Workspace
from ctg_data.zonings import registry as zonings


def fingerprint(name: str | None = None) -> str:
    """Changes when the data of a territory change; a cache key that holds no data."""
    config = territory.open_territory(name)
    try:
        with Store.open() as store:
            received = f"{store.fingerprint(config.id)}:{register_store.digest(config, store)}"
            received += zonings.fingerprint(store, config.id)
    except StoreError as problem:
        received = str(problem)
    return f"{config.id}:{_written(config)}:{received}"


def _written(config: TerritoryConfig) -> str:
    """Changes when a file of the territory's folder is written, added or taken away."""
    told = []
    for path in sorted(config.folder.rglob("*")):
        if path.is_file() and path.parent.name != "__pycache__":
            with suppress(FileNotFoundError):  # taken away meanwhile: the next look sees it
                known = path.stat()
                told.append((str(path), known.st_size, known.st_mtime_ns))
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def open_workspace(name: str | None = None) -> Workspace:
    """Open a territory (the default one unless named) and pass its data through the gate.

    Raises:
        TerritoryError: the territory does not exist or its folder is at fault.
    """
    config = zonings.open_place(name)
    assembled = assembly.assemble(config)
    lost: list[str] = []
    edition = editions.record(config.id, assembled.gated.release, lost)
    warnings = (*assembled.warnings, *map(fr.spaced, lost), *damage.told(config))
    return Workspace(config, assembled.gated, warnings, assembled.register, edition=edition)
