"""Bytes → sheets, by what the bytes are, never by what the name says."""

import re
from dataclasses import replace

from ctg_data.tabular.book import Book
from ctg_data.tabular.csv_sheets import read_text, unfolded
from ctg_data.tabular.report import UnreadableFile
from ctg_data.tabular.workbooks import OLE, read_workbook

MOST_BYTES = 60_000_000
FOREIGN = (
    (rb"%PDF", "un PDF"),
    (rb"\s*(<!DOCTYPE\s+html|<html|<head|<table)", "une page web"),
    (rb"\s*<\?xml", "un document XML"),
    (rb"\s*[{\[]\s*[\"{\[]", "du JSON"),
    (rb"\x1f\x8b|Rar!|7z\xbc\xaf", "une archive compressée"),
    (rb"\x89PNG|\xff\xd8\xff", "une image"),
)


def open_book(name: str, content: bytes) -> Book:
    """Open a file as sheets of cells.

    Raises:
        UnreadableFile: not a table; says what it is instead.
    """
    if not content:
        raise UnreadableFile(
            f"« {name} » est vide",
            "Demandez à la CAF de l'envoyer à nouveau.",
        )
    if len(content) > MOST_BYTES:
        raise UnreadableFile(
            f"« {name} » pèse plus de 60 Mo : ce n'est pas un socle",
            "Envoyez les seules zones du territoire.",
        )
    if content.startswith((b"PK", OLE)):
        book = read_workbook(name, content)
        return replace(book, sheets=tuple(map(unfolded, book.sheets)))
    for form, what in FOREIGN:
        if re.match(form, content):
            raise UnreadableFile(
                f"« {name} » est {what}, pas un tableau",
                (
                    "Rien n'en a été repris. Envoyez un classeur (.xlsx, .ods, .xls) ou un "
                    "texte (.csv)."
                ),
            )
    return read_text(name, content)
