"""Ways measured by road, kept in a file: asked by a command, never while a reader waits.

A way is kept by its two ends: a structure that moves, or a zone drawn anew, is measured again.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np

from ctg_data.access import catchment as access
from ctg_data.access.catchment import Point, Roads, Rule
from ctg_data.errors import StoreError
from ctg_data.files import private as private_files
from ctg_data.files.private import default_home
from ctg_data.sources.itineraries_ign import Itineraries

SERVICE = "IGN, itinéraires de la Géoplateforme"
NO_WAY = -1.0  # the service knows no way: farther than any reach
SAVED = 50  # ways between two writings: what is interrupted is not lost


@dataclass
class Ways:
    """Metres by the two ends of a way, and the day the last one was measured."""

    metres: dict[str, float] = field(default_factory=dict)
    measured_on: str = ""

    def roads(self, structures: Sequence[Point], homes: Sequence[Point]) -> Roads:
        """The ways known between these structures and these homes."""
        found: dict[tuple[str, str], float] = {}
        for one in structures:
            for home in homes:
                metres = self.metres.get(_key(one, home))
                if metres is not None:
                    found[one.id, home.id] = np.inf if metres == NO_WAY else metres
        return found


def path_of(territory: str) -> Path:
    """Where the ways of a territory are kept."""
    return default_home() / "trajets" / f"{territory}.json"


def known(territory: str) -> Ways:
    """What was measured; nothing when there is no file, or one that cannot be read."""
    try:
        told = json.loads(path_of(territory).read_text(encoding="utf-8"))
        metres = {str(key): float(value) for key, value in told["metres"].items()}
        return Ways(metres, str(told["measured_on"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Ways()


def keep(territory: str, ways: Ways) -> None:
    """Write the whole beside, then in place: a reader never sees half of it.

    Raises:
        StoreError: the folder cannot be written.
    """
    path = path_of(territory)
    told = {"service": SERVICE, "measured_on": ways.measured_on, "metres": ways.metres}
    try:
        private_files.folder(path.parent)
        private_files.write(path, json.dumps(told, separators=(",", ":")).encode())
    except OSError as problem:
        raise StoreError(
            f"Les trajets ne peuvent pas être gardés : {problem.strerror}."
        ) from problem


def measure(
    territory: str,
    structures: Sequence[Point],
    homes: Sequence[Point],
    rule: Rule,
    service: Itineraries,
    steps: Callable[[int, int], None] = lambda *_: None,
) -> int:
    """Ask for the ways that may be short enough and are not known yet; how many were asked.

    No way is shorter than the straight line: what is farther than the reach is not asked.

    Raises:
        SourceUnavailable: the service stopped answering; what came before is kept.
    """
    ways = known(territory)
    straight = access.distances(structures, homes)
    wanted = [
        (structures[i], homes[j])
        for i, j in zip(*np.nonzero(straight <= rule.reach), strict=True)
        if _key(structures[i], homes[j]) not in ways.metres
    ]
    try:
        for rank, (one, home) in enumerate(wanted, 1):
            metres = service.metres(_end(home), _end(one))
            ways.metres[_key(one, home)] = NO_WAY if metres is None else round(metres, 1)
            ways.measured_on = date.today().isoformat()
            steps(rank, len(wanted))
            if rank % SAVED == 0:
                keep(territory, ways)
    finally:
        if wanted:
            keep(territory, ways)
    return len(wanted)


def _end(one: Point) -> tuple[float, float]:
    return one.longitude, one.latitude


def _key(one: Point, home: Point) -> str:
    return " ".join(f"{x:.5f}" for x in (*_end(one), *_end(home)))
