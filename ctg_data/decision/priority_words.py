"""Sentences of the page « Priorités »: who comes first, thanks to what, and how firmly."""

from collections.abc import Sequence

from ctg_data import fr, grammar
from ctg_data.decision.priorities import GAP, Criterion, Ranking
from ctg_data.decision.sensitivity import DRAWS, SURE, WEIGHTINGS, Firmness
from ctg_data.diagnosis import reading
from ctg_data.model import SIGN_WORDS, Level, PublicStatus
from ctg_data.release.masked import BOUNDS
from ctg_data.territory.config import Zone

MANY = {Level.IRIS: "IRIS", Level.QPV: "quartiers prioritaires", Level.QUARTIER: "quartiers"}
UNITS = {True: "points d'écart à la commune", False: "points sur 100"}


def ordinal(place: int) -> str:
    """A place among zones.

    >>> ordinal(1), ordinal(12)
    ('1re', '12e')
    """
    return "1re" if place == 1 else f"{place}e"


def names(zones: tuple[Zone, ...], most: int = 3) -> str:
    """Some zones in a sentence; beyond ``most`` they are counted."""
    told = [one.label for one in zones[:most]]
    if len(zones) > most:
        told.append(fr.plural(len(zones) - most, "autre"))
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} et {told[-1]}"


def leading(ranking: Ranking) -> tuple[Zone, ...]:
    """The first zone, and those that tie with it."""
    return tuple(z for z, place in zip(ranking.zones, ranking.places, strict=True) if place == 1)


def points(ranking: Ranking, rank: int) -> str:
    """A score with its unit, which tells the way it was made."""
    score = float(ranking.scores[rank])
    unit = reading.agreed(UNITS[ranking.method == GAP], score)
    signed = ranking.method == GAP
    return f"{fr.number(score, 1, signed=signed)}{fr.WIDE}{unit}"


def answer(ranking: Ranking) -> str:
    """The answer of the page: who comes first, of how many, and who is not ranked."""
    first, count = leading(ranking), len(ranking.zones)
    left = sum(len(zones) for zones in ranking.unranked.values())
    alone = grammar.agree("vient", first[0].label) + " en tête"
    leads = alone if len(first) == 1 else f"{names(first)} viennent en tête à égalité"
    said = (
        f"{leads} des {count} {MANY[ranking.level]} que l'on peut classer, avec "
        f"{points(ranking, 0)}."
    )
    if left:
        said += f" {fr.plural(left, 'zone')} n'{'est' if left < 2 else 'ont'} pas "
        said += "classée." if left < 2 else "de classement."
    return fr.spaced(said)


def unranked(reason: PublicStatus, zones: tuple[Zone, ...]) -> str:
    """Why some zones are out of the ranking, without telling what they hide."""
    words = "donnée connue par une borne seulement, qui ne se classe pas"
    words = words if reason in BOUNDS else SIGN_WORDS[reason.sign]
    told = ", ".join(one.label for one in zones)
    return fr.spaced(f"Au moins un critère choisi y est une {words} : {told}.")


def lecture(ranking: Ranking) -> str:
    """How to read the first bar, from its own numbers."""
    zone, parts = ranking.zones[0], []
    for one, row, values in zip(ranking.criteria, ranking.brought, ranking.values, strict=True):
        signed = ranking.method == GAP
        parts.append(
            f"{fr.number(float(row[0]), 1, signed=signed)} de « {one.indicator.title} » "
            f"({fr.number(float(values[0]), one.indicator.decimals)}{fr.WIDE}"
            f"{one.indicator.unit}, {one.moment.told})"
        )
    return f"{grammar.agree('obtient', zone.label)} {points(ranking, 0)} : {' + '.join(parts)}."


def heaviest(ranking: Ranking, brought: Sequence[float]) -> str:
    """Which criteria bring most of a score, as the end of a sentence; nothing when none does.

    Args:
        ranking: whose criteria they are.
        brought: points that each brings, in the order of the criteria.
    """
    printed = [round(float(one), 1) for one in brought]
    top = max(printed)
    titles = [
        f"« {one.indicator.title} »"
        for one, points_of in zip(ranking.criteria, printed, strict=True)
        if points_of == top
    ]
    if top <= 0 or len(ranking.criteria) == 1:
        return ""
    if len(titles) == len(printed):
        return " ; ses critères y comptent autant les uns que les autres"
    if len(titles) > 1:
        return f" ; les critères qui comptent le plus dans ce score sont {fr.listed(titles)}"
    return f" ; le critère qui compte le plus dans ce score est {titles[0]}"


