"""What asking some sources means, told before they are asked: whom, where, for how long."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ctg_data.errors import UserError
from ctg_data.sources import local_portal
from ctg_data.sources.http import base_address, host
from ctg_data.sources.registry import Source
from ctg_data.territory import portal
from ctg_data.territory.config import TerritoryConfig

# Against the stand-in, an update of 38 data sets makes 106 requests: three a data set, of about a
# second each on an ordinary line; Insee's pace, one every two seconds, is within it.
SECONDS = 3.0  # for one data set


@dataclass(frozen=True)
class Asking:
    """What an update of some sources is about to do.

    Attributes:
        producers: short names of those who publish them, each once.
        hosts: the machines that will be asked, in the order of the sources.
        minutes: about how long it takes, one at least.
    """

    producers: tuple[str, ...]
    hosts: tuple[str, ...]
    minutes: int


def asking(sources: Sequence[Source], territory: TerritoryConfig) -> Asking:
    """Say what asking these sources means; an address that is not one is told by the update."""
    producers = (name for one in sources for name in short(one.producer))
    hosts = filter(None, (machine(one, territory) for one in sources))
    seconds = SECONDS * sum(len(one.datasets) for one in sources)
    told = tuple(dict.fromkeys(producers)), tuple(dict.fromkeys(hosts))
    return Asking(*told, max(1, round(seconds / 60)))


def machine(source: Source, territory: TerritoryConfig) -> str:
    """The machine a source is asked from; "" when the address put in its place is not one."""
    try:
        if source.reader != local_portal.READER:
            return host(base_address(source.address))
        told = portal.of(territory)
        return host(base_address(source.address, told.address)) if told else ""
    except UserError:
        return ""


def short(producer: str) -> list[str]:
    """The names by which producers are known.

    >>> short("Insee, état civil"), short("Insee et IGN")
    (['Insee'], ['Insee', 'IGN'])
    >>> short("Agence nationale de la cohésion des territoires (ANCT)")
    ['ANCT']
    """
    if acronym := re.search(r"\((\w+)\)\s*$", producer):
        return [acronym[1]]
    return producer.split(",")[0].split(" (")[0].split(" et ")
