"""From an exact file to a protected one: on the CAF's machine, before anything leaves it.

Whole tables are masked with everything that readers already hold; the workbook is written anew,
then read back by the very reader of the city and attacked as it stands.  What comes out holds
no hidden value, and its manifest is computed from it alone or drawn at random.
"""

import hashlib
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from ctg_data import fr
from ctg_data.assembly import assemble as assembly, kept_maskings, witnessing
from ctg_data.assembly.figures import every_figure
from ctg_data.disclosure.adapter import confidential, contradiction, kept
from ctg_data.disclosure.adapter.confidential import Protection, Shown
from ctg_data.disclosure.adapter.evidence import UNVERIFIED, Evidence
from ctg_data.disclosure.adapter.neighbours import kind_of
from ctg_data.disclosure.adapter.relations import cell_id
from ctg_data.disclosure.witness import words
from ctg_data.disclosure.witness.verdict import Witnessed
from ctg_data.errors import NotProtected
from ctg_data.observations import KEY, handed_over
from ctg_data.release.policy import Policy
from ctg_data.socle import protected_workbook as socle_workbook
from ctg_data.socle.checks.every import check
from ctg_data.socle.imports import Refused
from ctg_data.socle.reading import outcome
from ctg_data.socle.reading.read import read_file
from ctg_data.socle.reading.result import Declared, Kind, Reading
from ctg_data.store.session import Store
from ctg_data.tabular.report import Report
from ctg_data.territory.config import TerritoryConfig

# The second mask is that of a reader who holds no base, the next ones of a reader who holds what
# the one before left.  Each hides more than the last, so that they settle, after a few of them.
TRIES = 20
POLICY = (
    "Article 7 : rien sur moins de {count} allocataires ; aucune zone ni sous-population de moins "
    "de {zone} ; personnes et enfants sans leurs foyers : au moins {people} ; zéros {zeros} ; "
    "rien qui se retrouve par calcul."
)


@dataclass(frozen=True)
class Protected:
    """A protected workbook, its manifest, and what may be said of the masking."""

    name: str
    content: bytes = field(repr=False)
    manifest: dict[str, Any]
    report: Report
    shown: int
    hidden: int
    dropped: tuple[str, ...]
    audit: Evidence | None = None

    def summary(self) -> str:
        """What was made, in French."""
        lines = [
            f"{fr.plural(self.shown, 'chiffre diffusé', 'chiffres diffusés')}, "
            f"{fr.plural(self.hidden, 'couvert par le secret', 'couverts par le secret')}.",
            f"Audit du fichier écrit : {self.audit or UNVERIFIED}.",
            words.sentence(Witnessed(**told) if (told := self.manifest["witness"]) else None),
            f"Diffusion {self.manifest['number']}.",
            *self.dropped,
        ]
        return fr.spaced("\n".join(lines))


@dataclass(frozen=True)
class Public:
    """What readers already hold: producers' figures, earlier editions; and the rules."""

    territory: TerritoryConfig
    published: pd.DataFrame = field(repr=False)
    before: Shown = field(repr=False)
    store: Store | None = field(default=None, repr=False, compare=False)

    @property
    def policy(self) -> Policy:
        """The choices of the CAF."""
        return self.territory.policy

    def mask(self, rows: pd.DataFrame, steps: assembly.Steps = lambda _: None) -> Protection:
        """Protect rows year by year, as the city does."""
        rows = assembly.with_parts(self.territory, rows)
        waiting = assembly.hold_back(self.territory, rows, self.store)
        rows, sums = waiting.rows, assembly.nestings(self.territory, self.store)
        masked = []
        for year in sorted(set(rows["period"])):
            own = rows[rows["period"] == year]
            steps(assembly.masking_of(own))
            held = self.published[self.published["period"] == year]
            policy, before = self.policy, self.before
            with contradiction.in_words(self.territory.labels):
                done = confidential.protect_socle(own, held, policy, sums, before, regroup=False)
            masked.append(witnessing.confirmed(done, own, held, self.territory, self.store))
        return waiting.hide(assembly.together(masked))


def protect_file(
    name: str,
    content: bytes,
    territory: TerritoryConfig,
    store: Store | None = None,
    *,
    editions: Sequence[tuple[str, bytes]] = (),
    declared: Declared | None = None,
    out: str = "SOCLE_PROTEGE.xlsx",
    steps: Callable[[str], None] = lambda _: None,
) -> Protected:
    """Make the file that may leave the CAF; nothing is kept of the one that comes in.

    Args:
        name: of the exact file.
        content: its bytes.
        territory: whose zones and rules.
        store: what was received and shown on this machine, when there is one.
        editions: name and bytes of protected files sent before.
        declared: answers to what a former report asked.
        out: the name of the file to make.
        steps: told what is being done.

    Raises:
        UnreadableFile: nothing at all can be read in it, or in an edition.
        Refused: its report refuses it.
        NotProtected: no mask could be proved.
    """
    steps("Lecture du fichier et vérifications…")
    answers = replace(declared or Declared(), kind=Kind.EXACT)
    reading = read_file(name, content, territory, declared=answers)
    report = check(reading, territory)
    if report.refused:
        raise Refused(report)
    rows = outcome.observations_of(reading, report).assign(source="socle")
    rows = rows[rows["variable"].isin(kind_of())]  # what no rule judges does not leave
    before = _before(territory, store, editions)
    public = Public(territory, _published(territory, store), before, store)
    return _settled(rows, public, reading, report, out, steps)


