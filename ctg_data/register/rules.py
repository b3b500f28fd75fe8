"""Every remark on a file of structures: its severity and the rule behind it, in one place."""

from collections.abc import Iterable

from ctg_data import fr
from ctg_data.tabular.report import Audience, Message, Place, Severity
from ctg_data.tabular.rules import Rule

R, C, W, I = Severity  # noqa: E741 - the letters used for the socle
ALL = Audience.BOTH

RULES: dict[str, Rule] = {
    "colonne_absente": Rule(R, ALL, "Chaque structure a au moins un type et un nom."),
    "colonne_repetee": Rule(R, ALL, "Une colonne ne vient qu'une fois."),
    "colonne_ignoree": Rule(I, ALL, "Seules les colonnes du modèle sont reprises."),
    "colonne_personnes": Rule(
        W, ALL, "Ce qui compte des personnes passe par le socle et le secret statistique."
    ),
    "colonne_nominative": Rule(C, ALL, "L'annuaire ne nomme personne (loi du 6 janvier 1978)."),
    "telephone_douteux": Rule(W, ALL, "Un numéro se compose : dix chiffres, ou quatre."),
    "aucune_structure": Rule(R, ALL, "Un registre a au moins une structure."),
    "type_inconnu": Rule(R, ALL, "Un type est l'un de ceux du modèle."),
    "type_ecarte": Rule(I, ALL, "Un type que l'on a choisi d'écarter n'entre pas au registre."),
    "commune_inconnue": Rule(
        R, ALL, "Une commune inconnue n'est jamais « ailleurs » : ce serait un faux 0."
    ),
    "commune_ecartee": Rule(
        C, ALL, "Une ligne d'une commune que l'on a choisi d'écarter n'entre pas au registre."
    ),
    "type_de_la_liste": Rule(
        W, ALL, "Une liste sans colonne de type est d'un seul type, dit ou lu dans son nom."
    ),
    "aucune_ici": Rule(W, ALL, "Une liste complète sans rien dans la commune y compte 0."),
    "commune_lue": Rule(C, ALL, "Le code fait foi ; un zéro perdu est remis."),
    "doublon": Rule(C, ALL, "Un lieu, un type, un nom : une structure, comptée une fois."),
    "doublon_contredit": Rule(
        R, ALL, "Deux lignes d'une même structure ne disent pas deux choses différentes."
    ),
    "doublon_possible": Rule(W, ALL, "Deux identifiants donnés à la main sont deux structures."),
    "coordonnees_metres": Rule(C, ALL, "Des mètres sont rendus en degrés (WGS 84)."),
    "point_illisible": Rule(R, ALL, "Un point est une longitude et une latitude."),
    "nom_absent": Rule(R, ALL, "Chaque structure a un nom."),
    "identifiant_double": Rule(
        R, ALL, "Un identifiant désigne une structure ; deux lignes n'en couvrent pas le même jour."
    ),
    "identifiant_donne": Rule(
        I, ALL, "Une structure garde le même identifiant d'un envoi à l'autre."
    ),
    "date_illisible": Rule(R, ALL, "Une date s'écrit JJ/MM/AAAA, MM/AAAA ou AAAA."),
    "dates_inversees": Rule(R, ALL, "Une structure ferme après avoir ouvert."),
    "ouverture_absente": Rule(
        W, ALL, "Sans date d'ouverture, on ne compte qu'à partir de la source."
    ),
    "siret_illisible": Rule(R, ALL, "Un SIRET a 14 chiffres."),
    "nombre_illisible": Rule(R, ALL, "Un nombre de places est entier et positif."),
    "places_inhabituelles": Rule(W, ALL, "Une structure a rarement plus de 300 places ou lits."),
    "places_absentes": Rule(
        W, ALL, "Sans places, une structure compte pour une structure seulement."
    ),
    "ages_inverses": Rule(R, ALL, "L'âge le plus jeune vient en premier."),
    "zone_inconnue": Rule(R, ALL, "Une zone est déclarée dans le territoire."),
    "zone_nommee": Rule(C, ALL, "Le code fait foi ; un nom sans ambiguïté est accepté."),
    "zone_contredite": Rule(C, ALL, "Le point fait foi : la zone est celle où il tombe."),
    "coordonnees_incompletes": Rule(R, ALL, "Longitude et latitude vont ensemble."),
    "coordonnees_inversees": Rule(C, ALL, "La longitude vient avant la latitude."),
    "coordonnees_loin": Rule(R, ALL, "Une structure est dans la commune ou près d'elle."),
    "sans_lieu": Rule(W, ALL, "Une structure sans lieu reste dans la liste, hors de la carte."),
    "nom_de_personne": Rule(R, ALL, "L'annuaire ne nomme personne (loi du 6 janvier 1978)."),
    "contact_personnel": Rule(W, ALL, "Le contact est celui d'un service."),
    "source_absente": Rule(W, ALL, "Chaque ligne dit d'où elle vient et de quand elle date."),
    "completude_illisible": Rule(R, ALL, "La liste d'un type est complète depuis une année."),
    "completude": Rule(
        I, ALL, "Un type dont la liste n'est pas complète se dit « au moins » ce qui en est connu."
    ),
    "texte_long": Rule(R, ALL, "Une cellule tient en 400 caractères."),
    "disparues": Rule(W, ALL, "Une structure fermée garde sa ligne, avec sa date de fermeture."),
    "fiction": Rule(R, ALL, "Un registre fictif n'entre pas dans un vrai territoire."),
    "role": Rule(R, ALL, "Un lecteur ne change pas le registre."),
    "forme": Rule(I, ALL, "Un classeur ou un texte, lu tel quel."),
}


def remark(identifier: str, text: str, places: Iterable[Place] = (), *, done: str = "") -> Message:
    """Make one remark; its severity comes from its rule."""
    rule = RULES[identifier]
    return Message(
        id=identifier,
        severity=rule.severity,
        audience=rule.audience,
        text=fr.spaced(text),
        places=tuple(places),
        rule=fr.spaced(rule.text),
        done=fr.spaced(done),
    )
