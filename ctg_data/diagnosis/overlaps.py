"""How the zonings of a territory overlap, and which may be shown together, in words.

Nothing here decides: the engine does, with the very sums that are told here.
"""

from dataclasses import dataclass

from ctg_data import fr
from ctg_data.errors import StoreError, TerritoryError
from ctg_data.model import UNDER_COMMUNE, Level, PublicStatus
from ctg_data.observations import variables
from ctg_data.release.masked import MaskedTable
from ctg_data.release.policy import Policy
from ctg_data.store.session import Store
from ctg_data.territory.config import TerritoryConfig
from ctg_data.vintages import anchored_rows
from geo.outlines.places import PART, Nesting, Place, place_of

NAMES = {Level.IRIS: "IRIS", Level.QUARTIER: "Quartiers de la ville"}
FIRST = {"qpv": "Les QPV", "iris": "Les IRIS", "quartier": "Les quartiers de la ville"}
LISTED = 6  # zones named in a sentence; more are counted


@dataclass(frozen=True)
class Overlap:
    """One zone and those that it contains, or that cover it."""

    zone: str
    others: str
    text: str


@dataclass(frozen=True)
class Overlaps:
    """What was measured, and the zonings whose outlines are not known."""

    found: tuple[Overlap, ...] = ()
    unknown: tuple[str, ...] = ()
    divided: bool = True  # whether the commune has zones at all


@dataclass(frozen=True)
class Family:
    """Which zonings one family of figures is shown in, and why."""

    name: str
    first: str
    second: str
    why: str


@dataclass(frozen=True)
class Shown:
    """What a reader sees of the CAF's figures by one zoning in one year."""

    level: Level
    zoning: str
    period: int
    shown: int
    hidden: int


def of(config: TerritoryConfig) -> Overlaps:
    """Every overlap of the zonings of a territory, on the outlines in use."""
    from ctg_data.boundaries import (
        received,  # geometry is loaded when someone asks how zones overlap
    )
    from geo.outlines.nesting import Measured

    try:
        with Store.open() as store:
            measured = received.measured(config, store)
    except StoreError:
        measured = received.measured(config)
    except TerritoryError:  # outlines that do not read: every page tells which
        measured = Measured()
    every = (*config.qpv, *config.iris, *config.quartiers)
    unknown = {
        zoning_name(str(one.level), one.vintage)
        for one in every
        if place_of(str(one.level), one.code, one.vintage) not in measured.places
    }
    told = [_told(config, one) for one in measured.nestings]
    found = fr.by_name(told, lambda one: f"{one.others} {one.zone}")
    return Overlaps(tuple(found), tuple(sorted(unknown)), bool(every))


def zoning_name(level: str, vintage: int) -> str:
    """A zoning in words; a generation of QPV is one.

    >>> zoning_name("qpv", 2024), zoning_name("iris", 2021)
    ('QPV de 2024', 'IRIS')
    """
    return f"QPV de {vintage}" if level == Level.QPV else NAMES.get(Level(level), level)


def _told(config: TerritoryConfig, one: Nesting) -> Overlap:
    names = [_name(config, place) for place in one.parts]
    some = ", ".join(names[:LISTED])
    if len(names) > LISTED:
        some += f" et {len(names) - LISTED} autres"
    others = zoning_name(one.parts[0][0], one.parts[0][2])
    zone = _name(config, one.whole)
    if one.also:
        zone = ", ".join(_name(config, place) for place in (one.whole, *one.also))
        text = f"couvrent ensemble le même terrain que : {some}. Les deux sommes sont égales."
    elif one.exact and len(one.parts) == 1:
        text = f"est le même terrain que : {some}. Ce qui est vrai de l'un l'est de l'autre."
    elif one.exact:
        text = f"est fait de : {some}. Leur somme est sa valeur."
    elif one.covers:
        text = f"est couvert par : {some}. Leur somme moins lui donne ce qui déborde."
    else:
        text = f"contient : {some}. La différence donne le reste."
    return Overlap(fr.spaced(zone), others, fr.spaced(text))


