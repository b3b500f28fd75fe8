"""Codes and names of a city's zones: which columns hold them, and a code for what has none.

Cities call their columns as they like, a shapefile cuts their names at ten letters, and many zones
have a name and no code.  A code made from a name is always the same for the same name.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ctg_data import fr
from ctg_data.tabular.names import near
from ctg_data.zonings.nature import Told
from geo.outlines import cells
from geo.outlines.formats import Feature, Raw
from geo.outlines.zones import is_zone_code

CODE = r"[0-9A-Za-z][0-9A-Za-z_.-]{0,19}"  # what the files of the CAF can name a zone by
LONGEST, KEPT, MARK = 20, 13, 6  # signs of a code; of its words and of its mark when cut
CUT = 10  # letters that a shapefile keeps of a column's name
CODES = (
    *("code", "code_quartier", "code_quart", "code_secteur", "code_zone", "num", "numero", "id"),
    *("code_ecole", "code_perimetre", "num_quartier", "num_secteur", "num_zone", "numero_quartier"),
    *("numero_secteur", "id_quartier", "id_secteur", "id_zone", "c_qu", "c_quartier", "ref"),
)
NAMES = (
    *("nom", "libelle", "label", "nom_quartier", "nom_quart", "quartier", "secteur", "name"),
    *("nom_secteur", "nom_zone", "nom_ecole", "nom_perimetre", "nom_du_quartier", "nom_du_secteur"),
    *("libelle_quartier", "libelle_secteur", "libelle_zone", "lib_quartier", "lib_secteur"),
    *("lib_zone", "lib", "intitule", "designation", "denomination", "l_qu", "l_quartier"),
    *("ecole", "zone", "perimetre", "titre", "toponyme", "nom_officiel", "nom_usuel"),
)
CODE_STARTS, NAME_STARTS = ("code", "cod", "num"), ("nom", "lib", "label", "name", "intitule")
SHOWN = 4  # examples given in a sentence


@dataclass(frozen=True)
class Columns:
    """The columns that hold codes and names; an empty one is not there."""

    code: str
    name: str
    every: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One feature, and the code and name of its zone."""

    code: str
    name: str
    feature: Feature


def guess(raw: Raw, code: str = "", name: str = "") -> Columns:
    """The columns asked for, else those whose names are usual, cut or not."""
    known = list(dict.fromkeys(str(key) for one in raw.features for key in one.properties))
    names = find(known, (name,) if name else NAMES)
    usable = known if code else [one for one in known if _tells_apart(raw, one)]
    codes = find(usable, (code,) if code else CODES)
    if not codes and not code:
        codes = next(_beginning(raw, [one for one in known if one != names], CODE_STARTS), "")
    if not names and not name:
        names = next(_beginning(raw, [one for one in known if one != codes], NAME_STARTS), "")
    return Columns(codes, names, tuple(known))


def _tells_apart(raw: Raw, code: str) -> bool:
    """Whether a column is more than the code of the commune, the same for all its zones."""
    said = {cells.value(one.properties, (code.casefold(),)) for one in raw.features}
    return len(raw.features) < 2 or len(said) > 1 or not is_zone_code("".join(said))


def find(known: Sequence[str], usual: Sequence[str]) -> str:
    """The first usual name that is there; one cut at ten letters comes after all whole ones.

    >>> find(["NOM_QUARTI", "surface"], NAMES), find(["Code du secteur"], ("code_du_secteur",))
    ('NOM_QUARTI', 'Code du secteur')
    """
    words = {_word(one): one for one in reversed(known)}
    whole = next((words[_word(one)] for one in usual if _word(one) in words), "")
    if whole:
        return whole
    cut = {one.casefold(): one for one in known if len(one) == CUT}
    return next((cut[one[:CUT].casefold()] for one in usual if one[:CUT].casefold() in cut), "")


