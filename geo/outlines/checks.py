"""What a layer of zones must be before it is drawn or measured: every fault at once, in French.

A layer of a whole country goes in; the zones of one territory come out, or the reasons why not.
Whoever reads the outcome must be able to tell « outside » from « not known »: an absent layer
answers ``None``, never « in no zone ».
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from ctg_data import fr
from ctg_data.errors import SourceChanged, UserError, all_problems
from ctg_data.model import Level
from ctg_data.territory.config import CODE_FORMS, TerritoryConfig, Zone
from geo.outlines import formats, generations, tangle, zones
from geo.outlines.cells import code_of, plain, split_codes, split_names, value
from geo.outlines.formats import Feature, Raw
from geo.outlines.whereabouts import TOLD, coordinates, far, misplaced
from geo.outlines.zones import Outline

CODES = {
    Level.QPV: ("code_qp", "code_qpv", "codeqp"),
    Level.IRIS: ("code_iris",),
    Level.COMMUNE: ("code_insee", "insee_com", "code"),
    Level.EPCI: ("code_siren", "siren_epci", "code_epci", "code"),
}
COMMUNE_CODES = ("insee_com", "code_insee")
COMMUNE_NAMES = ("commune_qp", "lib_com", "nom_com")
TINY = 0.1  # hectares: a seventh of the smallest QPV of the country
SHARED = 0.02  # of a zone: what two drawings of one border have in common


@dataclass(frozen=True)
class Wanted:
    """What a territory awaits of a layer; ``extra`` may be there, ``expected`` must be."""

    level: Level
    zones: tuple[Zone, ...]
    vintage: int
    extra: tuple[Zone, ...] = ()

    @property
    def expected(self) -> set[str]:
        """Codes that must be there."""
        return {one.code for one in self.zones}


@dataclass(frozen=True)
class Checked:
    """The zones of one territory, and French sentences on what was mended or is left unknown."""

    outlines: tuple[Outline, ...]
    hectares: Mapping[str, float]
    notes: tuple[str, ...] = ()


def wanted(config: TerritoryConfig, level: Level, vintage: int = 0) -> Wanted:
    """What a territory declares at one level, of one generation for QPV."""
    if level is Level.COMMUNE:
        around = {one.code: one for one in (*config.epci_members, *config.neighbours)}
        around.pop(config.commune.code, None)
        return Wanted(level, (config.commune,), config.commune.vintage, tuple(around.values()))
    found = (config.epci,) if level is Level.EPCI else config.zones(level, vintage or None)
    return Wanted(level, found, vintage or (found[0].vintage if found else 0))


def zones_of(raw: Raw, awaited: Wanted, config: TerritoryConfig) -> Checked:
    """The zones of the territory in a layer, checked.

    Raises:
        SourceChanged: every fault at once; none of the layer may then be used.
    """
    problems: list[str] = []
    rows = _rows(raw, awaited, problems)
    ours = _ours(rows, awaited, config, problems)
    declared = {one.code: one for one in (*awaited.zones, *awaited.extra)}
    notes = _compare_communes(ours, declared, config, problems)
    shapes, mended = _shapes(ours, raw.epsg, problems)
    outlines = tuple(
        Outline(zone.level, code, zone.vintage, zone.label, shapes[code])
        for code, zone in declared.items()
        if code in shapes
    )
    problems += far(outlines)
    problems += [
        f"{one} Rien n'en est repris." for one in zones.overlaps(_smaller(outlines, awaited))
    ]
    hectares = formats.hectares([one.shape for one in outlines]) if not problems else []
    size = dict(zip([one.code for one in outlines], hectares, strict=False))
    problems += [
        f"{code} ne fait que {fr.number(area, 2)} ha : le contour est sans doute abîmé."
        for code, area in size.items()
        if area < TINY
    ]
    if problems:
        raise SourceChanged(all_problems(f"« {raw.name} » ne peut pas servir :", problems))
    return Checked(outlines, size, (*notes, *mended))


def inside(form: BaseGeometry, layer: Sequence[Outline] | None) -> tuple[str, ...] | None:
    """The zones of a layer a form lies in, in part at least; ``None`` when there is no layer."""
    if not layer:
        return None
    least = SHARED * form.area
    return tuple(one.code for one in layer if one.shape.intersection(form).area > least)


def _rows(raw: Raw, awaited: Wanted, problems: list[str]) -> list[tuple[str, Feature]]:
    """Every feature with its code; codes must be of the level, and of one generation."""
    if not raw.features:
        problems.append("la couche est vide. Réessayez plus tard.")
        return []
    known = {str(key).casefold() for one in raw.features for key in one.properties}
    names = [name for name in CODES[awaited.level] if name in known]
    if not names:
        problems.append(
            f"aucune colonne de code ({' ou '.join(CODES[awaited.level])}) ; reçues : "
            f"{', '.join(sorted(known)[:12]) or 'aucune'}."
        )
        return []
    rows = [(code_of(value(one.properties, names), awaited.level), one) for one in raw.features]
    wrong = [code for code, _ in rows if not _is_code(code, awaited.level)]
    if wrong:
        shown = ", ".join(f"« {code or 'vide'} »" for code in wrong[:TOLD])
        codes = fr.plural(len(wrong), "code illisible", "codes illisibles")
        problems.append(f"{codes} au niveau « {awaited.level.label} » : {shown}.")
    if awaited.level is Level.QPV:
        try:
            generations.decide("la couche", [code for code, _ in rows], awaited.vintage)
        except UserError as problem:
            problems.append(str(problem))
            return []
    return rows


def _is_code(code: str, level: Level) -> bool:
    if level is Level.QPV:
        return generations.of_code(code) is not None
    return bool(re.fullmatch(CODE_FORMS[level], code))


def _ours(
    rows: list[tuple[str, Feature]], awaited: Wanted, config: TerritoryConfig, problems: list[str]
) -> list[tuple[str, Feature]]:
    """The features of the territory: none missing, none twice, none that it does not declare."""
    kept = awaited.expected | {one.code for one in awaited.extra}
    ours = [(code, one) for code, one in rows if code in kept]
    codes = [code for code, _ in ours]
    if rows and (missing := sorted(awaited.expected - set(codes))):
        problems.append(
            f"il manque {fr.plural(len(missing), 'zone déclarée', 'zones déclarées')} par le "
            f"territoire : {', '.join(missing[:TOLD])}."
        )
    if again := sorted({code for code in codes if codes.count(code) > 1}):
        problems.append(f"contours donnés deux fois : {', '.join(again[:TOLD])}.")
    if awaited.level in (Level.IRIS, Level.QPV) and (
        other := sorted(code for code, one in rows if _is_new(code, one, kept, config))
    ):
        problems.append(
            f"{fr.plural(len(other), 'zone')} de la commune que territoire.toml ne déclare pas : "
            f"{', '.join(other[:TOLD])}. Déclarez-les, avec leur année."
        )
    return ours


def _is_new(code: str, one: Feature, kept: set[str], config: TerritoryConfig) -> bool:
    """Whether an undeclared zone lies in the commune; a commune undivided is one IRIS, not told."""
    here = config.commune.code
    if code in kept or code == f"{here}0000":
        return False
    told = split_codes(value(one.properties, COMMUNE_CODES))
    if told:
        return here in told
    names = [plain(name) for name in split_names(value(one.properties, COMMUNE_NAMES))]
    return plain(config.commune.label) in names and _near(code, config)


def _near(code: str, config: TerritoryConfig) -> bool:
    """Whether a QPV is of the département: communes of the same name exist elsewhere."""
    return code[2:5].lstrip("0") == config.departement.code.lstrip("0")


def _compare_communes(
    ours: list[tuple[str, Feature]],
    declared: Mapping[str, Zone],
    config: TerritoryConfig,
    problems: list[str],
) -> list[str]:
    """The communes of each QPV, as received and as declared: codes must agree, names are told."""
    notes = []
    places = (config.commune, *config.neighbours, *config.epci_members)
    named = {plain(one.label): one.code for one in places}
    for code, one in ours:
        zone = declared[code]
        if zone.level is not Level.QPV:
            continue
        told = split_codes(value(one.properties, COMMUNE_CODES))
        if told and set(told) != set(zone.communes):
            problems.append(
                f"{code} est dans {', '.join(told)}, et le territoire le déclare dans "
                f"{', '.join(zone.communes)}. Deux zones sont peut-être échangées."
            )
        names = [] if told else split_names(value(one.properties, COMMUNE_NAMES))
        unknown = [name for name in names if plain(name) not in named]
        if unknown:
            notes.append(f"{code} : commune inconnue du territoire ({', '.join(unknown)}).")
        elif names and {named[plain(name)] for name in names} != set(zone.communes):
            problems.append(
                f"{code} est dans {', '.join(names)}, ce que le territoire ne dit pas. Deux zones "
                "sont peut-être échangées."
            )
    return notes


def _shapes(
    ours: list[tuple[str, Feature]], epsg: int | None, problems: list[str]
) -> tuple[dict[str, BaseGeometry], list[str]]:
    """Polygons by code, mended when they cross themselves, refused when they are elsewhere."""
    found: dict[str, BaseGeometry] = {}
    mended, elsewhere = [], dict[str, list[str]]()
    for code, one in ours:
        if one.form is not None and (why := tangle.refusal(one.form)):
            problems.append(f"{code} : le contour n'est pas repris, {why}.")
            continue
        form = None if one.form is None else zones.polygonal(one.form)
        if one.form is None or form is None or form.is_empty:
            problems.append(f"{code} : le contour est illisible ou n'a pas de surface.")
            continue
        look = coordinates(form.bounds)
        if look != "degres":
            elsewhere.setdefault(look, []).append(code)
            continue
        if not one.form.is_valid:
            mended.append(code)
        found[code] = form
    problems += [misplaced(look, codes, epsg) for look, codes in elsewhere.items()]
    if not mended:
        return found, []
    return found, [f"Contours qui se croisaient, réparés : {', '.join(mended)}."]


def _smaller(outlines: Sequence[Outline], awaited: Wanted) -> Sequence[Outline]:
    return outlines if awaited.level is not Level.EPCI else ()
