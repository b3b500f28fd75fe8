"""The command ``zonage``: the city's own zonings, added, listed, taken away."""

import argparse
from pathlib import Path

from ctg_data import fr
from ctg_data.boundaries import zoning_changes
from ctg_data.commands.exit_codes import Exit
from ctg_data.commands.given import content_of, with_territory
from ctg_data.store.session import Store
from ctg_data.zonings import registry as zonings
from ctg_data.zonings.nature import Nature, Told
from geo.outlines.dbf import ENCODINGS

CODES = "Codes de sortie : 0, fait ; 1, base illisible ; 2, refusé, rien n'a été écrit."


def declare(verb: argparse.ArgumentParser) -> None:
    """What ``zonage`` may be given; ``func(options)`` returns the exit code."""
    verb.description = CODES
    verbs = verb.add_subparsers(metavar="commande", required=True, dest="verbe")
    new = verbs.add_parser("ajouter", help="vérifier et ajouter un fichier de zones")
    new.add_argument("fichier", metavar="FICHIER", type=Path, help="GeoJSON, GPKG ou ZIP de SHP")
    new.add_argument("--nature", required=True, choices=[str(one) for one in Nature])
    new.add_argument("--auteur", required=True, metavar="NOM", help="qui a dessiné ces zones")
    new.add_argument("--date", required=True, metavar="AAAA-MM-JJ", help="date des contours")
    new.add_argument("--methode", required=True, metavar="TEXTE", help="comment, en une phrase")
    new.add_argument("--code", default="", metavar="COLONNE", help="des codes, ou de quoi en faire")
    new.add_argument("--nom", default="", metavar="COLONNE", help="colonne des noms")
    new.add_argument(
        "--encodage",
        default="",
        choices=list(ENCODINGS),
        help="des textes d'un shapefile, si ceux qui sont lus sont mal écrits",
    )
    new.add_argument("--essai", action="store_true", help="vérifier seulement, ne rien écrire")
    new.set_defaults(func=_add)
    every = verbs.add_parser("liste", help="les zonages ajoutés, et ceux qui ont été retirés")
    every.set_defaults(func=_list)
    gone = verbs.add_parser("retirer", help="retirer un zonage ; ce qui a été montré reste connu")
    gone.add_argument("numero", metavar="NUMERO", type=int)
    gone.set_defaults(func=_remove)
    for one in (new, every, gone):
        with_territory(one)


def _add(options: argparse.Namespace) -> Exit:
    content = content_of(options.fichier)
    told = Told(
        Nature(options.nature),
        options.auteur,
        options.date,
        options.methode,
        options.code,
        options.nom,
        options.encodage,
    )
    with Store.open() as store:
        place = zonings.open_place(options.territoire, store)
        act = zoning_changes.check if options.essai else zoning_changes.add
        found = act(store, place, options.fichier.name, content, told)
    done = "peut être ajouté" if options.essai else "ajouté"
    zones = fr.plural(len(found.outlines), "zone")
    print(fr.spaced(f"« {options.fichier.name} » {done} : {zones}, {told.nature.label}."))
    for note in found.notes:
        print(f"  {note}")
    return Exit.DONE


def _list(options: argparse.Namespace) -> Exit:
    with Store.open() as store:
        found = zonings.listed(store, zonings.open_place(options.territoire, store).id)
    for one in found:
        state = "en place" if one.ended_at is None else f"retiré le {fr.day(one.ended_at)}"
        print(
            fr.spaced(
                f"{one.number}. {one.file} : {one.told.nature.label}, "
                f"{fr.plural(len(one.zones), 'zone')}, {one.told.author}, {one.told.dated}, "
                f"ajouté le {fr.day(one.at)}, {state}."
            )
        )
    if not found:
        print("Aucun zonage de la ville n'a été ajouté.")
    return Exit.DONE


def _remove(options: argparse.Namespace) -> Exit:
    with Store.open() as store:
        place = zonings.open_place(options.territoire, store)
        gone = zoning_changes.remove(store, place, options.numero)
    print(fr.spaced(f"« {gone.file} » retiré. Ce qui a été montré avec ces zones reste connu."))
    return Exit.DONE
