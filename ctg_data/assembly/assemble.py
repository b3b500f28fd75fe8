"""From a territory's folder and its store to what may be shown.

Embedded figures first, what was received since over them, and the whole through the gate.  The
masking of a confidential table is found again where it was kept; it is computed once.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ctg_data import fr, observations
from ctg_data.assembly import kept_maskings, witnessing
from ctg_data.assembly.figures import every_figure
from ctg_data.built_once import BuiltOnce
from ctg_data.disclosure.adapter import confidential, contradiction, evidence, gate, held_back, kept
from ctg_data.disclosure.adapter.confidential import Protection
from ctg_data.disclosure.adapter.gate import Gated
from ctg_data.disclosure.adapter.held_back import Held
from ctg_data.disclosure.adapter.neighbours import SIZE
from ctg_data.disclosure.witness.verdict import Witnessed
from ctg_data.errors import ReleaseDamaged, StoreError, TerritoryError
from ctg_data.offer.offered import Offered, offered
from ctg_data.store.session import Store
from ctg_data.territory import embedded
from ctg_data.territory.config import TerritoryConfig
from geo.outlines.places import PART, Nesting, Place

UNPROVED = (
    "Les chiffres transmis par la CAF ne sont pas montrés, les chiffres publiés le sont : un "
    "fichier qui dit comment les zones se recoupent ne peut pas être lu."
)

Steps = Callable[[str], None]
MOST = 24  # maskings at hand: every year of a few territories
_done: BuiltOnce[tuple[str, str], Protection] = BuiltOnce(MOST)  # by territory and fingerprint


@dataclass(frozen=True)
class Assembled:
    """What came out of the gate, what could not be read in French, and what is offered."""

    gated: Gated
    warnings: tuple[str, ...]
    offered: Offered


def assemble(config: TerritoryConfig, steps: Steps = lambda _: None) -> Assembled:
    """Read everything there is on a territory and mask it; ``steps`` is told what takes long.

    Raises:
        TerritoryError: the folder of the territory is at fault.
    """
    try:
        with Store.open() as store:
            return _assembled(config, store, steps)
    except StoreError as problem:
        return _assembled(config, None, steps, str(problem))


def _assembled(
    config: TerritoryConfig, store: Store | None, steps: Steps, *warnings: str
) -> Assembled:
    given = frozenset(embedded.embedded(config)[1])
    table, citations = every_figure(config, store)
    ours = observations.handed_over(table, citations)
    published = table[~ours]
    held, unproved = _provable(config, table[ours], store)
    asked = held.rows["variable"].isin(_asked())
    socle = held.rows[~asked]
    lost: list[str] = []
    parts = [
        _safely(config, rows, public, store, steps, lost)
        for rows, public in _apart(config, socle, published, given)
    ]
    if asked.any():  # no sum links them to the socle: an answer leaves its masks as they are
        sizes = socle[socle["variable"] == SIZE]
        parts.append(_safely(config, held.rows[asked], published, store, steps, lost, sizes=sizes))
    done = together(parts) if parts else _protection(config, held.rows, published, store, steps)
    protection = held.hide(done)
    # what is offered counts nobody: it goes through the gate, and changes nothing of the masking
    offer = offered(config, store, published)
    whole = observations.overlay(published, offer.rows)
    gated = gate.release(
        gate.as_published(whole, config.policy),
        protection,
        citations | offer.citations,
        config.policy,
    )
    told = (*warnings, *unproved, *offer.unread, *dict.fromkeys(lost))
    told = (*told, *kept_maskings.shipping_faults(config))
    return Assembled(gated, told, offer)


def _provable(
    config: TerritoryConfig, socle: pd.DataFrame, store: Store | None
) -> tuple[Held, tuple[str, ...]]:
    """What can be masked; nothing, and why, when how zones overlap cannot be read."""
    if not len(socle):
        return Held(socle, socle), ()
    try:
        return hold_back(config, with_parts(config, socle), store), ()
    except TerritoryError as problem:
        told = (fr.spaced(f"{UNPROVED}\n\n{problem}"),)
        rules = pd.Series(held_back.UNDRAWN, index=socle.index, dtype=object)
        return Held(socle.iloc[:0], socle, told, rules), told


def nestings(config: TerritoryConfig, store: Store | None = None) -> list[Nesting]:
    """Every sum that the zones of a territory allow: declared, and measured on their outlines."""
    from ctg_data.boundaries import (
        received,  # geometry is loaded only when a confidential table is masked
    )

    return [*gate.declared_nestings(config), *received.measured(config, store).nestings]


def _places(config: TerritoryConfig, store: Store | None) -> frozenset[Place]:
    """Zones whose overlaps with the others are known."""
    from ctg_data.boundaries import received

    return received.measured(config, store).places


def hold_back(config: TerritoryConfig, socle: pd.DataFrame, store: Store | None) -> Held:
    """Set aside the zonings that no joint audit can bear on, for want of outlines."""
    known: frozenset[Place] = _places(config, store) if len(socle) else frozenset()
    return held_back.split(socle, known, config.policy, _asked())


def with_parts(config: TerritoryConfig, socle: pd.DataFrame) -> pd.DataFrame:
    """Add, for the sums only, the part of each QPV that lies in one of its communes."""
    parts = embedded.qpv_parts(config)
    if not len(socle) or not len(parts):
        return socle
    parts = parts[parts["period"].isin(socle["period"].unique())]
    code = parts["code"] + PART + parts["commune"]
    return pd.concat([socle, parts.assign(code=code)[socle.columns]], ignore_index=True)


def _apart(
    config: TerritoryConfig, socle: pd.DataFrame, published: pd.DataFrame, given: frozenset[str]
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """The years that no sum links, each with what is published of it: a new file masks its own.

    The years that come with a fictional territory stay together, as its masking was shipped.
    """
    received = socle.loc[~socle["source"].isin(given), "period"].unique()
    old = ~socle["period"].isin(received)
    if config.fictional and old.any():
        yield socle[old], published
    alone = received if config.fictional else socle["period"].unique()
    for year in sorted(alone):
        yield socle[socle["period"] == year], published[published["period"] == year]


def together(parts: Sequence[Protection]) -> Protection:
    """Several years as one protection: what could not be proved in one is told for all."""
    if len(parts) == 1:
        return parts[0]
    return Protection(
        table=pd.concat([one.table for one in parts], ignore_index=True),
        journal=pd.concat([one.journal for one in parts], ignore_index=True),
        audit=evidence.added([one.audit for one in parts]),
        dropped=tuple(dict.fromkeys(text for one in parts for text in one.dropped)),
        apart=_added(one.apart for one in parts),
        witnessed=_witnessed([one.witnessed for one in parts]),
    )


def _witnessed(parts: Sequence[Witnessed | None]) -> Witnessed | None:
    """What the second witness answers on the whole, None as soon as a part went without it."""
    told = [one for one in parts if one is not None]
    return sum(told, Witnessed()) if len(told) == len(parts) else None


def _asked() -> list[str]:
    """Variables that the CAF gives on request only; none is declared a part of the socle's."""
    return [one.id for one in observations.variables().values() if one.hors_socle]


