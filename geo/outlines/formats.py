"""From the bytes of a file of zones to its features, in longitude and latitude.

GeoJSON is read here; shapefiles and GeoPackages by geopandas, which also changes coordinates.  It
is loaded when a source is brought up to date, never when a page is read.  Nothing is judged here
but whether the file can be read at all: ``checks`` judges what it says.
"""

import io
import json
import re
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from ctg_data import fr
from ctg_data.errors import SourceChanged, SourceUnavailable
from geo.outlines import dbf

DEGREES, METRES, MERCATOR = 4326, 2154, 3857  # how they are shown, measured, asked of the IGN
LARGEST = 400 * 1024 * 1024  # of one file once unpacked: no archive of zones is that large
LAYERS = (".geojson", ".json", ".gpkg", ".shp")
BESIDE = (".shp", ".shx", ".dbf", ".prj", ".cpg")  # the parts of a shapefile that are read


@dataclass(frozen=True)
class Feature:
    """One zone as received; ``form`` is ``None`` when its geometry could not be read."""

    properties: Mapping[str, Any]
    form: BaseGeometry | None


@dataclass(frozen=True)
class Raw:
    """A layer as received.

    Attributes:
        name: how to call it in a message.
        epsg: the coordinates it declared, before they were turned into degrees; ``None`` when it
            declared none, and then they are left as they came.
        note: how its texts were read, when that had to be judged; in French.
    """

    name: str
    features: tuple[Feature, ...]
    epsg: int | None
    note: str = ""


def read(content: bytes, name: str, member: str = "", encoding: str = "") -> Raw:
    """Read a layer: GeoJSON, GeoPackage, or a ZIP that holds one of them or a shapefile.

    Args:
        content: the file.
        name: how to call it in a message.
        member: path of the layer in the archive, when it holds several.
        encoding: of the texts of a shapefile; judged by what reads when it is not said.

    Raises:
        SourceUnavailable: the file is cut or damaged.
        SourceChanged: it is whole, but it is no layer, or not the one that was expected.
    """
    if content[:2] == b"PK":
        return _from_zip(content, name, member, encoding)
    if content[:15] == b"SQLite format 3":
        return _by_geopandas({"couche.gpkg": content}, name)
    return _geojson(content, name)


def to_degrees(forms: Sequence[BaseGeometry | None], epsg: int) -> list[BaseGeometry | None]:
    """The same outlines in longitude and latitude, whatever they were drawn in."""
    if epsg == DEGREES:
        return list(forms)
    import geopandas

    return list(geopandas.GeoSeries(list(forms), crs=epsg).to_crs(DEGREES))


def hectares(forms: Sequence[BaseGeometry]) -> list[float]:
    """Areas of outlines in degrees, measured in Lambert 93 (overseas: in the local UTM zone)."""
    if not forms:
        return []
    import geopandas

    series = geopandas.GeoSeries(list(forms), crs=DEGREES)
    west, south, east, north = series.total_bounds
    mainland = west > -6 and east < 10 and south > 41 and north < 52
    flat = series.to_crs(METRES if mainland else series.estimate_utm_crs())
    return [float(one) / 10_000 for one in flat.area]


def _from_zip(content: bytes, name: str, member: str, encoding: str) -> Raw:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            chosen = _member(archive, name, member)
            parts = {chosen.filename: _unpacked(archive, chosen, name)}
            if chosen.filename.lower().endswith(".shp"):
                stem = chosen.filename[:-4]
                for one in archive.infolist():
                    if one.filename[:-4] == stem and one.filename[-4:].lower() in BESIDE:
                        parts[one.filename] = _unpacked(archive, one, name)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise SourceUnavailable(
            f"L'archive « {name} » est coupée ou abîmée. Réessayez plus tard."
        ) from error
    except OSError as error:
        raise SourceUnavailable(f"L'archive « {name} » ne peut pas être lue.") from error
    if chosen.filename.lower().endswith((".gpkg", ".shp")):
        return _by_geopandas(parts, name, encoding)
    return _geojson(parts[chosen.filename], name)


def _member(archive: zipfile.ZipFile, name: str, member: str) -> zipfile.ZipInfo:
    """The layer expected, by its name; else the only one there is."""
    known = [one for one in archive.infolist() if one.filename.lower().endswith(LAYERS)]
    for one in known:
        if member and one.filename.casefold() == member.casefold():
            return one
    base = PurePosixPath(member).name.casefold()
    same = [one for one in known if member and PurePosixPath(one.filename).name.casefold() == base]
    found = same or (known if len(known) == 1 and not member else [])
    if len(found) == 1:
        return found[0]
    held = ", ".join(PurePosixPath(one.filename).name for one in known[:8]) or "aucune couche"
    wanted = f"ne contient plus « {base} »" if member else "contient plusieurs couches ou aucune"
    raise SourceChanged(
        f"L'archive « {name} » {wanted} (reçues : {held}). La source a changé : rien n'en a été "
        "repris. Signalez-le à qui maintient l'application."
    )


