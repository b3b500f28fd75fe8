"""Lines of communes that are not of the territory, in the list of a whole département.

Nothing is set aside on its own: a commune that no known one resembles is asked about, and what
the reader says serves for the next file.  A name close to a known one is never set aside with the
others, and a code alone says no name that could be judged: it may be that of a merged commune.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from ctg_data import fr
from ctg_data.register import communes as register_communes
from ctg_data.register.choices import COMMUNE, COMMUNES, Choices
from ctg_data.register.communes import name_key
from ctg_data.register.headers import ASIDE
from ctg_data.register.model import Structure
from ctg_data.register.parsing import Parsing
from ctg_data.register.places import is_far, knows_communes
from ctg_data.register.read import Line
from ctg_data.register.rules import remark
from ctg_data.register.where import point_of
from ctg_data.tabular.report import Message
from ctg_data.tabular.rules import lines_of
from ctg_data.territory.config import TerritoryConfig
from geo.outlines import points
from geo.outlines.zones import Outline

ALIKE = 0.75  # of two names: from there on one may be the other, badly written
WHOLE = 4  # letters of a name that may be a part of another
MOST_TOLD = 12  # communes named in the report


@dataclass
class _Found:
    """What the lines of a file are, by the commune they name."""

    kept: list[Line] = field(default_factory=list)
    aside: dict[str, list[Line]] = field(default_factory=dict)
    strange: dict[str, list[Line]] = field(default_factory=dict)
    far: dict[str, list[Line]] = field(default_factory=dict)  # kept, known to be elsewhere
    read: dict[tuple[str, str], list[Line]] = field(default_factory=dict)  # name, code chosen


def of_here(
    lines: Sequence[Line],
    territory: TerritoryConfig,
    outlines: Sequence[Outline],
    choices: Choices,
    messages: list[Message],
) -> list[Line]:
    """The lines to read; those of other communes are counted, told, and asked about.

    Args:
        lines: of the file.
        territory: whose communes are known.
        outlines: a point that stands near them says more than a name.
        choices: what was said of other communes; what is not known is asked there.
        messages: what is told is added to it.
    """
    found = _Found()
    for line in lines:
        _sort(line, territory, outlines, choices, found)
    _tell_read(found, territory, messages)
    _tell_aside(found, messages)
    _ask(found, territory, choices, messages)
    return found.kept


def _sort(
    line: Line,
    territory: TerritoryConfig,
    outlines: Sequence[Outline],
    choices: Choices,
    found: _Found,
) -> None:
    name = line.text("commune")
    cells = (line.text(one) for one in ("commune", "commune:code", "commune:postal"))
    place, key = register_communes.find(territory, *cells), name_key(name)
    ours = {territory.commune, *territory.neighbours, *territory.epci_members}
    said = choices.communes.get(key)
    if not key or (place.known and place.code in {one.code for one in ours}):
        found.kept.append(line)
    elif said:
        whole = replace(line, cells={**line.cells, "commune": said, "commune:code": ""})
        found.read.setdefault((name, said), []).append(line)
        found.kept.append(whole)
    elif _stands_near(line, territory, outlines):
        found.kept.append(line)
    elif said == ASIDE:
        found.aside.setdefault(name, []).append(line)
    elif place.known:
        found.kept.append(line)
        found.far.setdefault(name, []).append(line)
    elif close := resembling(name, register_communes.known_names(territory)):
        if not line.text("commune:code"):
            choices.ask(COMMUNE, name, tuple(close))
        found.kept.append(line)
    else:
        found.strange.setdefault(name, []).append(line)


def resembling(name: str, known: Mapping[str, str]) -> list[str]:
    """The codes of the communes that a name may mean, the likeliest first.

    >>> known = {"00101": "Songe", "00102": "Grandfable", "00103": "Sainte-Fable"}
    >>> resembling("Songes", known), resembling("Sainte-Fable-sur-Onde", known)
    (['00101'], ['00103'])
    >>> resembling("Mirage", known), resembling("Songe Ouest", known)
    ([], ['00101'])
    """
    wanted = name_key(name)
    scored = [(_likeness(wanted, name_key(label)), code) for code, label in known.items()]
    return [code for score, code in sorted(scored, key=lambda one: -one[0]) if score >= ALIKE]


def _likeness(one: str, other: str) -> float:
    """How much two names are one: one of them a part of the other, or by their letters."""
    short, long = sorted((one, other), key=len)
    ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
    within = len(short) >= WHOLE and f" {short} " in f" {long} "
    return max(ratio, ALIKE + len(short) / len(long) / 10) if within else ratio


def _stands_near(line: Line, territory: TerritoryConfig, outlines: Sequence[Outline]) -> bool:
    """Whether a point says that the structure is in the territory, or near it."""
    told = point_of(Parsing(territory, []), line)  # its faults are told when the line is read
    x, y = told.get("longitude"), told.get("latitude")
    if not knows_communes(outlines) or not isinstance(x, float) or not isinstance(y, float):
        return False

    def near(longitude: float, latitude: float) -> bool:
        return not is_far(_at(longitude, latitude), outlines)

    if not points.in_degrees(x, y):
        return points.from_metres(x, y, near) is not None
    return near(x, y) or near(y, x)


def _at(longitude: float, latitude: float) -> Structure:
    return Structure(id="", kind="", name="", longitude=longitude, latitude=latitude)


def _tell_read(found: _Found, territory: TerritoryConfig, messages: list[Message]) -> None:
    known = register_communes.known_names(territory)
    for (name, code), lines in found.read.items():
        text = f"{lines_of([one.number for one in lines]).capitalize()} : la commune « {name} » "
        text += f"est lue {known.get(code, code)} ({code}), comme vous l'avez dit."
        places = [one.place("commune", name) for one in lines]
        messages.append(remark("commune_lue", text, places, done="le code est gardé"))


def _tell_aside(found: _Found, messages: list[Message]) -> None:
    lines = [one for some in found.aside.values() for one in some]
    if lines:
        many = len(lines) > 1
        text = f"{_counted(found.aside)} ne {'sont' if many else 'est'} pas "
        text += f"reprise{'s' if many else ''} : {_named(found.aside)}."
        places = [one.place("commune", one.text("commune")) for one in lines]
        done = "laissées de côté, comme vous l'avez dit ; ce choix s'oublie page « Structures »"
        messages.append(remark("commune_ecartee", text, places, done=done))


def _ask(
    found: _Found, territory: TerritoryConfig, choices: Choices, messages: list[Message]
) -> None:
    if not found.strange:
        return
    others = found.strange | found.far  # of a whole département: those may go with the others
    choices.ask(COMMUNES, _counted(others), tuple(_by_size(others)), first=True)
    done = f"fichier refusé ; si rien n'y est de {territory.commune.label} ni de près d'elle (une "
    done += "commune qui a fusionné, par exemple), dites que ces lignes se laissent de côté (le "
    done += "choix est retenu) ; sinon, donnez le code Insee d'aujourd'hui"
    for text, lines in _remarks(found.strange):
        places = [one.place("commune", one.text("commune")) for one in lines]
        messages.append(remark("commune_inconnue", text, places, done=done))


def _remarks(strange: Mapping[str, list[Line]]) -> Iterator[tuple[str, list[Line]]]:
    """One remark for each commune while they are few, then one for all."""
    if len(strange) <= MOST_TOLD:
        for name, lines in strange.items():
            told = lines_of([one.number for one in lines]).capitalize()
            yield f"{told} : la commune « {name} » n'est pas connue.", lines
        return
    every = [one for lines in strange.values() for one in lines]
    verb = "ne sont ni de la commune, ni d'une voisine, ni de son intercommunalité"
    told = lines_of([one.number for one in every]).capitalize()
    yield f"{told} : {_counted(strange)} {verb} : {_named(strange)}.", every


def _by_size(groups: Mapping[str, list[Line]]) -> list[str]:
    return fr.by_name(groups, before=lambda name: -len(groups[name]))


def _counted(groups: Mapping[str, list[Line]]) -> str:
    """How many lines, of how many communes.

    >>> print(_counted({"Songe": [None, None], "Ode": [None]}), _counted({"Ode": [None]}), sep="; ")
    3 lignes d'autres communes (2 communes); 1 ligne d'une autre commune
    """
    count = sum(map(len, groups.values()))
    lines, places = fr.plural(count, "ligne"), len({name_key(one) for one in groups})
    if places == 1:
        return f"{lines} d'une autre commune"
    return f"{lines} d'autres communes ({fr.plural(places, 'commune')})"


def _named(groups: Mapping[str, list[Line]]) -> str:
    names = _by_size(groups)
    told = [f"{one} ({fr.number(len(groups[one]))})" for one in names[:MOST_TOLD]]
    rest = len(names) - MOST_TOLD
    return ", ".join(told) + (f" et {fr.plural(rest, 'autre', 'autres')}" if rest > 0 else "")
