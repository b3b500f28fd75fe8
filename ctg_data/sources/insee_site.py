"""Files of figures on insee.fr: what a page links to, brought to the disk, opened.

A page of figures (``/fr/statistiques/NUMBER``) links to files (``/fr/statistiques/fichier/…``):
archives of CSV, bare CSV, workbooks.  A new edition may have another file name, so that the link is
always taken on the page.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ctg_data.errors import SourceChanged, SourceUnavailable
from ctg_data.sources import streams
from ctg_data.sources.http import Http, Saved, base_address, host
from ctg_data.sources.json_answers import is_web_page

LINK = re.compile(r"/fr/statistiques/fichier/[^\"'<>\s?#]+\.(?:zip|csv|xlsx)", re.IGNORECASE)
TABLES = (".csv", ".xlsx")
LARGEST = 1024 * 1024 * 1024  # of one table out of an archive, in bytes
WORKBOOK = "[Content_Types].xml"  # what an archive that is one workbook holds
PART = 1024 * 1024


@dataclass(frozen=True)
class Link:
    """A file that a page links to; ``edition`` is the year in its name, 0 when it holds none."""

    path: str
    edition: int

    @property
    def file(self) -> str:
        """Its name alone."""
        return self.path.rsplit("/", 1)[1]


def links(http: Http, page: int, form: str, name: str) -> list[Link]:
    """The files of a page whose name is of a form, the latest edition first, CSV before workbooks.

    Args:
        http: the session.
        page: number of the page.
        form: regular expression of the file's name; its group ``edition``, if any, is a year.
        name: of the data set, for messages.

    Raises:
        SourceChanged: the page is gone, or links to no such file; those it links to are named.
        SourceUnavailable: no readable answer.
    """
    base = base_address("INSEE_SITE")
    where = f"{base}/fr/statistiques/{page}"
    answer = http.get(where)
    if answer.status in (404, 410):
        raise SourceChanged(
            f"« {name} » : la page {where} n'existe plus. Signalez-le à qui maintient "
            "l'application : le numéro de la nouvelle page est à déclarer."
        )
    if answer.status >= 400 or not answer.content.strip():
        raise SourceUnavailable(
            f"{host(base)} n'a pas donné la page de « {name} » (réponse {answer.status}). "
            "Réessayez plus tard."
        )
    known = dict.fromkeys(LINK.findall(answer.content.decode("utf-8", errors="replace")))
    found = [
        Link(path, int(named.groupdict().get("edition") or 0))
        for path in known
        if (named := re.fullmatch(form, path.rsplit("/", 1)[1], re.IGNORECASE))
    ]
    if not found:
        others = ", ".join(path.rsplit("/", 1)[1] for path in known) or "aucun fichier"
        raise SourceChanged(
            f"« {name} » : la page {where} ne propose plus le fichier attendu (elle propose : "
            f"{others}). Rien n'en a été repris. Signalez-le à qui maintient l'application."
        )
    return sorted(found, key=lambda one: (-one.edition, "csv" not in one.file.lower(), one.path))


def save(http: Http, link: Link, folder: Path, name: str) -> Saved:
    """Bring a linked file to the disk.

    Raises:
        SourceChanged: it is no longer there.
        SourceUnavailable: it did not come, or a web page came instead.
    """
    base = base_address("INSEE_SITE")
    saved = http.save(base + link.path, folder / "recu")
    if saved.status in (404, 410):
        raise SourceChanged(
            f"« {name} » : {host(base)} annonce le fichier {link.file} et ne l'a plus. Réessayez "
            "plus tard ; si cela dure, signalez-le à qui maintient l'application."
        )
    if saved.status >= 400:
        raise SourceUnavailable(
            f"{host(base)} n'a pas donné {link.file} pour « {name} » (réponse {saved.status}). "
            "Réessayez plus tard."
        )
    with saved.path.open("rb") as file:
        head = file.read(streams.HEAD)
    if not head.strip():
        raise SourceUnavailable(f"« {name} » : {link.file} est arrivé vide. Réessayez plus tard.")
    if is_web_page(head):
        raise SourceUnavailable(
            f"« {name} » : une page web est venue au lieu de {link.file}. Réessayez plus tard."
        )
    return saved


@dataclass(frozen=True)
class Table:
    """One table on the disk, under the name it has in its archive."""

    name: str
    path: Path


def tables(saved: Saved, file: str, folder: Path, name: str) -> Iterator[Table]:
    """The tables of a file, one after the other: those of an archive, or the file itself.

    Raises:
        SourceUnavailable: the archive is cut or damaged.
    """
    with saved.path.open("rb") as opened:
        if opened.read(4) != streams.ZIP:
            yield Table(file, saved.path)
            return
    try:
        with zipfile.ZipFile(saved.path) as archive:
            names = archive.namelist()
            if WORKBOOK in names:
                yield Table(file, saved.path)
                return
            for rank, member in enumerate(names):
                if member.lower().endswith(TABLES):
                    path = folder / f"table-{rank}"
                    _extract(archive, member, path, name)
                    yield Table(member.rsplit("/", 1)[-1], path)
                    path.unlink()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise SourceUnavailable(
            f"« {name} » : l'archive {file} est coupée ou abîmée, rien n'en a été gardé. Réessayez "
            "plus tard."
        ) from error


def _extract(archive: zipfile.ZipFile, member: str, path: Path, name: str) -> None:
    """Write one member to the disk, in a fixed amount of memory."""
    size = 0
    with archive.open(member) as source, path.open("wb") as target:
        while part := source.read(PART):
            size += len(part)
            if size > LARGEST:
                raise SourceChanged(
                    f"« {name} » : {member} pèse plus de {LARGEST // 1024**2} Mo une fois ouvert. "
                    "La source a changé de nature : rien n'en a été gardé."
                )
            target.write(part)
