"""The command ``update``: bring the open data up to date."""

import argparse

from ctg_data.commands.exit_codes import Exit
from ctg_data.commands.given import with_territory


def declare(verb: argparse.ArgumentParser) -> None:
    """What ``update`` may be given; ``func(options)`` returns the exit code."""
    verb.description = (
        "Interroge les producteurs et garde ce qu'ils donnent. Une source en panne "
        "n'abîme rien : sa dernière copie reste. Codes de sortie : 0, tout va bien ; 1, une source "
        "a échoué ; 2, commande mal écrite."
    )
    verb.add_argument(
        "--source", action="append", metavar="ID", help="une source seulement (répétable)"
    )
    with_territory(verb)
    verb.set_defaults(func=_update)


def _update(options: argparse.Namespace) -> Exit:
    # Imported here so that a badly written command does not wait for pandas and the database.
    from ctg_data.store.session import Store
    from ctg_data.update import run as update
    from ctg_data.zonings.registry import open_place

    with Store.open() as store:
        territory = open_place(options.territoire, store)
        summary = update.run(territory, store, options.source, progress=_show)
    print(f"\n{summary}")
    return Exit.FAILED if summary.failed else Exit.DONE


def _show(step: object) -> None:
    if getattr(step, "outcome", None) is not None:
        print(step, flush=True)
