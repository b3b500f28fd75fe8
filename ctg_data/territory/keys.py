"""The keys that the files of a territory's folder may hold: whatever else is written is refused.

A key written wrong would otherwise be a setting that does not apply, and nobody would know.
"""

from ctg_data.nearest import ANY, Form

PLACE: Form = {"label": ANY, "dossier": ANY}  # what the index says of each territory
NAMED: Form = {"code": ANY, "label": ANY}
TERRITORY: Form = {
    **dict.fromkeys(("label", "fictif", "manques", "choix_comparables")),
    **dict.fromkeys(("voisines", "comparables", "quartiers", "iris", "membres_epci")),
    "secret": ANY,  # its own keys are the policy's
    "millesimes": dict.fromkeys(("administratif", "iris", "quartier")),
    **dict.fromkeys(("commune", "epci", "departement", "region", "france"), NAMED),
    "qpv": {**NAMED, "millesime": ANY, "communes": ANY},
    # "logo", a word that nothing shows, stands in folders made before
    "partie": dict.fromkeys(("id", "nom", "sigle", "logo")),
}
CONVENTION: Form = {
    **dict.fromkeys(("titre", "fictif", "statut", "objet", "porteurs", "visas")),
    **dict.fromkeys(("acteurs_associes", "caf", "champs_intervention", "collectivite")),
    "communication": dict.fromkeys(("logos", "mention")),
    "dates": {
        **dict.fromkeys(("annees", "debut", "fin", "deliberation", "preavis", "signature")),
        "calendrier": dict.fromkeys(("etape", "quand")),
    },
    "echanges": dict.fromkeys(("regles",)),
    "evaluation": dict.fromkeys(("bilan", "resultat")),
    "gouvernance": {
        **dict.fromkeys(("comite_pilotage", "comites_techniques")),
        **dict.fromkeys(("missions_comite_pilotage", "missions_comites_techniques")),
    },
    "orientation": dict.fromkeys(("id", "titre", "moyens", "objectifs")),
    "axe": {
        **dict.fromkeys(("id", "titre", "theme")),
        "objectif": dict.fromkeys(("id", "texte")),
    },
}
DECISION: Form = {
    **dict.fromkeys(("arretees_le", "statut", "horizon")),
    "priorites": dict.fromkeys(("poids", "raison")),
    "scenario": dict.fromkeys(("id", "nom", "variation", "raison")),
    "structure": dict.fromkeys(("id", "nom", "places", "source")),
}
SOURCE: Form = {
    **dict.fromkeys(("producteur", "titre", "jeu", "periode", "licence")),
    **dict.fromkeys(("consulte_le", "page", "nature", "note")),
}
ACCESS: Form = dict.fromkeys(("portee_metres", "detour"))
LEGAL: Form = {"reponse": dict.fromkeys(("contenu", "texte", "document", "date"))}
FACTS: dict[str, Form] = {
    "fait": dict.fromkeys(("theme", "libelle", "valeur", "date", "source", "note"))
}
