"""Two generations of QPV, and what became of one in the other: measured on the ground.

A number is reused from one generation to the other for another quarter, and a name may stay while
its ground changes: neither says who is the heir of whom.  Only the ground shared does.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ctg_data import fr
from ctg_data.errors import UserError
from ctg_data.model import Level
from ctg_data.territory.config import QPV_FORMS
from geo.outlines import formats
from geo.outlines.zones import Outline, polygonal

OLD, NEW = 2015, 2024
FIRST_ON_NEW = 2023  # December 2023 is published on the boundaries of 1 January 2024
SLIVER = 0.02  # of the smaller zone: two drawings of one street, and nobody lives there
SAME = 0.98  # of both zones: drawn again, not moved


@dataclass(frozen=True)
class Share:
    """The ground that an old zone and a new one have in common."""

    old: str
    new: str
    of_old: float
    of_new: float
    hectares: float

    @property
    def unchanged(self) -> bool:
        """Whether they are one and the same place."""
        return min(self.of_old, self.of_new) >= SAME


def of_code(code: str) -> int | None:
    """The generation a QPV code belongs to.

    >>> of_code("QP000001"), of_code("QN00001M"), of_code("QN02A01N"), of_code("00123")
    (2015, 2024, 2024, None)
    """
    return next((year for year, form in QPV_FORMS.items() if re.fullmatch(form, code)), None)


def by_default(period: int) -> int:
    """The generation that figures of one December are published on, when nothing says it.

    >>> by_default(2022), by_default(2023)
    (2015, 2024)
    """
    return NEW if period >= FIRST_ON_NEW else OLD


def decide(
    what: str, codes: Iterable[str] = (), told: int | None = None, period: int | None = None
) -> int:
    """The generation of a layer or of a file: what it declares or its codes; else its year.

    Raises:
        UserError: it contradicts itself, or nothing says it.
    """
    seen = {year: code for code in codes if (year := of_code(code))}
    if told is not None and told not in QPV_FORMS:
        raise UserError(
            f"{what} : la génération {told} des QPV est inconnue ({OLD} ou {NEW}). Corrigez-la."
        )
    if len(seen) > 1:
        raise UserError(
            f"{what} : des codes de deux générations de QPV sont mêlés ({seen[OLD]}, {seen[NEW]}). "
            "Ce ne sont pas les mêmes quartiers : séparez-les en deux fichiers."
        )
    for year, code in seen.items():
        if told is not None and told != year:
            raise UserError(
                f"{what} : la génération {told} est annoncée, mais les codes sont ceux de {year} "
                f"({code}). Corrigez l'une ou les autres."
            )
        return year
    if told is not None:
        return told
    if period is None:
        raise UserError(
            f"{what} : rien ne dit la génération des QPV, ni annonce, ni code, ni année. "
            "Ajoutez l'une des trois."
        )
    return by_default(period)


def passage(old: Sequence[Outline], new: Sequence[Outline]) -> list[Share]:
    """What each old zone gave to each new one, slivers apart, the largest part first."""
    parts = [
        (a, b, polygonal(a.shape.intersection(b.shape)))
        for a in old
        for b in new
        if a.shape.intersects(b.shape)
    ]
    areas = formats.hectares([*(one.shape for one in (*old, *new)), *(one[2] for one in parts)])
    whole = len(old) + len(new)
    size = dict(zip([one.code for one in (*old, *new)], areas[:whole], strict=True))
    found = []
    for (a, b, _), shared in zip(parts, areas[whole:], strict=True):
        if shared > SLIVER * min(size[a.code], size[b.code]):
            share = Share(a.code, b.code, shared / size[a.code], shared / size[b.code], shared)
            found.append(share)
    return sorted(found, key=lambda one: (one.old, -one.hectares))


def rupture(old: Outline, new: Outline, shares: Sequence[Share]) -> str:
    """What to write where a series passes from one zone to the other; "" when nothing moved."""
    found = [one for one in shares if (one.old, one.new) == (old.code, new.code)]
    if not found:
        return fr.spaced(
            f"{old.label} ({old.code}) et {new.label} ({new.code}) n'ont aucun terrain commun : "
            "leurs chiffres ne se suivent pas."
        )
    share = found[0]
    if share.unchanged:
        return ""
    return fr.spaced(
        f"Rupture de série entre {old.label} ({old.code}, {old.vintage}) et {new.label} "
        f"({new.code}, {new.vintage}) : {_percent(share.of_old)} de l'ancien périmètre est dans le "
        f"nouveau, dont il fait {_percent(share.of_new)}. L'écart entre les deux chiffres mêle ce "
        "qui a changé pour les habitants et ce qui a changé de contour."
    )


def communes_covered(zone: Outline, communes: Sequence[Outline]) -> dict[str, float]:
    """The part of a zone's ground that lies in each commune: which ones its figures cover."""
    parts = {one.code: polygonal(zone.shape.intersection(one.shape)) for one in communes}
    areas = formats.hectares([zone.shape, *parts.values()])
    shares = {code: area / areas[0] for code, area in zip(parts, areas[1:], strict=True)}
    return {code: share for code, share in shares.items() if share > SLIVER}


def told(outlines: Sequence[Outline], lying: Mapping[str, Sequence[str]]) -> list[str]:
    """Every break from one generation to the other, and the communes of each QPV across several.

    ``lying`` gives the communes declared for each QPV: what overflows into another one by a few
    percent is a border drawn twice.
    """
    qpv = [one for one in outlines if one.level is Level.QPV]
    old, new = ([one for one in qpv if one.vintage == year] for year in (OLD, NEW))
    shares = passage(old, new) if old and new else []
    by_code = {one.code: one for one in qpv}
    notes = [rupture(by_code[one.old], by_code[one.new], shares) for one in shares]
    communes = [one for one in outlines if one.level is Level.COMMUNE]
    for one in qpv:
        towns = [town for town in communes if town.code in lying.get(one.code, ())]
        covered = communes_covered(one, towns) if len(towns) > 1 else {}
        if len(covered) > 1:
            names = {town.code: town.label for town in communes}
            parts = ", ".join(f"{names[code]} {_percent(x)}" for code, x in covered.items())
            notes.append(
                f"{one.label} ({one.code}) s'étend sur plusieurs communes : {parts} de sa surface, "
                "et non de ses habitants. Ses chiffres les couvrent toutes."
            )
    return [note for note in notes if note]


def _percent(share: float) -> str:
    return f"{fr.number(100 * share, 0)} %"
