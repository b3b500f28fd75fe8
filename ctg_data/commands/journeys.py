"""The command ``trajets``: measure by road the ways that access is estimated from."""

import argparse

from ctg_data import fr
from ctg_data.access import routes as ways
from ctg_data.commands.exit_codes import Exit
from ctg_data.commands.given import with_territory
from ctg_data.errors import UserError
from ctg_data.opening import open_workspace
from ctg_data.sources.http import Http
from ctg_data.sources.itineraries_ign import Itineraries
from ctg_data.workspace import Workspace

TOLD = 25  # ways between two lines on screen


def declare(verb: argparse.ArgumentParser) -> None:
    """What ``trajets`` may be given; ``func(options)`` returns the exit code."""
    verb.description = (
        "Demande à l'IGN les trajets à pied qui peuvent être à portée et ne sont pas "
        "déjà connus ; interrompue, la commande reprend où elle en était. Codes de sortie : 0, "
        "fait ; 2, refusé ou service injoignable, ce qui était mesuré est gardé."
    )
    with_territory(verb)
    verb.set_defaults(func=_run)


def _run(options: argparse.Namespace) -> Exit:
    with Http() as http:
        asked = measured(open_workspace(options.territoire), Itineraries(http))
    done = fr.plural(asked, "trajet mesuré", "trajets mesurés")
    print(fr.spaced(f"{done}. Rouvrez l'application pour les voir sur la carte."))
    return Exit.DONE


def measured(data: Workspace, service: Itineraries) -> int:
    """Measure what every indicator of access needs; how many ways were asked.

    Raises:
        UserError: invented places have no streets, or something is missing; says what.
    """
    if data.territory.fictional:
        raise UserError("Les rues d'un territoire fictif n'existent pas : rien à mesurer.")
    asked = 0
    for one in data.indicators():
        if one.compute.looks_beyond:
            structures, homes, rule = data.ways_needed(one)
            asked += ways.measure(data.territory.id, structures, homes, rule, service, _told)
    return asked


def _told(rank: int, of: int) -> None:
    if rank % TOLD == 0 or rank == of:
        print(f"{rank} / {of}", flush=True)
