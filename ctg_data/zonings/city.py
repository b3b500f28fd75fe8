"""A zoning of the city's own, as a file that someone drops: read, judged, told all at once.

Quartiers, school sectors, or the ground that a structure serves.  Nobody declared these zones
before: the file brings their codes and names, and whoever drops it says who drew them, when, how.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import shapely
from shapely.geometry.base import BaseGeometry

from ctg_data import fr
from ctg_data.errors import UserError, all_problems
from ctg_data.model import Level
from ctg_data.territory.config import TerritoryConfig
from ctg_data.zonings import columns as city_columns
from ctg_data.zonings.columns import CODE, Columns, Row
from ctg_data.zonings.nature import Told
from geo.outlines import dbf, formats, tangle, whereabouts, zones
from geo.outlines.checks import TINY
from geo.outlines.formats import Raw
from geo.outlines.zones import Outline

HEAVIEST = 20 * 1024 * 1024  # bytes: a city's zones weigh some hundred kB
MOST, MOST_PIECES = 300, 3_000  # zones of one city; features they are drawn in


@dataclass(frozen=True)
class City:
    """The zones of the file, and French sentences on what was mended or could not be checked."""

    outlines: tuple[Outline, ...]
    notes: tuple[str, ...] = ()


def columns(content: bytes, name: str, encoding: str = "") -> Columns:
    """The columns of a file, in its order, and which seem to hold codes and names.

    Raises:
        UserError: the file cannot be read.
    """
    return city_columns.guess(_raw(content, name, encoding))


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
    raw = _raw(content, name, told.encoding)
    notes = [raw.note] if raw.note else []
    rows = _rows(raw, told, problems, notes)
    _check_codes([one.code for one in rows], problems)
    named = _named(rows, problems, notes)
    outlines = _united(named, _shapes(rows, raw, config, problems, notes), told)
    problems += [*_taken(outlines, taken or {}), *_sizes(outlines)]
    problems += _shared(outlines, told, notes)
    problems += _elsewhere(outlines, config, around, notes)
    if problems:
        heading = f"« {name} » ne peut pas être ajouté, rien n'a été écrit :"
        raise UserError(fr.spaced(all_problems(heading, problems)))
    return City(outlines, tuple(map(fr.spaced, notes)))


def again(content: bytes, name: str, told: Told) -> tuple[Outline, ...]:
    """The zones of a file that was judged when it was added."""
    rows = _rows(_raw(content, name, told.encoding), told, [], [])
    pieces = [
        (one.code, zones.polygonal(one.feature.form))
        for one in rows
        if one.feature.form is not None
    ]
    return _united(_named(rows, [], []), pieces, told)


def _united(
    named: Mapping[str, str], pieces: Sequence[tuple[str, BaseGeometry]], told: Told
) -> tuple[Outline, ...]:
    """One outline a zone, whatever the number of its pieces."""
    forms: dict[str, list[BaseGeometry]] = {}
    for code, form in pieces:
        forms.setdefault(code, []).append(form)
    return tuple(
        Outline(Level.QUARTIER, code, told.vintage, label, _whole(forms[code]))
        for code, label in named.items()
        if code in forms
    )


def _whole(forms: Sequence[BaseGeometry]) -> BaseGeometry:
    return forms[0] if len(forms) == 1 else shapely.union_all(list(forms))


def _raw(content: bytes, name: str, encoding: str = "") -> Raw:
    if len(content) > HEAVIEST:
        raise UserError(
            fr.spaced(
                f"« {name} » dépasse {HEAVIEST // 1024**2} Mo : ce n'est sans doute pas le zonage "
                "d'une seule ville. Exportez ses seules zones."
            )
        )
    content, note = _in_utf8(content, encoding)
    try:
        raw = formats.read(content, name, encoding=encoding)
        return replace(raw, note=note or raw.note)
    except UserError as problem:
        raise UserError(
            fr.spaced(
                f"« {name} » n'est pas une couche de zones lisible : un GeoJSON, un GeoPackage, ou "
                "un ZIP qui contient un seul shapefile sont attendus. Exportez-la à nouveau. "
                f"Détail : {problem}"
            )
        ) from problem


def _in_utf8(content: bytes, encoding: str) -> tuple[bytes, str]:
    """A GeoJSON that is not in UTF-8, as it should be, put in it; and how it was read."""
    if content.startswith((b"PK", b"SQLite")):
        return content, ""
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        read = encoding or dbf.judge([(content, False)]).encoding
        words = f"Textes lus en {dbf.ENCODINGS[read]} : un GeoJSON devrait être en UTF-8."
        return content.decode(read, errors="replace").encode(), words
    return content, ""


def _said(told: Told) -> list[str]:
    found = [
        f"{what} : à dire, pour que chacun sache d'où viennent ces zones."
        for what, text in (("auteur", told.author), ("méthode", told.method))
        if not text.strip()
    ]
    return found + ([told.wrong_date] if told.wrong_date else [])


def _rows(raw: Raw, told: Told, problems: list[str], notes: list[str]) -> list[Row]:
    """Code, name and feature of each zone."""
    if not raw.features:
        problems.append("la couche est vide.")
        return []
    if len(raw.features) > MOST_PIECES:
        problems.append(f"plus de {fr.number(MOST_PIECES)} objets : un zonage de ville en a peu.")
        return []
    found = city_columns.rows(raw, told, problems, notes)
    if (size := len({one.code for one in found})) > MOST:
        problems.append(f"{fr.number(size)} zones : {MOST} au plus sont attendues.")
        return []
    return found


def _named(rows: Sequence[Row], problems: list[str], notes: list[str]) -> dict[str, str]:
    """The name of each zone; several features that bear one code and one name are one zone."""
    found: dict[str, list[str]] = {}
    for one in rows:
        found.setdefault(one.code, []).append(one.name)
    several = {code: names for code, names in found.items() if code and len(names) > 1}
    for code, names in several.items():
        other = next((one for one in names if not city_columns.same_name(one, names[0])), "")
        if other:
            problems.append(
                f"codes donnés deux fois : {code} nomme « {names[0]} » et « {other} ». Donnez un "
                "code à chacune, ou le même nom si c'est une seule zone."
            )
        else:
            pieces = fr.plural(len(names), "morceau", "morceaux")
            notes.append(f"{code} (« {names[0]} ») est faite de {pieces}, réunis en une zone.")
    return {code: names[0] for code, names in found.items()}


def _check_codes(codes: Sequence[str], problems: list[str]) -> None:
    wrong = sorted({code for code in codes if not re.fullmatch(CODE, code)})
    if wrong:
        shown = ", ".join(f"« {one or 'vide'} »" for one in wrong[: whereabouts.TOLD])
        problems.append(
            f"{fr.plural(len(wrong), 'code illisible', 'codes illisibles')} ({shown}) : lettres, "
            "chiffres, point, tiret, 20 signes au plus."
        )
    if known := sorted({code for code in codes if zones.is_zone_code(code)}):
        problems.append(
            f"{', '.join(known[: whereabouts.TOLD])} : ce sont des codes d'IRIS, de QPV ou de "
            "commune. Donnez à ces zones des codes à elles."
        )


def _shapes(
    rows: Sequence[Row],
    raw: Raw,
    config: TerritoryConfig,
    problems: list[str],
    notes: list[str],
) -> list[tuple[str, BaseGeometry]]:
    """Polygons and their codes: mended when they cross themselves, refused when elsewhere."""
    found = list[tuple[str, BaseGeometry]]()
    mended, away = [], dict[str, list[str]]()
    for rank, row in enumerate(rows, start=1):
        where, one = row.code or f"objet {rank}", row.feature
        zones.check_fiction(dict(one.properties), config, where, problems)
        if one.form is not None and (why := tangle.refusal(one.form)):
            problems.append(f"{where} : le contour n'est pas repris, {why}.")
            continue
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
        found.append((row.code, form))
    problems += [whereabouts.misplaced(look, codes, raw.epsg) for look, codes in away.items()]
    if mended:
        listed = ", ".join(dict.fromkeys(mended))
        notes.append(f"Contours qui se croisaient, réparés sans rien ajouter : {listed}.")
    return found


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
        "chiffre déjà montré ne doit pas changer de lieu : donnez-leur une colonne d'autres codes "
        "(avec l'année, par exemple)."
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
