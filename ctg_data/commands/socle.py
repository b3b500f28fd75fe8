"""The commands ``socle`` and ``fed``: check, import, protect, model, undo, list, report.

Exit codes: 0 done (or would be), 1 refused, 2 unreadable or badly written, 3 not protected.
The report goes to whoever holds the file, so all of it is printed; it never holds a count.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ctg_data import fr, role
from ctg_data.commands.exit_codes import Exit
from ctg_data.commands.given import with_territory
from ctg_data.commands.socle_answers import declared
from ctg_data.errors import UserError
from ctg_data.files.outputs import write_bytes
from ctg_data.socle import imports as socle, protect as socle_protect, report as told, written
from ctg_data.socle.imports import Refused, Report, Series
from ctg_data.socle.model import files as socle_model
from ctg_data.store.session import Store
from ctg_data.territory.config import TerritoryConfig
from ctg_data.zonings.registry import open_place

Act = Callable[[argparse.Namespace], Exit]
MOST_TOLD = 40  # lines on the screen; the whole report goes to --rapport


def declare(verb: argparse.ArgumentParser) -> None:
    """What ``socle`` may be given; ``func(options)`` returns the exit code."""
    verbs = declare_series(verb, Series.SOCLE)
    protecting = _file_command(
        verbs, "proteger", "faire d'un fichier exact celui qui peut quitter la CAF", _protect
    )
    protecting.add_argument("--out", type=Path, required=True, metavar="SOCLE_PROTEGE.xlsx")
    protecting.add_argument(
        "--editions", type=Path, nargs="*", default=[], help="fichiers protégés déjà envoyés"
    )


def declare_series(verb: argparse.ArgumentParser, series: Series) -> Any:
    """What every series of files is done with: check, import, model, undo, list, report."""
    verb.description = (
        "Codes de sortie : 0, fait (ou le serait) ; 1, refusé ; 2, illisible ; "
        "3, n'a pas pu être protégé."
    )
    verb.set_defaults(series=series)
    verbs = verb.add_subparsers(metavar="commande", required=True, dest="verbe")
    _file_command(verbs, "check", "dire ce que deviendrait un fichier, sans rien écrire", _check)
    importing = _file_command(verbs, "import", "importer un fichier, en entier ou pas", _import)
    if series is Series.SOCLE:
        importing.add_argument(
            "--remplacer", action="store_true", help="prendre la place du socle de la même année"
        )
    model = _command(verbs, "modele", "écrire le modèle à donner à la CAF", _model)
    model.add_argument("--out", type=Path, required=True, metavar="MODELE.xlsx")
    undoing = _command(verbs, "annuler", "oublier un import ; ce qui fut montré reste su", _undo)
    undoing.add_argument("numero", type=int, metavar="NUMERO")
    _command(verbs, "liste", "les imports de ce poste", _list)
    again = _command(verbs, "rapport", "redonner le compte rendu d'un import", _again)
    again.add_argument("numero", type=int, metavar="NUMERO")
    again.add_argument(
        "--out", type=Path, metavar="FICHIER", help="l'écrire : .csv, ou .html pour l'imprimer"
    )
    return verbs


def _command(verbs: Any, name: str, words: str, func: Act) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = verbs.add_parser(name, help=words, description=words)
    with_territory(made)
    made.set_defaults(func=func)
    return made


def _file_command(verbs: Any, name: str, words: str, func: Act) -> argparse.ArgumentParser:
    made = _command(verbs, name, words, func)
    made.add_argument("fichier", type=Path, metavar="FICHIER")
    made.add_argument("--rapport", type=Path, metavar="CSV", help="écrire tout le compte rendu")
    made.add_argument("--nature", choices=("exact", "protege"), help="si le fichier ne la dit pas")
    made.add_argument("--date", metavar="JJ/MM/AAAA", help="date de référence, à confirmer")
    made.add_argument(
        "--confirmer",
        action="append",
        default=[],
        metavar="CLE=VALEUR",
        help="réponse à une remarque : colonne=EN_TETE:VARIABLE, absente=VARIABLE, "
        "code=LU:VRAI, ecarter=CODE (ou « * ») ; répétable",
    )
    return made


def _refuse_outputs(options: argparse.Namespace, **outputs: Path | None) -> None:
    given = [getattr(options, "fichier", None), *getattr(options, "editions", [])]
    written.refuse_outputs(outputs, [*given, open_place(options.territoire).folder])


def _check(options: argparse.Namespace) -> Exit:
    _refuse_outputs(options, rapport=options.rapport)
    name, content = _read(options.fichier)
    place, store = _place(options)
    with store:
        report = socle.check_file(name, content, place, store, declared=declared(options))
    _tell(report, options.rapport)
    return Exit.FAILED if report.refused else Exit.DONE


def _told_when_refused(act: Act) -> Act:
    """The same command, which tells the whole report of a file that it refuses."""

    def told_when_refused(options: argparse.Namespace) -> Exit:
        try:
            return act(options)
        except Refused as refusal:
            _tell(refusal.report, options.rapport)
            return Exit.FAILED

    return told_when_refused


@_told_when_refused
def _import(options: argparse.Namespace) -> Exit:
    _refuse_outputs(options, rapport=options.rapport)
    name, content = _read(options.fichier)
    place, store = _place(options)
    with store:
        done = socle.import_file(
            name,
            content,
            place,
            store,
            declared=declared(options),
            replacing=getattr(options, "remplacer", False),
            steps=_step,
        )
    _tell(socle.report_of(done), options.rapport)
    print(
        fr.spaced(
            f"Import {done.number} : {done.what} ({done.kind}), "
            f"{fr.plural(done.rows, 'valeur')}. « {done.series} annuler {done.number} » l'oublie."
        )
    )
    return Exit.DONE


@_told_when_refused
def _protect(options: argparse.Namespace) -> Exit:
    manifest = written.manifest_path(options.out)
    _refuse_outputs(options, out=options.out, rapport=options.rapport, out_manifeste=manifest)
    name, content = _read(options.fichier)
    place, store = _place(options)
    with store:
        made = socle_protect.protect_file(
            name,
            content,
            place,
            store,
            editions=[_read(path) for path in options.editions],
            declared=declared(options),
            out=options.out.name,
            steps=_step,
        )
    _tell(made.report, options.rapport)
    written.save(made, options.out)
    print(made.summary())
    print(fr.spaced(f"Écrit : {options.out} et {written.manifest_path(options.out).name}."))
    return Exit.DONE


def _model(options: argparse.Namespace) -> Exit:
    _refuse_outputs(options, out=options.out)
    place = open_place(options.territoire)
    write_bytes(options.out, socle_model.model(place, options.series), confidential=False)
    print(fr.spaced(f"Modèle écrit : {options.out}."))
    return Exit.DONE


def _undo(options: argparse.Namespace) -> Exit:
    place, store = _place(options)
    with store:
        socle.imported(store, place, options.numero, options.series)
        gone = socle.undo(store, place, options.numero, print)
    back = f" L'import {gone.replaces} est de nouveau en place." if gone.replaces else ""
    print(
        fr.spaced(
            f"Import {gone.number} annulé ({gone.what}) : ses valeurs sont "
            f"oubliées, pas la mémoire de ce qui a été montré.{back}"
        )
    )
    return Exit.DONE


def _list(options: argparse.Namespace) -> Exit:
    place, store = _place(options)
    with store:
        found = socle.imports(store, place, options.series)
    if not found:
        none = f"Aucun import ({options.series.label}) pour {place.label} sur ce poste."
        print(fr.spaced(none))
    for one in found:
        state = told.STATES[one.state]
        print(
            fr.spaced(
                f"{one.number} · {one.what} · {one.kind} · {state} · "
                f"{fr.day(one.at)} · {fr.plural(one.rows, 'valeur')} · {one.label}"
            )
        )
    return Exit.DONE


def _again(options: argparse.Namespace) -> Exit:
    _refuse_outputs(options, out=options.out)
    place, store = _place(options)
    with store:
        entry = socle.imported(store, place, options.numero)
    report = told.seen_by(socle.report_of(entry), role.current())
    became = told.outcome(entry)
    _tell(report, None)
    print(became)
    if options.out is not None:
        page = options.out.suffix.lower() in (".html", ".htm")
        made = told.to_html(report, outcome=became).encode() if page else None
        write_bytes(options.out, made or told.to_csv(report))
        print(fr.spaced(f"Écrit : {options.out}."))
    return Exit.DONE


def _place(options: argparse.Namespace) -> tuple[TerritoryConfig, Store]:
    return open_place(options.territoire), Store.open()


def _read(path: Path) -> tuple[str, bytes]:
    """The name and the bytes of a file.

    Raises:
        UserError: it is not there, or may not be read.
    """
    try:
        return path.name, path.read_bytes()
    except OSError as problem:
        why = "introuvable" if isinstance(problem, FileNotFoundError) else "illisible"
        raise UserError(
            fr.spaced(f"Fichier « {path} » {why}. Vérifiez son nom et son dossier.")
        ) from None


def _step(text: str) -> None:
    print(text, flush=True)


def _tell(report: Report, file: Path | None) -> None:
    """The verdict and its remarks, worst first; the whole report in a file when asked."""
    print(told.headline(report))
    for one in report.messages[:MOST_TOLD]:
        place = told.where(one, 2)
        done = f" {one.done}" if one.done else ""
        print(fr.spaced(f"- {one.severity.label} ({one.audience}), {place} : {one.text}{done}"))
    if (more := len(report.messages) - MOST_TOLD) > 0:
        print(fr.spaced(f"… et {fr.plural(more, 'autre remarque', 'autres remarques')}."))
    if file is not None:
        write_bytes(file, told.to_csv(report))