def method(ranking: Ranking) -> str:
    """How a score is made, in one sentence."""
    if ranking.method == GAP:
        return (
            "Le score est une estimation : la moyenne, selon les poids choisis, des écarts de "
            "la zone à la commune, en % de la valeur de la commune ; au-dessous de zéro, la zone "
            "est en meilleure situation qu'elle."
        )
    return (
        "Le score est une estimation : la moyenne, selon les poids choisis, des points de chaque "
        "critère. 100 points à la zone classée où le besoin est le plus fort, 0 à celle où il est "
        "le plus faible, les autres à pas réguliers selon leur rang ; l'ampleur des écarts ne "
        "compte pas."
    )


def cautions(ranking: Ranking) -> list[str]:
    """What must be known before quoting, criterion by criterion."""
    told = []
    silent = [one for one in ranking.criteria if not one.indicator.favourable]
    if silent:
        told.append(
            f"{_quoted(silent)} : un besoin, sans sens favorable. Plus il est grand, plus la zone "
            "passe devant ; ce n'est pas un jugement sur ses habitants."
        )
    counts = [one for one in ranking.criteria if one.indicator.is_count]
    if counts:
        told.append(f"{_quoted(counts)} : un nombre. Une zone plus peuplée en compte plus.")
    years = {one.period for one in ranking.criteria}
    if len(years) > 1:
        each = " ; ".join(
            f"« {one.indicator.title} », {one.moment.told}" for one in ranking.criteria
        )
        told.append(f"Le score additionne des critères qui ne sont pas de la même année : {each}.")
    if ranking.level is Level.QPV:
        told.append(f"Contours {ranking.zones[0].vintage} des quartiers prioritaires.")
    return told


def firmness(ranking: Ranking, found: Firmness) -> str:
    """Does the first zone stay first?  The answer, then what weighs on it."""
    kept = sum(one.holds for one in found.trials)
    zone = ranking.zones[0].label
    said = f"Oui, dans les {kept} essais. " if found.holds else "Pas toujours. "
    if not found.holds:
        said += f"{grammar.agree('reste', zone)} en tête dans {kept} essais sur "
        said += f"{len(found.trials)}. "
    said += (
        f"Sur {fr.number(WEIGHTINGS)} jeux de poids tirés au hasard, cette zone est première dans "
        f"{_share(found.weightings[0])} des cas ; si l'on tient compte des arrondis et du hasard "
        f"des petits nombres, dans {_share(found.noise[0])}."
    )
    rivals = rivals_of(ranking, found)
    if rivals:
        said += f" Au vu de ces seuls chiffres, {names(rivals)} "
        said += "pourrait" if len(rivals) == 1 else "pourraient"
        said += " aussi bien venir en tête."
    return fr.spaced(said)


def rivals_of(ranking: Ranking, found: Firmness) -> tuple[Zone, ...]:
    """Zones, the first one apart, whose figures leave them the first place."""
    return tuple(
        zone for zone, best in zip(ranking.zones[1:], found.low[1:], strict=True) if best == 1
    )


def move(change: float | None) -> str:
    r"""A way of arguing with a weight, as a heading.

    >>> move(None), move(0.25)
    ('sans ce critère', 'poids +25\xa0%')
    """
    if change is None:
        return "sans ce critère"
    return f"poids {fr.with_unit_signed(100 * change, '%')}"


def noise() -> str:
    """How the noise of figures is taken into account."""
    return (
        f"Les places possibles tiennent {SURE} fois sur 100, sur {fr.number(DRAWS)} tirages : "
        "chaque valeur bouge de son arrondi et de ce que le hasard seul fait à un petit nombre "
        "(une part comme un tirage de sa population, un nombre comme sa racine carrée). La marge "
        "d'un taux publié tel quel n'est pas connue : seul son arrondi compte."
    )


def _quoted(found: list[Criterion]) -> str:
    return ", ".join(f"« {one.indicator.title} »" for one in found)


def _share(share: float) -> str:
    return fr.with_unit(100 * float(share), "%")
