"""Which zones lie in a new commune: found on its ground first, by names and codes after.

A layer of zones is often older than the commune it is asked for: communes merge, and their zones
keep the codes and the names of before; three communes are published by arrondissement.  Ground
does not change its name.  « None » is concluded from the ground alone; where the commune's own
outline is not known, it is said that nobody can tell.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import shapely
from shapely.geometry.base import BaseGeometry

from ctg_data import fr
from ctg_data.model import Level
from ctg_data.sources import contours_ign
from ctg_data.sources.wfs import Box, Wfs
from geo.outlines import cells, checks, formats, zones

INSIDE = 0.5  # of an IRIS: two drawings of one border differ, most of the zone stays
ASTRIDE = 0.05  # of a QPV: less than that is the two drawings of one border
WHOLE = 0.95  # of the commune: one zone that covers it is the commune itself
MARGIN = 0.001  # degrees around the outline that is asked for
UNDIVIDED = (
    "La commune n'est pas découpée en IRIS : l'Insee ne le fait qu'à partir de 5 000 à "
    "10 000 habitants. Aucun chiffre n'est publié sous la commune à cette échelle."
)


@dataclass(frozen=True)
class Ground:
    """A commune and those that touch it, drawn: outlines in degrees and names, by code.

    Without outlines nothing is known of the ground, and nothing is concluded from it.
    """

    code: str
    outlines: Mapping[str, BaseGeometry] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def asked(cls, wfs: Wfs, code: str) -> "Ground":
        """Ask the IGN for the commune and its neighbours."""
        found = contours_ign.near(wfs, code)
        drawn = {one: zones.polygonal(row.form) for one, _, row in found if row.form is not None}
        return cls(code, drawn, {one: name for one, name, _ in found})

    @property
    def here(self) -> BaseGeometry | None:
        """The outline of the commune, when it is known."""
        return self.outlines.get(self.code)

    @property
    def box(self) -> Box | None:
        """The box around it."""
        if self.here is None:
            return None
        west, south, east, north = self.here.bounds
        return (west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN)

    def share(self, form: BaseGeometry | None, code: str = "") -> float:
        """How much of a zone lies in a commune, from 0 to 1."""
        ground = self.outlines.get(code or self.code)
        if form is None or ground is None or not form.area:
            return 0.0
        return float(zones.polygonal(form).intersection(ground).area / form.area)


@dataclass(frozen=True)
class Found:
    """Zones of a commune by code, and French sentences on what is missing or not known."""

    names: Mapping[str, str] = field(default_factory=dict)
    holes: tuple[str, ...] = ()


def iris(wfs: Wfs, ground: Ground) -> Found:
    """The IRIS of a commune, under the codes the layer gives them, and how much they cover."""
    layer = contours_ign.NAMES["contours_iris"]
    codes = [f"{column} IN ('{ground.code}')" for column in ("code_insee", "insee_com")]
    box = ground.box
    asked = wfs.layer(layer, where=codes) if box is None else wfs.layer(layer, box=box)
    tiles: dict[str, tuple[str, BaseGeometry | None]] = {}
    for one in formats.read(asked.content, "contours_iris").features:
        code = cells.code_of(cells.value(one.properties, ("code_iris",)), Level.IRIS)
        named = cells.value(one.properties, ("code_insee", "insee_com")) == ground.code
        if code and (named or ground.share(one.form) >= INSIDE):
            tiles[code] = (cells.value(one.properties, ("nom_iris", "lib_iris")), one.form)
    divided = {code: tile for code, tile in tiles.items() if not _is_whole(code, tile[1], ground)}
    names = {code: name for code, (name, _) in sorted(divided.items())}
    holes = () if names else (UNDIVIDED,)
    return Found(names, (*holes, *_uncovered(divided, ground), *_of_before(names, ground.code)))


def _is_whole(code: str, form: BaseGeometry | None, ground: Ground) -> bool:
    """Whether a zone is the commune itself: what the Insee gives a commune it does not divide."""
    if code == f"{ground.code}0000":
        return True
    here = ground.here
    covers = form is not None and here is not None and form.intersection(here).area
    return bool(here is not None and code.endswith("0000") and covers >= WHOLE * here.area)


def _uncovered(
    tiles: Mapping[str, tuple[str, BaseGeometry | None]], ground: Ground
) -> tuple[str, ...]:
    """Say how much of the commune no zone covers, when there are zones and they leave some."""
    forms = [form for _, form in tiles.values() if form is not None]
    here = ground.here
    if not forms or here is None:
        return ()
    share = float(shapely.union_all(forms).intersection(here).area / here.area)
    if share >= WHOLE:
        return ()
    return (
        f"Les IRIS publiés ne couvrent que {fr.number(100 * share)} % du sol de la commune : leur "
        "couche est sans doute plus ancienne que ses limites. Du reste, rien n'est montré sous la "
        "commune, sans que ce soit zéro.",
    )


def _of_before(names: Iterable[str], code: str) -> tuple[str, ...]:
    """Say which zones bear another commune's code: one of before a merger, or an arrondissement."""
    others = sorted({one[:5] for one in names} - {code})
    if not others:
        return ()
    count = sum(one[:5] != code for one in names)
    taken = "Il est repris" if count == 1 else "Ils sont repris"
    return (
        f"{fr.plural(count, 'IRIS porte', 'IRIS portent')} un autre code de commune que {code} "
        f"({', '.join(others[:6])}{'…' if len(others) > 6 else ''}) : celui d'une commune d'avant "
        f"sa fusion, ou d'un arrondissement. {taken} sous ce code, celui de leur couche.",
    )


def communes_of(one: formats.Feature, ground: Ground, known: Mapping[str, str]) -> set[str]:
    """The communes a QPV lies in: by their codes, else by their names, else by its ground.

    Args:
        one: the QPV, as its layer gives it.
        ground: the commune and its neighbours.
        known: names of communes by code, those of the intercommunalité.
    """
    if codes := cells.split_codes(cells.value(one.properties, checks.COMMUNE_CODES)):
        return set(codes)
    named = {cells.plain(name): code for code, name in {**known, **ground.names}.items()}
    names = [cells.plain(name) for name in _names(one)]
    by_name = {named[name] for name in names if name in named}
    if names and len(by_name) == len(names):
        return by_name
    return by_name | {code for code in ground.outlines if ground.share(one.form, code) >= ASTRIDE}


def cannot_tell(features: Iterable[formats.Feature], ground: Ground) -> bool:
    """Whether zones named otherwise may lie in the commune, whose ground is not known."""
    if ground.here is not None:
        return False
    return any(not cells.value(one.properties, checks.COMMUNE_CODES) for one in features)


def _names(one: formats.Feature) -> tuple[str, ...]:
    return cells.split_names(cells.value(one.properties, checks.COMMUNE_NAMES))
