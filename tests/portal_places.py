"""Every list of places of a portal, filled for a territory: BPE, directories, national lists.

Each place is « fictif », stands on a spot of ``tests/portal.py`` and at an address of its own; two
of them are told by two lists.  What must never enter the app is in every list: e-mails, comments,
names of persons.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from pyproj import Transformer

from ctg_data.sources.bpe_types import types
from ctg_data.territory import portal as declared
from ctg_data.territory.config import TerritoryConfig
from tests import (
    datagouv_lists as lists,
    standin_bpe,
    standin_data,
    standin_directories as directories,
)
from tests.standin import Row, StandIn

SPARE = "99001"  # a commune of nobody
EVERY = 6  # a type of facility stands in one IRIS out of so many
# what the served files hold, and no store, page nor file of the app may
UNNAMED = "NOM QUE SIRENE NE DIFFUSE PAS"
DOCTOR, HEAD, AFTER = "DOCTEUR INVENTÉ", "Personne Inventée", "NOMMÉE-APRÈS"
PRIVATE = (*lists.PRIVATE[1:], "PERSONNE-FICTIVE", UNNAMED, DOCTOR, HEAD, AFTER)
SHARED = "12345678900011"  # the SIRET of one place of two lists
MISSIONS = ("1 quai Fictif", "2 quai Fictif", "3 quai Fictif")
FJT = ("4 quai Fictif", "5 quai Fictif")


@dataclass(frozen=True)
class Spot:
    """A point of the commune: its IRIS, its quarter of each generation, its degrees."""

    iris: str
    quarters: dict[int, str] = field(hash=False)
    longitude: float = 0.0
    latitude: float = 0.0

    def bpe(self, quality: str = "1") -> Row:
        """As Insee writes it, when it is so sure of it."""
        told = {"LONGITUDE": str(self.longitude), "LATITUDE": str(self.latitude)}
        told |= {"DCIRIS": self.iris, "QUALI_IRIS": quality}
        for generation in (2015, 2024):
            told[f"QP{generation}"] = self.quarters.get(generation) or "HZ"
            told[f"QUALI_QP{generation}"] = quality
        return told


def fill(server: StandIn, place: TerritoryConfig, spots: Sequence[Spot]) -> None:
    """Publish every list."""
    standin_bpe.publish(server, facilities(place, spots))
    files = server.files
    lists.publish_services(files, _france_services(place, spots))
    structures = _structures(place, spots)
    helps = [lists.help_given(1, structures[0]["id"], place.commune.code)]
    lists.publish_inclusion(files, structures=structures, services=helps)
    lists.publish_finess(files, _finess(place, spots))
    lists.publish_sites(files, _sites(place))
    directories.publish(server, directories.SERVICES, _services(place, spots))
    directories.publish(server, directories.SCHOOLS, _schools(place, spots))
    told = declared.of(place)
    if told is not None:
        made = {"residences_jeunes": _residences(place, spots)}
        made |= {"lieux_inclusion_numerique": _digital(place, spots)}
        for name, one in told.datasets.items():
            directories.publish(server, one.id, made[name])


def facilities(place: TerritoryConfig, spots: Sequence[Spot]) -> list[Row]:
    """The lines of a country: all types here and there, sure, probable or at random."""
    here, numbers = place.commune.code, count(1)
    rows = [standin_bpe.line(one.code, SPARE) for one in types()]
    for code in standin_data.communes(place)[1:]:
        rows += [standin_bpe.line("A129", code, SIRET=f"{code}000000018")]
        rows += [standin_bpe.line("D506", code, NOMRS=f"CENTRE SOCIAL FICTIF {code}")]
    for rank, one in enumerate(types()):
        stands = [spot for n, spot in enumerate(spots) if spot.quarters or (n + rank) % EVERY == 0]
        for n, spot in enumerate(stands):
            quality = "3" if not rank % 3 and n == 1 else "2" if n == 2 else "1"
            rows.append(_facility(one.code, here, next(numbers), spot.bpe(quality)))
    private = {"STATUT_DIFFUSION": "P", "NOMRS": UNNAMED, **spots[0].bpe()}
    rows += [
        _facility("D502", here, next(numbers), private),
        _facility("D503", here, next(numbers), {"CNOMRS": lists.PRIVATE[0], **spots[3].bpe()}),
        _facility("A124", here, next(numbers), {"NOMRS": f"Mme {HEAD}", **spots[1].bpe()}),
        _facility(
            "D505", here, next(numbers), {"NOMRS": f"LOISIRS – MME {AFTER}", **spots[1].bpe()}
        ),
        _facility("D506", here, next(numbers), {"SIRET": SHARED, **spots[2].bpe()}),
        _facility("A128", here, next(numbers), {"TYPE": "MO", **spots[2].bpe()}),
        _facility("D265", here, next(numbers), {"NOMRS": DOCTOR, **spots[2].bpe()}),
    ]
    return rows


def _facility(code: str, commune: str, number: int, told: Row) -> Row:
    name = {"NOMRS": f"LIEU FICTIF {number}", "NUMVOIE": str(number), "SIRET": f"{number:014}"}
    return standin_bpe.line(code, commune, **(name | told))


def _where(spot: Spot) -> Row:
    return {"longitude": spot.longitude, "latitude": spot.latitude}


def _france_services(place: TerritoryConfig, spots: Sequence[Spot]) -> list[Row]:
    here = place.commune.code
    return [
        lists.service(1, here, **_where(spots[0])),
        lists.service(2, here, adresse=f"2 rue Fictive, chez M. {AFTER}", **_where(spots[-1])),
        lists.service(3, here, "Itinérante", lib_fs="Bus fictif", **_where(spots[4])),
        lists.service(4, place.neighbours[0].code),
        lists.service(5, SPARE),
    ]


NETWORKS = (
    *("fcsf", "evs", "reseau-information-jeunesse", "ccas-cias", "cidff", "mjc"),
    *("creches-avip", "points-justice"),
)


def _structures(place: TerritoryConfig, spots: Sequence[Spot]) -> list[Row]:
    """Each network in three IRIS and in every quarter; two missions locales, one FJT."""
    here, numbers = place.commune.code, count(1)
    quarters = [one for one in spots if one.quarters]
    rows = [
        lists.structure(number, here, network, siret=f"{number:014}1"[-14:], **_where(spot))
        for rank, network in enumerate(NETWORKS)
        for spot in (*spots[rank : rank + 3], *quarters)
        for number in [next(numbers) + 1000]
    ]
    rows[0]["siret"] = SHARED
    rows[1] |= {"nom": f"{rows[1]['nom']} (Mme {AFTER})", "complement_adresse": f"voir Me {AFTER}"}
    named = ("mission-locale", MISSIONS[0]), ("mission-locale", MISSIONS[2])
    rows += [
        lists.structure(
            next(numbers) + 1000, here, network, adresse=address, siret=None,
            nom=f"Maison fictive du {address}", **_where(spots[5]),
        )
        for network, address in (*named, ("residences-fjt", FJT[1]))
    ]  # fmt: skip
    return [*rows, lists.structure(999, SPARE, "fcsf")]


def _finess(place: TerritoryConfig, spots: Sequence[Spot]) -> bytes:
    """Two FJT, two PMI, a Camsp and a hospital, with their points in Lambert 93."""
    code = {"commune": place.commune.code[2:], "departement": place.commune.code[:2]}
    metres = Transformer.from_crs(4326, 2154, always_xy=True)
    kinds = [("257", lists.FJT), ("257", lists.FJT), ("223", lists.PMI), ("223", lists.PMI)]
    kinds += [("190", "Centre Action Médico-Sociale Précoce (C.A.M.S.P.)"), ("355", "Hôpital")]
    made, points = ["finess;etalab;111;2026-05-12"], []
    for number, ((category, label), spot) in enumerate(zip(kinds, spots[::-1], strict=False), 1):
        told: dict[str, Any] = {**code, "siret": ""}
        if number <= len(FJT):
            street = FJT[number - 1].split(" ", 2)
            told |= {"numvoie": street[0], "typvoie": "QUAI", "voie": street[2], "compvoie": ""}
        made.append(lists.establishment(number, category, label, **told))
        x, y = metres.transform(spot.longitude, spot.latitude)
        points.append(lists.spot(number, f"{x:.1f}", f"{y:.1f}".replace(".", ",")))
    return "\n".join([*made, *points, ""]).encode("iso-8859-1")


def _sites(place: TerritoryConfig) -> list[Row]:
    here = place.commune.code
    return [
        lists.site(here, "Siège fictif", "Siège", TOPACCAS="1"),
        lists.site(here, "Agence fictive", "Agence", TOPACCAS="1"),
        lists.site(place.neighbours[0].code, "Permanence fictive", "PERMANENCE"),
        lists.site(SPARE, "Antenne fictive", "Antenne"),
    ]


def _services(place: TerritoryConfig, spots: Sequence[Spot]) -> list[Row]:
    """One of each kind of service in an IRIS and in every quarter; two missions locales."""
    town = place.commune
    kinds = ("cij", "ccas", "mjd", "cidf", "adil", "pmi", "mda", "mairie")
    quarters = [one for one in spots if one.quarters]
    told = [
        (kind, f"{60 + 10 * rank + n} cours Fictif", spot)
        for rank, kind in enumerate(kinds)
        for n, spot in enumerate((spots[10 + rank % 10], *quarters))
    ]
    told += [("mission_locale", one, spots[5]) for one in MISSIONS[:2]]
    rows, named = [], {"complement1": f"Hall, demander Mme {AFTER}"}
    for kind, street, spot in told:
        point = {name: str(value) for name, value in _where(spot).items()}
        where = directories.address(street, town.label, town.code, **point, **named)
        name = f"Maison fictive du {street}"
        rows.append(directories.service(name, kind, town.code, where, siret=None))
    return [*rows, directories.service("Lointain fictif", "cij", SPARE)]


def _schools(place: TerritoryConfig, spots: Sequence[Spot]) -> list[Row]:
    kinds = [("Ecole", {"ecole_maternelle": "1", "ecole_elementaire": "0"}), ("Collège", {})]
    return [
        directories.school(
            f"{n:07}A", f"Établissement fictif {n} / M. {AFTER}", kind,
            code_commune=place.commune.code, adresse_1=f"{n} allée Fictive", siren_siret="",
            **(more | _where(spot)),
        )
        for n, spot in enumerate(spots)
        for kind, more in [kinds[n % 2]]
    ]  # fmt: skip


def _residences(place: TerritoryConfig, spots: Sequence[Spot]) -> list[Row]:
    town, names = place.commune, ("Foyer de jeunes travailleurs", None)
    return [
        directories.residence(
            f"Maison fictive du {street}", town.label, type_residence=kind, adresse=street,
            code_postal=town.code, geo_point_2d=f"{spots[7].latitude}, {spots[7].longitude}",
        )
        for street, kind in zip((FJT[0], "9 quai Fictif"), names, strict=True)
    ]  # fmt: skip


def _digital(place: TerritoryConfig, spots: Sequence[Spot]) -> list[Row]:
    first, _ = directories.digital()
    return [{**first, "code_insee": place.commune.code, **_where(spots[-1])}]