def _unpacked(archive: zipfile.ZipFile, one: zipfile.ZipInfo, name: str) -> bytes:
    if one.file_size > LARGEST:
        raise SourceChanged(
            f"L'archive « {name} » se déplie en plus de {LARGEST // 1024**2}{fr.WIDE}Mo : elle "
            "n'a pas été ouverte. Le jeu de données a sans doute changé de nature."
        )
    return archive.read(one)


def _by_geopandas(parts: Mapping[str, bytes], name: str, encoding: str = "") -> Raw:
    """Read a shapefile or a GeoPackage, turned into degrees when it says how it was drawn."""
    import geopandas

    judged = _written(parts, encoding)
    with tempfile.TemporaryDirectory() as folder:
        for place, content in parts.items():
            suffix = PurePosixPath(place).suffix.lower()
            (Path(folder) / f"couche{suffix}").write_bytes(content)
        [main] = [one for one in Path(folder).iterdir() if one.suffix in (".shp", ".gpkg")]
        try:
            said = {"encoding": judged.encoding} if main.suffix == ".shp" else {}
            frame = geopandas.read_file(main, **said)
            epsg = frame.crs.to_epsg() or 0 if frame.crs is not None else None
            frame = frame if frame.crs is None else frame.to_crs(DEGREES)
            rows = frame.drop(columns=frame.geometry.name).to_dict("records")
        except Exception as error:  # GDAL raises whatever its driver meets first
            raise SourceUnavailable(
                f"« {name} » est un fichier de zones coupé ou abîmé ({main.suffix[1:]}). "
                "Réessayez plus tard."
            ) from error
    pairs = zip(rows, frame.geometry, strict=True)
    return Raw(name, tuple(Feature(dict(row), form) for row, form in pairs), epsg, judged.note)


def _written(parts: Mapping[str, bytes], encoding: str) -> dbf.Judged:
    """How the texts of a shapefile are written: as told, else as they read."""
    if encoding:
        return dbf.Judged(encoding)
    by_suffix = {PurePosixPath(place).suffix.lower(): one for place, one in parts.items()}
    return dbf.judge(
        dbf.texts_of(by_suffix.get(".dbf", b"")), dbf.said_by(by_suffix.get(".cpg", b""))
    )


def _geojson(content: bytes, name: str) -> Raw:
    try:
        told = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SourceUnavailable(
            f"« {name} » s'interrompt avant la fin, ou n'est pas lisible. Réessayez plus tard."
        ) from error
    features = told.get("features") if isinstance(told, dict) else None
    if not isinstance(features, list):
        raise SourceChanged(
            f"« {name} » n'est plus une couche de zones (GeoJSON). La source a changé : rien n'en "
            "a été repris. Signalez-le à qui maintient l'application."
        )
    epsg = declared(told.get("crs"))
    kept = [one if isinstance(one, dict) else {} for one in features]
    forms = [_shape(one.get("geometry")) for one in kept]
    if epsg not in (None, DEGREES):
        forms = _turned(forms, epsg, name)
    rows = [one.get("properties") for one in kept]
    pairs = zip(rows, forms, strict=True)
    read = (Feature(row if isinstance(row, dict) else {}, form) for row, form in pairs)
    return Raw(name, tuple(read), epsg)


def declared(crs: Any) -> int | None:
    """The code of the coordinates a GeoJSON file declares.

    >>> declared({"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}})
    4326
    >>> declared({"properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}), declared(None)
    (3857, None)
    """
    text = json.dumps(crs) if crs else ""
    if "CRS84" in text.upper():
        return DEGREES
    found = re.search(r"EPSG:[^\d]*?(?:[\d.]*:)?(\d{4,6})\b", text, re.IGNORECASE)
    return int(found[1]) if found else None


def _shape(geometry: Any) -> BaseGeometry | None:
    try:
        with np.errstate(invalid="ignore"):  # a coordinate that is no number is told later
            return shape(geometry) if isinstance(geometry, dict) else None
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        return None
    except RecursionError:  # collections inside one another without end
        return None


def _turned(
    forms: Sequence[BaseGeometry | None], epsg: int | None, name: str
) -> list[BaseGeometry | None]:
    try:
        return to_degrees(forms, int(epsg or DEGREES))
    except Exception as error:  # a code nobody knows, or coordinates out of its domain
        raise SourceChanged(
            f"« {name} » annonce des coordonnées inconnues (EPSG:{epsg}). La source a changé : "
            "rien n'en a été repris. Signalez-le à qui maintient l'application."
        ) from error
