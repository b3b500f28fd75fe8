"""Judge a register as a whole: identifiers, dates, ages, places, points, contacts, sources."""

from collections.abc import Sequence
from dataclasses import replace

from ctg_data import fr
from ctg_data.catalogue.structures.declared import kinds
from ctg_data.register.cells import is_personal, names_somebody
from ctg_data.register.model import ZONINGS, Register, Structure
from ctg_data.register.parsing import Parsing
from ctg_data.register.places import is_far, knows_communes, settled
from ctg_data.register.read import Line
from ctg_data.register.rules import remark
from ctg_data.register.twins import overlap
from ctg_data.tabular.report import Place
from ctg_data.tabular.rules import lines_of, listed
from geo.outlines import points
from geo.outlines.whereabouts import coordinates
from geo.outlines.zones import Outline

MOST_PLACES = 300
# Why nothing was read: a file is not said to be empty as well
EMPTY = frozenset({"colonne_absente", "commune_inconnue"})
CAPACITY = ("eaje", "fjt")  # types whose places make the offer
Pair = tuple[Line, Structure]


def check(parsing: Parsing, outlines: Sequence[Outline], previous: Register) -> None:
    """Run every check; places are settled on the way."""
    if not parsing.found and not parsing.complete:
        if EMPTY.isdisjoint(one.id for one in parsing.messages):
            text = "Aucune structure dans ce fichier."
            parsing.messages.append(remark("aucune_structure", text, done="fichier refusé"))
        return
    _repeated(parsing)
    parsing.found = [_placed(parsing, line, one, outlines) for line, one in parsing.found]
    _metres(parsing)
    _communes(parsing, outlines)
    for line, one in parsing.found:
        _ages(parsing, line, one)
        _people(parsing, line, one)
    _capacity(parsing)
    _grouped(parsing)
    _fiction(parsing)
    _none_here(parsing)
    _completeness(parsing)
    _gone(parsing, previous)


def _repeated(parsing: Parsing) -> None:
    """One identifier: one structure, and lines that do not overlap in time."""
    seen: dict[str, list[Pair]] = {}
    for line, one in parsing.found:
        for other_line, other in seen.get(one.id, []):
            if other.kind != one.kind or overlap(one, other):
                text = f"Lignes {other_line.number} et {line.number} : l'identifiant « {one.id} » "
                text += "sert deux fois pour les mêmes jours."
                places = [other_line.place("id", one.id), line.place("id", one.id)]
                done = "fichier refusé ; donnez un autre identifiant, ou des dates qui se suivent"
                parsing.messages.append(remark("identifiant_double", text, places, done=done))
        seen.setdefault(one.id, []).append((line, one))


def _placed(parsing: Parsing, line: Line, one: Structure, outlines: Sequence[Outline]) -> Pair:
    """A point checked against the outlines, and the zones it falls in."""
    one = _in_degrees(parsing, line, one, outlines)
    if is_far(one, outlines) or _looks_turned(one):
        turned = replace(one, longitude=one.latitude, latitude=one.longitude)
        if is_far(turned, outlines):
            told = f"Ligne {line.number} : ce point est loin de la commune."
            parsing.tell("coordonnees_loin", told, line, "longitude")
            return line, one
        if line.text("longitude"):  # one cell may hold either first, and no column says which
            told = f"Ligne {line.number} : longitude et latitude étaient inversées."
            parsing.tell("coordonnees_inversees", told, line, "longitude", "remises dans l'ordre")
        one = turned
    found = settled(one, parsing.territory, outlines)
    for column in ZONINGS:
        given, got = one.zones.get(column, ""), found.zones.get(column, "")
        if given and got and given != got:
            told = f"Ligne {line.number} : « {given} » est donné, le point tombe dans « {got} »."
            parsing.tell("zone_contredite", told, line, column, "la zone du point est gardée")
    return line, found


def _looks_turned(one: Structure) -> bool:
    x, y = one.longitude, one.latitude
    return x is not None and y is not None and coordinates((x, y, x, y)) == "inversees"


