"""Fictional structures: where they stand, when they opened, how many places they offer."""

import numpy as np
import shapely
from fabrique_contours import Ground, degrees, to_degrees
from fabrique_tables import Row

SESSIONS = [
    f"{when}_{band}" for when in ("mercredi", "vacances") for band in ("3_5", "6_11", "12_17")
]
COLUMNS = ["id", "type", "nom", "adresse", "commune", "longitude", "latitude", "iris", "quartier"]
COLUMNS += ["qpv_2015", "qpv_2024", "places", "psu", *SESSIONS, "age_min", "age_max", "public"]
COLUMNS += ["gestionnaire", "horaires", "contact", "inscription", "zone_competence", "ouverture"]
COLUMNS += [
    "fermeture",
    "projet_travaux",
    "source",
    "source_date",
    "liste_complete_depuis",
    "fictif",
]
WORDS = ("Lucioles", "Berlingot", "Nuage", "Pirouette", "Galipette", "Marelle", "Cabane", "Toupie")
WORDS += ("Coquelicot", "Ricochet", "Farandole", "Boussole", "Hirondelle", "Arc-en-ciel", "Pinson")
STREETS = ("rue de l'Invention", "place du Brouillon", "quai du Songe", "avenue du Modèle")
STREETS += ("allée de l'Ébauche", "impasse du Croquis", "boulevard de la Fable")
# type: label, where it stands (a quartier by its number, N a neighbour met there, a letter a
# quartier prioritaire), ages, places
PLAN = {
    "eaje": ("Crèche", "11111222334445555678acezNNNN", (0, 2), (20, 64)),
    "alsh": ("Accueil de loisirs", "1234567cN", (3, 11), (40, 90)),
    "alsh_ados": ("Accueil d'adolescents", "15c", (12, 17), (16, 30)),
    "centre_social": ("Centre social", "2ace", (0, 99), (0, 0)),
    "evs": ("Espace de vie sociale", "147", (0, 99), (0, 0)),
    "laep": ("Lieu d'accueil enfants-parents", "125e", (0, 5), (0, 0)),
    "rpe": ("Relais petite enfance", "1", (0, 5), (0, 0)),
    "clas": ("Accompagnement à la scolarité", "2aace", (6, 17), (12, 30)),
    "fjt": ("Foyer de jeunes travailleurs", "16", (16, 30), (40, 80)),
    "ps_jeunes": ("Accueil de jeunes", "5a", (12, 25), (0, 0)),
    "mediation_familiale": ("Médiation familiale", "1", (0, 99), (0, 0)),
    "espace_rencontre": ("Espace de rencontre", "4", (0, 17), (0, 0)),
    "france_services": ("France services", "2e", (0, 99), (0, 0)),
    "accueil_jeunes": ("Accueil libre des jeunes", "3ac", (14, 17), (0, 0)),
    "reaap": ("Café des parents", "2e4", (0, 99), (0, 0)),
    "point_acces": ("Point d'accès aux droits", "1c", (0, 99), (0, 0)),
    "mam": ("Maison d'assistants maternels", "36", (0, 2), (0, 0)),
    "pmi": ("Centre de PMI", "2c", (0, 5), (0, 0)),
    "ludotheque": ("Ludothèque", "4", (0, 99), (0, 0)),
    "information_jeunesse": ("Point information jeunesse", "1", (12, 30), (0, 0)),
    "mission_locale": ("Mission locale", "6", (16, 25), (0, 0)),
}
# type: to whom, when, how to apply
WORDS_OF = {
    "eaje": (
        "Enfants de 10 semaines à 3 ans",
        "Du lundi au vendredi, 7 h 30 à 18 h 30",
        "Demande de place en ligne ou au relais petite enfance ; commission en mai",
    ),
    "alsh": (
        "Enfants scolarisés jusqu'à 11 ans",
        "Mercredis et vacances, 8 h à 18 h",
        "Dossier à retirer sur place, tarif selon le quotient familial",
    ),
    "alsh_ados": (
        "Collégiens et lycéens",
        "Mercredis, samedis et vacances, 13 h 30 à 18 h 30",
        "Inscription sur place, avec l'accord d'un parent",
    ),
    "centre_social": (
        "Tous les habitants du quartier",
        "Du lundi au samedi, 9 h à 12 h et 14 h à 18 h",
        "Sans rendez-vous ; adhésion familiale à l'année",
    ),
    "evs": ("Tous les habitants", "Du mardi au samedi, 14 h à 18 h", "Sans rendez-vous"),
    "laep": (
        "Enfants de moins de 6 ans avec un parent",
        "Mardi et vendredi, 9 h à 11 h 30",
        "Sans inscription, anonyme et gratuit",
    ),
    "rpe": (
        "Parents et assistants maternels",
        "Du lundi au vendredi, 9 h à 12 h 30 et 13 h 30 à 17 h",
        "Sur rendez-vous ou par téléphone",
    ),
    "clas": (
        "Enfants du CP à la terminale et leurs parents",
        "Lundi, mardi, jeudi et vendredi, 16 h 30 à 18 h",
        "Inscription en septembre, avec l'école ou le collège",
    ),
    "fjt": (
        "Jeunes en emploi, en formation ou en recherche d'emploi",
        "Accueil du lundi au vendredi, 9 h à 19 h",
        "Demande de logement en ligne, réponse sous trois semaines",
    ),
    "ps_jeunes": ("Jeunes de 12 à 25 ans", "Du mardi au samedi, 14 h à 19 h", "Accès libre"),
    "mediation_familiale": (
        "Parents séparés, familles en conflit",
        "Du lundi au vendredi, 9 h à 17 h",
        "Sur rendez-vous ; premier entretien gratuit",
    ),
    "espace_rencontre": (
        "Enfants et parents qui ne vivent plus ensemble",
        "Mercredi et samedi, 10 h à 18 h",
        "Sur décision du juge ou accord des parents",
    ),
    "france_services": (
        "Toute personne",
        "Du lundi au vendredi, 9 h à 12 h 30 et 13 h 30 à 17 h 30",
        "Sans rendez-vous",
    ),
    "accueil_jeunes": ("Jeunes de 14 à 17 ans", "Mercredi et samedi, 14 h à 18 h", "Accès libre"),
    "reaap": ("Parents", "Un samedi par mois, 10 h à 12 h", "Sans inscription"),
    "mam": (
        "Enfants de 10 semaines à 3 ans",
        "Du lundi au vendredi, 7 h 30 à 18 h 30",
        "Prendre contact avec la maison",
    ),
    "pmi": (
        "Enfants de moins de 6 ans, futurs parents",
        "Du lundi au vendredi, 9 h à 12 h",
        "Sur rendez-vous",
    ),
    "ludotheque": ("Tous les âges", "Mercredi et samedi, 14 h à 18 h", "Accès libre sur place"),
    "point_acces": (
        "Toute personne",
        "Mardi et jeudi, 9 h à 12 h",
        "Ordinateur en libre accès, aide sur place",
    ),
    "information_jeunesse": ("Jeunes de 12 à 30 ans", "Du mardi au samedi, 13 h à 18 h", "Libre"),
    "mission_locale": (
        "Jeunes de 16 à 25 ans sortis de l'école",
        "Du lundi au vendredi, 9 h à 12 h et 14 h à 17 h",
        "Sur rendez-vous",
    ),
}
REOPENED = {"centre_social": 1}  # closed for works, then open again: one line, two periods
UPDATED = "2024-12-31"
FULL_SINCE = 2017
PRIORITY = {"a": "QP000001", "c": "QP000003", "e": "QP000005", "z": "QN00004N"}


