"""What the city says of a published place: it is that structure, or it is to be set aside, and why.

One line of the journal makes a decision or takes it back; the last one counts.  A place is known
by its name in its list, its SIRET, its name with its address: the next edition finds it again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ctg_data import role
from ctg_data.errors import UserError
from ctg_data.store.session import Store
from ctg_data.submissions.desk import refuse_readers

KIND = "offre_choix"
READING = "Un lecteur ne change pas le registre : demandez-le à qui contribue."
LINKED, ASIDE, TAKEN_BACK = "lié", "écarté", "repris"
LONGEST = 500  # characters of a reason


@dataclass(frozen=True)
class Decision:
    """One decision in force.

    Attributes:
        what: ``LINKED`` or ``ASIDE``.
        signs: what the place is known by.
        name: of the place when it was decided.
        target: id of the structure that it is.
        reason: why it was set aside, or what proves the link.
    """

    what: str
    signs: tuple[str, ...]
    name: str
    target: str
    reason: str
    at: datetime
    role: str


@dataclass(frozen=True)
class Decisions:
    """Every decision in force, by what the place is known by."""

    every: tuple[Decision, ...] = ()
    by_sign: Mapping[str, Decision] = field(default_factory=dict)

    def of(self, signs: Iterable[str]) -> Decision | None:
        """The decision on a place; the last one when its signs bear several."""
        found = [self.by_sign[sign] for sign in signs if sign in self.by_sign]
        return max(found, key=lambda one: one.at, default=None)

    @property
    def links(self) -> dict[str, str]:
        """Sign of a place → id of the structure that it is."""
        return {sign: one.target for sign, one in self.by_sign.items() if one.what == LINKED}


def in_force(store: Store | None, territory: str) -> Decisions:
    """Every decision that holds, the last one made first."""
    found: dict[str, Decision] = {}
    for line in reversed(store.journal(territory, KIND)) if store is not None else ():
        for what, signs, name, target, reason in line.details["decisions"]:
            made = Decision(what, tuple(signs), name, target, reason, line.at, line.details["role"])
            for sign in signs:
                if what == TAKEN_BACK:
                    found.pop(sign, None)
                else:
                    found[sign] = made
    every = sorted(dict.fromkeys(found.values()), key=lambda one: one.at, reverse=True)
    return Decisions(tuple(every), found)


def fingerprint(store: Store | None, territory: str) -> str:
    """Changes with every decision."""
    lines = store.journal(territory, KIND) if store is not None else ()
    return f"{len(lines)}:{lines[0].at.isoformat()}" if lines else ""


def keep(
    store: Store, territory: str, made: Sequence[tuple[str, frozenset[str], str, str, str]]
) -> None:
    """Remember decisions, all at once or none: (what, signs, name, target, reason).

    Raises:
        UserError: a reader, or a place set aside without a reason.
    """
    refuse_readers(READING)
    for what, _, name, _, reason in made:
        if what == ASIDE and not reason.strip():
            raise UserError(f"Dites pourquoi « {name} » est écarté : la raison reste au journal.")
        if len(reason) > LONGEST:
            raise UserError(
                f"La raison donnée pour « {name} » est trop longue ({LONGEST} au plus)."
            )
    lines = [
        [what, sorted(signs), name, target, reason.strip()]
        for what, signs, name, target, reason in made
    ]
    message = _told(made)
    store.log(territory, KIND, message, decisions=lines, role=str(role.current()))


def take_back(store: Store, territory: str, one: Decision) -> None:
    """Forget a decision; the place is published and unconfirmed again."""
    keep(store, territory, [(TAKEN_BACK, frozenset(one.signs), one.name, "", "")])


def _told(made: Sequence[tuple[str, frozenset[str], str, str, str]]) -> str:
    words = {LINKED: "rattaché au registre", ASIDE: "écarté", TAKEN_BACK: "décision reprise"}
    names = [f"« {name} » {words[what]}" for what, _, name, _, _ in made]
    return "Lieux publiés : " + " ; ".join(names[:3]) + (" …" if len(names) > 3 else "")