def _name(config: TerritoryConfig, place: Place) -> str:
    level, code, vintage = place
    bare, _, part = code.partition(PART)
    label = fr.unmarked(config.labels.get((level, bare), bare))
    if part:
        label += ", part dans la commune"
    return f"{label} (QPV {vintage})" if level == Level.QPV else label


def _first(policy: Policy) -> str:
    """The first zoning in words, and the figures that start with another one."""
    names = [FIRST.get(policy.first_zoning, policy.first_zoning)]
    for name, zoning in policy.first_of:
        label = variables()[name].label if name in variables() else name
        names.append(f"« {label} » : {FIRST.get(zoning, zoning)}")
    return " ; ".join(names)


def families(policy: Policy) -> tuple[Family, ...]:
    """What each family of figures is shown in: the page « Méthode » says what the gate does."""
    least, size = fr.number(policy.min_count), fr.number(policy.min_population)
    return (
        Family(
            "Socle de la CAF et demandes FED",
            _first(policy),
            "IRIS, quartiers de la ville, autre génération de QPV : seulement les cases qui "
            "résistent à l'audit commun ; sinon « s », couvert par le secret (autre zonage publié)",
            "Deux zonages en font un troisième par différence : le reste peut compter moins de "
            f"{least} allocataires, ou être une zone de moins de {size}. Chaque zone est comparée "
            "à celles "
            "de l'autre zonage qu'elle contient ou qui la couvrent, et toutes à la commune.",
        ),
        Family(
            "Fichiers publiés par l'Insee et la Cnaf",
            "Tous ceux du producteur",
            "Montrés ensemble, tels quels",
            "Ils sont publics dans les deux zonages : les masquer ici ne protégerait personne. "
            "Les cases que le producteur a vidées restent vides. Ils comptent comme connus : le "
            f"socle et eux, soustraits, ne laissent ni petit nombre ni zone de moins de {size}.",
        ),
        Family(
            "Places et structures",
            "Tous",
            "Montrés ensemble",
            "Une crèche n'est pas une personne. Les assistants maternels en activité en sont : "
            "ils suivent la règle des personnes.",
        ),
    )


def shown(release: MaskedTable) -> list[Shown]:
    """Cells of the CAF's figures that each zoning shows and hides, in its latest year."""
    ours = {one.id for one in release.citations if one.confidential}
    rows = release.frame
    rows = rows[rows["source"].isin(ours)]
    under = [str(level) for level in UNDER_COMMUNE]
    rows = rows[rows["level"].isin(under)]
    if not len(rows):
        return []
    rows = rows[rows["period"] == rows["period"].max()]
    anchored = anchored_rows(rows)
    found = [
        Shown(
            Level(str(level)),
            zoning_name(str(level), int(vintage)),
            int(group["period"].iloc[0]),
            int(group["value"].notna().sum()),
            int((group["status"] == PublicStatus.SECRET).sum()),
        )
        for (level, vintage), group in rows.groupby(["level", anchored], sort=True)
    ]
    return fr.by_name(found, lambda one: one.zoning, before=lambda one: one.level is not Level.QPV)


def summary(known: Overlaps, policy: Policy) -> str:
    """The answer in one sentence, with its figure."""
    if not known.divided:
        return (
            "La question ne se pose pas ici : la commune n'a ni IRIS, ni quartier prioritaire, ni "
            "zonage de la Ville."
        )
    if known.unknown:
        return (
            "Un seul zonage du socle à la fois, tant que des contours manquent "
            f"({', '.join(known.unknown)}) : sans eux, personne ne sait quelles zones se recoupent."
        )
    first = FIRST.get(policy.first_zoning, policy.first_zoning)
    count = fr.plural(len(known.found), "recoupement mesuré", "recoupements mesurés")
    return (
        f"{first} d'abord, puis les autres zonages là où l'audit commun tient : {count} sur les "
        "contours employés."
    )