def _in_degrees(
    parsing: Parsing, line: Line, one: Structure, outlines: Sequence[Outline]
) -> Structure:
    """A point in metres (Lambert 93, CC49…) in degrees; told, whatever comes of it."""
    x, y = one.longitude, one.latitude
    if x is None or y is None or points.in_degrees(x, y):
        return one

    def near(longitude: float, latitude: float) -> bool:
        return not is_far(replace(one, longitude=longitude, latitude=latitude), outlines)

    found = points.from_metres(x, y, near if knows_communes(outlines) else None)
    if found is None:
        told = f"Ligne {line.number} : ce point est en mètres, d'une projection qui ne tombe pas "
        done = "fichier refusé ; donnez des degrés (WGS 84), ou videz les deux cellules"
        parsing.tell("coordonnees_loin", f"{told}ici, ou qui est ambiguë.", line, "longitude", done)
        return replace(one, longitude=None, latitude=None)
    parsing.metres.setdefault(found[2], []).append(line)
    return replace(one, longitude=round(found[0], 6), latitude=round(found[1], 6))


def _metres(parsing: Parsing) -> None:
    for name, lines in parsing.metres.items():
        text = f"{fr.plural(len(lines), 'point')} en mètres ({name})."
        places = [line.place("longitude") for line in lines]
        parsing.messages.append(remark("coordonnees_metres", text, places, done="lus en degrés"))


def _communes(parsing: Parsing, outlines: Sequence[Outline]) -> None:
    """A commune that is not known is refused, unless a point says where the structure stands.

    One remark for all the lines of one commune.
    """
    located = {line.number for line, one in parsing.found if one.located}
    groups: dict[tuple[bool, bool, str], list[Line]] = {}
    for line, place in parsing.communes:
        by_point = line.number in located and knows_communes(outlines)
        groups.setdefault((place.known, by_point, place.note), []).append(line)
    for (known, by_point, note), lines in groups.items():
        told = f"{lines_of([line.number for line in lines]).capitalize()} : {note}"
        column = "commune" if lines[0].text("commune") else "commune:code"
        places: list[Place] = [line.place(column, line.text(column)) for line in lines]
        rule = "commune_lue" if known or by_point else "commune_inconnue"
        done = "le code est gardé" if known else "le point dit où elle est"
        if rule == "commune_inconnue":
            done = "fichier refusé ; donnez le code Insee d'aujourd'hui, ou ôtez la ligne si la "
            done += "structure n'est ni dans la commune ni près d'elle"
        parsing.messages.append(remark(rule, told, places, done=done))


def _ages(parsing: Parsing, line: Line, one: Structure) -> None:
    if one.age_min is not None and one.age_max is not None and one.age_min > one.age_max:
        told = f"Ligne {line.number} : de {one.age_min} à {one.age_max} ans."
        parsing.tell("ages_inverses", told, line, "age_min")


def _people(parsing: Parsing, line: Line, one: Structure) -> None:
    """Nobody is named in a directory."""
    cells = {"contact": one.contact, "inscription": one.apply, "gestionnaire": one.manager}
    for column, text in cells.items():
        if names_somebody(text):
            told = f"Ligne {line.number} : cette cellule nomme une personne."
            place = [line.place(column)]
            done = "fichier refusé ; écrivez le nom du service"
            parsing.messages.append(remark("nom_de_personne", told, place, done=done))
        elif is_personal(text):
            told = f"Ligne {line.number} : ce contact semble être celui d'une personne."
            place = [line.place(column)]
            done = "gardé ; vérifiez que c'est celui d'un service"
            parsing.messages.append(remark("contact_personnel", told, place, done=done))


