"""A zoning of the city's own, as a file that someone drops: read, judged, told all at once.

Quartiers, school sectors, or the ground that a structure serves.  Nobody declared these zones
before: the file brings their codes and names, and whoever drops it says who drew them, when, how.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from ctg_data import fr
from ctg_data.errors import UserError, all_problems
from ctg_data.model import Level
from ctg_data.territory import TerritoryConfig
from ctg_data.zoning import Told
from geo import cells, formats, whereabouts, zones
from geo.checks import TINY
from geo.formats import Feature, Raw
from geo.zones import Outline

HEAVIEST = 20 * 1024 * 1024  # bytes: a city's zones weigh some hundred kB
MOST = 300  # zones of one city
CODE = r"[0-9A-Za-z][0-9A-Za-z_.-]{0,19}"  # what the files of the CAF can name a zone by
CODES = ("code", "code_quartier", "code_quart", "code_secteur", "code_zone", "num", "numero", "id")
NAMES = ("nom", "libelle", "label", "nom_quartier", "nom_quart", "quartier", "secteur", "name")


@dataclass(frozen=True)
class City:
    """The zones of the file, and French sentences on what was mended or could not be checked."""

    outlines: tuple[Outline, ...]
    notes: tuple[str, ...] = ()


def columns(content: bytes, name: str) -> list[str]:
    """The columns of a file, in its order.

    Raises:
        UserError: the file cannot be read.
    """
    raw = _raw(content, name)
    return list(dict.fromkeys(str(key) for one in raw.features for key in one.properties))


def examine(
    content: bytes,
    name: str,
    told: Told,
    config: TerritoryConfig,
    around: Sequence[Outline] = (),
    taken: Mapping[str, BaseGeometry | None] | None = None,
    faults: Sequence[str] = (),
) -> City:
    """The zones of a file, or every reason why they may not be used.

    Args:
        content: GeoJSON, GeoPackage, or a ZIP of a shapefile.
        name: of the file.
        told: what is said of it.
        config: the territory they are added to.
        around: outlines known of it, its commune's among them when it was received.
        taken: codes already in use, or used once and by which ground.
        faults: what is already known to be wrong, to be told with the rest.

    Raises:
        UserError: all that is wrong, in French; nothing of the file may then be used.
    """
    problems = [*faults, *_said(told)]
    raw = _raw(content, name)
    rows = _rows(raw, told, problems)
    _check_codes([code for code, _, _ in rows], problems)
    shapes, notes = _shapes(rows, raw, config, problems)
    outlines = tuple(
        Outline(Level.QUARTIER, code, told.vintage, label, shapes[code])
        for code, label in {code: label for code, label, _ in rows}.items()
        if code in shapes
    )
    problems += [*_taken(outlines, taken or {}), *_sizes(outlines)]
    problems += _shared(outlines, told, notes)
    problems += _elsewhere(outlines, config, around, notes)
    if problems:
        heading = f"« {name} » ne peut pas être ajouté, rien n'a été écrit :"
        raise UserError(fr.spaced(all_problems(heading, problems)))
    return City(outlines, tuple(map(fr.spaced, notes)))


def again(content: bytes, name: str, told: Told) -> tuple[Outline, ...]:
    """The zones of a file that was judged when it was added."""
    rows = _rows(_raw(content, name), told, [])
    return tuple(
        Outline(Level.QUARTIER, code, told.vintage, label, zones.polygonal(one.form))
        for code, label, one in rows
        if one.form is not None
    )


def _raw(content: bytes, name: str) -> Raw:
    if len(content) > HEAVIEST:
        raise UserError(
            fr.spaced(
                f"« {name} » dépasse {HEAVIEST // 1024**2} Mo : ce n'est sans doute pas le zonage "
                "d'une seule ville. Exportez ses seules zones."
            )
        )
    try:
        return formats.read(content, name)
    except UserError as problem:
        raise UserError(
            fr.spaced(
                f"« {name} » n'est pas une couche de zones lisible : un GeoJSON, un GeoPackage, ou "
                "un ZIP qui contient un seul shapefile sont attendus. Exportez-la à nouveau. "
                f"Détail : {problem}"
            )
        ) from problem


def _said(told: Told) -> list[str]:
    found = [
        f"{what} : à dire, pour que chacun sache d'où viennent ces zones."
        for what, text in (("auteur", told.author), ("méthode", told.method))
        if not text.strip()
    ]
    return found + ([told.wrong_date] if told.wrong_date else [])


def _rows(raw: Raw, told: Told, problems: list[str]) -> list[tuple[str, str, Feature]]:
    """Code, name and feature of each zone."""
    if not raw.features:
        problems.append("la couche est vide.")
        return []
    if len(raw.features) > MOST:
        problems.append(f"{fr.number(len(raw.features))} zones : {MOST} au plus sont attendues.")
        return []
    known = {str(key).casefold(): str(key) for one in raw.features for key in one.properties}
    code = _column(known, told.code, CODES)
    label = _column(known, told.name, NAMES)
    if not code:
        listed = ", ".join(f"« {one} »" for one in list(known.values())[:12]) or "aucune"
        problems.append(f"aucune colonne de code n'est reconnue ; colonnes reçues : {listed}.")
        return []
    rows = []
    for one in raw.features:
        text = re.sub(r"\.0$", "", cells.value(one.properties, (code.casefold(),)))
        name = cells.value(one.properties, (label.casefold(),)) if label else ""
        rows.append((text, name or text, one))
    return rows


def _column(known: Mapping[str, str], asked: str, usual: Sequence[str]) -> str:
    if asked:
        return known.get(asked.casefold(), "")
    return next((known[one] for one in usual if one in known), "")


def _check_codes(codes: Sequence[str], problems: list[str]) -> None:
    wrong = sorted({code for code in codes if not re.fullmatch(CODE, code)})
    if wrong:
        shown = ", ".join(f"« {one or 'vide'} »" for one in wrong[: whereabouts.TOLD])
        problems.append(
            f"{fr.plural(len(wrong), 'code illisible', 'codes illisibles')} ({shown}) : lettres, "
            "chiffres, point, tiret, 20 signes au plus."
        )
    if again_ := sorted({code for code in codes if code and codes.count(code) > 1}):
        problems.append(f"codes donnés deux fois : {', '.join(again_[: whereabouts.TOLD])}.")
    if known := sorted({code for code in codes if zones.is_zone_code(code)}):
        problems.append(
            f"{', '.join(known[: whereabouts.TOLD])} : ce sont des codes d'IRIS, de QPV ou de "
            "commune. Donnez à ces zones des codes à elles."
        )


def _shapes(
    rows: Sequence[tuple[str, str, Feature]],
    raw: Raw,
    config: TerritoryConfig,
    problems: list[str],
) -> tuple[dict[str, BaseGeometry], list[str]]:
    """Polygons by code: mended when they cross themselves, refused when they lie elsewhere."""
    found: dict[str, BaseGeometry] = {}
    mended, away = [], dict[str, list[str]]()
    for rank, (code, _, one) in enumerate(rows, start=1):
        where = code or f"objet {rank}"
        zones.check_fiction(dict(one.properties), config, where, problems)
        form = None if one.form is None else zones.polygonal(one.form)
        if one.form is None or form is None or form.is_empty:
            problems.append(f"{where} : le contour est illisible ou n'a pas de surface.")
            continue
        look = whereabouts.coordinates(form.bounds)
        if look != "degres" and not (config.fictional and look == "ailleurs"):
            away.setdefault(look, []).append(where)
            continue
        if not one.form.is_valid:
            mended.append(where)
        found[code] = form
    problems += [whereabouts.misplaced(look, codes, raw.epsg) for look, codes in away.items()]
    told = f"Contours qui se croisaient, réparés : {', '.join(mended)}."
    return found, [told] if mended else []


def _taken(outlines: Sequence[Outline], taken: Mapping[str, BaseGeometry | None]) -> list[str]:
    """A code names one ground for ever: figures given for it are remembered."""
    clash = []
    for one in outlines:
        if one.code in taken:
            before = taken[one.code]
            if before is None or not _same(before, one.shape):
                clash.append(one.code)
    if not clash:
        return []
    return [
        f"{', '.join(clash[: whereabouts.TOLD])} : ces codes nomment déjà d'autres contours. Un "
        "chiffre déjà montré ne doit pas changer de lieu : donnez d'autres codes (avec l'année, "
        "par exemple)."
    ]


def _same(a: BaseGeometry, b: BaseGeometry) -> bool:
    return bool(a.symmetric_difference(b).area <= zones.MAX_OVERLAP * min(a.area, b.area))


def _sizes(outlines: Sequence[Outline]) -> list[str]:
    areas = formats.hectares([one.shape for one in outlines])
    return [
        f"{one.code} ne fait que {fr.number(area, 2)} ha : le contour est sans doute abîmé."
        for one, area in zip(outlines, areas, strict=True)
        if area < TINY
    ]


def _shared(outlines: Sequence[Outline], told: Told, notes: list[str]) -> list[str]:
    """Ground given to two zones: a fault of a zoning, none of what several structures serve."""
    found = list(zones.overlaps(outlines))
    if found and not told.nature.is_level:
        notes.append("Des zones se recouvrent : ce n'est pas un défaut pour des compétences.")
        return []
    return found


def _elsewhere(
    outlines: Sequence[Outline],
    config: TerritoryConfig,
    around: Collection[Outline],
    notes: list[str],
) -> list[str]:
    """Zones outside the commune; when its outline is not known, that it was not checked."""
    communes = [one for one in around if one.code == config.commune.code]
    if not communes:
        notes.append(
            f"Le contour de {config.commune.label} n'a pas encore été reçu : que ces zones y "
            "soient n'a pas pu être vérifié. Une mise à jour l'apporte."
        )
        return whereabouts.far(outlines)
    return whereabouts.against_communes(outlines, communes)
