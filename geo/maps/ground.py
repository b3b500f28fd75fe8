"""What the maps of a territory are drawn on: light public outlines, made ready once.

Two makers, one product: ``zones`` reads true outlines, ``schematic`` draws a plan by hand.  What
an update received (``received``) is kept in the user's folder and comes before both.

Reading them takes the standard library only: no geometry is computed while a reader waits.
"""

import json
import re
from dataclasses import replace
from pathlib import Path

from ctg_data.built_once import built_once
from ctg_data.files.private import default_home
from ctg_data.territory.config import TerritoryConfig
from geo.maps.layers import INDEX, STATIC, Ground, fingerprint, from_index

RECEIVED = "app/static/officiels"  # a route of the launcher: the code's folder may be read-only
CURRENT = "actuel.json"
VERSION = "[0-9a-f]{12}"


def open_ground(config: TerritoryConfig, static: Path = STATIC) -> Ground:
    """The ground of a territory: as prepared, or made now when its sources have changed since.

    Raises:
        TerritoryError: the outlines or the plan cannot be used; says why and what to do.
    """
    source = fingerprint(config)
    return _received(config, source) or _opened(config, source, static)


def received_folder(territory: str) -> Path:
    """Where the outlines received for a territory are made ready: one folder a version."""
    return default_home() / "contours" / territory


def current_version(config: TerritoryConfig, source: str) -> str:
    """The version of the received outlines to show; "" when none suits the zones declared."""
    try:
        told = json.loads((received_folder(config.id) / CURRENT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    if not isinstance(told, dict) or told.get("declared") != source:
        return ""
    version = str(told.get("version"))
    return version if re.fullmatch(VERSION, version) else ""


def _received(config: TerritoryConfig, source: str) -> Ground | None:
    """The official outlines received, unless the territory has changed since: one small file."""
    version = current_version(config, source)
    return _kept(received_folder(config.id) / version, config.id, version) if version else None


@built_once(8)
def _kept(folder: Path, territory: str, version: str) -> Ground | None:
    try:
        made = from_index(territory, json.loads((folder / INDEX).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return replace(made, source=version, served=f"{RECEIVED}/{territory}/{version}")


@built_once(8)
def _opened(config: TerritoryConfig, source: str, static: Path) -> Ground:
    path = static / config.id / INDEX
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError):
        kept = {}
    if kept.get("source") == source:
        return from_index(config.id, kept)
    from geo.maps import prepare  # geometry is imported only when there is some to make

    return prepare.build(config)
