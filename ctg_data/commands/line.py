"""The command line: its verbs, and what an error becomes."""

import importlib
import sys
from collections.abc import Sequence

from ctg_data.commands.exit_codes import BY_ERROR, Exit, code_of
from ctg_data.commands.french_parser import FrenchParser
from ctg_data.commands.output import without_missing_signs

# Each verb: its module, loaded only when it is asked for, and what the help says of it.
VERBS = {
    "update": ("update", "mettre à jour les données ouvertes"),
    "secret": ("secret", "secret statistique : protéger, vérifier un fichier"),
    "socle": ("socle", "socle annuel de la CAF : vérifier, protéger, importer"),
    "fed": ("fed", "réponses de la CAF à une demande (FED) : vérifier, importer"),
    "zonage": ("zonings", "zonages de la ville : ajouter, lister, retirer"),
    "structures": (
        "structures",
        "liste des structures : vérifier, mettre en place, choix retenus",
    ),
    "territoire": ("territory", "ajouter une commune"),
    "trajets": ("journeys", "mesurer par la route les trajets vers les structures"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    without_missing_signs()
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        options = parser(given).parse_args(given)
        return int(options.func(options) or Exit.DONE)
    except KeyboardInterrupt as stop:
        print("Interrompu : ce qui était terminé est gardé, le reste est intact.", file=sys.stderr)
        return code_of(stop)
    except tuple(BY_ERROR) as problem:
        print(problem, file=sys.stderr)
        return code_of(problem)


def parser(given: Sequence[str]) -> FrenchParser:
    """What the command line may say; of the verb given, all of it."""
    made = FrenchParser(
        prog="python -m ctg_data",
        description="Données du tableau de bord de la convention territoriale globale.",
    )
    commands = made.add_subparsers(metavar="commande", required=True, dest="commande")
    for name, (module, words) in VERBS.items():
        verb = commands.add_parser(name, help=words)
        if given and given[0] == name:
            importlib.import_module(f"ctg_data.commands.{module}").declare(verb)
    return made
