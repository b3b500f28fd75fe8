"""Lines of Insee's BPE set in their zones, then as published places.

Insee says of each line in which IRIS and QPV it stands and how sure it is of it: 1 sure, 2
probable, 3 at random, X and _Z without object.  That is believed, never a computation from the
point, which differs for one line in fifteen.  Lines at one point are several services of one site.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ctg_data.model import Level
from ctg_data.sources.base import ARRONDISSEMENTS
from ctg_data.sources.bpe_file import POINT
from ctg_data.sources.bpe_types import (
    FRANCE_SERVICES,
    ITINERANT,
    STANDING,
    Facility,
    facilities,
)
from ctg_data.sources.places import FIXED, OUTREACH, PublishedPlace, public_text
from ctg_data.territory.config import CODE_FORMS, QPV_FORMS, TerritoryConfig

SOURCE = "insee_bpe"
OUTSIDE = "hors"
SURE, PROBABLE, POINTLESS = ("1", "2"), "2", ("X", "_Z")
LOCATED = ("B", "A")  # QUALITE_XY: good, acceptable
NO_ZONING, NO_ZONE = "CSZ", ("", "_Z", "HZ")  # commune without zoning; in none of its zones
QPV_COLUMNS = {"qpv_2024": (2024, "QP2024"), "qpv_2015": (2015, "QP2015")}


@dataclass(frozen=True)
class Sited:
    """One line, where it stands.

    Attributes:
        zones: by column of the register; "" where Insee is not sure.
        standing: of a place; nothing where its producer uses a word that is not known.
    """

    line: dict[str, str]
    facility: Facility
    commune: str
    zones: dict[str, str] = field(default_factory=dict)
    probable: tuple[str, ...] = ()
    standing: str = FIXED


class Siting:
    """Sets lines in the zones that a territory declares."""

    def __init__(self, territory: TerritoryConfig) -> None:
        self._whole = {part: code for code, parts in ARRONDISSEMENTS.items() for part in parts}
        self._commune = territory.commune.code
        self._declared = {
            "iris": {zone.code for zone in territory.iris},
            **{
                column: {zone.code for zone in territory.zones(Level.QPV, generation)}
                for column, (generation, _) in QPV_COLUMNS.items()
            },
        }

    def of(self, line: dict[str, str]) -> Sited:
        """One line; what moves stands in no zone."""
        facility = facilities()[line["TYPEQU"]]
        commune = self._whole.get(line["DEPCOM"], line["DEPCOM"])
        standing = _standing(facility, line["TYPE"].upper())
        if standing == OUTREACH:
            return Sited(line, facility, commune, standing=standing)
        zones = {"iris": (_iris(line), line["QUALI_IRIS"])}
        for column, (generation, name) in QPV_COLUMNS.items():
            quality = line[f"QUALI_{name}"]
            zones[column] = (_qpv(line, line[name].upper(), quality, generation), quality)
        told = {column: self._ours(column, zone, commune) for column, (zone, _) in zones.items()}
        probable = tuple(
            column for column, (_, quality) in zones.items() if told[column] and quality == PROBABLE
        )
        return Sited(line, facility, commune, told, probable, standing)

    def _ours(self, column: str, zone: str, commune: str) -> str:
        """A zone of the commune that the territory does not declare is not one of its zones."""
        declared = self._declared[column]
        unknown = commune == self._commune and declared and zone not in ("", OUTSIDE, *declared)
        return "" if unknown else zone


def _standing(facility: Facility, kind: str) -> str:
    if facility.code != FRANCE_SERVICES or kind in STANDING:
        return FIXED
    return OUTREACH if kind == ITINERANT else ""


def _iris(line: dict[str, str]) -> str:
    """The IRIS that Insee is sure of, as nine signs: ``00100_0101`` in older files.

    >>> told = {"DEPCOM": "00100", "DCIRIS": "00100_0101", "QUALI_IRIS": "1"}
    >>> _iris(told), _iris(told | {"QUALI_IRIS": "3"}), _iris(told | {"DEPCOM": "00101"})
    ('001000101', '', '')
    """
    code = line["DCIRIS"].replace("_", "")
    read = re.fullmatch(CODE_FORMS[Level.IRIS], code) and code.startswith(line["DEPCOM"])
    divided = not code.endswith("0000")
    return code if read and divided and line["QUALI_IRIS"] in SURE else ""


def _qpv(line: dict[str, str], code: str, quality: str, generation: int) -> str:
    """The QPV, « hors » when Insee says that it is in none, nothing when it does not know.

    >>> where = {"QUALITE_XY": "B"}
    >>> _qpv(where, "QN00001N", "2", 2024), _qpv(where, "QN00001N", "3", 2024)
    ('QN00001N', '')
    >>> _qpv(where, "CSZ", "_Z", 2024), _qpv(where, "HZ", "1", 2024), _qpv(where, "", "X", 2024)
    ('hors', 'hors', 'hors')
    >>> _qpv({"QUALITE_XY": "_Z"}, "", "_Z", 2024), _qpv(where, "", "", 2024)
    ('', '')
    """
    if re.fullmatch(QPV_FORMS[generation], code):
        return code if quality in SURE else ""
    if code == NO_ZONING:
        return OUTSIDE
    sure = quality in SURE or (quality in POINTLESS and line["QUALITE_XY"] in LOCATED)
    return OUTSIDE if code in NO_ZONE and sure else ""


def published(sited: Sequence[Sited], citation: str, edition: int) -> tuple[PublishedPlace, ...]:
    """Each line as a place, in the order of their keys.

    A key is the type and the SIRET where that names one line, else with a print of what it says:
    the same from one edition to the next as long as neither name nor address moves.
    """
    shared = Counter(_named(one) for one in sited)
    seen: Counter[str] = Counter()
    places = []
    for one in sorted(sited, key=lambda one: (_named(one), _print(one))):
        alone = bool(one.line["SIRET"]) and shared[_named(one)] == 1
        key = _named(one) if alone else f"{_named(one)}-{_print(one)}"
        seen[key] += 1
        again = f"-{seen[key]}" if seen[key] > 1 else ""
        places.append(_place(one, key + again, citation, edition))
    return tuple(places)


def _named(one: Sited) -> str:
    return f"{one.facility.code}-{one.line['SIRET'] or one.line['DEPCOM']}"


def _print(one: Sited) -> str:
    told = "|".join((_name(one), _address(one), one.line["LONGITUDE"], one.line["LATITUDE"]))
    return hashlib.sha256(told.encode()).hexdigest()[:8]


def _place(one: Sited, key: str, citation: str, edition: int) -> PublishedPlace:
    line, moving = one.line, one.standing == OUTREACH
    longitude, latitude = _point(line)
    siret = line["SIRET"] if re.fullmatch(r"\d{14}", line["SIRET"]) else ""
    return PublishedPlace(
        key=key,
        source=SOURCE,
        citation=citation,
        kind=one.facility.kind,
        nature=one.facility.label + (" (itinérant)" if moving else ""),
        commune=one.commune,
        observed=f"{edition}-01-01",
        name=_name(one),
        address=_address(one),
        postcode=line["CODPOS"] if re.fullmatch(r"\d{5}", line["CODPOS"]) else "",
        siret=siret,
        longitude=longitude,
        latitude=latitude,
        zones=one.zones,
        probable=one.probable,
        standing=OUTREACH if moving else FIXED,
    )


def _name(one: Sited) -> str:
    """The name and what completes it, said once."""
    head, more = (public_text(one.line[column]) for column in ("NOMRS", "CNOMRS"))
    return head if more.casefold() in head.casefold() else f"{head} {more}".strip()


def _address(one: Sited) -> str:
    parts = (one.line[column] for column in ("NUMVOIE", "INDREP", "TYPVOIE", "LIBVOIE"))
    return public_text(" ".join(part for part in parts if part and not part.startswith("_")))


def _point(line: dict[str, str]) -> tuple[float | None, float | None]:
    """Degrees, where Insee is content with the point."""
    if line["QUALITE_XY"] not in LOCATED:
        return None, None
    try:
        longitude, latitude = (float(line[name].replace(",", ".")) for name in POINT)
    except ValueError:
        return None, None
    inside = -180 <= longitude <= 180 and -90 <= latitude <= 90
    return (longitude, latitude) if inside else (None, None)
