"""Insee, census by IRIS: families, and inhabitants by age, of the latest edition on its page.

Producer's pages: https://www.insee.fr/fr/statistiques/8647014 and 8647008 (Licence Ouverte 2.0).
Columns bear the year of the census (``P22_POP``, ``C22_FAM``), as the name of the file does.  The
edition of year N is on the IRIS of 1 January N + 2.  Values are estimates, not whole numbers.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from ctg_data import fr
from ctg_data.errors import SourceChanged
from ctg_data.model import Level, Status
from ctg_data.sources import insee_site, place_cells, streams
from ctg_data.sources.base import ARRONDISSEMENTS, Fetched, Reading, observations_of, row_of
from ctg_data.sources.extract import MEDIA_TYPE, Extract, Origin
from ctg_data.sources.http import Saved
from ctg_data.sources.registry import Dataset
from ctg_data.tabular import tables
from ctg_data.territory.config import TerritoryConfig

CODE = "iris"
LATER = 2  # years from the census to the boundaries it is published on
CLOSE = 0.01  # inhabitants or families: sums of decimals that the producer wrote
# The exact count of a commune is published elsewhere, for other years too.
NOT_SUMMED = "population_municipale"


@dataclass(frozen=True)
class Base:
    """One base, as ``ask`` says it in sources.toml.

    Attributes:
        page: number of its page.
        stem: of the name of its file.
        columns: without the year, ``P_POP`` → variable or ``variable/part``.
        whole: the column that the ``parts`` add up to; they are read to check it.
        parts: see ``whole``.
    """

    page: int
    stem: str
    columns: dict[str, str]
    whole: str
    parts: tuple[str, ...]

    @classmethod
    def of(cls, dataset: Dataset) -> "Base":
        """What to ask of one data set."""
        told = dataset.ask
        return cls(told["page"], told["stem"], told["columns"], told["whole"], tuple(told["parts"]))

    def names(self, edition: int) -> dict[str, str]:
        """Each column read → its name in the file of an edition, in small letters.

        >>> Base(1, "", {"P_POP": "x"}, "P_POP", ("P_POP0014",)).names(2022)
        {'P_POP': 'p22_pop', 'P_POP0014': 'p22_pop0014'}
        """
        read = dict.fromkeys((*self.columns, self.whole, *self.parts))
        return {one: one.replace("_", f"{edition % 100:02}_", 1).lower() for one in read}


def fetch(dataset: Dataset, territory: TerritoryConfig, clients: Any) -> Fetched:
    """Bring the latest edition; keep the IRIS of the commune and the declared columns."""
    base = Base.of(dataset)
    form = rf"{re.escape(base.stem)}-(?P<edition>\d{{4}})(?:_csv)?\.(?:zip|csv)"
    link = insee_site.links(clients.http, base.page, form, dataset.id)[0]
    names = base.names(link.edition)
    here = ARRONDISSEMENTS.get(territory.commune.code, (territory.commune.code,))
    kept: list[dict[str, str]] = []
    count = 0
    with TemporaryDirectory(prefix="ctg-insee-") as folder:
        saved = insee_site.save(clients.http, link, Path(folder), dataset.id)
        for line in _lines(saved, link, Path(folder), dataset.id, names):
            count += 1
            if line[CODE].zfill(9)[:5] in here:
                kept.append(line)
    if not count:
        raise streams.nothing_in(dataset.id)
    origin = Origin(saved.address, saved.sha256, saved.size, str(link.edition), count)
    content = Extract.of(origin, (CODE, *names.values()), kept).to_bytes()
    return Fetched(saved.address, content, MEDIA_TYPE)


def _lines(
    saved: Saved, link: insee_site.Link, folder: Path, name: str, names: dict[str, str]
) -> Iterator[dict[str, str]]:
    """The lines of the table of figures; the list of variables that goes with it is not one."""
    seen: list[str] = []
    for table in insee_site.tables(saved, link.file, folder, name):
        seen.append(table.name)
        if not table.name.lower().startswith("meta"):
            wanted = ((CODE,), *((one,) for one in names.values()))
            yield from streams.table(table.path, name, wanted)
            return
    raise SourceChanged(
        f"« {name} » : {link.file} ne contient plus de tableau de chiffres (elle contient : "
        f"{', '.join(seen) or 'aucun tableau'}). Rien n'en a été repris. Signalez-le à qui "
        "maintient l'application."
    )


def read(dataset: Dataset, content: bytes, territory: TerritoryConfig, citation: str) -> Reading:
    """Values by IRIS, as written, and their sums over the commune."""
    base, extract = Base.of(dataset), Extract.from_bytes(content, dataset.id)
    edition = tables.year(extract.origin.edition)
    if edition is None:
        raise SourceChanged(f"La copie gardée de « {dataset.id} » ne dit plus son édition.")
    names = base.names(edition)
    lines = place_cells.lines(extract, (CODE, *names.values()), dataset.id)
    table = pd.DataFrame(lines, columns=list(extract.columns), dtype=str)
    codes = [text.zfill(9) for text in table[CODE]]
    if len(set(codes)) < len(codes):
        raise SourceChanged(
            f"« {dataset.id} » donne deux lignes pour un même IRIS. Rien n'en a été repris. "
            "Signalez-le à qui maintient l'application."
        )
    values = {one: tables.numbers(table[name], name.upper()) for one, name in names.items()}
    _check(base, values, codes, dataset.id)
    known = {zone.code for zone in territory.iris}
    rejected: Counter[str] = Counter()
    if strangers := sum(code not in known for code in codes):
        rejected["IRIS que le territoire ne déclare pas"] += strangers
    rows = [
        row_of((Level.IRIS, code, edition + LATER), edition, _measured(target), value, _sign(value))
        for column, target in base.columns.items()
        for code, value in zip(codes, values[column], strict=True)
        if code in known
    ]
    rows += _summed(base, values, territory, edition) if codes else []
    return Reading(observations_of(rows, citation), rejected, _notes(dataset, edition, codes))


def _notes(dataset: Dataset, edition: int, codes: list[str]) -> tuple[str, ...]:
    if codes:
        many = fr.plural(len(codes), "IRIS", "IRIS")
        return (f"« {dataset.id} » : recensement de {edition}, {many}.",)
    return ()


def _check(base: Base, values: dict[str, list[float | None]], codes: list[str], name: str) -> None:
    """Refuse parts that do not make their whole: a column no longer says what it did."""
    for rank, code in enumerate(codes):
        parts = [values[one][rank] for one in base.parts]
        whole = values[base.whole][rank]
        told = [one for one in parts if one is not None]
        if whole is None or len(told) < len(parts):
            continue
        if abs(sum(told) - whole) > CLOSE:
            raise SourceChanged(
                f"« {name} » : dans l'IRIS {code}, {', '.join(base.parts)} ne font plus le total "
                f"{base.whole}. Les colonnes ont changé de sens : rien n'en a été repris. "
                "Signalez-le à qui maintient l'application."
            )


def _summed(
    base: Base, values: dict[str, list[float | None]], territory: TerritoryConfig, edition: int
) -> list[dict[str, Any]]:
    """The commune: the sum of all its IRIS, missing as soon as one is."""
    place = (Level.COMMUNE, territory.commune.code, edition + LATER)
    rows = []
    for column, target in base.columns.items():
        measured = _measured(target)
        if measured[0] == NOT_SUMMED:
            continue
        told = [one for one in values[column] if one is not None]
        whole = round(sum(told), 6) if len(told) == len(values[column]) else None
        rows.append(row_of(place, edition, measured, whole, _sign(whole)))
    return rows


def _measured(target: str) -> tuple[str, str]:
    variable, _, part = target.partition("/")
    return variable, part or "total"


def _sign(value: float | None) -> Status:
    return Status.NON_DISPONIBLE if value is None else Status.DIFFUSE
