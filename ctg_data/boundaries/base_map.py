"""The base map under the zones: one picture a frame, kept in the user's folder, never required.

The server fetches it when a reader asks for it, and serves it from its own address: the browser
goes nowhere else.  It carries no figure; without it the map is the same, on plain ground.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ctg_data.errors import StoreError, UserError
from ctg_data.files import private as private_files
from ctg_data.files.private import default_home
from ctg_data.sources import plan_ign
from ctg_data.sources.http import Http
from ctg_data.sources.plan_ign import Frame

PRODUCER, NAME, LICENCE = "IGN", "Plan IGN", "Licence Ouverte 2.0"
SERVED = "app/static/fonds"  # a route of the launcher
FILE = "[0-9a-f]{12}-[0-9a-f]{12}[.]png"  # the frame, then what the picture holds
WIDTH = 1600  # pixels: sharp on a wide screen and on paper
OLD = 365  # days after which another one is asked for
TIMEOUT = (3.0, 12.0)  # seconds to connect, then between two packets: a reader waits


@dataclass(frozen=True)
class Picture:
    """A base map kept: its file, and the day it was received."""

    territory: str
    file: str
    received_on: date

    @property
    def address(self) -> str:
        """Where the browser finds it, on this server."""
        return f"{SERVED}/{self.territory}/{self.file}"


def folder(territory: str) -> Path:
    """Where the pictures of a territory are kept."""
    return default_home() / "fonds" / territory


def known(territory: str, frame: Frame) -> Picture | None:
    """The picture kept for a frame, if it is still there."""
    try:
        told = json.loads(_card(territory, frame).read_text(encoding="utf-8"))
        found = Picture(territory, str(told["file"]), date.fromisoformat(told["received_on"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if (folder(territory) / found.file).is_file() else None


def obtained(territory: str, frame: Frame, today: date) -> Picture:
    """The picture of a frame: the one kept, else asked for once; an old one stays if it must.

    Raises:
        UserError: there is none, and the producer gives none; says why.
    """
    kept = known(territory, frame)
    if kept and (today - kept.received_on).days <= OLD:
        return kept
    try:
        with Http(timeout=TIMEOUT, attempts=1) as http:
            return keep(territory, frame, plan_ign.fetch(http, frame, WIDTH), today)
    except UserError:
        if kept:
            return kept
        raise


def keep(territory: str, frame: Frame, content: bytes, today: date) -> Picture:
    """Write the picture, then the card that names it, each in one move.

    Raises:
        StoreError: the folder cannot be written.
    """
    card = _card(territory, frame)
    made = Picture(territory, f"{card.stem}-{hashlib.sha256(content).hexdigest()[:12]}.png", today)
    told = {
        "file": made.file,
        "received_on": today.isoformat(),
        "producer": PRODUCER,
        "layer": plan_ign.LAYER,
        "licence": LICENCE,
        "frame": frame,
    }
    try:
        private_files.folder(card.parent)
        private_files.write(card.parent / made.file, content)
        private_files.write(card, json.dumps(told, ensure_ascii=False).encode())
    except OSError as problem:
        raise StoreError(f"L'image ne peut pas être gardée : {problem.strerror}.") from problem
    return made


def _card(territory: str, frame: Frame) -> Path:
    asked = f"{plan_ign.LAYER} {WIDTH} {' '.join(f'{one:.6f}' for one in frame)}"
    return folder(territory) / f"{hashlib.sha256(asked.encode()).hexdigest()[:12]}.json"
