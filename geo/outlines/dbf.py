"""How the texts of a shapefile are written: judged by what reads, since its files often do not say.

A DBF has fields of fixed width, padded with blanks.  UTF-8 hardly ever reads by accident; between
the single-byte sets, the one that gives French letters is the one.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ctg_data import fr

ENCODINGS = {
    "utf-8": "UTF-8",
    "cp1252": "Windows-1252",
    "latin-1": "ISO 8859-1 (latin-1)",
    "cp850": "MS-DOS (cp850)",
}
SINGLE = ("cp1252", "latin-1", "cp850")  # of two that read as well, the first
FRENCH = set("éèêëàâäçîïôöùûüÿœæÉÈÊËÀÂÄÇÎÏÔÖÙÛÜŸŒÆ«»’‘–—°")
HEAD, FIELD, END = 32, 32, 0x0D  # bytes of the header, of the description of a field; its end
SHOWN = 3  # names shown as they are read


@dataclass(frozen=True)
class Judged:
    """The encoding of a file's texts, and a French sentence when there was something to judge."""

    encoding: str
    note: str = ""


def judge(texts: list[tuple[bytes, bool]], said: str = "") -> Judged:
    r"""The encoding in which texts read.

    Args:
        texts: bytes of each, and whether its width may have cut it.
        said: the encoding that the file announces, if any.

    >>> judge([("Eblé".encode(), False)]).encoding, judge([(b"Ebl\xe9", True)]).encoding
    ('utf-8', 'cp1252')
    >>> judge([(b"\x90cole \x82t\x82", False)]).encoding, judge([(b"Ebl", False)]).encoding
    ('cp850', 'utf-8')
    """
    marked = [(text, cut) for text, cut in texts if not text.isascii()]
    if not marked:
        return Judged(said or "utf-8")
    if _is_utf8(marked):
        return _told("utf-8", said, marked)
    known = [said] if said and said != "utf-8" else []
    ranked = sorted((*known, *SINGLE), key=lambda one: -_likeness(marked, one))
    return _told(ranked[0], said, marked)


def texts_of(content: bytes) -> list[tuple[bytes, bool]]:
    """The texts of a DBF, names of columns among them; nothing when it is no DBF."""
    if len(content) < HEAD:
        return []
    start = int.from_bytes(content[8:10], "little")
    width = int.from_bytes(content[10:12], "little")
    fields = list(_fields(content[:start]))
    found = [(name, len(name) >= 10) for name, _, _ in fields]
    for place in range(start, len(content) - width + 1, max(1, width)):
        at = place + 1  # after the mark of deletion
        for _, kind, size in fields:
            text = content[at : at + size]
            if kind == b"C":
                bare = text.strip(b" \0")
                found.append((bare, len(text.rstrip(b" \0")) == size))
            at += size
    return found


def said_by(content: bytes) -> str:
    r"""The encoding that a .cpg file names, "" when it is none that we know.

    >>> said_by(b"UTF-8\n"), said_by(b"1252"), said_by(b"88591"), said_by(b"?")
    ('utf-8', 'cp1252', 'iso8859-1', '')
    """
    word = content.decode("ascii", "ignore").strip().strip("\ufeff").replace("ANSI ", "")
    if re.fullmatch(r"8859-?\d{1,2}", word):  # as some write « ISO 8859-1 »
        word = f"iso8859-{word.removeprefix('8859').removeprefix('-')}"
    try:
        return codecs.lookup(f"cp{word}" if word.isdigit() else word).name if word else ""
    except LookupError:
        return ""


def _fields(header: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    for place in range(HEAD, len(header) - FIELD + 1, FIELD):
        one = header[place : place + FIELD]
        if one[0] == END:
            return
        yield one[:11].split(b"\0")[0], one[11:12], one[16]


def _is_utf8(texts: list[tuple[bytes, bool]]) -> bool:
    """Whether all reads as UTF-8, a letter cut by the width of its field apart."""
    letters = 0
    for text, cut in texts:
        try:
            read = codecs.getincrementaldecoder("utf-8")().decode(text, final=not cut)
        except UnicodeDecodeError:
            return False
        letters += not read.isascii()
    return letters > 0


def _likeness(texts: list[tuple[bytes, bool]], encoding: str) -> float:
    """The share of letters beyond ASCII that are those of French."""
    read = "".join(text.decode(encoding, errors="replace") for text, _ in texts)
    beyond = [one for one in read if ord(one) > 127]
    return sum(one in FRENCH for one in beyond) / len(beyond) if beyond else 0.0


def _told(encoding: str, said: str, texts: list[tuple[bytes, bool]]) -> Judged:
    words = ENCODINGS.get(encoding, encoding)
    read = [text.decode(encoding, errors="replace").strip() for text, _ in texts]
    shown = ", ".join(f"« {one} »" for one in list(dict.fromkeys(read))[:SHOWN])
    if said == encoding:
        return Judged(encoding)
    why = (
        f"le fichier annonce {ENCODINGS.get(said, said)}, ce que ses textes démentent"
        if said
        else "le fichier ne le dit pas"
    )
    doubt = "" if encoding == "utf-8" or _likeness(texts, encoding) > 0.9 else " Lecture douteuse."
    note = f"Textes lus en {words} ({why}) : {shown}.{doubt} S'ils sont mal écrits, choisissez "
    return Judged(encoding, fr.spaced(f"{note}un autre encodage."))
