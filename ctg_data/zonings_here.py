"""The city's zonings in the store of this machine: what pages call, who never open the store."""

from typing import TYPE_CHECKING

from ctg_data import zonings
from ctg_data.store import Store
from ctg_data.territory import TerritoryConfig
from ctg_data.zoning import Told
from ctg_data.zonings import CityZoning

if TYPE_CHECKING:
    from geo.city import City
    from geo.city_columns import Columns


def listed(territory: TerritoryConfig) -> list[CityZoning]:
    """Every zoning that was added on this machine, the last one first."""
    with Store.open() as store:
        return zonings.listed(store, territory.id)


def columns(content: bytes, name: str, encoding: str = "") -> "Columns":
    """The columns of a file of zones; raises a UserError when it cannot be read."""
    from geo import city  # geometry is loaded when a file of zones is dropped

    return city.columns(content, name, encoding)


def check(territory: TerritoryConfig, name: str, content: bytes, told: Told) -> "City":
    """Judge a file; raises a UserError with all that is wrong."""
    with Store.open() as store:
        return zonings.check(store, territory, name, content, told)


def add(territory: TerritoryConfig, name: str, content: bytes, told: Told) -> "City":
    """Add a file, in full or not at all; raises a UserError when it is refused."""
    with Store.open() as store:
        return zonings.add(store, territory, name, content, told)


def remove(territory: TerritoryConfig, number: int) -> CityZoning:
    """Take a zoning away; raises a UserError when it is not in place."""
    with Store.open() as store:
        return zonings.remove(store, territory, number)
