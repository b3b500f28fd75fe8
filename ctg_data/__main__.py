"""Command line: ``python -m ctg_data update``, ``socle`` and, for the statistician, ``secret``."""

import argparse
import importlib
import io
import re
import sys
from collections.abc import Sequence

from ctg_data import fr
from ctg_data.errors import StoreError, UserError

ALL_WELL, FAILED, BAD_USAGE, INTERRUPTED = 0, 1, 2, 130
# What argparse says, in French: its own words are English whatever the locale.
SAYINGS = (
    (r"the following arguments are required: (.*)", r"il manque : \1"),
    (r"unrecognized arguments: (.*)", r"argument inconnu : \1"),
    (r"argument (.*): expected (one|at least one) argument.*", r"\1 : il manque une valeur"),
    (
        r"argument (.*): invalid choice: (.*) \(choose from (.*)\)",
        r"\1 : \2 n'existe pas (possibles : \3)",
    ),
    (r"argument (.*): invalid \w+ value: (.*)", r"\1 : \2 n'est pas une valeur possible"),
    (r"argument (.*): not allowed with argument (.*)", r"\1 et \2 ne vont pas ensemble"),
)


class _Formatter(argparse.HelpFormatter):
    def add_usage(self, usage, actions, groups, prefix=None):  # type: ignore[no-untyped-def]
        super().add_usage(usage, actions, groups, "utilisation : " if prefix is None else prefix)


class FrenchParser(argparse.ArgumentParser):
    """argparse, with its help and its errors in French."""

    def __init__(self, **options) -> None:  # type: ignore[no-untyped-def]
        options = {"formatter_class": _Formatter, "allow_abbrev": False, **options}
        super().__init__(**{**options, "add_help": False})
        self._positionals.title, self._optionals.title = "commandes et arguments", "options"
        self.add_argument("-h", "--help", action="help", help="afficher cette aide et quitter")

    def error(self, message: str) -> None:  # type: ignore[override]
        """Say what is wrong, how to write it, and leave with the code of bad usage."""
        for english, french in SAYINGS:
            message = re.sub(f"^{english}$", french, message)
        self.print_usage(sys.stderr)
        self.exit(BAD_USAGE, fr.spaced(f"Commande mal écrite : {message}\n"))


# Loaded only when asked for: some bring the solver, which an update does not need.
LOADED = {
    "ctg_data.commands.secret": {"secret": "secret statistique : protéger, vérifier un fichier"},
    "ctg_data.commands.socle": {
        "socle": "socle annuel de la CAF : vérifier, protéger, importer",
        "fed": "réponses de la CAF à une demande (FED) : vérifier, importer",
    },
    "ctg_data.commands.zonings": {"zonage": "zonages de la ville : ajouter, lister, retirer"},
    "ctg_data.commands.structures": {
        "structures": "liste des structures : vérifier, mettre en place, choix retenus"
    },
    "ctg_data.commands.territory": {"territoire": "ajouter une commune"},
    "ctg_data.commands.routes": {"trajets": "mesurer par la route les trajets vers les structures"},
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a console without « narrow no-break space »
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        options = _parser(given).parse_args(given)
        return int(options.func(options) or ALL_WELL)
    except StoreError as problem:
        print(problem, file=sys.stderr)
        return FAILED
    except UserError as problem:
        print(problem, file=sys.stderr)
        return BAD_USAGE
    except KeyboardInterrupt:
        print("Interrompu : ce qui était terminé est gardé, le reste est intact.", file=sys.stderr)
        return INTERRUPTED


def _parser(given: Sequence[str]) -> FrenchParser:
    parser = FrenchParser(
        prog="python -m ctg_data",
        description="Données du tableau de bord de la convention territoriale globale.",
    )
    commands = parser.add_subparsers(metavar="commande", required=True, dest="commande")
    command = commands.add_parser(
        "update",
        help="mettre à jour les données ouvertes",
        description="Interroge les producteurs et garde ce qu'ils donnent. Une source en panne "
        "n'abîme rien : sa dernière copie reste. Codes de sortie : 0, tout va bien ; 1, une source "
        "a échoué ; 2, commande mal écrite.",
    )
    command.add_argument(
        "--source", action="append", metavar="ID", help="une source seulement (répétable)"
    )
    command.add_argument("--territoire", metavar="ID", help="le territoire, sinon celui par défaut")
    command.set_defaults(func=_update)
    for module, names in LOADED.items():
        if given and given[0] in names:
            importlib.import_module(module).add_commands(commands)
        else:
            for name, words in names.items():
                commands.add_parser(name, help=words)
    return parser


def _update(options: argparse.Namespace) -> int:
    # Imported here so that « --help » and « secret » do not wait for pandas and the database.
    from ctg_data.store.session import Store
    from ctg_data.update import run as update
    from ctg_data.zonings.registry import open_place

    with Store.open() as store:
        territory = open_place(options.territoire, store)
        summary = update.run(territory, store, options.source, progress=_show)
    print(f"\n{summary}")
    return FAILED if summary.failed else ALL_WELL


def _show(step: object) -> None:
    if getattr(step, "outcome", None) is not None:
        print(step, flush=True)


if __name__ == "__main__":
    sys.exit(main())
