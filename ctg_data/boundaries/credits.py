"""Whose outlines a map is drawn on: producer, licence and day, or who in the city drew them."""

from datetime import date

from ctg_data import fr
from ctg_data.model import Level
from ctg_data.sources import registry
from ctg_data.store.session import Received, Store
from ctg_data.territory.config import TerritoryConfig
from ctg_data.zonings import registry as zonings
from ctg_data.zonings.nature import Told


def of_source(source: str, copy: Received) -> str:
    """A layer of a producer, and the day it came."""
    told = registry.sources()[source]
    return f"{told.producer}, {told.licence}, reçus le {fr.day(copy.received_at)}"


def of_file(told: Told) -> str:
    """A file of the city: its author, its date, its method."""
    return f"{told.author}, {fr.day(date.fromisoformat(told.dated))} ({told.method})"


def of_city(config: TerritoryConfig, store: Store) -> dict[tuple[Level, int], str]:
    """The city's zoning that is a level of the figures, when there is one."""
    return {
        (Level.QUARTIER, one.told.vintage): of_file(one.told)
        for one in zonings.listed(store, config.id)
        if one.in_place and one.told.nature.is_level
    }
