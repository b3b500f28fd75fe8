"""Metres of Finess in degrees: Lambert 93 for the mainland, UTM for each overseas part.

Formulas of the IGN (NTG 71, NTG 76) on the ellipsoid GRS 80; less than a millimetre from
pyproj, without loading it: places are read again where a page needs them.
"""

import math

# GRS 80, then Lambert 93 as NT/G 71 gives it
AXIS, FLATTENING = 6_378_137.0, 1 / 298.257222101
ECCENTRICITY = math.sqrt(FLATTENING * (2 - FLATTENING))
N, C, XS, YS, MERIDIAN = 0.7256077650532670, 11_754_255.4261, 700_000.0, 12_655_612.0499, 3.0
BAND = ((-200_000, 1_500_000), (5_900_000, 7_300_000))  # of the mainland, with its waters
UTM_SCALE, UTM_EAST, UTM_NORTH = 0.9996, 500_000.0, 10_000_000.0


def lambert_93(x: float, y: float) -> tuple[float, float] | None:
    """Longitude and latitude of a point of the mainland; nothing when it is not in its band.

    >>> [round(one, 6) for one in lambert_93(700_000, 6_600_000)]
    [3.0, 46.5]
    >>> lambert_93(0, 0) is None
    True
    """
    (west, east), (south, north) = BAND
    if not (west < x < east and south < y < north):
        return None
    radius = math.hypot(x - XS, y - YS)
    angle = math.atan((x - XS) / (YS - y))
    isometric = -math.log(radius / C) / N
    latitude = 2 * math.atan(math.exp(isometric)) - math.pi / 2
    for _ in range(12):  # it gains two digits a turn
        sine = ECCENTRICITY * math.sin(latitude)
        ratio = ((1 + sine) / (1 - sine)) ** (ECCENTRICITY / 2)
        latitude = 2 * math.atan(ratio * math.exp(isometric)) - math.pi / 2
    return MERIDIAN + math.degrees(angle / N), math.degrees(latitude)


def utm(x: float, y: float, zone: int, south: bool) -> tuple[float, float] | None:
    """Longitude and latitude of a point of a UTM zone; nothing when it is not in that zone.

    >>> [round(one, 4) for one in utm(500_000, 0, 20, south=False)]
    [-63.0, 0.0]
    >>> utm(5, 5, 20, south=False) is None
    True
    """
    if not (100_000 < x < 900_000 and 0 <= y < UTM_NORTH):
        return None
    n = FLATTENING / (2 - FLATTENING)
    mean = AXIS / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    xi = (y - (UTM_NORTH if south else 0)) / (UTM_SCALE * mean)
    eta = (x - UTM_EAST) / (UTM_SCALE * mean)
    beta = (
        n / 2 - 2 * n**2 / 3 + 37 * n**3 / 96,
        n**2 / 48 + n**3 / 15,
        17 * n**3 / 480,
    )
    plane = xi - sum(b * math.sin(2 * j * xi) * math.cosh(2 * j * eta) for j, b in _ranked(beta))
    across = eta - sum(b * math.cos(2 * j * xi) * math.sinh(2 * j * eta) for j, b in _ranked(beta))
    conformal = math.asin(math.sin(plane) / math.cosh(across))
    delta = (
        2 * n - 2 * n**2 / 3 - 2 * n**3,
        7 * n**2 / 3 - 8 * n**3 / 5,
        56 * n**3 / 15,
    )
    latitude = conformal + sum(d * math.sin(2 * j * conformal) for j, d in _ranked(delta))
    longitude = 6 * zone - 183 + math.degrees(math.atan2(math.sinh(across), math.cos(plane)))
    return longitude, math.degrees(latitude)


def _ranked(terms: tuple[float, ...]) -> enumerate[float]:
    return enumerate(terms, start=1)
