"""Editions: what readers were shown, kept, so that a figure that changes is owned up to.

An edition is named by the release itself (public), never by what it was made from.  A figure
that was shown and no longer may be is « retiré » : its old value is not told again.
"""

import hashlib
import io
import logging
import math
import zipfile
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

import pandas as pd

from ctg_data import dating
from ctg_data.dating import Moment
from ctg_data.errors import StoreError
from ctg_data.model import PublicStatus
from ctg_data.release.masked import MaskedTable
from ctg_data.store.changes import (
    BOUNDED,
    Correction as Correction,
    Redated as Redated,
    correction,
    denied,
)
from ctg_data.store.records import moment
from ctg_data.store.session import Store

LOG = logging.getLogger("ctg")
NOT_REMEMBERED = (
    "L'édition montrée n'est pas gardée : un chiffre qui changerait ensuite ne pourrait pas être "
    "signalé page « Chiffres corrigés »."
)
KIND = "edition"  # of the releases kept in the store
KEY = ["variable", "category", "level", "code", "vintage", "period"]
COLUMNS = [*KEY, "value", "status", "source", *dating.DEFAULTS]
WORDS = ("variable", "category", "level", "code", "status", "source", *dating.DEFAULTS)
TEXT = dict.fromkeys(WORDS, "string")
SAME = ["variable", "category", "level", "code", "vintage", "source", "value"]  # but the year
MEMBER = "edition.csv"
DAY_ONE = (1980, 1, 1, 0, 0, 0)  # a date of its own would make two equal archives differ


@dataclass(frozen=True)
class Edition:
    """One edition: its name, the moment it was first shown, what it showed."""

    id: str
    at: datetime
    content: bytes

    @property
    def cells(self) -> pd.DataFrame:
        """Its cells: key, value, bound, public status, sources.

        The first editions said no edition of their files; those without a bound say none.
        """
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            rows = pd.read_csv(io.BytesIO(archive.read(MEMBER)), dtype=TEXT)
        return dating.completed(rows.assign(bound=rows.get("bound", math.nan)))


