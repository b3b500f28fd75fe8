"""Insee, Base permanente des équipements: what stands where, one line a facility.

Producer's page: https://www.insee.fr/fr/statistiques/8217525 (Licence Ouverte 2.0).
The page names the file of its newest edition; parquet is preferred, the CSV in a ZIP is read where
it is missing or damaged.  An edition is a photograph of 1 January of its year: types are renumbered
and the register behind it changes from one to the next, so that two of them are never compared.
"""

import json
import re
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from ctg_data.errors import SourceChanged, SourceUnavailable
from ctg_data.sources import bpe_counts, bpe_file
from ctg_data.sources.base import (
    ARRONDISSEMENTS,
    Fetched,
    Reading,
    communes_compared,
    communes_of,
    observations_of,
)
from ctg_data.sources.bpe_places import Siting, published
from ctg_data.sources.bpe_types import facilities
from ctg_data.sources.extract import MEDIA_TYPE, Extract, Origin
from ctg_data.sources.http import Http, Saved, base_address, host
from ctg_data.sources.json_answers import is_web_page
from ctg_data.sources.registry import Dataset
from ctg_data.tabular import tables
from ctg_data.territory.config import TerritoryConfig

PAGE = "/fr/statistiques/8217525"
LINK = re.compile(r"/fr/statistiques/fichier/\d+/BPE(\d\d)\.(parquet|zip)")
KNOWN = ("25", "24")  # editions asked for where the page cannot be read, the newest first
KINDS = ("parquet", "zip")


def fetch(dataset: Dataset, territory: TerritoryConfig, clients: Any) -> Fetched:
    """Bring the lines of the territory, out of the newest national file that can be read.

    Raises:
        SourceUnavailable: no file came, or none whole.
        SourceChanged: a file came and is no longer what it was.
    """
    http: Http = clients.http
    base = base_address("INSEE_SITE")
    refused: SourceUnavailable | SourceChanged | None = None
    edition = ""
    for path in _addresses(http, base):
        named = LINK.fullmatch(path)
        if refused and named and named[1] != edition:
            break  # an older photograph never stands in for a newer one that failed
        try:
            found = _file(http, base + path, territory)
        except (SourceUnavailable, SourceChanged) as error:
            refused, edition = refused or error, named[1] if named else ""
            continue
        if found is not None:
            return found
    raise refused or SourceChanged(
        f"{host(base)} ne donne plus la base permanente des équipements là où elle était "
        f"({base}{PAGE}). Signalez-le à qui maintient l'application ; la dernière copie reste en "
        "place."
    )


def _addresses(http: Http, base: str) -> list[str]:
    """Paths of the files, the newest edition first, parquet before ZIP."""
    answer = http.get(base + PAGE)
    page = answer.content.decode("utf-8", errors="replace") if answer.status < 400 else ""
    linked = {(found[1], found[2]): found[0] for found in LINK.finditer(page)}
    if not linked:
        folder = PAGE.rsplit("/", 1)[1]
        linked = {
            (year, kind): f"/fr/statistiques/fichier/{folder}/BPE{year}.{kind}"
            for year in KNOWN
            for kind in KINDS
        }
    ranked = sorted(linked, key=lambda one: (-int(one[0]), KINDS.index(one[1])))
    return [linked[one] for one in ranked]


def _file(http: Http, address: str, territory: TerritoryConfig) -> Fetched | None:
    """What is kept of one national file; None where there is no such file."""
    with tempfile.TemporaryDirectory(prefix="ctg-bpe-") as folder:
        saved = http.save(address, Path(folder) / address.rsplit("/", 1)[1])
        if saved.status in (404, 410):
            return None
        _check_answer(saved)
        near = _published(communes_of(territory))
        far = _published(communes_compared(territory))
        national = bpe_file.read_file(saved.path, near, far)
    edition = max((line["AN"] for line in national.lines), default="")
    origin = Origin(saved.address, saved.sha256, saved.size, edition, national.count)
    extract = Extract.of(origin, bpe_file.COLUMNS, national.lines)
    return Fetched(saved.address, kept(extract, dict(national.types)), MEDIA_TYPE)


def _check_answer(saved: Saved) -> None:
    start = saved.body
    if saved.status < 400:
        with saved.path.open("rb") as file:
            start = file.read(200)
    if saved.status >= 400 or is_web_page(start):
        raise SourceUnavailable(
            f"{host(saved.address)} n'a pas donné « {saved.path.name} » (réponse {saved.status}"
            f"{', une page web au lieu du fichier' if is_web_page(start) else ''}). Réessayez "
            "plus tard."
        )


def _published(communes: tuple[str, ...]) -> set[str]:
    """The codes that the file gives: arrondissements in place of three communes."""
    return {part for code in communes for part in ARRONDISSEMENTS.get(code, (code,))}


def kept(extract: Extract, types: dict[str, int]) -> bytes:
    """The bytes of an extract and, beside it, how many of each type the whole country has."""
    told = {"types": dict(sorted(types.items())), "extract": extract.to_bytes().decode()}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _opened(content: bytes, name: str) -> tuple[Extract, dict[str, int]]:
    try:
        told = json.loads(content)
        types = {str(code): int(count) for code, count in told["types"].items()}
        extract = Extract.from_bytes(str(told["extract"]).encode(), name)
        lines = extract.lines()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceChanged(
            f"La copie gardée de « {name} » ne se lit plus. Relancez la mise à jour."
        ) from error
    if lines and set(bpe_file.COLUMNS) - set(lines[0]):
        raise SourceChanged(f"La copie gardée de « {name} » n'a plus toutes ses colonnes.")
    return extract, types


def read(dataset: Dataset, content: bytes, territory: TerritoryConfig, citation: str) -> Reading:
    """Places of the territory, and how many of each part in each of its zones."""
    extract, types = _opened(content, dataset.id)
    lines = extract.lines()
    years = [tables.year(line["AN"]) for line in lines]
    edition = max((one for one in years if one is not None), default=None)
    if edition is None:
        if lines:
            raise SourceChanged(
                f"La BPE ne dit plus son année (colonne AN, « {lines[0]['AN']} »). {bpe_file.TELL}"
            )
        return Reading(observations_of([], citation))
    siting = Siting(territory)
    sited = [
        siting.of(line)
        for line, year in zip(lines, years, strict=True)
        if year == edition and line["TYPEQU"] in facilities()
    ]
    rejected = Counter({"année ou type que le tableau de bord n'emploie pas": len(lines)})
    rejected.subtract({next(iter(rejected)): len(sited)})
    counted = bpe_counts.count(sited, territory, edition, types)
    near = set(communes_of(territory))
    places = published([one for one in sited if one.commune in near], citation, edition)
    frame = observations_of(counted.rows, citation)
    return Reading(frame, +rejected, counted.notes, places=places)
