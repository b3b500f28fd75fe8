"""The identifier of each structure: given, the one it had, or a new one."""

from collections import Counter
from collections.abc import Hashable
from dataclasses import replace

from ctg_data import fr
from ctg_data.register.model import Register, Structure
from ctg_data.register.parsing import Parsing
from ctg_data.register.rules import remark
from ctg_data.register.twins import address_key
from ctg_data.tabular.names import plain


def identify(parsing: Parsing, previous: Register) -> None:
    """Give an identifier to lines that have none: the one they had, else a new one.

    Homonyms are told apart by their address; a name alone serves when it is the only one.
    """
    exact, named = dict[Hashable, str](), dict[Hashable, set[str]]()
    for one in previous.structures:
        exact[_known_by(one)] = one.id
        named.setdefault(_known_by(one)[:2], set()).add(one.id)
    counted = Counter(_known_by(one)[:2] for _, one in parsing.found)
    used = {one.id for _, one in parsing.found}
    taken = used | {one.id for one in previous.structures}
    given = 0
    for rank, (line, one) in enumerate(parsing.found):
        if one.id:
            continue
        key = _known_by(one)
        alone = named.get(key[:2], set()) if counted[key[:2]] == 1 else set()
        known = exact.get(key) or (min(alone) if len(alone) == 1 else "")
        name = known if known and known not in used else free(one.kind, taken)
        used.add(name)
        taken.add(name)
        given += 1
        parsing.found[rank] = (line, replace(one, id=name))
    if given:
        text = f"{fr.plural(given, 'ligne')} sans identifiant : il en a été donné."
        done = "téléchargez le registre après l'import, et corrigez ce fichier-là ensuite"
        parsing.messages.append(remark("identifiant_donne", text, done=done))


def _known_by(one: Structure) -> tuple[str, str, str]:
    return one.kind, plain(one.name), address_key(one.address)


def free(kind: str, taken: set[str]) -> str:
    """The first identifier of a type that nothing bears."""
    rank = 1
    while f"{kind}-{rank:02d}" in taken:
        rank += 1
    return f"{kind}-{rank:02d}"
