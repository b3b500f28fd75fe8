"""The city's zonings in the store of this machine: what pages call, who never open the store."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctg_data import fr
from ctg_data.apart import Apart, Ended, TooLong
from ctg_data.boundaries import zoning_changes
from ctg_data.errors import UserError
from ctg_data.store.session import Store
from ctg_data.territory.config import TerritoryConfig
from ctg_data.zonings import registry as zonings
from ctg_data.zonings.nature import Told
from ctg_data.zonings.registry import CityZoning

if TYPE_CHECKING:
    from ctg_data.zonings.city import City
    from ctg_data.zonings.columns import Columns

SECONDS = 60.0  # to judge a file: a city's zones take one or two


@dataclass(frozen=True)
class Judged:
    """What a file is worth: why it is refused, or its zones, counted, and what is to be known."""

    refused: str = ""
    zones: int = 0
    notes: tuple[str, ...] = ()


class Check:
    """The judgement of a file, in a process of its own, which can be ended.

    Args:
        territory: the one it would be added to.
        name: of the file.
        content: its bytes.
        told: what is said of it.
        seconds: the time it is given.
    """

    def __init__(
        self,
        territory: TerritoryConfig,
        name: str,
        content: bytes,
        told: Told,
        seconds: float = SECONDS,
    ) -> None:
        self._name, self._seconds = name, seconds
        self._apart = Apart(_judged, territory, name, content, told, seconds=seconds)

    def end(self) -> None:
        """End it."""
        self._apart.end()

    def result(self) -> Judged:
        """Wait for the judgement.

        Raises:
            UserError: it was ended, or took too long: nothing is known of the file.
        """
        try:
            found: Judged = self._apart.result()
        except Ended:
            raise UserError(
                f"Vérification de « {self._name} » annulée : rien n'a été écrit."
            ) from None
        except TooLong:
            raise UserError(
                f"La vérification de « {self._name} » a été arrêtée après "
                f"{fr.plural(round(self._seconds), 'seconde')} : rien n'a été écrit. Ses contours "
                "ont sans doute trop de points pour une ville : simplifiez-les (à un mètre près, "
                "par exemple), puis déposez-les à nouveau. La commande « python -m ctg_data zonage "
                "ajouter » vérifie sans limite de temps."
            ) from None
        return found


def _judged(territory: TerritoryConfig, name: str, content: bytes, told: Told) -> Judged:
    try:
        found = check(territory, name, content, told)
    except UserError as refusal:
        return Judged(refused=str(refusal))
    return Judged(zones=len(found.outlines), notes=found.notes)


def listed(territory: TerritoryConfig) -> list[CityZoning]:
    """Every zoning that was added on this machine, the last one first."""
    with Store.open() as store:
        return zonings.listed(store, territory.id)


def columns(content: bytes, name: str, encoding: str = "") -> "Columns":
    """The columns of a file of zones; raises a UserError when it cannot be read."""
    from ctg_data.zonings import city  # geometry is loaded when a file of zones is dropped

    return city.columns(content, name, encoding)


def check(territory: TerritoryConfig, name: str, content: bytes, told: Told) -> "City":
    """Judge a file; raises a UserError with all that is wrong."""
    with Store.open() as store:
        return zoning_changes.check(store, territory, name, content, told)


def add(territory: TerritoryConfig, name: str, content: bytes, told: Told) -> "City":
    """Add a file, in full or not at all; raises a UserError when it is refused."""
    with Store.open() as store:
        return zoning_changes.add(store, territory, name, content, told)


def remove(territory: TerritoryConfig, number: int) -> CityZoning:
    """Take a zoning away; raises a UserError when it is not in place."""
    with Store.open() as store:
        return zoning_changes.remove(store, territory, number)
