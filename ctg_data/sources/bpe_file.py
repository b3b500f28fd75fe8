"""The national file of Insee's BPE, on the disk: two million lines, of which a few are kept.

Read by blocks, filtered while reading: what is held in memory does not depend on what the file
weighs.  Of a line whose owner limited what Sirene says of it (``STATUT_DIFFUSION`` P) neither
name, number nor place is kept; of far communes, the type alone.
"""

import csv
import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ctg_data.errors import SourceChanged, SourceUnavailable
from ctg_data.sources.bpe_types import facilities
from ctg_data.sources.places import public_text

NAMES = ("NOMRS", "CNOMRS", "NUMVOIE", "INDREP", "TYPVOIE", "LIBVOIE", "CODPOS")
POINT = ("LONGITUDE", "LATITUDE")
ZONES = ("DCIRIS", "QUALI_IRIS", "QP2024", "QUALI_QP2024", "QP2015", "QUALI_QP2015")
TOLD = ("AN", "DEPCOM", "TYPEQU", "TYPE")
COLUMNS = (*TOLD, *NAMES, "SIRET", "STATUT_DIFFUSION", *POINT, "QUALITE_XY", *ZONES)
BLOCK = 32_768  # lines
PARTIAL = "P"
TELL = "Signalez-le à qui maintient l'application ; la dernière copie reste en place."

Line = dict[str, str]


@dataclass
class National:
    """What was taken of the file.

    Attributes:
        lines: those kept, every declared column as a text.
        types: lines of each type that is read, in the whole country.
        count: lines of the file, all of them.
    """

    lines: list[Line] = field(default_factory=list)
    types: Counter[str] = field(default_factory=Counter)
    count: int = 0


def read_file(path: Path, near: Collection[str], far: Collection[str]) -> National:
    """Read one national file, parquet or ZIP of a CSV by its first bytes.

    Args:
        path: of the file as received.
        near: communes (or arrondissements) whose places are kept.
        far: communes of which only counts are.

    Raises:
        SourceUnavailable: the file is damaged or cut.
        SourceChanged: it is something else, or lacks a column.
    """
    with path.open("rb") as file:
        head = file.read(4)
    name = path.name
    read = _parquet if head == b"PAR1" else _zip if head[:2] == b"PK" else None
    if read is None:
        raise SourceUnavailable(
            f"« {name} » n'est ni un fichier parquet ni une archive ZIP : l'Insee a répondu autre "
            "chose, ou l'envoi est abîmé. Réessayez plus tard."
        )
    found = read(path, {*near, *far})
    if not found.count:
        raise SourceChanged(f"« {name} » n'a aucune ligne : rien n'en a été repris. {TELL}")
    found.lines = [_kept(line, line["DEPCOM"] in near) for line in found.lines]
    return found


def _kept(line: Line, whole: bool) -> Line:
    """What may stay of a line: nobody's name, no e-mail; the type alone of a far commune."""
    if not whole:
        return {name: line[name] for name in TOLD}
    if line["STATUT_DIFFUSION"] == PARTIAL:
        return {name: text for name, text in line.items() if name not in (*NAMES, *POINT, "SIRET")}
    names = {name: public_text(line[name]) for name in ("NOMRS", "CNOMRS")}
    return line | names


def _parquet(path: Path, communes: Collection[str]) -> National:
    """Blocks of the declared columns; only lines that are kept become text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False) as file:
            _check_columns(file.schema_arrow.names, path.name)
            return _blocks(file, communes)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise _damaged(path.name) from error


def _blocks(file: Any, communes: Collection[str]) -> National:
    import pyarrow as pa
    import pyarrow.compute as pc

    found = National()
    types, places = (pa.array(sorted(one)) for one in (facilities(), communes))
    for block in file.iter_batches(BLOCK, columns=list(COLUMNS), use_threads=False):
        found.count += block.num_rows
        kinds = block.column("TYPEQU").cast(pa.string())
        known = pc.is_in(kinds, value_set=types)
        told = pc.value_counts(kinds.filter(known))
        found.types.update({str(one["values"]): int(one["counts"].as_py()) for one in told})
        here = pc.is_in(block.column("DEPCOM").cast(pa.string()), value_set=places)
        for row in block.filter(pc.and_(known, here)).to_pylist():
            found.lines.append({name: _text(row[name]) for name in COLUMNS})
    return found


def _zip(path: Path, communes: Collection[str]) -> National:
    """The largest CSV of the archive, read as it is unpacked: never on the disk."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if one.filename.lower().endswith(".csv")]
            if not members:
                raise SourceChanged(f"« {path.name} » ne contient plus de fichier CSV. {TELL}")
            member = max(members, key=lambda one: one.file_size)
            with archive.open(member) as raw:
                text = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
                return _rows(csv.reader(text, delimiter=";"), communes, path.name)
    except UnicodeDecodeError as error:
        raise SourceChanged(
            f"« {path.name} » n'est plus écrit en UTF-8 : ses accents ne se liraient pas, rien "
            f"n'en a été repris. {TELL}"
        ) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, csv.Error) as error:
        raise _damaged(path.name) from error


def _rows(rows: Iterator[list[str]], communes: Collection[str], name: str) -> National:
    header = [one.strip().upper() for one in next(rows, [])]
    _check_columns(header, name)
    places = [header.index(column) for column in COLUMNS]
    commune, kind, last = header.index("DEPCOM"), header.index("TYPEQU"), len(header) - 1
    known = facilities()
    found = National()
    for row in rows:
        if len(row) <= last:
            if row:
                raise _damaged(name)
            continue
        found.count += 1
        if row[kind] in known:
            found.types[row[kind]] += 1
            if row[commune] in communes:
                found.lines.append(dict(zip(COLUMNS, (_text(row[i]) for i in places), strict=True)))
    return found


def _text(value: object) -> str:
    """A value as its producer wrote it, on one line; what is not filled is empty."""
    return "" if value is None else " ".join(str(value).split())


def _check_columns(names: Iterable[str], file: str) -> None:
    have = set(names)
    if absent := [one for one in COLUMNS if one not in have]:
        plural = len(absent) > 1
        raise SourceChanged(
            f"« {file} » n'a plus {'les colonnes' if plural else 'la colonne'} "
            f"{', '.join(absent)} : l'Insee a changé la BPE, rien n'en a été repris. {TELL}"
        )


def _damaged(file: str) -> SourceUnavailable:
    return SourceUnavailable(
        f"« {file} » est arrivé abîmé ou incomplet : rien n'en a été repris. Réessayez plus tard."
    )
