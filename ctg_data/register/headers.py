"""Titles of a city's list → columns of the register, whatever the city calls them.

A title is compared whole, then without the words that only say what the list is of (« Nom de
l'établissement »).  Several columns may hold parts of one fact: a telephone, an e-mail and a site
are one contact; a code, a name and a postcode are one commune.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from ctg_data.register.columns import COLUMNS, PEOPLE, PERSONS
from ctg_data.tabular.names import near, plain

# Parts of a column and the titles they bear; « column:part », or a fact that is no column itself
PARTS: dict[str, tuple[str, ...]] = {
    "contact:tel": (
        *("telephone", "tel", "numero de telephone", "n de telephone", "no de telephone", "phone"),
        *("telephone fixe", "fixe", "tel fixe", "num tel", "numero tel", "tel public", "standard"),
        *("telephone portable", "portable", "mobile", "telephone mobile", "tel mobile", "tel port"),
    ),
    "contact:mail": (
        *("courriel", "mail", "email", "e mail", "adresse mail", "adresse email", "mel"),
        *("adresse electronique", "courrier electronique", "adresse courriel", "adresse e mail"),
    ),
    "contact:site": (
        *("site", "site web", "site internet", "web", "url", "lien", "internet", "page web"),
        *("adresse internet", "adresse web", "site url", "lien internet", "lien web"),
    ),
    "commune:code": (
        *("code commune", "code insee", "code insee commune", "insee", "insee com", "com insee"),
        *("code insee de la commune", "codeinsee", "depcom", "citycode", "code commune insee"),
        *("commune code", "commune insee", "insee commune", "code geographique", "codgeo"),
    ),
    "commune:postal": (
        *("code postal", "cp", "codepostal", "postal code", "zipcode", "codpos", "code post"),
    ),
    "commune": ("ville", "nom commune", "nom de la commune", "libelle commune", "localite", "city"),
    "adresse:numero": ("numero voie", "num voie", "numero de voie", "n voie", "numero rue"),
    "adresse": (
        *("adresse 1", "voie", "rue", "libelle voie", "nom voie", "nom de la voie", "adresse"),
        *("adresse complete", "adresse geographique", "adresse numero et voie", "libelle adresse"),
        *("adresse de l equipement", "localisation adresse", "lieu"),
    ),
    "adresse:suite": (
        *("adresse 2", "adresse 3", "complement adresse", "complement d adresse", "complement"),
    ),
    "point": (
        *("geo point 2d", "geo point", "geopoint", "geopoint2d", "point geo", "point", "gps"),
        *("coordonnees", "coordonnees gps", "coordonnees geographiques", "position", "latlon"),
        *("lat lon", "lat long", "latitude longitude", "geolocalisation", "latlng", "lat lng"),
        *("coord", "coords", "coordonnees geo", "coord gps", "localisation gps", "lon lat"),
        *("longitude latitude", "point gps", "x y", "xy", "coordonnees xy", "geoloc"),
    ),
    "point:forme": ("geo shape", "geom", "the geom", "geometry", "geometrie", "wkt", "shape"),
    "longitude": (
        *("long", "lng", "coord x", "x coord", "coordonnee x", "coordonnees x", "x l93", "x wgs84"),
        *("x lambert93", "x lambert 93", "lambert x", "lambertx", "coordx", "x cc", "longitude x"),
        *("longitude wgs84", "x longitude", "lon wgs84", "pos x", "gps x", "x rgf93", "geo x"),
    ),
    "latitude": (
        *("coord y", "y coord", "coordonnee y", "coordonnees y", "y l93", "y wgs84", "geo y"),
        *("y lambert93", "y lambert 93", "lambert y", "lamberty", "coordy", "y cc", "latitude y"),
        *("latitude wgs84", "y latitude", "lat wgs84", "pos y", "gps y", "y rgf93"),
    ),
    "type": (
        *("typologie", "categorie structure", "type equipement", "type structure"),
        *(
            "mode d accueil",
            "type d accueil",
            "nature de l equipement",
            "sous type",
            "famille",
            "genre",
        ),
    ),
    "nom": (
        *("etablissement", "denomination", "nom public", "raison sociale", "intitule"),
        *("nom etablissement", "nom usuel", "enseigne", "designation", "nom officiel"),
        *("appellation", "equipement"),
    ),
    "places": (
        *("nombre de places", "nb places", "nb de places", "nbre places", "nombre places", "nbr"),
        *("capacite agreee", "capacite totale", "places agreees", "capacite maximale", "nbre de p"),
        *("capacite theorique", "agrement places", "capacite en places", "nombre de berceaux"),
        *("berceaux", "nb berceaux", "nbre de places", "capacite d accueil"),
    ),
    "horaires": ("horaires d ouverture", "ouverture au public", "jours et heures", "horaire"),
    "gestionnaire": ("nom gestionnaire", "organisme gestionnaire", "nom du gestionnaire"),
    "remarque": ("commentaire", "commentaires", "remarques", "observations", "notes", "precisions"),
    "public": ("public cible", "publics", "ages", "age", "tranche d age", "tranches d age"),
    "id": ("identifiant unique", "id structure", "code structure", "ref", "reference"),
}
# Of two columns that say otherwise, the one named so in the model: figures are never chosen so
WORDED = ("type", "nom", "id", "commune", "gestionnaire", "source")
NUMBERS = {"numero", "num", "n", "no"}  # of a street, beside the name of one
STREETS = {"voie", "rue", "libelle voie", "nom voie", "nom de la voie", "nom de voie"}
JOINED = {"contact": " · ", "adresse": " ", "horaires": " ; ", "remarque": " ; ", "public": " ; "}
ORDER = ("adresse:numero", "adresse", "adresse:suite")
# What a longer title is known by, the surest first; a state of the day is no capacity
SIGNS = (
    (re.compile(r"\btel\b|telephone|portable"), "contact:tel"),
    (re.compile(r"\be?mail\b|courriel"), "contact:mail"),
    (re.compile(r"^(?:site|adresse) (?:web|internet)"), "contact:site"),
    (re.compile(r"^(?:nombre|nb|nbre)(?: de)? places(?! (?:occup|libre|vacan|dispo))"), "places"),
    (re.compile(r"^(?:point geo|coordonnees geo|geom x y|geo point)"), "point"),
    (re.compile(r"^nom complet"), "nom"),
)
# Words of a title that only say what the list is of
OF_LISTS = {
    *("d", "de", "du", "des", "l", "la", "le", "les", "en", "et", "au", "aux", "un", "une"),
    *("etablissement", "etablissements", "structure", "structures", "equipement", "equipements"),
    *("service", "services", "accueil", "lieu", "lieux", "creche", "creches", "centre"),
}
ASIDE = ""  # a column, or a type, that the reader says to leave aside


@cache
def _usual() -> dict[str, str]:
    """Titles as they are compared → column or part of one."""
    names: dict[str, str] = {}
    for one in COLUMNS:
        names |= {plain(name.replace("_", " ")): one.name for name in (one.name, *one.aliases)}
    for part, titles in PARTS.items():
        sure = ":" in part  # a part says more than the column it belongs to
        names |= {plain(one): part for one in titles if sure or plain(one) not in names}
    return names


@cache
def _reduced() -> dict[str, str]:
    """The same, without the words that say what the list is of."""
    names: dict[str, str] = {}
    for title, part in _usual().items():
        names.setdefault(_bare(title), part)
    names.pop("", None)
    return names


def _bare(title: str) -> str:
    return " ".join(word for word in title.split() if word not in OF_LISTS)


def word_of(title: str) -> str:
    """A title as it is compared and remembered.

    >>> word_of("Type d'établissement"), word_of("geo_point_2d"), word_of("codeInsee")
    ('type d etablissement', 'geo point 2d', 'code insee')
    """
    return plain(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", title).replace("_", " "))


def column_of(part: str) -> str:
    """The column that a part completes: « contact:tel » is of « contact ».

    >>> column_of("contact:tel"), column_of("places")
    ('contact', 'places')
    """
    return part.split(":")[0]


def meaning(title: str, chosen: Mapping[str, str]) -> str | None:
    """The column, or the part of one, that a title announces; none when it is not known.

    >>> meaning("Type d'établissement", {}), meaning("Capacité d'accueil", {})
    ('type', 'places')
    >>> meaning("Téléphone 2", {}), meaning("CODE_INSEE", {}), meaning("Genre d'offre", {})
    ('contact:tel', 'commune:code', None)
    """
    word = word_of(title)
    if word in chosen:
        return chosen[word]
    if word in _usual():
        return _usual()[word]
    if people(title) or persons(title):
        return None
    numbered = re.sub(r" \d$", "", word)
    part = _usual().get(numbered) or _reduced().get(_bare(numbered))
    if part is not None and numbered != word and column_of(part) not in JOINED:
        return None
    if part is not None:
        return part
    shorter = word_of(re.sub(r"\([^)]*\)", " ", title))  # « Capacité (nombre de places) »
    if shorter and shorter != word:
        return _usual().get(shorter) or _reduced().get(_bare(shorter))
    return next((sign for form, sign in SIGNS if form.search(word)), None)


def meanings(titles: Sequence[str], chosen: Mapping[str, str]) -> list[str | None]:
    """What each title of a header announces; « Numéro » beside « Voie » is that of the street."""
    words = list(map(word_of, titles))
    street = not STREETS.isdisjoint(words)
    return [
        "adresse:numero" if street and word in NUMBERS and word not in chosen else part
        for word, part in zip(words, (meaning(one, chosen) for one in titles), strict=True)
    ]


def people(title: str) -> bool:
    """Whether a column counts people."""
    return any(one in word_of(title) for one in PEOPLE)


def persons(title: str) -> bool:
    """Whether a column names somebody."""
    return any(one in word_of(title).split() for one in PERSONS)


def close_to(column: str, titles: Sequence[str]) -> list[str]:
    """The titles that may announce a column, the likeliest first, then all the others."""
    names = [name for name, part in {**_usual(), **_reduced()}.items() if part == column]
    likely = [one for name in (column, *names) for one in near(name, name, titles)]
    return list(dict.fromkeys([*likely, *titles]))


def gathered(cells: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Parts brought together in their column; facts that need to be worked out stay apart."""
    whole: dict[str, list[str]] = {}
    rank = {part: place for place, part in enumerate(ORDER)}
    for part in sorted(cells, key=lambda one: rank.get(one, len(rank))):
        column = column_of(part)
        if column in JOINED:
            whole.setdefault(column, []).extend(cells[part])
        else:
            yield part, next((one for one in cells[part] if one), "")
    for column, texts in whole.items():
        yield column, JOINED[column].join(dict.fromkeys(one for one in texts if one))
