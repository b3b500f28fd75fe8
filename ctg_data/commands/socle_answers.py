"""What the options of ``socle`` say of a file that the file does not say itself."""

import argparse
from datetime import date, datetime

from ctg_data import fr
from ctg_data.errors import UserError
from ctg_data.socle.imports import Declared, Kind


def declared(options: argparse.Namespace) -> Declared:
    """What the options say of the file.

    Raises:
        UserError: an answer that does not read.
    """
    answers: dict[str, list[str]] = {}
    for text in options.confirmer:
        key, separator, value = text.partition("=")
        if not separator or key not in ("colonne", "absente", "code", "ecarter"):
            raise UserError(
                fr.spaced(
                    f"« {text} » n'est pas une réponse connue. Écrivez colonne=EN_TETE:VARIABLE, "
                    "absente=VARIABLE, code=LU:VRAI ou ecarter=CODE."
                )
            )
        answers.setdefault(key, []).append(value)
    kinds = {"exact": Kind.EXACT, "protege": Kind.PROTEGE}
    return Declared(
        kind=kinds.get(options.nature or ""),
        reference_date=_date(options.date) if options.date else None,
        columns=_pairs(answers.get("colonne", [])),
        absent=frozenset(answers.get("absente", [])),
        codes=_pairs(answers.get("code", [])),
        set_aside=frozenset(answers.get("ecarter", [])),
        series=options.series,
    )


def _pairs(answers: list[str]) -> dict[str, str]:
    return {one.rpartition(":")[0]: one.rpartition(":")[2] for one in answers}


def _date(text: str) -> date:
    try:
        return datetime.strptime(text, "%d/%m/%Y").date()
    except ValueError:
        message = f"« {text} » n'est pas une date. Écrivez-la 31/12/2024."
        raise UserError(fr.spaced(message)) from None
