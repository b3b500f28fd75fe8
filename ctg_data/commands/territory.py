"""The commands ``territoire``: a commune's folder, and the communes that it is compared with."""

import argparse

from ctg_data import fr
from ctg_data.commands.exit_codes import Exit
from ctg_data.new_territory import folder as territory_new, renewal as comparables_renew
from ctg_data.sources.http import Http
from ctg_data.territory import config as territory


def declare(verb: argparse.ArgumentParser) -> None:
    """What ``territoire`` may be given; ``func(options)`` returns the exit code."""
    verb.description = "Codes de sortie : 0, fait ; 2, refusé ou impossible, rien n'a été écrit."
    verbs = verb.add_subparsers(metavar="commande", required=True, dest="verbe")
    words = "faire le dossier d'une commune à partir des données ouvertes"
    new = verbs.add_parser("nouveau", help=words, description=words)
    new.add_argument("code", metavar="CODE", help="code Insee de la commune")
    new.add_argument("--dossier", default="", metavar="NOM", help="nom du dossier à créer")
    new.set_defaults(func=_new)
    words = "proposer de nouveau les communes semblables, par leur taille et leur situation"
    alike = verbs.add_parser("semblables", help=words, description=words)
    alike.add_argument("place", metavar="DOSSIER|CODE", help="le territoire, ou sa commune")
    alike.set_defaults(func=_alike)


def _new(options: argparse.Namespace) -> Exit:
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
    return Exit.DONE


def _alike(options: argparse.Namespace) -> Exit:
    config = comparables_renew.place(options.place, territory.ROOT)
    with Http() as http:
        found = comparables_renew.renew(config, http)
    print(fr.spaced(found.proposal.told))
    for sign, communes in (("+", found.added), ("−", found.removed)):
        for code, name in sorted(communes.items()):
            print(fr.spaced(f"  {sign} {name} ({code})"))
    if found.hole:
        print(fr.spaced(f"  (manque) {found.hole}"))
    print(
        fr.spaced(
            f"Écrit dans {config.folder / 'territoire.toml'}. Leurs chiffres arrivent avec "
            f"« python -m ctg_data update --territoire {config.id} » ; la page ne garde que celles "
            "dont la pauvreté aussi est proche."
        )
    )
    return Exit.DONE
