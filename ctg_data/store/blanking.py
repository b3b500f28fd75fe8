"""Maskings kept by earlier versions: the allocataires behind a hidden cell are taken out of them.

They were written beside each hidden value, and told it or nearly.  What was shown and what was
hidden stays, word for word: the next mask needs that memory.
"""

import csv
import hashlib
import io
import zipfile

from sqlalchemy import Connection, Table, select, update

KIND = "diffusion"  # of the releases that hold a masking
MEMBER = "cellules.csv"


def blanked(content: bytes) -> bytes:
    """The same masking, without a base where there is no value; other bytes come back as they are.

    What is not an archive, or has no cells in it, is left for its reader to tell.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [(one, archive.read(one)) for one in archive.infolist()]
    except zipfile.BadZipFile:
        return content
    made = [(one, _blanked(text) if one.filename == MEMBER else text) for one, text in parts]
    if made == parts:
        return content
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for one, text in made:
            info = zipfile.ZipInfo(one.filename, one.date_time)
            archive.writestr(info, text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _blanked(table: bytes) -> bytes:
    """A table of cells, each base without its value taken out; byte for byte else."""
    lines = csv.DictReader(io.StringIO(table.decode()))
    rows, names = list(lines), lines.fieldnames or []
    wrong = [one for one in rows if not one.get("value") and one.get("base")]
    if not wrong:
        return table
    for one in wrong:
        one["base"] = ""
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def blank(connection: Connection, releases: Table) -> None:
    """Take them out of every masking that a store keeps, in the transaction of its caller."""
    numbers = connection.execute(select(releases.c.number).filter_by(kind=KIND)).scalars().all()
    for number in numbers:
        own = select(releases.c.content).filter_by(number=number)
        content = bytes(connection.execute(own).scalar_one())
        if (made := blanked(content)) != content:
            sha256 = hashlib.sha256(made).hexdigest()
            line = update(releases).filter_by(number=number)
            connection.execute(line.values(content=made, sha256=sha256))
