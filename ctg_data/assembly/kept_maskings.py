"""Maskings as they are kept: shipped with a fictional territory, or in the store for ever.

What readers were shown is the memory that the next masking honours.  When a part of it does not
read, nothing new is masked beside it.
"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from ctg_data import fr
from ctg_data.disclosure.adapter import kept
from ctg_data.disclosure.adapter.confidential import Protection
from ctg_data.errors import ReleaseDamaged
from ctg_data.store.session import Store
from ctg_data.territory.config import TerritoryConfig

KIND = "diffusion"  # of the releases kept in the store
SHIPPED = "diffusion.zip"  # a fictional territory comes with its masking done
NAMED = rb"[0-9a-f]{64}"  # a fingerprint, as it is written beside


def shipped(config: TerritoryConfig, key: str) -> Protection | None:
    """The masking that came with a fictional territory, when it is of this very table."""
    path = Path(config.folder) / SHIPPED
    named = path.with_suffix(".sha256")
    if not config.fictional or not path.is_file() or not named.is_file():
        return None
    try:
        if named.read_bytes().strip() != key.encode():
            return None
        content = path.read_bytes()
    except OSError:  # may not be read: masked anew, and told by the pages
        return None
    return kept.from_bytes(content) if kept.is_whole(content) else None  # told by the pages


def shipping_faults(config: TerritoryConfig) -> list[str]:
    """What is told of a shipped masking that does not read: nothing is lost but time."""
    path = Path(config.folder) / SHIPPED
    pair: dict[Path, Callable[[bytes], bool]] = {
        path: kept.is_whole,
        path.with_suffix(".sha256"): lambda content: bool(re.fullmatch(NAMED, content.strip())),
    }
    if not config.fictional or not any(one.exists() for one in pair):
        return []
    return [
        fr.spaced(
            f"{config.folder.name}/{one.name} est abîmé ou absent : le masquage de la commune "
            "fictive a été refait à partir de ses données, tous ses chiffres sont là. Remettez ce "
            "fichier en place pour que l'ouverture soit rapide."
        )
        for one, is_right in pair.items()
        if not _holds(one, is_right)
    ]


def _holds(path: Path, is_right: Callable[[bytes], bool]) -> bool:
    """Whether a file is there, reads, and holds what it should."""
    try:
        return is_right(path.read_bytes())
    except OSError:
        return False


def editions(store: Store | None, territory: str) -> dict[str, bytes]:
    """Maskings kept in the store, by fingerprint, the first one first."""
    if store is None:
        return {}
    rows = store.releases(territory, KIND)
    return dict(zip(rows["title"], rows["content"], strict=True))


def from_store(store: Store | None, territory: str, key: str) -> Protection | None:
    """The masking of this very table as it was kept; none when it never was.

    Raises:
        ReleaseDamaged: it was, and does not read.
    """
    if store is None:
        return None
    contents = store.releases(territory, KIND, key)["content"].tolist()
    return kept.from_bytes(contents[-1]) if contents else None


def check_memory(store: Store, territory: str) -> None:
    """See that all that was shown can be read again, as the next masking needs it.

    Raises:
        ReleaseDamaged: it cannot; nothing may be imported until it can.
    """
    if not all(kept.is_whole(content) for content in editions(store, territory).values()):
        raise ReleaseDamaged(f"Rien n'a été importé. {kept.LOST}")


def heads(store: Store | None, territory: str) -> list[tuple[str, str]]:
    """Fingerprint and moment of each masking kept, the first one first."""
    return [] if store is None else store.release_heads(territory, KIND)


def keep(
    store: Store | None,
    territory: str,
    key: str,
    found: Protection,
    shown: Sequence[tuple[str, str]],
) -> bool:
    """Keep a masking made beside what had been ``shown``; not when more was shown meanwhile."""
    if store is None or not len(found.table):
        return True
    content = kept.to_bytes(found)
    with store.atomic():
        if heads(store, territory) != shown:
            return False
        store.keep_release(territory, KIND, key, content)
    return True
