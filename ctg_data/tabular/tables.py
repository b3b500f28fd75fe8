"""Reading what a producer sent: a table of text first, numbers and codes after, faults in French.

Everything is read as text: a code that starts with 0 is not a number, and a blank is not 0.
"""

import csv
import io
import json
import re
from collections.abc import Iterable
from typing import Any

import pandas as pd

from ctg_data import fr
from ctg_data.errors import SourceChanged, SourceUnavailable
from ctg_data.model import Level

WIDTHS = {Level.COMMUNE: 5, Level.EPCI: 9, Level.DEPARTEMENT: 2, Level.REGION: 2}
FORMS = {
    Level.COMMUNE: r"\d[\dAB]\d{3}",
    Level.EPCI: r"\d{9}",
    Level.DEPARTEMENT: r"\d[\dAB]\d?",
    Level.REGION: r"\d{2}",
}
PHANTOM = re.compile(r"X+|99|", re.IGNORECASE)  # people whose place is unknown, and test lines
SPACES = re.compile(r"[\s\u00a0\u202f]")
NUMBER = re.compile(r"\d+(\.\d+)?([eE][+-]?\d+)?")
YEARS = range(1990, 2101)


def read_table(content: bytes, name: str) -> pd.DataFrame:
    """Read CSV, JSON or Parquet into text columns with lower-case names; "" for a blank.

    Raises:
        SourceChanged: not a table.
        SourceUnavailable: a table cut on its way.
    """
    if content[:4] == b"PAR1":
        return _as_text(pd.read_parquet(io.BytesIO(content)))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceChanged(
            f"« {name} » n'est pas un fichier texte lisible (UTF-8). Le jeu de données a changé : "
            "signalez-le à qui maintient l'application."
        ) from error
    if text.lstrip()[:1] in ("{", "["):
        return _json(text, name)
    return _csv(text, name)


def csv_lines(text: str, name: str) -> list[list[str]]:
    """The lines of a CSV text, blank ones left out."""
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=";")
        return [line for line in lines if line]
    except csv.Error as error:
        raise SourceUnavailable(
            f"« {name} » est coupé ou mal formé. Réessayez plus tard."
        ) from error


def _csv(text: str, name: str) -> pd.DataFrame:
    lines = csv_lines(text, name)
    if not lines:
        raise SourceUnavailable(f"« {name} » est arrivé vide. Réessayez plus tard.")
    width = len(lines[0])
    for number, line in enumerate(lines, start=1):
        if len(line) != width:
            raise SourceUnavailable(
                f"« {name} » est coupé ou mal formé à la ligne {number} : {len(line)} colonnes au "
                f"lieu de {width}. Réessayez plus tard."
            )
    return _as_text(pd.DataFrame(lines[1:], columns=lines[0]))


def _json(text: str, name: str) -> pd.DataFrame:
    try:
        told = json.loads(text)
    except ValueError as error:
        raise SourceUnavailable(
            f"« {name} » s'interrompt avant la fin. Réessayez plus tard."
        ) from error
    rows = told.get("results") if isinstance(told, dict) else told
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SourceChanged(
            f"« {name} » n'a plus la forme attendue (une liste de lignes). Signalez-le à qui "
            "maintient l'application."
        )
    return _as_text(pd.DataFrame(rows))


def mapping(told: object) -> dict[str, Any]:
    """What should be a JSON object, or an empty one: an absent key is then told by its name.

    >>> mapping({"a": 1}), mapping(None), mapping([1])
    ({'a': 1}, {}, {})
    """
    return told if isinstance(told, dict) else {}


def _as_text(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.rename(columns=lambda column: str(column).strip().lower())
    return frame.astype(object).where(frame.notna(), "").map(lambda cell: str(cell).strip())


def numbers(column: pd.Series, name: str) -> list[float | None]:
    r"""Numbers written as text: decimal comma, thin spaces; a blank stays missing.

    Raises:
        SourceChanged: something else than a number, or a negative one; lines and column named,
            never the value, which may count people.

    >>> numbers(pd.Series(["61,7", "1\u202f234", "", "5.0"]), "taux")
    [61.7, 1234.0, None, 5.0]
    """
    read: list[float | None] = []
    wrong: list[int] = []
    for place, text in column.items():
        bare = SPACES.sub("", str(text)).replace(",", ".")
        if bare and not NUMBER.fullmatch(bare):
            wrong.append(int(str(place)) + 2)  # the heading is line 1
        read.append(float(bare) if bare and NUMBER.fullmatch(bare) else None)
    if wrong:
        raise SourceChanged(
            f"Colonne « {name} » : {fr.plural(len(wrong), 'cellule')} sans nombre positif lisible "
            f"(lignes {', '.join(map(str, wrong[:5]))}). La source a changé de forme : rien n'en a "
            "été repris. Signalez-le à qui maintient l'application."
        )
    return read


def year(text: str) -> int | None:
    """The year of a period, however it is written; ``None`` when there is none.

    >>> year("2023"), year("2023-12"), year("2024-12-01"), year("2023.0"), year("XX")
    (2023, 2023, 2024, 2023, None)
    """
    head = text[:4]
    return int(head) if head.isdigit() and int(head) in YEARS else None


def is_december(text: str) -> bool:
    """Whether a period is of December, or of a whole year.

    >>> [is_december(text) for text in ("2024-12", "2024-12-01", "2024", "2024-06")]
    [True, True, True, False]
    """
    month = text[5:7]
    return not month.isdigit() or month == "12"


def code(text: str, level: Level) -> str:
    """The code of a place as text, zeros kept; "" for a phantom line or an unreadable code.

    >>> code("1001", Level.COMMUNE), code("12345.0", Level.COMMUNE), code("2A004", Level.COMMUNE)
    ('01001', '12345', '2A004')
    >>> code("1", Level.DEPARTEMENT), code("XX", Level.EPCI), code("99", Level.COMMUNE)
    ('01', '', '')
    """
    bare = re.sub(r"\.0$", "", text.strip()).upper()
    if PHANTOM.fullmatch(bare):
        return ""
    full = bare.zfill(WIDTHS[level])
    return full if re.fullmatch(FORMS[level], full) else ""


def require(wanted: Iterable[tuple[str, ...]], received: Iterable[str], name: str) -> list[str]:
    """Find each wanted column under one of its names; all that are missing are told at once."""
    known = list(received)
    found = [next((one for one in names if one in known), "") for names in wanted]
    missing = [names[0] for names, one in zip(wanted, found, strict=True) if not one]
    if missing:
        words = "la colonne" if len(missing) == 1 else "les colonnes"
        raise SourceChanged(
            f"Le jeu « {name} » n'a plus {words} {_quoted(missing)} (reçues : "
            f"{', '.join(known) or 'aucune'}). La source a changé : rien n'en a été repris. "
            "Signalez-le à qui maintient l'application."
        )
    return found


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"« {name} »" for name in names)
