"""The command ``update``: bring the open data up to date."""

import argparse

from ctg_data.commands.age import age
from ctg_data.commands.exit_codes import Exit
from ctg_data.commands.given import with_territory


def declare(verb: argparse.ArgumentParser) -> None:
    """What ``update`` may be given; ``func(options)`` returns the exit code."""
    verb.description = (
        "Interroge les producteurs et garde ce qu'ils donnent. Une source en panne "
        "n'abîme rien : sa dernière copie reste. Codes de sortie : 0, tout va bien ; 1, une source "
        "a échoué ; 2, commande mal écrite. Pour une minuterie : --si-plus-vieux 7j, qui ne "
        "demande que ce qui date ; avec --source, parmi les sources nommées."
    )
    verb.add_argument(
        "--source", action="append", metavar="ID", help="une source seulement (répétable)"
    )
    verb.add_argument(
        "--si-plus-vieux",
        type=age,
        metavar="DURÉE",
        help="seulement les sources dont la dernière réussite est plus ancienne (12h, 7j, 2sem)",
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
        wanted, older_than = options.source, options.si_plus_vieux
        summary = update.run(territory, store, wanted, progress=_show, older_than=older_than)
    print(f"\n{summary}")
    return Exit.FAILED if summary.failed else Exit.DONE


def _show(step: object) -> None:
    if getattr(step, "outcome", None) is not None:
        print(step, flush=True)