def _added(parts: Iterable[Iterable[tuple[str, int]]]) -> tuple[tuple[str, int], ...]:
    """Counts by name, added up."""
    total: Counter[str] = Counter()
    for part in parts:
        total.update(dict(part))
    return tuple(sorted(total.items()))


def _safely(
    config: TerritoryConfig,
    socle: pd.DataFrame,
    published: pd.DataFrame,
    store: Store | None,
    steps: Steps,
    lost: list[str],
    *,
    sizes: pd.DataFrame | None = None,
) -> Protection:
    """The masking of a table; all of it hidden when what was shown before is not known in full."""
    try:
        return _protection(config, socle, published, store, steps, sizes=sizes)
    except ReleaseDamaged as problem:
        years = " et ".join(str(year) for year in sorted(set(socle["period"])))
        lost.append(
            fr.spaced(
                f"Les chiffres transmis par la CAF pour {years} ne sont pas montrés, les chiffres "
                f"publiés le sont. {problem}"
            )
        )
        rules = pd.Series(held_back.FORGOTTEN, index=socle.index, dtype=object)
        nothing = _protection(config, socle.iloc[:0], published, None)
        return Held(socle.iloc[:0], socle, (lost[-1],), rules).hide(nothing)


def _protection(
    config: TerritoryConfig,
    socle: pd.DataFrame,
    published: pd.DataFrame,
    store: Store | None,
    steps: Steps = lambda _: None,
    *,
    sizes: pd.DataFrame | None = None,
) -> Protection:
    """The masking of this very table: from memory, as shipped, from the store, or computed."""
    policy = config.policy
    sums: Sequence[Nesting] = nestings(config, store) if len(socle) else ()
    whole = socle if sizes is None else pd.concat([socle, sizes])
    key = kept.fingerprint(whole, published, policy, sums)

    def found() -> Protection:
        while True:
            shown = kept_maskings.heads(store, config.id)
            known = kept_maskings.shipped(config, key)
            known = known or kept_maskings.from_store(store, config.id, key)
            if known is not None:
                return known
            steps(masking_of(socle))
            before = kept.states(kept_maskings.editions(store, config.id).values())
            with contradiction.in_words(config.labels):
                made = confidential.protect_socle(
                    socle, published, policy, sums, before, sizes=sizes
                )
            made = witnessing.confirmed(made, whole, published, config, store)
            if kept_maskings.keep(store, config.id, key, made, shown):
                return made

    return _done.get((config.id, key), found)


def masking_of(socle: pd.DataFrame) -> str:
    """What is being masked, in words.

    >>> masking_of(pd.DataFrame({"period": [2024, 2023, 2024]}))
    'Masquage des chiffres de 2023 et 2024, puis audit…'
    """
    years = [str(year) for year in sorted(set(socle["period"]))]
    return f"Masquage des chiffres de {' et '.join(years) or 'cette année'}, puis audit…"


def ship(config: TerritoryConfig) -> Path:
    """Mask a fictional territory anew and leave the result in its folder, for all who open it."""
    assert config.fictional, "the masking of a real file stays in the store"
    table, citations = embedded.embedded(config)
    ours = observations.handed_over(table, citations)
    published, socle = table[~ours], with_parts(config, table[ours])
    policy, sums = config.policy, nestings(config)
    path = Path(config.folder) / kept_maskings.SHIPPED
    found = confidential.protect_socle(socle, published, policy, sums)
    found = witnessing.confirmed(found, socle, published, config)
    path.write_bytes(kept.to_bytes(found))
    key = kept.fingerprint(socle, published, policy, sums)
    path.with_suffix(".sha256").write_text(key + "\n", encoding="ascii")
    return path
