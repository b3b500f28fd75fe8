"""A table as a CSV file that opens in a French spreadsheet as it stands.

Semicolons, decimal comma, UTF-8 with its mark.  One row per cell, so that a row copied into
another file still says its place, year observed, edition, proof of that year (``dating``), unit,
status, source and licence.  A year that nothing establishes is empty; a cell that may not be shown
is empty and its status says why; a figure that is only known to be at least, or at most, so much
has its words under ``borne``; ``population_de`` is the year of the people it is told for, where it
is another one; the number written is the one printed on screen.
"""

import csv
import io
import re
from collections.abc import Callable
from typing import Any

from ctg_data import fr
from ctg_data.catalogue.indicators import catalogue
from ctg_data.dating import is_known
from ctg_data.errors import UnmaskedDataError
from ctg_data.model import Citation, PublicStatus, sources_in
from ctg_data.observations import variables
from ctg_data.release.cells import Cell
from ctg_data.release.masked import MaskedTable

HEADER = ["indicateur", "modalite", "niveau", "code", "territoire", "millesime_contours", "annee"]
HEADER += [
    "edition",
    "datation",
    "valeur",
    "borne",
    "unite",
    "statut",
    "population_de",
    "source",
    "licence",
    "mention",
]
MARK = "\ufeff"  # tells the spreadsheet that the file is UTF-8
FICTIONAL = "données fictives"
RISKY = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run them as a formula


def to_csv(
    table: MaskedTable,
    label: Callable[[str, str], str],
    *,
    title: str,
    decimals: int,
) -> bytes:
    """Write a table as the bytes of a CSV file.

    Args:
        table: what is on screen.
        label: names a place from its level and code.
        title: what is told, where a row is not an indicator of the catalogue.
        decimals: as on screen, so that both tell the same figure; an indicator of the catalogue
            has its own.

    Raises:
        UncitedRows: a row whose source is not known; no file is made.
    """
    if not isinstance(table, MaskedTable):
        raise UnmaskedDataError(f"to_csv() needs a MaskedTable, got {type(table).__name__}")
    by_id = {one.id: one for one in table.citations}
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    for row in table.frame.to_dict("records"):
        cited = [by_id[key] for key in sources_in(str(row["source"]))]
        place = label(str(row["level"]), str(row["code"]))
        cells = [*_cells(row, place, title, decimals), *_origin(cited)]
        number = HEADER.index("valeur")
        writer.writerow([_safe(cell, number=i == number) for i, cell in enumerate(cells)])
    return (MARK + out.getvalue()).encode("utf-8")


def _cells(row: dict[Any, Any], place: str, title: str, decimals: int) -> list[str]:
    """One cell of the table as a line of the file, its origin apart."""
    known = catalogue().get(str(row["variable"]))
    places = known.decimals if known else decimals
    return [
        known.title if known else title,
        _part(str(row["variable"]), str(row["category"])),
        str(row["level"]),
        str(row["code"]),
        place,
        str(int(row["vintage"])),
        str(int(row["period"])) if is_known(int(row["period"])) else "",  # the year observed
        str(row["edition"]),
        str(row["dating"]),
        "" if row["sign"] else _plain(float(row["value"]), places),
        _bound(row, places),
        str(row["unit"]),
        str(row["status"]),
        str(int(row["against"])) if row["against"] else "",
    ]


def _bound(row: dict[Any, Any], places: int) -> str:
    """What is known of a figure that is only bounded, in words: nobody adds it up."""
    if row["bound"] != row["bound"]:
        return ""
    status = PublicStatus(str(row["status"]))
    cell = Cell(None, status, int(row["period"]), "", bound=float(row["bound"]))
    if not cell.told:
        return ""
    places = cell.bound_decimals(places)
    return f"{cell.bound_words} {_plain(cell.printed_bound(places), places)}"


def file_name(title: str, place: str, *, fictional: bool = False) -> str:
    """A file name that travels: no accent, no space, « fictif » when it is.

    >>> file_name("Taux de couverture", "L'Île d'Essai", fictional=True)
    'ctg_l-ile-d-essai_taux-de-couverture_fictif.csv'
    """
    parts = [slug(place), slug(title)] + (["fictif"] if fictional else [])
    return f"ctg_{'_'.join(parts)}.csv"


def slug(text: str) -> str:
    """ASCII, lower case, words tied by hyphens.

    >>> slug("Foyers allocataires : Été 2024")
    'foyers-allocataires-ete-2024'
    """
    return re.sub(r"[^a-z0-9]+", "-", fr.bare(text)).strip("-")


def _plain(value: float, decimals: int) -> str:
    """The figure on screen, as a spreadsheet reads it."""
    return re.sub(f"[{fr.NARROW}{fr.WIDE}]", "", fr.number(value, decimals)).replace("\u2212", "-")


def _part(variable: str, category: str) -> str:
    declared = variables().get(variable)
    return (declared.part(category) if declared else "") or category


def _origin(cited: list[Citation]) -> list[str]:
    """Source, licence and mention; each said once, whatever the number of operands."""
    sources = dict.fromkeys(f"{one.producer}, {one.title} ({one.period})" for one in cited)
    licences = dict.fromkeys(one.licence for one in cited)
    fictional = any(one.fictional for one in cited)
    return [" + ".join(sources), " + ".join(licences), FICTIONAL if fictional else ""]


def _safe(cell: str, *, number: bool) -> str:
    return f"'{cell}" if cell.startswith(RISKY) and not number else cell