def structures(ground: Ground, seed: int) -> list[Row]:
    """Every structure, one row each, in and around the commune."""
    rng, more = np.random.default_rng(seed), np.random.default_rng(seed + 100)
    rows: list[Row] = []
    for kind, (label, where, ages, places) in PLAN.items():
        for rank, place in enumerate(where):
            zone = _zone(ground, place, rank)
            offered = int(rng.integers(places[0], places[1] + 1)) if places[1] else ""
            name = f"{label} {WORDS[(len(rows) * 7) % len(WORDS)]} (fictif)"
            rows.append(
                _located(rng, ground, zone)
                | _dates(rng, kind, rank)
                | {
                    "id": f"F{len(rows) + 1:03d}",
                    "type": kind,
                    "nom": name,
                    "adresse": f"{rng.integers(1, 90)} {rng.choice(STREETS)} (adresse fictive)",
                    "places": offered,
                    "psu": ("oui" if rng.uniform() < 0.72 else "non") if kind == "eaje" else "",
                    "age_min": ages[0],
                    "age_max": ages[1],
                    "gestionnaire": rng.choice(["Ville fictive", "Association fictive"]),
                    "fictif": "oui",
                }
            )
            _tell(more, rows[-1], kind, rank)
    return rows


def _tell(rng: np.random.Generator, one: Row, kind: str, rank: int) -> None:
    """What a family wants to know, and since when the list is full."""
    public, hours, apply = WORDS_OF[kind]
    one |= {"public": public, "horaires": hours, "inscription": apply}
    one["contact"] = f"01 99 00 {rng.integers(10, 99)} {rng.integers(10, 99)} (numéro fictif)"
    one |= {"source": "Registre fictif de la ville", "source_date": UPDATED}
    one["liste_complete_depuis"] = FULL_SINCE if rank == 0 else ""
    one["projet_travaux"] = ""
    if kind in ("eaje", "rpe", "laep"):
        one["projet_travaux"] = "oui" if rank % 6 == 2 else "non"
    if kind in ("alsh", "alsh_ados"):
        one |= _sessions(rng, kind, int(one["places"]))
        one["places"] = ""
    if kind in ("centre_social", "evs"):
        one["zone_competence"] = _competence(rng, kind, str(one["quartier"]))
    if REOPENED.get(kind) == rank:
        one["ouverture"] += " puis 2022-09-01"
        one["fermeture"] = "2019-06-30"