def _capacity(parsing: Parsing) -> None:
    """Places that are missing, or that look like a typing error."""
    pairs = parsing.found
    wild = [
        (line, one)
        for line, one in pairs
        if max((one.places or 0, *one.sessions.values())) > MOST_PLACES
    ]
    _tell_group(parsing, "places_inhabituelles", wild, "places", "plus de 300 places", "gardées")
    lacking = [
        (line, one)
        for line, one in pairs
        if (one.kind in CAPACITY and one.places is None)
        or (one.kind in ("alsh", "alsh_ados") and not one.sessions)
    ]
    said = "le nombre de places n'est pas dit"
    _tell_group(parsing, "places_absentes", lacking, "places", said, "listée, sans places")


def _grouped(parsing: Parsing) -> None:
    """Remarks that would be many: one for all the lines."""
    pairs, here = parsing.found, parsing.territory.commune.code
    undated = [(line, one) for line, one in pairs if not (one.spans and one.spans[0][0])]
    said = "la date d'ouverture manque"
    done = "comptée à partir de la date de sa source"
    _tell_group(parsing, "ouverture_absente", undated, "ouverture", said, done)
    lost = [
        (line, one) for line, one in pairs if one.commune == here and not one.zone("iris", here)
    ]
    said = "ni point ni IRIS"
    done = "gardée dans la liste ; à placer page « Structures »"
    _tell_group(parsing, "sans_lieu", lost, "adresse", said, done)
    silent = [(line, one) for line, one in pairs if not (one.source and one.source_date)]
    said = "la source ou sa date manque"
    _tell_group(parsing, "source_absente", silent, "source", said, "gardée, signalée au lecteur")


def _tell_group(
    parsing: Parsing, rule: str, pairs: Sequence[Pair], column: str, said: str, done: str
) -> None:
    if pairs:
        text = f"{fr.plural(len(pairs), 'structure')} : {said}."
        places: list[Place] = [line.place(column, one.name) for line, one in pairs]
        parsing.messages.append(remark(rule, text, places, done=done))


def _none_here(parsing: Parsing) -> None:
    """A full list of which nothing stands in the commune: a true 0, or a list of elsewhere."""
    here = parsing.territory.commune
    for kind in parsing.complete:
        some = [(line, one) for line, one in parsing.found if one.kind == kind]
        if some and not any(one.commune == here.code for _, one in some):
            text = f"{kinds()[kind].many} : la liste est dite complète, et aucune de ses lignes "
            text += f"n'est à {here.label} : il y serait compté 0."
            places: list[Place] = [line.place("commune", line.text("commune")) for line, _ in some]
            done = "compté 0 ; vérifiez que c'est bien la liste de cette commune"
            parsing.messages.append(remark("aucune_ici", text, places, done=done))


def _fiction(parsing: Parsing) -> None:
    fictional = [(line, one) for line, one in parsing.found if one.fictional]
    if fictional and not parsing.territory.fictional:
        done = "fichier refusé"
        _tell_group(parsing, "fiction", fictional, "fictif", "elle est fictive", done)


def _completeness(parsing: Parsing) -> None:
    known = kinds()
    complete = [known[name].many for name in known if name in parsing.complete]
    rest = len(known) - len(complete)
    text = "Aucune liste n'est dite complète : chaque type se dira « au moins »."
    if complete:
        said = listed("", complete, most=len(known))
        text = f"Listes complètes : {said}."
        text += f" {fr.plural(rest, 'autre type', 'autres types')} : « au moins »." if rest else ""
    done = "une liste incomplète ne donne jamais « 0 structure »"
    parsing.messages.append(remark("completude", text, done=done))


def _gone(parsing: Parsing, previous: Register) -> None:
    """Structures of the present register that the file no longer lists."""
    kept = {one.id for _, one in parsing.found}
    gone = {one.id: one.name for one in previous.structures if one.id not in kept}
    if gone:
        names = listed("", [f"« {name} »" for name in gone.values()])
        text = f"{fr.plural(len(gone), 'structure')} du registre en place n'y "
        text += f"{'sont' if len(gone) > 1 else 'est'} plus : {names}."
        done = "retirées à l'import ; si elles ont fermé, remettez leur ligne et la date"
        parsing.messages.append(remark("disparues", text, done=done))