def _word(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", fr.bare(name))


def _beginning(raw: Raw, known: Sequence[str], starts: tuple[str, ...]) -> Iterator[str]:
    """Columns that begin as usual and tell zones apart."""
    for one in known:
        values = [cells.value(feature.properties, (one.casefold(),)) for feature in raw.features]
        if _word(one).startswith(starts) and all(values) and len(set(values)) == len(values):
            yield one


def rows(raw: Raw, told: Told, problems: list[str], notes: list[str]) -> list[Row]:
    """Every feature with its code and name; codes are made where the file has none that serves."""
    kept = guess(raw, told.code, told.name)
    _absent(kept, told, problems)
    source = kept.code or ("" if told.code else kept.name)
    if not source:
        if not told.code:
            problems.append(_nothing(raw, kept))
        return []
    found, made = list[Row](), dict[str, str]()
    for one in raw.features:
        text = re.sub(r"\.0$", "", cells.value(one.properties, (source.casefold(),)))
        code = code_from(text)
        if code != text:
            made[text] = code
        name = cells.value(one.properties, (kept.name.casefold(),)) if kept.name else ""
        found.append(Row(code, name or text, one))
    notes += _read(kept, source, made)
    return found


def code_from(text: str) -> str:
    """A code as it is when it can serve; else one made from it, always the same.

    >>> code_from("Q12"), code_from("Île Mirage"), code_from("ILE  MIRAGE")
    ('Q12', 'ile-mirage', 'ile-mirage')
    >>> code_from("Vallée des Deux Rivières Nord"), code_from("")
    ('vallee-des-de-e2adaf', '')
    """
    if re.fullmatch(CODE, text):
        return text
    words = re.sub(r"[^a-z0-9]+", "-", fr.bare(text)).strip("-")
    if len(words) <= LONGEST:
        return words
    mark = hashlib.sha256(words.encode()).hexdigest()[:MARK]
    return f"{words[:KEPT].strip('-')}-{mark}"


def same_name(one: str, other: str) -> bool:
    """Whether two names differ by nothing but accents, capitals and punctuation."""
    return cells.plain(one) == cells.plain(other)


def _absent(kept: Columns, told: Told, problems: list[str]) -> None:
    for asked, got, what in ((told.code, kept.code, "codes"), (told.name, kept.name, "noms")):
        if asked and not got:
            close = ", ".join(f"« {one} »" for one in near(asked, asked, kept.every))
            problems.append(
                f"colonne des {what} : « {asked} » n'est pas dans le fichier ; "
                + (f"colonnes proches : {close}." if close else f"reçues : {_list(kept.every)}.")
            )


def _nothing(raw: Raw, kept: Columns) -> str:
    """Why no code is known, and what to do: which columns tell zones apart."""
    values = {
        one: [cells.value(feature.properties, (one.casefold(),)) for feature in raw.features]
        for one in kept.every
    }
    apart = [one for one, said in values.items() if all(said) and len(set(said)) == len(said)]
    may = f" Pourraient servir : {_list(apart)}." if apart else ""
    return (
        "aucune colonne de code n'est reconnue, ni de nom ; colonnes reçues : "
        f"{_list(kept.every)}. Dites laquelle sert : « Colonne des codes » page « Données », ou "
        f"--code COLONNE ; un nom ou un rang convient, le code en est fait.{may}"
    )


def _list(names: Sequence[str]) -> str:
    return ", ".join(f"« {one} »" for one in names[:12]) or "aucune"


def _read(kept: Columns, source: str, made: Mapping[str, str]) -> list[str]:
    told = []
    if made:
        shown = ", ".join(f"« {text} » → {code}" for text, code in list(made.items())[:SHOWN])
        told.append(
            f"Codes faits d'après la colonne « {source} », les mêmes pour les mêmes textes "
            f"d'un fichier à l'autre : {shown}{' …' if len(made) > SHOWN else '.'}"
        )
    if not kept.name:
        told.append(
            "Aucune colonne de nom n'est reconnue : chaque zone porte son code. Dites-la, si elle "
            f"existe (« Colonne des noms », ou --nom COLONNE) : {_list(kept.every)}."
        )
    return told
