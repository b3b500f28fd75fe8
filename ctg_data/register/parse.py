"""Lines of a file → the register, with every remark at once.

``parse`` judges each line alone, then ``checks`` the whole.  A line at fault is told,
never dropped in silence: the file is refused and nothing of it is kept.
"""

import re
from collections.abc import Sequence

from ctg_data import fr
from ctg_data.catalogue.structures.declared import kinds
from ctg_data.register import where as register_where
from ctg_data.register.cells import LONGEST, Disordered, Unreadable, count_of, day_of, spans_of
from ctg_data.register.choices import TYPE, Choices
from ctg_data.register.columns import session_column
from ctg_data.register.identity import identify
from ctg_data.register.model import BANDS, SESSIONS, Register, Span, Structure
from ctg_data.register.parsing import Parsing
from ctg_data.register.read import Line
from ctg_data.register.rules import remark
from ctg_data.register.twins import united
from ctg_data.register.types import Aside, Guess, kind_of, word_of
from ctg_data.tabular.names import plain
from ctg_data.tabular.report import Message
from ctg_data.tabular.rules import lines_of
from ctg_data.territory.config import TerritoryConfig

__all__ = ["Parsing", "parse"]


def parse(
    lines: Sequence[Line],
    territory: TerritoryConfig,
    messages: list[Message],
    previous: Register | None = None,
    choices: Choices | None = None,
) -> Parsing:
    """Read every line; ``previous`` gives back the identifiers of structures already known."""
    parsing = Parsing(territory, messages, choices=choices or Choices())
    for line in lines:
        if isinstance(kind_of(line.text("type"), parsing.choices.types), Aside):
            parsing.aside.append(line)
            continue
        _completeness(parsing, line)
        if line.text("nom") or line.text("id") or not line.text("liste_complete_depuis"):
            structure = _structure(parsing, line)
            if structure is not None:
                parsing.found.append((line, structure))
    _set_aside(parsing)
    _tell_unknown(parsing)
    parsing.found = united(parsing.found, messages.append)
    identify(parsing, previous or Register())
    return parsing


def _set_aside(parsing: Parsing) -> None:
    if parsing.aside:
        kinds_aside = fr.by_name({f"« {line.text('type')} »" for line in parsing.aside})
        text = f"{fr.plural(len(parsing.aside), 'ligne')} d'un type que vous laissez de côté : "
        places = [line.place("type", line.text("type")) for line in parsing.aside]
        done = "non reprises ; ce choix s'oublie page « Structures »"
        text += f"{fr.listed(kinds_aside)}."
        parsing.messages.append(remark("type_ecarte", text, places, done=done))


def _completeness(parsing: Parsing, line: Line) -> None:
    text = line.text("liste_complete_depuis")
    kind = kind_of(line.text("type"), parsing.choices.types)
    if not text or isinstance(kind, Guess | Aside):
        if text and not line.text("nom"):
            _unknown_kind(parsing, line, kind)
        return
    if not (text.isdigit() and 1990 <= int(text) <= 2100):
        told = f"Ligne {line.number} : « {text} » n'est pas une année."
        parsing.tell("completude_illisible", told, line, "liste_complete_depuis")
        return
    parsing.complete[kind.id] = max(int(text), parsing.complete.get(kind.id, 0))


def _unknown_kind(parsing: Parsing, line: Line, guess: object) -> None:
    """Note a type that is not known; it is told once, whatever the number of its lines."""
    text = line.text("type")
    told = f"le type « {text} » n'existe pas." if text else "le type est vide."
    if isinstance(guess, Guess) and guess.near:
        close = ", ".join(f"« {kinds()[one].label} »" for one in guess.near)
        told += f" Types proches : {close}."
    if text and isinstance(guess, Guess):
        parsing.choices.ask(TYPE, text, tuple(dict.fromkeys([*guess.near, *kinds()])))
    parsing.unknown.setdefault(word_of(text), (told, []))[1].append(line)


def _tell_unknown(parsing: Parsing) -> None:
    for told, lines in parsing.unknown.values():
        text = f"{lines_of([line.number for line in lines]).capitalize()} : {told}"
        places = [line.place("type", line.text("type")) for line in lines]
        done = "fichier refusé ; dites lequel (le choix est retenu), ou voyez la feuille TYPES"
        parsing.messages.append(remark("type_inconnu", text, places, done=done))


def _structure(parsing: Parsing, line: Line) -> Structure | None:
    kind = kind_of(line.text("type"), parsing.choices.types)
    if isinstance(kind, Guess | Aside):
        _unknown_kind(parsing, line, kind)
    if not line.text("nom"):
        parsing.tell("nom_absent", f"Ligne {line.number} : le nom est vide.", line, "nom")
    for column in ("nom", "public", "horaires", "contact", "inscription", "remarque"):
        if len(line.text(column)) > LONGEST:
            told = f"Ligne {line.number} : plus de {LONGEST} caractères."
            parsing.tell("texte_long", told, line, column)
    made = Structure(
        id=line.text("id"),
        kind="" if isinstance(kind, Guess | Aside) else kind.id,
        name=line.text("nom"),
        address=line.text("adresse"),
        commune=register_where.commune_of(parsing, line),
        **register_where.point_of(parsing, line),  # type: ignore[arg-type]
        zones=register_where.zones_of(parsing, line),
        places=_count(parsing, line, "places"),
        psu=_yes_or_no(line.text("psu")),
        works=_yes_or_no(line.text("projet_travaux")),
        sessions=_sessions(parsing, line),
        age_min=_count(parsing, line, "age_min"),
        age_max=_count(parsing, line, "age_max"),
        public=line.text("public"),
        siret=_siret(parsing, line),
        manager=line.text("gestionnaire"),
        hours=line.text("horaires"),
        contact=line.text("contact"),
        apply=line.text("inscription"),
        competence=register_where.competence_of(parsing, line),
        spans=_spans(parsing, line),
        note=line.text("remarque"),
        source=line.text("source"),
        source_date=parsing.read(day_of, line, "source_date", "date_illisible", ""),
        fictional=_yes_or_no(line.text("fictif")) == "oui",
    )
    return made if made.kind else None  # read to its end all the same: every fault is told


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


def _siret(parsing: Parsing, line: Line) -> str:
    """The fourteen digits, whatever the spaces between them; none when they are not those."""
    digits = re.sub(r"[\s.\u00a0\u202f-]", "", line.text("siret"))
    if digits and not re.fullmatch(r"\d{14}", digits):
        told = f"Ligne {line.number} : « {line.text('siret')} » n'est pas un SIRET (14 chiffres)."
        parsing.tell("siret_illisible", told, line, "siret")
        return ""
    return digits


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
        inverted = isinstance(problem, Disordered)
        rule = "dates_inversees" if inverted else "date_illisible"
        said = f"« {opening} »" + f", « {closing} »" * bool(closing)
        told = f"Ligne {line.number} : {said} {problem}."
        parsing.tell(rule, told, line, "fermeture" if inverted else "ouverture")
        return ()