def write(release: MaskedTable) -> bytes:
    """The cells of a release as kept: the same release gives the same bytes."""
    frame = release.frame[COLUMNS + _bounds(release)].sort_values([*KEY, "source"], kind="stable")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(MEMBER, DAY_ONE)
        archive.writestr(info, frame.to_csv(index=False), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def name_of(release: MaskedTable) -> str:
    """The short name printed in links: what is shown makes it, not the file it came from."""
    kept = [*KEY, "value", "status", *_bounds(release)]
    cells = release.frame[kept].sort_values([*KEY, "value"], kind="stable")
    return hashlib.sha256(cells.to_csv(index=False).encode()).hexdigest()[:8]


def _bounds(release: MaskedTable) -> list[str]:
    """The column of bounds, where there is one: a release without keeps its name."""
    return ["bound"] if release.frame["bound"].notna().any() else []


def record(territory: str, release: MaskedTable, lost: list[str] | None = None) -> str:
    """Keep this edition unless it is the last one kept; return its name.

    Without a store it is named all the same, and not remembered; ``lost`` then gains
    what pages say of it.
    """
    name = name_of(release)
    try:
        with Store.open() as store:
            if not _is_last(store, territory, name):
                content = write(release)
                with store.atomic():  # two readers may open the same release at once
                    if not _is_last(store, territory, name):
                        store.keep_release(territory, KIND, name, content)
    except StoreError as problem:
        LOG.warning("edition %s of %s is not remembered: %s", name, territory, problem)
        if lost is not None:
            lost.append(f"{NOT_REMEMBERED} {problem}")
    return name


def _is_last(store: Store, territory: str, name: str) -> bool:
    kept = store.release_heads(territory, KIND)
    return bool(kept) and kept[-1][0] == name


def known(store: Store, territory: str, name: str = "") -> list[Edition]:
    """Every edition kept of a territory, or the one named, the first one first."""
    rows = store.releases(territory, KIND, name)
    return [
        Edition(name, moment(at), content)
        for name, at, content in zip(rows["title"], rows["at"], rows["content"], strict=True)
    ]


def of_territory(territory: str) -> list[Edition]:
    """The same from the store of this installation; none when it cannot be read."""
    try:
        with Store.open() as store:
            return known(store, territory)
    except StoreError:
        return []


def heads(territory: str) -> list[Edition]:
    """Name and moment of the editions kept of a territory, the first one first; no byte is read."""
    try:
        with Store.open() as store:
            return [
                Edition(name, moment(at), b"") for name, at in store.release_heads(territory, KIND)
            ]
    except StoreError:
        return []


def between(territory: str, first: str, last: str) -> list[Correction]:
    """What changed from one edition kept to another; the bytes of no other are read.

    Raises:
        StoreError: the store cannot be read.
    """
    with Store.open() as store:
        before, after = (known(store, territory, name)[0] for name in (first, last))
    return corrections(before, after)


@dataclass(frozen=True)
class Step:
    """What an edition changed in the one before; both without their bytes."""

    before: Edition
    after: Edition
    corrected: tuple[Correction, ...]
    redated: tuple[Redated, ...]


def steps(territory: str) -> list[Step]:
    """What each edition kept changed in the one before, the first one first."""
    return [
        Step(
            replace(before, content=b""),
            replace(after, content=b""),
            tuple(corrections(before, after)),
            tuple(redated(before, after)),
        )
        for before, after in pairwise(of_territory(territory))
    ]


def corrections(before: Edition, after: Edition) -> list[Correction]:
    """Figures of one edition that the next one changed; what only came or went out of date is not.

    A bound that becomes exact was no error, unless the figure denies it; an exact figure that is
    known by a bound alone from now on is told.  A cell absent from the later edition is a series
    no longer given, not a correction; one that is there under another year is told apart, by
    ``redated``.
    """
    shown = [str(PublicStatus.DIFFUSE), str(PublicStatus.ARRONDI)]
    old, new = _unique(before.cells), _unique(after.cells)
    moved = _moved(old, new)[[*KEY[:-1], "period_old"]].set_axis(KEY, axis=1)
    old = old[~pd.MultiIndex.from_frame(old[KEY]).isin(pd.MultiIndex.from_frame(moved))]
    old = old[old["status"].isin([*shown, *BOUNDED])]
    both = old.merge(new, on=KEY, suffixes=("_old", "_new"), validate="one_to_one")
    exact = both["status_old"].isin(shown)
    still = both["status_new"].isin(shown)
    changed = exact & (~still | (both["value_old"] != both["value_new"]))
    return [correction(row) for row in both[changed | denied(both)].to_dict("records")]


def redated(before: Edition, after: Edition) -> list[Redated]:
    """Figures that the next edition gives for another year: the one told was not theirs."""
    moved = _moved(_unique(before.cells), _unique(after.cells))
    names = ["variable", "category", "level", "code", "period_old"]
    dates = ["period_new", "edition_new", "dating_new"]
    return [
        Redated(
            str(variable),
            str(category),
            str(level),
            str(code),
            int(told),
            Moment(int(period), str(edition), dating.Dating(proof)),
        )
        for variable, category, level, code, told, period, edition, proof in moved[
            [*names, *dates]
        ].itertuples(index=False, name=None)
    ]


def _moved(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Shown cells that left their year for one other year: same source, same value.

    Only those of a file named by its edition: elsewhere two years may well have the same figure.
    """
    place = [*KEY, "source"]
    stay = pd.MultiIndex.from_frame(new[place].astype("object"))
    were = pd.MultiIndex.from_frame(old[place].astype("object"))
    gone = old[~were.isin(stay) & old["value"].notna()]
    come = new[~stay.isin(were) & new["value"].notna() & new["edition"].ne("")]
    both = gone.merge(come, on=SAME, suffixes=("_old", "_new"))
    return both.drop_duplicates([*SAME, "period_old"], keep=False)


def _unique(cells: pd.DataFrame) -> pd.DataFrame:
    return cells.drop_duplicates(KEY, keep="first")
