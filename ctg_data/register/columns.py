"""Columns of the register's file: their names, what they hold, and how they may be written.

The reader, the model workbook and the file kept in the store all follow this list.
"""

from dataclasses import dataclass

from ctg_data.register.model import BANDS, SESSIONS

SPANS = " puis "  # between two periods of one structure
LISTED = " ; "  # between two zones of competence


@dataclass(frozen=True)
class Column:
    """One column: its name in the file, what to write in it, other names it may bear."""

    name: str
    help: str
    aliases: tuple[str, ...] = ()
    example: str = ""


def session_column(session: str, band: str) -> str:
    """The column of some places of an accueil de loisirs.

    >>> session_column("mercredi", "3-5")
    'mercredi_3_5'
    """
    return f"{session}_{band.replace('-', '_')}"


_SESSIONS = tuple(
    Column(
        session_column(session, band),
        f"Accueil de loisirs : places de {band.replace('-', ' à ')} ans, "
        + ("le mercredi." if session == "mercredi" else "pendant les vacances."),
        (f"places {session} {band.replace('-', ' ')}", f"{session} {band.replace('-', ' ')} ans"),
    )
    for session in SESSIONS
    for band in BANDS
)

COLUMNS: tuple[Column, ...] = (
    Column("id", "Identifiant stable, au choix. Vide : il est donné.", ("identifiant", "numero")),
    Column("type", "Un des types de la feuille TYPES.", ("categorie", "nature"), "centre_social"),
    Column("nom", "Nom public de la structure.", ("structure", "libelle", "nom de la structure")),
    Column("adresse", "Numéro et voie ; elle sert à placer la structure.", ("adresse postale",)),
    Column("commune", "Nom ou code Insee, si ce n'est pas la commune."),
    Column("longitude", "Degrés (WGS 84). Vide : cherchée par l'adresse.", ("lon", "x")),
    Column("latitude", "Degrés (WGS 84). Vide : cherchée par l'adresse.", ("lat", "y")),
    Column("score", "Sûreté du point trouvé par l'IGN, de 0 à 1. Ne pas remplir."),
    Column("localisation", "Qui a placé le point. Ne pas remplir.", ("localise par",)),
    Column("iris", "Code ou nom de l'IRIS, quand le point n'est pas connu.", ("code iris",)),
    Column("quartier", "Code ou nom du quartier.", ("code quartier",)),
    Column("qpv_2015", "Code du QPV de 2015, ou « hors ».", ("qpv 2015",)),
    Column("qpv_2024", "Code du QPV de 2024, ou « hors ».", ("qpv", "qpv 2024")),
    Column("places", "Places d'une crèche, lits d'un foyer.", ("capacite", "lits", "agrement")),
    Column("psu", "Crèche financée par la PSU : oui ou non.", ("finance psu",)),
    *_SESSIONS,
    Column("age_min", "Âge le plus jeune, en années révolues.", ("age minimum", "age mini")),
    Column("age_max", "Âge le plus grand, en années révolues.", ("age maximum", "age maxi")),
    Column("public", "À qui elle s'adresse, en quelques mots.", ("public accueilli",)),
    Column("siret", "Numéro SIRET de l'établissement, 14 chiffres.", ("numero siret", "n siret")),
    Column("gestionnaire", "Organisme qui la gère, jamais une personne.", ("organisme",)),
    Column("horaires", "Jours et heures d'ouverture au public.", ("heures d ouverture",)),
    Column(
        "contact", "Téléphone ou adresse d'un service, site.", ("telephone", "site", "courriel")
    ),
    Column("inscription", "Comment s'inscrire ou demander une place.", ("comment s inscrire",)),
    Column(
        "zone_competence",
        "Codes des IRIS, quartiers, QPV ou communes desservis, séparés par « ; ».",
        ("zone de competence", "territoire d intervention"),
    ),
    Column(
        "ouverture",
        "Date (JJ/MM/AAAA, MM/AAAA ou AAAA). Deux périodes : « 2005 puis 25/09/2023 ».",
        ("date d ouverture", "ouvert le"),
    ),
    Column(
        "fermeture",
        "Date, vide tant qu'elle est ouverte. Fermée puis rouverte : « 2014 ».",
        ("date de fermeture", "ferme le"),
    ),
    Column(
        "projet_travaux",
        "Petite enfance : travaux, rénovation ou création décidés (oui ou non).",
        ("projet de travaux", "travaux"),
    ),
    Column("remarque", "Ce qu'il faut savoir, affiché tel quel.", ("note", "observation")),
    Column("source", "D'où vient cette ligne : délibération, service, page.", ("origine",)),
    Column("source_date", "Date de cette source.", ("date de la source", "a jour au")),
    Column(
        "liste_complete_depuis",
        "Année depuis laquelle la liste de ce type est complète (une ligne du type suffit ; une "
        "ligne peut ne porter que le type s'il n'y a aucune structure).",
        ("complet depuis", "liste complete"),
    ),
    Column("fictif", "« oui » dans un territoire d'essai. Ne pas remplir."),
)
NAMES = tuple(one.name for one in COLUMNS)
REQUIRED = ("type", "nom")
# Headers that count people: the register is public, they come by the socle and its gate.
PEOPLE = (
    *("assistants maternels", "assistantes maternelles", "enfants suivis", "enfants inscrits"),
    *("inscrits", "frequentation", "familles suivies", "nombre d enfants", "effectif"),
    *("participants", "usagers", "salaries", "beneficiaires", "etp"),
)
# Headers that name somebody.
PERSONS = ("directeur", "directrice", "responsable", "referent", "nom du contact", "president")
