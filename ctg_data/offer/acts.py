"""What the city does with published places: takes them into the register, links them, sets aside.

Each act is one transaction, with its line of the journal: the register and what is remembered of
the place change together, or neither does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from ctg_data import fr
from ctg_data.errors import UserError
from ctg_data.model import Citation
from ctg_data.offer import decisions
from ctg_data.offer.candidates import Candidate, standing
from ctg_data.offer.decisions import ASIDE, LINKED, READING, Decision
from ctg_data.offer.likeness import Verdict, compare
from ctg_data.offer.offered import Published
from ctg_data.register import store as register_store
from ctg_data.register.cells import LONGEST, is_personal, names_somebody
from ctg_data.register.identity import free
from ctg_data.register.model import Register, Structure
from ctg_data.register.store import Given, Registers
from ctg_data.store.session import Store
from ctg_data.submissions.desk import refuse_readers
from ctg_data.territory.config import TerritoryConfig

TAKEN = "Repris d'une liste publiée, à l'initiative de la Ville."
MOVES = " Itinérant : ne se tient pas toujours à cette adresse."


def pending(known: Published, territory: TerritoryConfig) -> tuple[Candidate, ...]:
    """What is published in the commune, is no structure of the register, and nobody decided on."""
    return tuple(
        one
        for one in known.candidates
        if one.line.commune == territory.commune.code
        and not one.same
        and not _set_aside(known.decisions.of(one.signs))
    )


def _set_aside(decision: Decision | None) -> bool:
    """Whether it holds by itself: a link whose structure left the register holds no more."""
    return decision is not None and decision.what == ASIDE


def is_sure(one: Candidate) -> bool:
    """Whether it may be taken in without a look: named, fixed, with an address, surely another one.

    Lists that agree prove that it exists, not that the register lacks it under another name.
    """
    named = bool(one.line.name and one.line.address) and not names_somebody(one.line.name)
    return named and not one.moves and not one.perhaps and not one.same


def sure(some: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Those that may all be taken in at once: two that may be one place are left to a look."""
    found = [one for one in some if is_sure(one)]
    return tuple(
        one for one in found if not any(_may_be(one, other) for other in found if other is not one)
    )


def _may_be(one: Candidate, other: Candidate) -> bool:
    return (
        one.line.kind == other.line.kind
        and one.list != other.list  # two lines of one list are two places
        and compare(one.line, other.line) is not Verdict.OTHER
    )


def accept(
    some: Sequence[Candidate], known: Published, territory: TerritoryConfig, store: Store
) -> tuple[Structure, ...]:
    """Make lines of the register of published places; all of them, or none.

    Raises:
        UserError: a reader, a place without a name or that names a person, or one that somebody
            decided on, or that entered the register, meanwhile.
        Overtaken: somebody else changed the register meanwhile.
    """
    refuse_readers(READING)
    _may_enter(some)
    with store.atomic():
        before = register_store.digest(territory, store)
        present = register_store.in_force(territory, store)
        _undecided(some, present, store, territory)
        _absent(some, present)
        made = _lines(some, present, known.lists.citations)
        register = replace(present, structures=(*present.structures, *made))
        names = fr.listed([f"« {one.name} »" for one in made[:3]])
        more = " et d'autres" if len(made) > len(made[:3]) else ""
        what = (
            f"{fr.plural(len(made), 'lieu publié repris', 'lieux publiés repris')} : {names}{more}"
        )
        Registers(store, territory).put_in_force(Given(register, what, before))
        told = [
            (LINKED, one.signs, line.name, line.id, "repris au registre")
            for one, line in zip(some, made, strict=True)
        ]
        decisions.keep(store, territory.id, told)
    return made


def link(
    one: Candidate, identifier: str, reason: str, territory: TerritoryConfig, store: Store
) -> None:
    """Say that a published place is a structure of the register, which stays as it is.

    Raises:
        UserError: a reader, or no such structure.
    """
    refuse_readers(READING)
    with store.atomic():
        present = register_store.in_force(territory, store)
        if identifier not in present.by_id():
            raise UserError(f"La structure « {identifier} » n'est plus au registre. Rechargez.")
        _undecided([one], present, store, territory)
        decisions.keep(store, territory.id, [(LINKED, one.signs, named(one), identifier, reason)])