def _sessions(rng: np.random.Generator, kind: str, places: int) -> Row:
    """Places by session and age band; holidays are a little larger."""
    wider = places + int(rng.integers(4, 16))
    if kind == "alsh_ados":
        return {"mercredi_12_17": places, "vacances_12_17": wider}
    found = {}
    for when, total in (("mercredi", places), ("vacances", wider)):
        little = round(total * 0.4)
        found |= {f"{when}_3_5": little, f"{when}_6_11": total - little}
    return found


def _competence(rng: np.random.Generator, kind: str, quartier: str) -> str:
    """A centre social serves its quartier and one IRIS next door; an EVS two IRIS of its own."""
    number = int(quartier[2:])
    own = [f"00123{number:02d}{rank:02d}" for rank in range(1, 5)]
    if kind == "evs":
        return " ; ".join(own[:2])
    beside = f"00123{number % 8 + 1:02d}{rng.integers(1, 5):02d}"
    return f"{quartier} ; {beside}"


def served(ground: Ground, rows: list[Row]) -> list[Row]:
    """The ground each structure serves, from the zones its line names: features of a map."""
    shapes = {**ground.iris, **ground.quartiers}
    found = []
    for one in rows:
        if codes := str(one.get("zone_competence") or ""):
            whole = shapely.union_all([shapes[code] for code in codes.split(" ; ")])
            properties = {
                "code": f"ZC-{one['id']}",
                "nom": one["nom"],
                "auteur": "Ville de Fictiville (fictif)",
                "date": "31 décembre 2024",
                "methode": "zones que le registre des structures nomme, réunies",
                "fictif": True,
            }
            geometry = shapely.geometry.mapping(to_degrees(whole))
            found.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return found


def eaje_places(rows: list[Row], year: int, field: str, code: str, psu: str = "") -> int:
    """Places of the crèches open on 31 December in one zone."""
    return sum(
        one["places"]
        for one in rows
        if one["type"] == "eaje"
        and one[field] == code
        and one["ouverture"] <= f"{year}-12-31"
        and (one["fermeture"] or "9999") > f"{year}-12-31"
        and psu in ("", one["psu"])
    )


def _zone(ground: Ground, place: str, rank: int) -> shapely.Geometry:
    if place == "N":
        shapes = list(ground.neighbours.values())
        return shapes[(rank * 2) % len(shapes)].intersection(ground.commune.buffer(900))
    if place in PRIORITY:
        return next(one[PRIORITY[place]] for one in ground.qpv.values() if PRIORITY[place] in one)
    return ground.quartiers[f"FQ0{place}"]


def _located(rng: np.random.Generator, ground: Ground, zone: shapely.Geometry) -> Row:
    west, south, east, north = zone.bounds
    while True:
        point = rng.uniform((west, south), (east, north))
        if shapely.contains_xy(zone, *point) and not shapely.contains_xy(ground.river, *point):
            break
    lon, lat = np.round(degrees(point[None])[0], 6)

    def holder(shapes: dict[str, shapely.Geometry]) -> str:
        return next((c for c, shape in shapes.items() if shapely.contains_xy(shape, *point)), "")

    iris = holder(ground.iris)
    return {
        "commune": iris[:5] or holder(ground.neighbours),
        "longitude": f"{lon:.6f}",
        "latitude": f"{lat:.6f}",
        "iris": iris,
        "quartier": f"FQ{iris[5:7]}" if iris else "",
        "qpv_2015": holder(ground.qpv[2015]),
        "qpv_2024": holder(ground.qpv[2024]),
    }


def _dates(rng: np.random.Generator, kind: str, rank: int) -> Row:
    """Most were there before 2017; some opened since, two crèches closed."""
    opened, closed = int(rng.integers(1984, 2017)), ""
    if rank % 5 == 4:
        opened = int(rng.integers(2018, 2025))
    elif kind == "eaje" and rank in (3, 11):
        closed = f"{2019 + rank // 4}-07-31"
    return {"ouverture": f"{opened}-{rng.integers(1, 10):02d}-01", "fermeture": closed}