def _settled(
    rows: pd.DataFrame,
    public: Public,
    reading: Reading,
    report: Report,
    out: str,
    steps: Callable[[str], None],
) -> Protected:
    """Mask, write, read back and mask as the city will, until nothing more is hidden."""
    masked = public.mask(rows, steps)
    number = secrets.token_hex(8)
    dropped = masked.dropped
    for _ in range(TRIES):
        steps("Écriture du classeur, relecture, audit…")
        made = _write(masked.table, public, reading, number)
        start = time.perf_counter()
        again = public.mask(_read_back(out, made, masked.table, public.territory))
        seconds = time.perf_counter() - start
        if _hidden(again.table) == _hidden(masked.table):
            return _protected(out, made, again, public, number, report, dropped, seconds)
        masked, dropped = again, tuple(dict.fromkeys((*dropped, *again.dropped)))
    raise NotProtected(
        "Aucun masque n'a pu être prouvé sûr pour ce fichier : rien n'a été écrit. Retirez les "
        "colonnes les plus fines, ou demandez conseil à qui maintient l'application."
    )


def _published(territory: TerritoryConfig, store: Store | None) -> pd.DataFrame:
    """What producers publish of the territory: embedded, and received since."""
    table, citations = every_figure(territory, store)
    ours = handed_over(table, citations)
    return table[~ours]


def _before(
    territory: TerritoryConfig, store: Store | None, sent: Sequence[tuple[str, bytes]]
) -> dict[str, tuple[str, float | None]]:
    """What earlier editions showed and hid: those of this machine, then the files given."""
    known = kept.states(kept_maskings.editions(store, territory.id).values())
    for name, content in sent:
        known |= _states(_rows_of(name, content, territory))
    return known


def _rows_of(name: str, content: bytes, territory: TerritoryConfig) -> pd.DataFrame:
    """The rows of a protected file, read as the city reads them."""
    declared = Declared(kind=Kind.PROTEGE)
    reading = read_file(name, content, territory, declared=declared)
    report = check(reading, territory)
    if report.refused:
        raise Refused(report)
    return outcome.observations_of(reading, report)


def _states(rows: pd.DataFrame) -> dict[str, tuple[str, float | None]]:
    ids = map(cell_id, rows[KEY].itertuples(index=False))
    values = rows["value"].astype(float).tolist()
    return {
        name: ("published", value) if value == value else ("suppressed", None)
        for name, value in zip(ids, values, strict=True)
    }


def _read_back(
    name: str, content: bytes, written: pd.DataFrame, territory: TerritoryConfig
) -> pd.DataFrame:
    """The rows of the file as written.

    Raises:
        NotProtected: it does not say what was meant.
    """
    rows = _rows_of(name, content, territory)
    if _states(rows) != _states(written):
        raise NotProtected(
            "Le classeur écrit ne se relit pas comme il a été fait : il n'est pas gardé. Signalez-"
            "le à qui maintient l'application."
        )
    return rows


def _hidden(table: pd.DataFrame) -> set[str]:
    return {name for name, (state, _) in _states(table).items() if state == "suppressed"}


def _write(table: pd.DataFrame, public: Public, reading: Reading, number: str) -> bytes:
    """The workbook: masked rows, what they count, what the reader must know."""
    policy, place = public.policy, public.territory
    rules = POLICY.format(
        count=policy.min_count,
        zone=policy.min_population,
        people=policy.min_people,
        zeros="montrés" if policy.zeros_shown else "masqués",
    )
    caf = next((one.name for one in place.parties if one.id == "caf"), "CAF")
    day = reading.reference_date
    facts = [
        ("Nature", "protégé"),
        ("Émetteur", caf),
        ("Commune", f"{place.commune.code}"),
        ("Date de référence", day.strftime("%d/%m/%Y") if day else ""),
        ("Diffusion", number),
        ("Règles", fr.spaced(rules)),
        ("Signes", fr.spaced("s : donnée couverte par le secret statistique ; n.d. : absente")),
        ("Fichier", "protégé, vérifié par relecture et par un audit indépendant ; voir manifeste"),
    ]
    return socle_workbook.write(table, place.labels, facts)


def _protected(
    out: str,
    made: bytes,
    audited: Protection,
    public: Public,
    number: str,
    report: Report,
    dropped: tuple[str, ...],
    seconds: float,
) -> Protected:
    """Gather the file, and a manifest made of it alone."""
    states = _states(audited.table)
    hidden = sum(state == "suppressed" for state, _ in states.values())
    manifest = {
        "release": Path(out).name,
        "sha256": hashlib.sha256(made).hexdigest(),
        "number": number,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "territory": public.territory.commune.code,
        "policy": public.policy.as_json(),
        "counts": {
            "cells": len(states),
            "published": len(states) - hidden,
            "suppressed": hidden,
        },
        "audit": audited.audit.in_manifest(seconds) if audited.audit else {"verdict": UNVERIFIED},
        "witness": asdict(audited.witnessed) if audited.witnessed else None,
    }
    told = (len(states) - hidden, hidden, dropped, audited.audit)
    return Protected(out, made, manifest, report, *told)
