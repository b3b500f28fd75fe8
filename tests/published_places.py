"""Published places of the tests, all « fictif », and workspaces that know them.

The register and the decisions are those of the store: a page that acts sees what it changed.
"""

from collections.abc import Callable
from functools import cache
from itertools import count
from typing import Any

from ctg_data.disclosure.adapter.gate import Gated
from ctg_data.model import Citation
from ctg_data.offer import decisions
from ctg_data.offer.candidates import candidates
from ctg_data.offer.lists import Lists
from ctg_data.offer.offered import Published
from ctg_data.opening import complete_workspace
from ctg_data.register.store import in_force
from ctg_data.sources.places import PublishedPlace
from ctg_data.store.session import Store
from ctg_data.territory.config import TerritoryConfig
from ctg_data.workspace import Workspace
from tests.pages import config, data_of

CITED = "insee:essai"
EDITIONS = count(1)  # other bytes, another citation


def place(
    territory: TerritoryConfig, key: str, kind: str, name: str, **more: Any
) -> PublishedPlace:
    """One place of the commune; what is said of it besides is told by name."""
    facts = {"address": f"{key} rue Fictive (fictif)", "observed": "2025-01-01"} | more
    facts = {"commune": territory.commune.code, "nature": "Lieu fictif", "source": "insee"} | facts
    cited = f"{facts['source']}:essai@{next(EDITIONS)}"
    return PublishedPlace(key=key, kind=kind, name=name, citation=cited, **facts)


def published(territory: TerritoryConfig, *places: PublishedPlace) -> Published:
    """What is known of places, against the register and the decisions of the store."""
    cited = {
        one.citation: Citation(
            one.citation, "Producteur fictif", f"Liste {one.source}", "2025", "2026-01-01", "LO"
        )
        for one in places
    }
    lists = Lists(places, cited)
    with Store.open() as store:
        said = decisions.in_force(store, territory.id)
        register = in_force(territory, store)
    return Published(candidates(lists, register, territory, (), said.links), lists, said)


def knowing(*places: PublishedPlace, fictional: bool = False) -> Callable[[], Workspace]:
    """The workspace of now: made anew when the register or a decision changed."""
    base, territory = data_of(fictional=fictional), config(fictional=fictional)
    gated = Gated(base.release, base.secrecy, base._journal)

    @cache
    def made(_: str) -> Workspace:
        with Store.open() as store:
            register = in_force(territory, store)
        known = published(territory, *places)
        return complete_workspace(territory, gated, register=register, published=known)

    def now() -> Workspace:
        with Store.open() as store:
            return made(
                f"{store.fingerprint(territory.id)}{decisions.fingerprint(store, territory.id)}"
            )

    return now
