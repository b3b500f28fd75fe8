"""The command ``territoire nouveau``: a commune's folder, made from what producers publish."""

import argparse
from typing import Any

from ctg_data import fr, territory_new


def add_commands(commands: Any) -> None:
    """Register the command; ``func(options)`` returns the exit code."""
    group = commands.add_parser(
        "territoire",
        help="ajouter une commune",
        description="Codes de sortie : 0, fait ; 2, refusé ou impossible, rien n'a été écrit.",
    )
    verbs = group.add_subparsers(metavar="commande", required=True, dest="verbe")
    words = "faire le dossier d'une commune à partir des données ouvertes"
    new = verbs.add_parser("nouveau", help=words, description=words)
    new.add_argument("code", metavar="CODE", help="code Insee de la commune")
    new.add_argument("--dossier", default="", metavar="NOM", help="nom du dossier à créer")
    new.set_defaults(func=_new)


def _new(options: argparse.Namespace) -> int:
    config, draft = territory_new.create(options.code, options.dossier)
    counts = (
        fr.plural(len(config.qpv), "QPV", "QPV"),
        fr.plural(len(config.iris), "IRIS", "IRIS"),
        fr.plural(len(config.neighbours), "commune voisine", "communes voisines"),
    )
    print(fr.spaced(f"{config.label} : {', '.join(counts)}. Dossier : {config.folder}"))
    for hole in draft.holes:
        print(fr.spaced(f"  (manque) {hole}"))
    print(
        fr.spaced(
            "Ensuite : compléter convention.toml et les deux parties de territoire.toml, puis "
            f"« python -m ctg_data update --territoire {config.id} » pour recevoir les chiffres et "
            "les contours."
        )
    )
    return 0
