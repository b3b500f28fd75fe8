"""A protection, written down: masked once when data arrive, read again ever after.

What is written is the masked table, the statistician's journal and the verdict.  The table is
public once shown; the journal is not, and both stay in the store.
"""

import csv
import hashlib
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict

import pandas as pd

from ctg_data.dating import completed
from ctg_data.disclosure.adapter import evidence
from ctg_data.disclosure.adapter.confidential import Protection
from ctg_data.disclosure.adapter.neighbours import held_by_readers
from ctg_data.disclosure.adapter.relations import cell_id
from ctg_data.disclosure.witness.verdict import Witnessed
from ctg_data.errors import ReleaseDamaged
from ctg_data.observations import DTYPES, KEY, MASKED
from ctg_data.release.policy import Policy
from geo.outlines.places import Nesting

# To change whenever the engine may mask otherwise: every table is then masked anew, what was
# shown before being honoured.
ENGINE = "6"
TABLE, JOURNAL, VERDICT = "cellules.csv", "journal.csv", "verdict.json"
# all that reading a damaged archive, or a damaged table in it, may raise
DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError),
    *(KeyError, ValueError, TypeError, csv.Error),
)
LOST = (
    "Un masquage gardé est abîmé et ne se relit plus : ce qui a déjà été montré n'est plus connu "
    "en entier, et un nouveau masque pourrait le contredire. Remettez une sauvegarde des données "
    "gardées (dossier CTG_HOME, ou base nommée par CTG_DATABASE_URL)."
)
DAY_ONE = (1980, 1, 1, 0, 0, 0)  # a date of its own would make two equal archives differ


def fingerprint(
    socle: pd.DataFrame,
    published: pd.DataFrame,
    policy: Policy,
    nestings: Sequence[Nesting],
) -> str:
    """Name a protection by all that it was made from: new public places leave it as it is.

    Computed from confidential counts, so an oracle on them: it never leaves the store.
    """
    digest = hashlib.sha256(ENGINE.encode())
    known = held_by_readers(socle, published, nestings)[[*KEY, "value", "status"]]
    for frame in (socle[MASKED].sort_values(KEY), known.sort_values(KEY)):
        digest.update(frame.to_csv(index=False).encode())
    told = _told(policy)
    digest.update(repr((told, sorted(map(_named, nestings)))).encode())
    return digest.hexdigest()


def _told(policy: Policy) -> dict[str, object]:
    """The policy, under the names that maskings already kept were named by.

    A choice left as proposed is not named: adding one to the policy makes no masking anew.
    """
    always = {
        "least_count": policy.min_count,
        "least_zone": policy.min_population,
        "least_people": policy.min_people,
        "zeros": "shown" if policy.zeros_shown else "masked",
        "first_zoning": policy.first_zoning,
    }
    choices = ("first_of", "every_cell", "rounding", "insider")
    chosen = {name: getattr(policy, name) for name in choices}
    return always | {k: v for k, v in chosen.items() if v != getattr(Policy(), k)}


def _named(one: Nesting) -> str:
    return f"{one!r}{one.also or ''}"


def to_bytes(protection: Protection) -> bytes:
    """Write a protection; the same one gives the same bytes."""
    measured = protection.audit
    verdict = {
        "audit": None if measured is None else measured.as_json(),
        "dropped": protection.dropped,
        "apart": protection.apart,
    }
    told = protection.witnessed
    verdict["witness"] = None if told is None else asdict(told)
    table = protection.table.sort_values(KEY)
    table = table.assign(base=table["base"].where(table["value"].notna()))  # nothing of the hidden
    parts = {
        TABLE: table.to_csv(index=False),
        JOURNAL: protection.journal.sort_values(KEY).to_csv(index=False),
        VERDICT: json.dumps(verdict, ensure_ascii=False, indent=1),
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, DAY_ONE), text, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def from_bytes(content: bytes) -> Protection:
    """Read a protection.

    Raises:
        ReleaseDamaged: the bytes are not those of a protection.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _protection(*(archive.read(name) for name in (TABLE, JOURNAL, VERDICT)))
    except DAMAGED as cause:
        raise ReleaseDamaged(LOST) from cause


def is_whole(content: bytes) -> bool:
    """Whether the bytes are an archive whose every member reads as it was written."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.testzip() is None and TABLE in archive.namelist()
    except DAMAGED:
        return False


def _protection(cells: bytes, lines: bytes, judged: bytes) -> Protection:
    table = pd.read_csv(io.BytesIO(cells), dtype="string", keep_default_na=True)
    journal = pd.read_csv(io.BytesIO(lines), dtype="string")
    verdict = json.loads(judged)
    return Protection(
        table=completed(table).astype(DTYPES),
        journal=journal.astype({"vintage": "Int64", "period": "Int64"}),
        audit=evidence.read(verdict.get("audit")),
        dropped=tuple(verdict["dropped"]),
        # protections kept before this was counted do not say it
        apart=tuple((str(name), int(count)) for name, count in verdict.get("apart", ())),
        witnessed=Witnessed(**told) if (told := verdict.get("witness")) else None,
    )


def states(contents: Iterable[bytes]) -> dict[str, tuple[str, float | None]]:
    """What the given protections showed and hid, cell by cell, the last one having the last word.

    This is the memory of what was shown: the next mask honours it, whatever was undone since.

    Raises:
        ReleaseDamaged: one of them does not read; the memory would have a hole.
    """
    try:
        return _states(contents)
    except DAMAGED as cause:
        raise ReleaseDamaged(LOST) from cause


def _states(contents: Iterable[bytes]) -> dict[str, tuple[str, float | None]]:
    known: dict[str, tuple[str, float | None]] = {}
    for content in contents:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            lines = csv.DictReader(io.StringIO(archive.read(TABLE).decode()))
            for line in lines:
                value = float(line["value"]) if line["value"] else None
                known[cell_id([line[name] for name in KEY])] = (
                    ("suppressed", None) if value is None else ("published", value)
                )
    return known
