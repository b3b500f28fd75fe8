"""All that is known of what is offered: rows for the gate, places told beside the register."""

from dataclasses import dataclass, field, replace

import pandas as pd

from ctg_data import fr
from ctg_data.errors import TerritoryError
from ctg_data.model import Citation
from ctg_data.observations import overlay
from ctg_data.offer import counts, decisions, lists
from ctg_data.offer.candidates import Candidate, candidates
from ctg_data.offer.counts import Offer
from ctg_data.offer.decisions import ASIDE, Decisions
from ctg_data.offer.lists import Lists
from ctg_data.offer.measures import series, youth
from ctg_data.offer.reach import reach
from ctg_data.register import places as register_places, store as register_store
from ctg_data.register.model import Register
from ctg_data.store.session import Store
from ctg_data.territory.config import TerritoryConfig
from ctg_data.zonings import registry as zonings

NO_REGISTER = (
    "Les structures ne sont pas montrées et leur nombre reste inconnu : leur fichier ne peut pas "
    "être lu. Le reste du territoire est montré."
)
LICENCE = "information publique, sans donnée personnelle"


@dataclass(frozen=True)
class Published:
    """Places that producers publish.

    Attributes:
        candidates: those of a type of the register, set against it.
        lists: all of them, whatever their type, with their citations.
        decisions: what the city said of them.
    """

    candidates: tuple[Candidate, ...] = ()
    lists: Lists = field(default_factory=Lists)
    decisions: Decisions = field(default_factory=Decisions)


NOTHING = Published()


@dataclass(frozen=True)
class Offered:
    """What is offered, from every list.

    Attributes:
        register: the city's.
        rows: observations, and ``citations`` of them.
        published: what producers publish besides.
        unread: French sentences on what could not be read.
    """

    register: Register
    rows: pd.DataFrame
    citations: dict[str, Citation] = field(default_factory=dict)
    published: Published = NOTHING
    unread: tuple[str, ...] = ()


def offered(territory: TerritoryConfig, store: Store | None, published: pd.DataFrame) -> Offered:
    """What is offered; without the city's register when its file cannot be read.

    Args:
        territory: of which it is told.
        store: where lists and decisions are kept, if one opens.
        published: observations of producers, for the people of competence zones.
    """
    try:
        register = register_store.in_force(territory, store)
    except TerritoryError as problem:
        told = fr.spaced(f"{NO_REGISTER}\n\n{problem}")
        return Offered(Register(), published.iloc[:0], unread=(told,))
    outlines = register_places.outlines_of(territory, store)
    known = lists.published(territory, store)
    said = decisions.in_force(store, territory.id)
    every = candidates(known, register, territory, outlines, said.links)
    offer = _offer(register, territory, known, [one for one in every if _counts(one, said)])
    cited = _citations(offer, territory, known)
    rows = counts.rows(offer, territory)
    if register.complete:
        zones = (*outlines, *zonings.competence_outlines(store, territory.id))
        rows = overlay(rows, reach(register, territory, published, zones, offer.citation))
    used = set(rows["source"])
    return Offered(
        register,
        rows,
        {name: one for name, one in cited.items() if name in used},
        Published(every, known, said),
        known.problems,
    )


def _counts(one: Candidate, said: Decisions) -> bool:
    """Whether a published place counts: it stands somewhere, and nobody set it aside."""
    decision = said.of(one.signs)
    return not one.moves and not (decision and decision.what == ASIDE)


def _offer(
    register: Register, territory: TerritoryConfig, known: Lists, counted: list[Candidate]
) -> Offer:
    here = [one for one in counted if one.line.commune == territory.commune.code]
    return Offer(register, register_store.SOURCE, tuple(here))


def _citations(offer: Offer, territory: TerritoryConfig, known: Lists) -> dict[str, Citation]:
    """Who says what is exact, and who says what is known at least: by the lists it is made of."""
    exact = citation(offer.register, territory)
    made = {offer.lists(one.kinds) for one in series()} | {offer.lists(youth())}
    bounds = [_known_at_least(exact, offer, known, names) for names in sorted(made)]
    return {one.id: one for one in (exact, *bounds)}


def _known_at_least(
    exact: Citation, offer: Offer, known: Lists, names: tuple[str, ...]
) -> Citation:
    """The register and some lists, each by its name."""
    used = [known.citations[name] for name in names if name in known.citations]
    titles = [f"{one.title}, {one.period}" for one in used]
    full = " et listes publiées, ce qui en est connu : " + " ; ".join(titles) if titles else ""
    return replace(
        exact,
        id=counts.bounds_of(names),
        producer=", ".join(dict.fromkeys([exact.producer, *(one.producer for one in used)])),
        title="Registre des structures" + (full or ", ce qui en est connu"),
        period=f"connu en {offer.last}" if offer.last else "",
        retrieved_on=max([exact.retrieved_on, *(one.retrieved_on for one in used)]),
        licence=" + ".join(dict.fromkeys([exact.licence, *(one.licence for one in used)])),
    )


def citation(register: Register, territory: TerritoryConfig) -> Citation:
    """Who says what is offered, and until when."""
    city = next((one.short for one in territory.parties if one.id == "ville"), territory.label)
    first = min(register.complete.values(), default=0)
    spoken = register.until
    period = f"31 décembre {first} à 31 décembre {spoken}" if first and spoken else ""
    made = Citation(
        id=register_store.SOURCE,
        producer=city,
        title="Registre des structures, ouvertes au 31 décembre",
        period=period,
        retrieved_on=register.received_on,
        licence=LICENCE,
        fictional=territory.fictional,
    )
    return replace(made, licence="Données fictives, sans valeur") if territory.fictional else made
