"""Where a line says its structure stands: its commune, its point, its zones, whom it serves."""

from collections.abc import Mapping

from ctg_data.register import communes as register_communes
from ctg_data.register.cells import degree_of
from ctg_data.register.columns import LISTED
from ctg_data.register.model import BY_FILE, OUTSIDE, ZONINGS
from ctg_data.register.parsing import Parsing
from ctg_data.register.read import Line
from ctg_data.tabular.names import plain
from geo.outlines import points


def commune_of(parsing: Parsing, line: Line) -> str:
    """The code of the commune; what is to be said of it is said once the point is known too."""
    cells = (line.text(one) for one in ("commune", "commune:code", "commune:postal"))
    found = register_communes.find(parsing.territory, *cells)
    if found.note or not found.known:
        parsing.communes.append((line, found))
    return found.code


def point_of(parsing: Parsing, line: Line) -> dict[str, object]:
    """Its coordinates, as they are written, and who placed it."""
    rule = "nombre_illisible"
    longitude = parsing.read(degree_of, line, "longitude", rule, None)
    latitude = parsing.read(degree_of, line, "latitude", rule, None)
    if longitude is None and latitude is None:
        longitude, latitude = _in_one_cell(parsing, line)
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


def _in_one_cell(parsing: Parsing, line: Line) -> tuple[float | None, float | None]:
    """The two coordinates that one cell holds, as portals export them."""
    for column in ("point", "point:forme"):
        text = line.text(column)
        if text:
            pair = points.read(text)
            if pair is not None:
                return pair.x, pair.y
            told = f"Ligne {line.number} : « {text[:60]} » n'est pas un point."
            done = "fichier refusé ; écrivez « 49.4431, 1.0993 », ou videz la cellule"
            parsing.tell("point_illisible", told, line, column, done)
    return None, None


def zones_of(parsing: Parsing, line: Line) -> dict[str, str]:
    """The zones it is said to stand in, by column."""
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
    if text.isdigit() and (longer := [one for one in known if one.lstrip("0") == text]):
        return longer[0]  # a spreadsheet drops the first zero of a code
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


def competence_of(parsing: Parsing, line: Line) -> tuple[str, ...]:
    """The zones whose inhabitants it serves."""
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
