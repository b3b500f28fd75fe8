"""Every remark that a report can make: its severity, its reader and the rule behind it.

One place, so that a severity never depends on who wrote the check.  ``number`` is the number in
the list agreed with the CAF's statisticians; the kin of those messages have none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ctg_data import fr
from ctg_data.release.policy import Policy
from ctg_data.tabular.report import Audience, Message, Place, Severity

R, C, W, I = Severity  # noqa: E741 - the letters of the published list
STAT, LEAD, BOTH = Audience


@dataclass(frozen=True)
class Rule:
    """What never changes in a remark."""

    severity: Severity
    audience: Audience
    text: str
    number: int = 0


RULES: dict[str, Rule] = {
    "encodage": Rule(C, STAT, "Un texte s'écrit en UTF-8 ou en Windows-1252.", 1),
    "colonne_absente": Rule(R, STAT, "Les colonnes obligatoires du modèle sont toutes là.", 2),
    "code_incomplet": Rule(R, STAT, "Un code est un texte entier : 9 caractères pour un IRIS.", 3),
    "zone_inconnue": Rule(R, STAT, "Chaque zone est dans la géographie du territoire.", 4),
    "generations": Rule(R, BOTH, "Les QPV de 2015 et ceux de 2024 ne se mélangent pas.", 5),
    "zone_sous_seuil": Rule(
        C, STAT, "Aucune zone infracommunale de moins de {population} allocataires.", 6
    ),
    "petits_nombres": Rule(C, STAT, "Aucune donnée sur moins de {count} allocataires.", 7),
    "seule_masquee": Rule(C, STAT, "Une part masquée ne se déduit pas des autres.", 8),
    "iris_seul_masque": Rule(C, STAT, "Une zone masquée ne se déduit pas du total communal.", 9),
    "somme_parts": Rule(W, STAT, "Les parts d'un total l'égalent.", 10),
    "saut": Rule(W, BOTH, "Une évolution de plus de 30 % en un an est à confirmer.", 11),
    "annee_manquante": Rule(W, LEAD, "Les années se suivent.", 12),
    "somme_iris": Rule(W, LEAD, "Les IRIS réunis ne dépassent pas la commune.", 13),
    "zones_diffusees": Rule(I, LEAD, "Une zone sans chiffre reste sur la carte, grisée.", 14),
    "evolutions": Rule(I, LEAD, "Article 7 : principales évolutions de la population.", 15),
    "deja_importe": Rule(R, BOTH, "Un même fichier ne s'importe qu'une fois.", 16),
    "lignes_doubles": Rule(R, STAT, "Une zone, une année, une variable : une seule valeur.", 17),
    "marques_melees": Rule(W, STAT, "Une seule marque de secret par fichier : « s ».", 18),
    "date_absente": Rule(R, BOTH, "Un fichier de la CAF dit la date de ses chiffres.", 19),
    "ligne_total": Rule(I, STAT, "Un total n'est pas une zone.", 20),
    # Kin: the file
    "nature_absente": Rule(W, BOTH, "Un fichier de la CAF se dit exact ou protégé."),
    "nature_contradictoire": Rule(R, BOTH, "Un fichier n'est pas à la fois exact et protégé."),
    "autre_commune": Rule(R, BOTH, "Le fichier est celui de la commune ouverte."),
    "date_contradictoire": Rule(R, BOTH, "Une seule date de référence par fichier."),
    "date_future": Rule(R, BOTH, "Une date de référence est passée."),
    "date_inhabituelle": Rule(W, STAT, "Les comptes de la CAF sont ceux de décembre."),
    "date_du_nom": Rule(I, BOTH, "L'année d'un fichier de l'Insee est dans son nom."),
    "annee_deja_la": Rule(R, BOTH, "Une année ne se remplace que sur confirmation."),
    "page_de_codes": Rule(I, STAT, "Un texte s'écrit en UTF-8 ou en Windows-1252."),
    "guillemets": Rule(W, STAT, "Un guillemet ouvert se ferme."),
    # Kin: sheets, lines and columns
    "disposition_inconnue": Rule(
        R, STAT, "Une feuille porte une colonne de codes et des chiffres."
    ),
    "aucune_zone": Rule(R, BOTH, "Un fichier a au moins une zone du territoire."),
    "feuille_ignoree": Rule(I, STAT, "Seules les feuilles de chiffres sont lues."),
    "feuille_masquee": Rule(W, STAT, "Un fichier transmis ne cache rien."),
    "lignes_masquees": Rule(W, STAT, "Un fichier transmis ne cache rien."),
    "cellules_fusionnees": Rule(R, STAT, "Pas de cellule fusionnée dans les lignes de chiffres."),
    "formule_sans_valeur": Rule(R, STAT, "Une formule arrive avec son résultat."),
    "fichier_coupe": Rule(R, STAT, "Le fichier va jusqu'à sa fin."),
    "ligne_courte": Rule(W, STAT, "Une ligne a autant de cellules que l'en-tête."),
    "ligne_decalee": Rule(R, STAT, "Une ligne n'a pas plus de cellules que l'en-tête."),
    "ligne_sans_code": Rule(R, STAT, "Une ligne de chiffres porte le code de sa zone."),
    "lignes_de_texte": Rule(I, STAT, "Titres, unités et notes ne sont pas des zones."),
    "ligne_fantome": Rule(I, STAT, "Commune inconnue ou étranger : pas une zone."),
    "hors_territoire": Rule(I, BOTH, "Seules les zones du territoire sont gardées."),
    "code_ailleurs": Rule(I, STAT, "Un code mal formé d'ailleurs n'arrête pas l'import."),
    "libelle_autre_zone": Rule(W, STAT, "Le code fait foi, jamais le libellé."),
    "taille_inconnue": Rule(
        W, BOTH, "Aucune zone infracommunale de moins de {population} allocataires."
    ),
    "zones_manquantes": Rule(W, BOTH, "Chaque zone du territoire a sa ligne, même masquée."),
    "colonne_inhabituelle": Rule(W, STAT, "Les colonnes ne changent pas d'une année à l'autre."),
    "colonne_repetee": Rule(R, STAT, "Une colonne ne vient qu'une fois."),
    "colonne_repetee_egale": Rule(I, STAT, "Une colonne ne vient qu'une fois."),
    "colonnes_vides": Rule(I, STAT, "Une colonne vide n'est pas une colonne de zéros."),
    "colonnes_non_reprises": Rule(I, STAT, "Seules les variables déclarées sont reprises."),
    "colonne_confirmee": Rule(I, STAT, "Une réponse au rapport est suivie."),
    "type_inconnu": Rule(R, STAT, "Un type de zone est l'un de ceux du modèle."),
    "statut_inconnu": Rule(W, STAT, "Un statut est l'un de ceux du modèle."),
    "variables_inconnues": Rule(I, STAT, "Seules les variables déclarées sont reprises."),
    "dico_unite": Rule(W, STAT, "Foyers, enfants et personnes ne se confondent pas."),
    "generation_annee": Rule(W, BOTH, "La géographie 2024 des QPV vaut dès le 1er janvier 2024."),
    # Kin: cells
    "pas_un_nombre": Rule(R, STAT, "Une cellule est un nombre, une marque ou rien."),
    "erreur_tableur": Rule(R, STAT, "Une formule donne un résultat."),
    "nombre_negatif": Rule(R, STAT, "Un compte n'est pas négatif."),
    "nombre_non_entier": Rule(R, STAT, "Un compte de foyers ou de personnes est entier."),
    "base_des_foyers": Rule(R, STAT, "Un compte de foyers est sa propre base."),
    "base_trop_grande": Rule(R, STAT, "Derrière des personnes, jamais plus d'allocataires."),
    "base_pas_crue": Rule(W, STAT, "Derrière des personnes, jamais plus d'allocataires."),
    "base_recopiee": Rule(R, STAT, "Une base compte les allocataires derrière un chiffre."),
    "appel_de_note": Rule(I, STAT, "Un appel de note n'est pas un chiffre."),
    "cellules_vides": Rule(I, STAT, "Un blanc n'est jamais un zéro."),
    "valeur_sous_secret": Rule(C, STAT, "Une cellule dite secrète n'a pas de valeur."),
    "lignes_repetees": Rule(I, STAT, "Une zone, une année, une variable : une seule valeur."),
    "sous_ensemble": Rule(W, STAT, "Une partie ne dépasse pas le tout."),
    "taux_hors_bornes": Rule(W, STAT, "Une part va de 0 à 100 %."),
    "taux_en_fraction": Rule(C, STAT, "Un taux s'écrit en pour cent : 56,7 et non 0,567."),
    "taux_douteux": Rule(R, STAT, "Un taux s'écrit en pour cent : 56,7 et non 0,567."),
    "revision": Rule(W, BOTH, "Un chiffre déjà donné ne change pas sans le dire."),
}


def message(
    identifier: str,
    text: str,
    places: Iterable[Place] = (),
    *,
    done: str = "",
    severity: Severity | None = None,
    audience: Audience | None = None,
    proposal: Mapping[str, str] | None = None,
    policy: Policy | None = None,
) -> Message:
    """Make one remark; severity and reader come from its rule unless told otherwise.

    ``policy`` is the one whose thresholds the rule names; without it, those of the convention.
    """
    rule = RULES[identifier]
    least = policy or Policy()
    population, count = fr.number(least.min_population), fr.number(least.min_count)
    says = rule.text.replace("{population}", population).replace("{count}", count)
    made = Message(
        id=identifier,
        severity=severity or rule.severity,
        audience=audience or rule.audience,
        text=fr.spaced(text),
        places=tuple(places),
        rule=fr.spaced(says),
        done=fr.spaced(done),
        number=rule.number,
    )
    return replace(made, proposal=dict(proposal)) if proposal else made


def lines_of(numbers: Iterable[int], most: int = 5) -> str:
    """Name some lines, the first ones.

    >>> lines_of([3]), lines_of([3, 4]), lines_of(range(1, 9))
    ('ligne 3', 'lignes 3 et 4', 'lignes 1, 2, 3, 4, 5 et 3 autres')
    """
    return listed("ligne", [str(number) for number in numbers], most)


def listed(noun: str, names: Iterable[str], most: int = 5) -> str:
    """Agree a noun with the names that follow it, the first ones only.

    >>> listed("colonne", ["A"]), listed("", ["a", "b", "c"])
    ('colonne A', 'a, b et c')
    """
    every = list(names)
    shown = every[:most]
    if (rest := len(every) - len(shown)) > 0:
        shown.append(f"{rest} autre{'s' if rest > 1 else ''}")
    words = shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} et {shown[-1]}"
    head = f"{noun}s" if noun and len(every) > 1 else noun
    return f"{head} {words}".strip()
