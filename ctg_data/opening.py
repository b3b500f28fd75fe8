"""Opening a territory: all that is known of it goes through the gate, once, into a workspace.

Opening reads the territory, its embedded figures and what the store received since, passes the
whole through the gate, then forgets the observations: nothing unmasked outlives
``open_workspace``.
"""

import hashlib
from contextlib import suppress
from types import MappingProxyType

from ctg_data import fr
from ctg_data.access import accessibility
from ctg_data.assembly import assemble as assembly
from ctg_data.catalogue.kinds.access import Access
from ctg_data.catalogue.kinds.projected_rate import ProjectedRate
from ctg_data.decision import damage, what_if
from ctg_data.disclosure.adapter.gate import Gated
from ctg_data.errors import StoreError
from ctg_data.offer import decisions, lists
from ctg_data.offer.offered import NOTHING, Published
from ctg_data.register import store as register_store
from ctg_data.register.model import Register
from ctg_data.store import editions
from ctg_data.store.session import Store
from ctg_data.territory import config as territory
from ctg_data.territory.config import TerritoryConfig
from ctg_data.workspace import Completed, Workspace
from ctg_data.zonings import registry as zonings

# A kind that needs more than the release is declared in the catalogue and computed by the wing
# that knows the rest: the reach of structures by ``access``, hypotheses by ``decision``.  Neither
# knows of the other, nor the workspace of ``decision``: here alone all are known, so that each
# workspace is handed what completes it, and nothing depends on what was imported before.
COMPLETED: Completed = MappingProxyType(
    {
        Access: lambda data, one: accessibility.table(data.around, one),
        ProjectedRate: what_if.card,
    }
)


def fingerprint(name: str | None = None) -> str:
    """Changes when the data of a territory change; a cache key that holds no data."""
    config = territory.open_territory(name)
    try:
        with Store.open() as store:
            received = f"{store.fingerprint(config.id)}:{register_store.digest(config, store)}"
            received += zonings.fingerprint(store, config.id)
            received += lists.fingerprint(config, store) + decisions.fingerprint(store, config.id)
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
    return complete_workspace(
        config,
        assembled.gated,
        warnings,
        assembled.offered.register,
        edition=edition,
        published=assembled.offered.published,
    )


def complete_workspace(
    config: TerritoryConfig,
    gated: Gated,
    warnings: tuple[str, ...] = (),
    register: Register | None = None,
    edition: str = "",
    published: Published = NOTHING,
) -> Workspace:
    """A workspace that computes every kind of indicator."""
    return Workspace(config, gated, warnings, register, edition, COMPLETED, published)