def set_aside(one: Candidate, reason: str, territory: TerritoryConfig, store: Store) -> None:
    """Say that a published place is not to be counted nor offered again, and why.

    Raises:
        UserError: a reader, no reason, or a place that somebody decided on meanwhile.
    """
    refuse_readers(READING)
    with store.atomic():
        _undecided([one], register_store.in_force(territory, store), store, territory)
        decisions.keep(store, territory.id, [(ASIDE, one.signs, named(one), "", reason)])


def take_back(one: Decision, territory: TerritoryConfig, store: Store) -> None:
    """Forget a decision; a line that it made stays in the register, which has its own way back.

    Raises:
        UserError: a reader.
    """
    refuse_readers(READING)
    decisions.take_back(store, territory.id, one)


def named(one: Candidate) -> str:
    """The name of a place as it is told; its nature where its name is not published."""
    return one.line.name or f"{one.places[0].nature} (nom non diffusé)"


def _undecided(
    some: Sequence[Candidate], present: Register, store: Store, territory: TerritoryConfig
) -> None:
    said, known = decisions.in_force(store, territory.id), present.by_id()
    told = [(one, said.of(one.signs)) for one in some]
    if late := [named(one) for one, by in told if by and (by.what == ASIDE or by.target in known)]:
        raise UserError(
            f"« {late[0]} » a déjà reçu une décision, peut-être de quelqu'un d'autre. Rechargez la "
            "page pour la voir. Rien n'a changé."
        )


def _may_enter(some: Sequence[Candidate]) -> None:
    """Refuse what the register never holds."""
    if not some:
        raise UserError("Aucun lieu n'est choisi : rien n'a changé.")
    if unnamed := [one for one in some if not one.line.name]:
        raise UserError(
            f"{fr.plural(len(unnamed), 'lieu choisi')} sans nom diffusé : ajoutez-le au registre "
            "par son fichier, avec le nom que la Ville lui connaît. Rien n'a changé."
        )
    if people := [one.line.name for one in some if names_somebody(one.line.name)]:
        raise UserError(
            f"Ces noms semblent être ceux de personnes : {fr.listed(people)}. L'annuaire ne nomme "
            "personne : ajoutez-les au registre par son fichier, sous le nom du service. Rien n'a "
            "changé."
        )


def _absent(some: Sequence[Candidate], present: Register) -> None:
    """Refuse what the register has by now: the page that offered it was older."""
    lines = present.structures
    for one in some:
        alike = (each for each in lines if each.kind == one.line.kind)
        if found := [each for each in alike if compare(one.line, each) is Verdict.SAME]:
            raise UserError(
                f"« {named(one)} » est maintenant au registre, sous le nom « {found[0].name} ». "
                "Rechargez la page. Rien n'a changé."
            )


def _lines(
    some: Sequence[Candidate], present: Register, cited: Mapping[str, Citation]
) -> tuple[Structure, ...]:
    taken = {one.id for one in present.structures}
    made = []
    for one in some:
        name = free(one.line.kind, taken)
        taken.add(name)
        sources = [cited[place.citation] for place in one.places if place.citation in cited]
        told = dict.fromkeys(f"{each.producer}, {each.title}" for each in sources)
        line = standing(one)
        made.append(
            replace(
                line,
                id=name,
                public=_cut(line.public),
                hours=_cut(line.hours),
                contact=_cut(" · ".join(_of_a_service(line.contact))),
                source=" ; ".join(told),
                note=_note(one),
            )
        )
    return tuple(made)


def _cut(text: str) -> str:
    """No longer than what a file of the register may hold, so that it can be sent back."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 2].rsplit(' ', 1)[0]} …"


def _of_a_service(contact: str) -> list[str]:
    return [part for part in contact.split(" · ") if not is_personal(part)]


def _note(one: Candidate) -> str:
    days = [date.fromisoformat(place.observed[:10]) for place in one.places if place.observed]
    seen = f" Publié au {fr.day(max(days))}." if days else ""
    sure = " Quartier probable d'après le producteur." if one.places[0].probable else ""
    return f"{TAKEN}{seen}{sure}{MOVES if one.moves else ''}"
