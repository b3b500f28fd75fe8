"""National files on the disk, read line by line or record by record: memory does not follow size.

Whatever is not what was asked for is told in French: nothing at all, a web page, an archive, a
sending cut short, a column that is gone.
"""

import codecs
import csv
import gzip
import json
import zlib
from collections.abc import Iterator, Sequence
from io import BufferedIOBase
from pathlib import Path
from typing import Any

from ctg_data.errors import SourceChanged, SourceUnavailable
from ctg_data.sources.json_answers import is_web_page
from ctg_data.tabular import tables

HEAD = 4096
CHUNK = 1024 * 1024
LONGEST = 8 * 1024 * 1024  # of one line or one record: beyond, it is no list of places
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
BROKEN = (EOFError, OSError, zlib.error)  # a gzip that is cut or damaged

Columns = Sequence[tuple[str, ...]]


def cut_short(name: str, where: str = "") -> SourceUnavailable:
    """The same words for whatever does not go to its end."""
    place = f" à la ligne {where}" if where else ""
    return SourceUnavailable(
        f"« {name} » est coupé ou mal formé{place} : rien n'en a été gardé. Réessayez plus tard."
    )


def nothing_in(name: str) -> SourceUnavailable:
    """A list that has a heading and no line."""
    return SourceUnavailable(f"« {name} » n'a aucune ligne. Réessayez plus tard.")


def lines(path: Path, name: str) -> Iterator[str]:
    """The lines of a text, each in the encoding it is written in: UTF-8, or else Windows's Latin.

    Raises:
        SourceUnavailable: nothing, a web page, or a compressed file cut on its way.
        SourceChanged: an archive, or no text.
    """
    with _opened(path, name) as file:
        for number, raw in enumerate(_whole(file, name)):
            try:
                text = raw.decode("utf-8-sig" if number == 0 else "utf-8")
            except UnicodeDecodeError:
                text = raw.decode("cp1252", errors="replace")
            yield text


def table(
    path: Path, name: str, wanted: Columns, optional: Columns = ()
) -> Iterator[dict[str, str]]:
    """The lines of a CSV, by the first name of each declared column; no other column enters.

    Args:
        path: the file; its separator, « ; » or « , », is that of its heading.
        name: of the data set, for messages.
        wanted: the names that each column may have, the declared one first.
        optional: the same of those that may be missing.

    Raises:
        SourceChanged: wanted columns are gone; all are named.
        SourceUnavailable: a line has not the width of the heading.
    """
    text = lines(path, name)
    heading = next(text)
    separator = ";" if heading.count(";") >= heading.count(",") else ","
    names = [one.strip().lower() for one in next(csv.reader([heading], delimiter=separator))]
    found = dict(zip([one[0] for one in wanted], tables.require(wanted, names, name), strict=True))
    for several in optional:
        if held := [one for one in several if one in names]:
            found[several[0]] = held[0]
    places = {declared: names.index(one) for declared, one in found.items()}
    rows = csv.reader(text, delimiter=separator)
    try:
        for number, row in enumerate(rows, start=2):
            if row and len(row) != len(names):
                raise cut_short(name, str(number))
            if row:
                yield {declared: row[place].strip() for declared, place in places.items()}
    except csv.Error as error:
        raise cut_short(name) from error


def records(path: Path, name: str) -> Iterator[dict[str, Any]]:
    """The objects of a JSON list, one at a time.

    Raises:
        SourceUnavailable: the list does not go to its end.
        SourceChanged: no list of objects.
    """
    decoder = json.JSONDecoder()
    with _opened(path, name) as file:
        parts = _texts(file, name)
        text = next(filter(None, (one.lstrip("\ufeff \t\r\n") for one in parts)), "")
        if text[:1] != "[":
            raise _no_list(name)
        place = 1
        while True:
            place = _after(text, place)
            if text[place : place + 1] == "]":
                break
            try:
                one, place = decoder.raw_decode(text, place)
            except ValueError as error:
                text, place = text[place:], 0
                more = "" if len(text) > LONGEST else next(parts, "")
                if not more:
                    raise cut_short(name) from error
                text += more
                continue
            if not isinstance(one, dict):
                raise _no_list(name)
            yield one
        if text[place + 1 :].strip() or any(part.strip() for part in parts):
            raise cut_short(name)


def _after(text: str, place: int) -> int:
    """Where the next object starts."""
    while text[place : place + 1] in (" ", "\n", "\r", "\t", ","):
        place += 1
    return place


def _no_list(name: str) -> SourceChanged:
    return SourceChanged(
        f"« {name} » n'est plus une liste de fiches. La source a changé de forme : rien n'en a été "
        "repris. Signalez-le à qui maintient l'application."
    )


def _opened(path: Path, name: str) -> BufferedIOBase:
    """The bytes of a file, decompressed on the way."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip():
        raise SourceUnavailable(f"« {name} » est arrivé vide. Réessayez plus tard.")
    if is_web_page(head):
        raise SourceUnavailable(
            f"Une page web est venue au lieu de « {name} » (maintenance, ou connexion demandée par "
            "votre réseau). Ouvrez l'adresse dans un navigateur, puis réessayez."
        )
    if head[:2] == GZIP:
        return gzip.open(path, "rb")
    if head[:4] == ZIP or b"\0" in head:
        raise SourceChanged(
            f"« {name} » n'est plus un fichier texte : le producteur l'envoie sous une autre forme "
            "(archive, classeur). Rien n'en a été repris. Signalez-le à qui maintient "
            "l'application."
        )
    return path.open("rb")


def _whole(file: BufferedIOBase, name: str) -> Iterator[bytes]:
    try:
        while raw := file.readline(LONGEST):
            if len(raw) == LONGEST:
                raise _no_list(name)
            yield raw
    except BROKEN as error:
        raise cut_short(name) from error


def _texts(file: BufferedIOBase, name: str) -> Iterator[str]:
    """The text as it comes, in pieces that never cut a letter."""
    letters = codecs.getincrementaldecoder("utf-8")()
    try:
        while part := file.read(CHUNK):
            if text := letters.decode(part):
                yield text
    except BROKEN as error:
        raise cut_short(name) from error
    except UnicodeDecodeError as error:
        raise SourceChanged(
            f"« {name} » n'est pas un texte lisible (UTF-8). Le jeu de données a changé : "
            "signalez-le à qui maintient l'application."
        ) from error
