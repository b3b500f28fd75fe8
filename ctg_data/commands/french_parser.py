"""argparse, with its help and its errors in French."""

import argparse
import re
import sys
from collections.abc import Iterable
from typing import Any, NoReturn

from ctg_data import fr
from ctg_data.commands.exit_codes import Exit

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
    (r"argument (-\S+): (.*)", r"\1 : \2"),  # words of ours: last, for the others are not
)
TITLES = {"positional arguments": "commandes et arguments"}


class _Formatter(argparse.HelpFormatter):
    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, "utilisation : " if prefix is None else prefix)


class FrenchParser(argparse.ArgumentParser):
    """A parser whose every word is French; those of its commands are too."""

    def __init__(self, **options: Any) -> None:
        options = {"formatter_class": _Formatter, "allow_abbrev": False, **options}
        super().__init__(**{**options, "add_help": False})
        self.add_argument("-h", "--help", action="help", help="afficher cette aide et quitter")

    def add_argument_group(self, title: str | None = None, *more: Any, **options: Any) -> Any:
        """Name a group in French: argparse names its own two by this very door."""
        return super().add_argument_group(TITLES.get(title or "", title), *more, **options)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, how to write it, and leave with the code of bad usage."""
        for english, french in SAYINGS:
            message = re.sub(f"^{english}$", french, message)
        self.print_usage(sys.stderr)
        self.exit(Exit.BAD_INPUT, fr.spaced(f"Commande mal écrite : {message}\n"))
