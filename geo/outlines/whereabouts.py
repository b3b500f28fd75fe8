"""Where a layer lies: coordinates swapped, in metres, elsewhere; zones away from their place."""

from collections.abc import Sequence

import shapely

from ctg_data import fr
from geo.outlines.zones import Outline

# West, east, south, north: the mainland and each overseas part.  Swapped coordinates fall outside.
FRANCE = (
    *((-6, 10, 41, 52), (-63, -60, 13, 19), (-55, -51, 2, 6), (-57, -56, 46, 48)),
    *((54, 57, -22, -20), (44, 46, -14, -12)),
)
FAR = 1.0  # degrees from the middle of the others: another place, or damaged coordinates
# Outside the communes as another source draws them: a zone at the border may lose a tenth of its
# ground to simplification, a whole layer a few percent.
ZONE_OUTSIDE, LAYER_OUTSIDE = 0.5, 0.1
TOLD = 5  # examples given in a message


def coordinates(bounds: Sequence[float]) -> str:
    """What coordinates look like: « degres », « inversees », « metres » or « ailleurs ».

    >>> coordinates((1.0, 49.4, 1.2, 49.5)), coordinates((49.4, 1.0, 49.5, 1.2))
    ('degres', 'inversees')
    >>> coordinates((557_074, 6_925_926, 565_969, 6_931_105)), coordinates((-99, 30, -98, 31))
    ('metres', 'ailleurs')
    """
    west, south, east, north = bounds
    if max(map(abs, bounds)) > 400:
        return "metres"
    if _in_france(west, south, east, north):
        return "degres"
    return "inversees" if _in_france(south, west, north, east) else "ailleurs"


def _in_france(west: float, south: float, east: float, north: float) -> bool:
    return any(w < west and east < e and s < south and north < n for w, e, s, n in FRANCE)


def against_communes(outlines: Sequence[Outline], communes: Sequence[Outline]) -> list[str]:
    """Zones that are not where their communes are: a layer of another place, or damaged."""
    if not communes:
        return []
    whole = shapely.union_all([one.shape for one in communes])
    names = ", ".join(one.label for one in communes[:TOLD])
    out = {one.code: one.shape.area - one.shape.intersection(whole).area for one in outlines}
    told = [
        f"{one.code} ({one.label}) est à {_percent(out[one.code] / one.shape.area)} hors de "
        f"{names}."
        for one in outlines
        if out[one.code] > ZONE_OUTSIDE * one.shape.area
    ]
    share = sum(out.values()) / sum(one.shape.area for one in outlines) if outlines else 0.0
    if share > LAYER_OUTSIDE and not told:
        told.append(f"Les zones sont, ensemble, à {_percent(share)} hors de {names}.")
    return told


def _percent(share: float) -> str:
    return f"{fr.number(100 * share)} %"


def misplaced(look: str, codes: Sequence[str], epsg: int | None) -> str:
    """What to say of zones whose coordinates look wrong."""
    where = f"{', '.join(codes[:TOLD])}{' …' if len(codes) > TOLD else ''}"
    said = "aucun système n'est annoncé" if epsg is None else f"EPSG:{epsg} est annoncé"
    if look == "inversees":
        return f"longitude et latitude sont échangées ({where}). Redemandez la couche en CRS84."
    if look == "metres":
        return (
            f"les coordonnées sont en mètres, Lambert-93 (2154) ou Mercator (3857), et {said} "
            f"({where}). Exportez la couche en WGS 84."
        )
    return f"les coordonnées sont hors de France ({where} ; {said})."


def far(outlines: Sequence[Outline]) -> list[str]:
    """Zones away from all the others: their coordinates belong to another place."""
    if len(outlines) < 3:
        return []
    spots = [(one.shape.centroid.x, one.shape.centroid.y) for one in outlines]
    x, y = (sorted(axis)[len(axis) // 2] for axis in zip(*spots, strict=True))
    return [
        f"{one.code} ({one.label}) est loin de toutes les autres zones de la couche."
        for one, (a, b) in zip(outlines, spots, strict=True)
        if max(abs(a - x), abs(b - y)) > FAR
    ]
