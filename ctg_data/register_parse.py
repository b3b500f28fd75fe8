"""Lines of a file → the register, with every remark at once.

``parse`` judges each line alone, then ``register_checks`` the whole.  A line at fault is told,
never dropped in silence: the file is refused and nothing of it is kept.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from ctg_data import fr
from ctg_data.register_cells import (
    LONGEST,
    Guess,
    Unreadable,
    count_of,
    day_of,
    degree_of,
    kind_of,
    spans_of,
)
from ctg_data.register_columns import LISTED, session_column
from ctg_data.register_model import (
    BANDS,
    BY_FILE,
    OUTSIDE,
    SESSIONS,
    ZONINGS,
    Register,
    Span,
    Structure,
)
from ctg_data.register_read import Line
from ctg_data.register_rules import remark
from ctg_data.sources.socle.names import plain
from ctg_data.sources.socle.report import Message
from ctg_data.territory import TerritoryConfig

T = TypeVar("T")
REFUSED = "fichier refusé ; corrigez la cellule"


@dataclass
class Parsing:
    """What is found on the way: structures with their lines, completeness, remarks."""

    territory: TerritoryConfig
    messages: list[Message]
    found: list[tuple[Line, Structure]] = field(default_factory=list)
    complete: dict[str, int] = field(default_factory=dict)

    def tell(self, rule: str, text: str, line: Line, column: str, done: str = REFUSED) -> None:
        """Remark on one cell."""
        place = line.place(column, line.text(column))
        self.messages.append(remark(rule, text, [place], done=done))

    def read(self, reader: Callable[[str], T], line: Line, column: str, rule: str, blank: T) -> T:
        """A cell through its reader, or a blank and a remark."""
        text = line.text(column)
        try:
            return reader(text)
        except Unreadable as problem:
            self.tell(rule, f"Ligne {line.number} : « {text[:60]} » {problem}.", line, column)
            return blank

    @property
    def register(self) -> Register:
        """What was read."""
        return Register(tuple(one for _, one in self.found), dict(self.complete))


def parse(
    lines: Sequence[Line],
    territory: TerritoryConfig,
    messages: list[Message],
    previous: Register | None = None,
) -> Parsing:
    """Read every line; ``previous`` gives back the identifiers of structures already known."""
    parsing = Parsing(territory, messages)
    for line in lines:
        _completeness(parsing, line)
        if line.text("nom") or line.text("id") or not line.text("liste_complete_depuis"):
            structure = _structure(parsing, line)
            if structure is not None:
                parsing.found.append((line, structure))
    _identify(parsing, previous or Register())
    return parsing


def _completeness(parsing: Parsing, line: Line) -> None:
    text = line.text("liste_complete_depuis")
    kind = kind_of(line.text("type"))
    if not text or isinstance(kind, Guess):
        if text and not line.text("nom"):
            _unknown_kind(parsing, line, kind)
        return
    if not (text.isdigit() and 1990 <= int(text) <= 2100):
        told = f"Ligne {line.number} : « {text} » n'est pas une année."
        parsing.tell("completude_illisible", told, line, "liste_complete_depuis")
        return
    parsing.complete[kind.id] = max(int(text), parsing.complete.get(kind.id, 0))


def _unknown_kind(parsing: Parsing, line: Line, guess: object) -> None:
    text = line.text("type")
    told = f"Ligne {line.number} : le type « {text} » n'existe pas."
    if not text:
        told = f"Ligne {line.number} : le type est vide."
    if isinstance(guess, Guess) and guess.near:
        told += f" Types proches : {', '.join(guess.near)}."
    parsing.tell("type_inconnu", told, line, "type", "fichier refusé ; voir la feuille TYPES")


def _structure(parsing: Parsing, line: Line) -> Structure | None:
    kind = kind_of(line.text("type"))
    if isinstance(kind, Guess):
        _unknown_kind(parsing, line, kind)
    if not line.text("nom"):
        parsing.tell("nom_absent", f"Ligne {line.number} : le nom est vide.", line, "nom")
    for column in ("nom", "public", "horaires", "contact", "inscription", "remarque"):
        if len(line.text(column)) > LONGEST:
            told = f"Ligne {line.number} : plus de {LONGEST} caractères."
            parsing.tell("texte_long", told, line, column)
    made = Structure(
        id=line.text("id"),
        kind="" if isinstance(kind, Guess) else kind.id,
        name=line.text("nom"),
        address=line.text("adresse"),
        commune=line.text("commune") or parsing.territory.commune.code,
        **_point(parsing, line),  # type: ignore[arg-type]
        zones=_zones(parsing, line),
        places=_count(parsing, line, "places"),
        psu=_yes_or_no(line.text("psu")),
        works=_yes_or_no(line.text("projet_travaux")),
        sessions=_sessions(parsing, line),
        age_min=_count(parsing, line, "age_min"),
        age_max=_count(parsing, line, "age_max"),
        public=line.text("public"),
        manager=line.text("gestionnaire"),
        hours=line.text("horaires"),
        contact=line.text("contact"),
        apply=line.text("inscription"),
        competence=_competence(parsing, line),
        spans=_spans(parsing, line),
        note=line.text("remarque"),
        source=line.text("source"),
        source_date=parsing.read(day_of, line, "source_date", "date_illisible", ""),
        fictional=_yes_or_no(line.text("fictif")) == "oui",
    )
    return made if made.kind else None  # read to its end all the same: every fault is told


def _point(parsing: Parsing, line: Line) -> dict[str, object]:
    rule = "nombre_illisible"
    longitude = parsing.read(degree_of, line, "longitude", rule, None)
    latitude = parsing.read(degree_of, line, "latitude", rule, None)
    if (longitude is None) != (latitude is None):
        told = f"Ligne {line.number} : la longitude ou la latitude manque."
        parsing.tell("coordonnees_incompletes", told, line, "longitude")
        return {}
    if longitude is None:
        return {"located_by": line.text("localisation")}
    return {
        "longitude": longitude,
        "latitude": latitude,
        "score": parsing.read(degree_of, line, "score", rule, None),
        "located_by": line.text("localisation") or BY_FILE,
    }


def _count(parsing: Parsing, line: Line, column: str) -> int | None:
    return parsing.read(count_of, line, column, "nombre_illisible", None)


def _sessions(parsing: Parsing, line: Line) -> dict[tuple[str, str], int]:
    found = {}
    for session in SESSIONS:
        for band in BANDS:
            number = _count(parsing, line, session_column(session, band))
            if number is not None:
                found[session, band] = number
    return found


def _yes_or_no(text: str) -> str:
    """« oui », « non », or nothing.

    >>> _yes_or_no("Oui"), _yes_or_no("x"), _yes_or_no("non"), _yes_or_no("?")
    ('oui', 'oui', 'non', '')
    """
    word = plain(text)
    return (
        "oui" if word in ("oui", "o", "x", "vrai", "1") else "non" if word in ("non", "n") else ""
    )


def _spans(parsing: Parsing, line: Line) -> tuple[Span, ...]:
    opening, closing = line.text("ouverture"), line.text("fermeture")
    try:
        return spans_of(opening, closing)
    except Unreadable as problem:
        inverted = "avant" in str(problem)
        rule = "dates_inversees" if inverted else "date_illisible"
        said = f"« {opening} »" + f", « {closing} »" * bool(closing)
        told = f"Ligne {line.number} : {said} {problem}."
        parsing.tell(rule, told, line, "fermeture" if inverted else "ouverture")
        return ()


def _zones(parsing: Parsing, line: Line) -> dict[str, str]:
    found = {}
    for column, (level, vintage) in ZONINGS.items():
        text = line.text(column)
        if text:
            known = parsing.territory.zones(level, vintage or None)
            code = _zone_code(text, {one.code: one.label for one in known})
            found[column] = _settled(parsing, line, column, text, code)
    return {column: code for column, code in found.items() if code}


def _zone_code(text: str, known: Mapping[str, str]) -> str:
    """The code a cell gives, by code or by a name that only one zone bears."""
    if text in known:
        return text
    if plain(text).startswith(OUTSIDE):
        return OUTSIDE
    named = [code for code, label in known.items() if plain(label) == plain(text)]
    return named[0] if len(named) == 1 else ""


def _settled(parsing: Parsing, line: Line, column: str, text: str, code: str) -> str:
    if not code:
        told = f"Ligne {line.number} : la zone « {text} » n'est pas déclarée dans ce territoire."
        done = "fichier refusé ; donnez son code, ou laissez la cellule vide"
        parsing.tell("zone_inconnue", told, line, column, done)
    elif code not in (text, OUTSIDE):
        told = f"Ligne {line.number} : « {text} » est la zone {code}."
        parsing.tell("zone_nommee", told, line, column, "le code est gardé")
    return code


def _competence(parsing: Parsing, line: Line) -> tuple[str, ...]:
    text = line.text("zone_competence")
    place = parsing.territory
    known = {place.commune.code: place.commune.label}
    known |= {one.code: one.label for one in (*place.neighbours, *place.epci_members)}
    for level, _ in ZONINGS.values():
        known |= {one.code: one.label for one in place.zones(level)}
    known |= place.competence
    found = []
    for part in filter(None, (one.strip() for one in text.replace(",", LISTED).split(";"))):
        code = _zone_code(part, known)
        if not code or code == OUTSIDE:
            told = f"Ligne {line.number} : la zone « {part} » n'est pas déclarée ici."
            done = "fichier refusé ; séparez les codes par « ; »"
            parsing.tell("zone_inconnue", told, line, "zone_competence", done)
        else:
            found.append(code)
    return tuple(dict.fromkeys(found))


def _identify(parsing: Parsing, previous: Register) -> None:
    """Give an identifier to lines that have none: the one they had, else a new one."""
    had = {(one.kind, plain(one.name)): one.id for one in previous.structures}
    taken = {one.id for _, one in parsing.found} | {one.id for one in previous.structures}
    given = 0
    for rank, (line, one) in enumerate(parsing.found):
        if one.id:
            continue
        name = had.get((one.kind, plain(one.name))) or _free(one.kind, taken)
        taken.add(name)
        given += 1
        parsing.found[rank] = (line, replace(one, id=name))
    if given:
        text = f"{fr.plural(given, 'ligne')} sans identifiant : il en a été donné."
        done = "téléchargez le registre après l'import, et corrigez ce fichier-là ensuite"
        parsing.messages.append(remark("identifiant_donne", text, done=done))


def _free(kind: str, taken: set[str]) -> str:
    rank = 1
    while f"{kind}-{rank:02d}" in taken:
        rank += 1
    return f"{kind}-{rank:02d}"
