"""The command ``structures``: check and put in place a list, and what was chosen for its words.

Exit codes: 0 done (or would be), 1 refused, 2 unreadable or badly written.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ctg_data import fr
from ctg_data.commands.exit_codes import Exit
from ctg_data.commands.given import content_of, with_territory
from ctg_data.errors import UserError
from ctg_data.register import choices as register_choices, imports as register
from ctg_data.register.choices import COLUMN, COMMUNE, COMMUNES, TYPE, WHOLE, Question
from ctg_data.register.headers import ASIDE
from ctg_data.register.imports import Examined
from ctg_data.store.session import Store
from ctg_data.zonings.registry import open_place

MOST_TOLD, MOST_OFFERED = 40, 6  # remarks on the screen; answers written in full for a question
NOWHERE = "-"  # what one writes to leave a type, a list or a commune aside
SAID = (COLUMN, TYPE, WHOLE, COMMUNE)
ASKING = {
    TYPE: "Quel type est « {} »",
    WHOLE: "« {} » n'a pas de colonne de type : de quel type sont toutes ses lignes",
    COMMUNE: "Quelle commune est « {} »",
}
CODES = "Codes de sortie : 0, fait (ou le serait) ; 1, refusé ; 2, illisible ou mal écrit."


def declare(verb: argparse.ArgumentParser) -> None:
    """What ``structures`` may be given; ``func(options)`` returns the exit code."""
    verb.description = CODES
    verbs = verb.add_subparsers(metavar="commande", required=True, dest="verbe")
    check = verbs.add_parser(
        "verifier", help="dire ce que deviendrait un fichier, sans rien écrire"
    )
    put = verbs.add_parser("importer", help="le mettre en place, en entier ou pas du tout")
    for one, func in ((check, _check), (put, _import)):
        one.add_argument("fichier", metavar="FICHIER", type=Path, help="classeur ou texte")
        one.add_argument(
            "--choix",
            action="append",
            default=[],
            metavar="CHOIX",
            help=f"colonne:TITRE=type, type:TEXTE=eaje, liste:NOM=eaje (toutes ses lignes), "
            f"commune:NOM=CODE ({NOWHERE} : de côté) ; répétable",
        )
        one.add_argument(
            "--autres-communes-de-cote",
            action="store_true",
            dest="elsewhere",
            help="ne pas reprendre les lignes des communes qui ne sont pas du territoire",
        )
        one.set_defaults(func=func)
    every = verbs.add_parser("choix", help="les choix retenus pour les fichiers suivants")
    every.set_defaults(func=_list)
    gone = verbs.add_parser("oublier", help="oublier un choix retenu")
    gone.add_argument("quoi", choices=SAID)
    gone.add_argument("texte", metavar="TEXTE")
    gone.set_defaults(func=_forget)
    for one in (check, put, every, gone):
        with_territory(one)


def choice_of(text: str) -> tuple[str, str, str]:
    """A choice as it is written on the command line.

    >>> choice_of("type:Bibliobus=ludotheque"), choice_of("colonne:Sorte=type")
    (('type', 'Bibliobus', 'ludotheque'), ('colonne', 'Sorte', 'type'))
    """
    what, _, rest = text.partition(":")
    said, sign, meaning = rest.rpartition("=")
    if what not in SAID or not sign or not said:
        raise UserError(
            fr.spaced(
                f"« {text} » ne se lit pas : écrivez « colonne:TITRE=type », « type:TEXTE=eaje », "
                "« liste:NOM=eaje » ou « commune:NOM=CODE »."
            )
        )
    return what, said, ASIDE if meaning == NOWHERE else meaning


def _check(options: argparse.Namespace) -> Exit:
    with Store.open() as store:
        seen, _ = _seen(options, store)
    return Exit.FAILED if seen.report.refused else Exit.DONE


def _import(options: argparse.Namespace) -> Exit:
    with Store.open() as store:
        seen, choices = _seen(options, store)
        if seen.report.refused:
            return Exit.FAILED
        place = open_place(options.territoire, store)
        register.put_in_force(seen, place, store)
        if choices:
            register_choices.keep(store, place.id, choices)
    print(fr.spaced(f"« {seen.name} » est en place : {_changed(seen)}."))
    return Exit.DONE


def _seen(options: argparse.Namespace, store: Store) -> tuple[Examined, list[Any]]:
    """The file, judged and told, with the choices of the command line."""
    choices = [choice_of(one) for one in options.choix]
    content = content_of(options.fichier)
    place = open_place(options.territoire, store)
    seen = register.examine(options.fichier.name, content, place, store, choices)
    names = [name for one in seen.asked if one.what == COMMUNES for name in one.offered]
    if options.elsewhere and names:
        choices += [(COMMUNE, name, ASIDE) for name in names]
        seen = register.examine(options.fichier.name, content, place, store, choices)
    _tell(seen)
    return seen, choices


def _tell(seen: Examined) -> None:
    print(seen.report.summary())
    for one in seen.report.messages[:MOST_TOLD]:
        print(f"  [{one.severity}] {one.text} → {one.done}")
    if (rest := len(seen.report.messages) - MOST_TOLD) > 0:
        print(f"  … et {fr.plural(rest, 'autre remarque', 'autres remarques')}")
    for line in asked(seen.asked):
        print(line)
    if not seen.report.refused:
        print(fr.spaced(f"  {_changed(seen)}."))


def asked(questions: Sequence[Question]) -> list[str]:
    """What a file asks, with the words to answer it."""
    told = []
    for one in questions:
        if one.what == COLUMN:
            told.append(f"Quelle colonne donne « {one.text} » ? Ajoutez :")
            told += [f'  --choix "colonne:{title}={one.text}"' for title in one.offered]
        elif one.what == COMMUNES:
            told.append(f"{one.text} : pour les laisser de côté, ajoutez :")
            told.append("  --autres-communes-de-cote")
        else:
            told.append(f"{ASKING[one.what].format(one.text)} ? Ajoutez :")
            shown = [*one.offered[:MOST_OFFERED], NOWHERE]
            told += [f'  --choix "{one.what}:{one.text}={kind}"' for kind in shown]
    return [line if line.startswith(" ") else fr.spaced(line) for line in told]


def _changed(seen: Examined) -> str:
    return fr.plural(len(seen.changes), "changement")


def _list(options: argparse.Namespace) -> Exit:
    with Store.open() as store:
        found = register_choices.in_force(store, open_place(options.territoire, store).id)
    for one in found:
        print(fr.spaced(f"{one.sentence} (retenu le {fr.day(one.at)}, {one.role})."))
    if not found:
        print("Aucun choix n'est retenu.")
    return Exit.DONE


def _forget(options: argparse.Namespace) -> Exit:
    with Store.open() as store:
        place = open_place(options.territoire, store)
        register_choices.forget(store, place.id, options.quoi, options.texte)
    print(fr.spaced(f"Le choix pour « {options.texte} » est oublié."))
    return Exit.DONE
