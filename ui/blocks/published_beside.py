"""What lists publish beside the register, as the directory and a zone's profile tell it."""

from collections.abc import Iterator
from datetime import date

from ctg_data import fr
from ctg_data.model import Level
from ctg_data.offer import beside
from ctg_data.offer.beside import Beside
from ctg_data.register import directory
from ctg_data.register.directory import Listing
from ctg_data.register.model import Register, Structure
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace
from ui.blocks import places
from ui.state.memo import remembered

UNCONFIRMED = "Publié, non confirmé par la Ville"
Group = tuple[str, tuple[Structure, ...]]


@remembered
def around(data: Workspace) -> Beside:
    """Everything published, once each, set beside the register."""
    return beside.beside(data.published, data.register)


@remembered
def listing(data: Workspace, need: str, zone: Zone, today: date) -> Listing:
    """The published places that answer a need, seen from a zone."""
    entries = Register(around(data).entries)
    return directory.listing(entries, data.territory, need, zone, today)


def told(found: Listing) -> str:
    """How many there are besides, here and elsewhere, to end a sentence; nothing when none is.

    What is counted here is what the sentence before it counts: the register of the same place.
    """
    near, far = len(found.here) + len(found.unplaced), len(found.elsewhere)
    here = fr.plural(near, "autre lieu y est publié", "autres lieux y sont publiés")
    nouns = ("autre", "autres") if near else ("lieu publié", "lieux publiés")
    words = fr.plural(far, *nouns)
    size = ", ".join([here] * bool(near) + [f"{words} ailleurs"] * bool(far))
    by = "par des listes nationales ou locales, sans confirmation de la Ville"
    return f" {size}, {by}." if size else ""


def groups(found: Listing, zone: Zone) -> Iterator[Group]:
    """The published places by where they are, under headings that say what they are."""
    whole = zone.level is Level.COMMUNE
    here = "" if whole else f", {places.full_name(zone)}"
    yield f"{UNCONFIRMED}{here}", found.here
    where = "dans les communes voisines" if whole else "ailleurs"
    yield f"{UNCONFIRMED}, {where}", found.elsewhere
    yield f"{UNCONFIRMED}, lieu non précisé", found.unplaced


@remembered
def _published(data: Workspace) -> frozenset[str]:
    return frozenset(one.id for one in around(data).entries)


def is_published(data: Workspace, one: Structure) -> bool:
    """Whether a list alone says it."""
    return one.id in _published(data)


def status(data: Workspace, one: Structure) -> str:
    """Who stands by a card; nothing where no list is published, the register being all there is."""
    if not data.published.lists.places:
        return ""
    return UNCONFIRMED if is_published(data, one) else "Au registre de la Ville"


def known_to_lists(data: Workspace, one: Structure) -> str:
    """What lists say of a structure of the register."""
    words = around(data).known.get(one.id, ())
    return fr.capital(f"{' ; '.join(words)}.") if words else ""


@remembered
def cited(data: Workspace) -> str:
    """The lists, with their day and licence, and what is left out."""
    lists = [place for one in data.published.candidates for place in one.places]
    lost = around(data).nameless
    words = "lieu publié sans nom diffusé n'est pas montré"
    many = "lieux publiés sans nom diffusé ne sont pas montrés"
    left = f" {fr.plural(lost, words, many)}." if lost else ""
    return f"{beside.cited(data.published, lists)}{left}"
