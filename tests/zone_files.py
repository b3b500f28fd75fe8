"""Layers of invented zones on the official schemas, made from scratch in every format received."""

import io
import json
import warnings
import zipfile
from pathlib import Path
from typing import Any

import geopandas
from shapely.geometry import box, mapping
from shapely.geometry.base import BaseGeometry

from ctg_data.sources.contours import ARCHIVE
from ctg_data.sources.contours_ign import NAMES

CRS84 = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
HERE, NEAR, FAR, AWAY = "00100", "00101", "00102", "00900"
COMMUNES = {
    HERE: ("Essai-Ville", box(1.0, 49.0, 1.1, 49.05)),
    NEAR: ("Essai-le-Bourg", box(1.1, 49.0, 1.2, 49.05)),
    FAR: ("Essai-les-Prés", box(1.2, 49.0, 1.3, 49.05)),
    AWAY: ("Autre-Part", box(2.0, 48.0, 2.1, 48.1)),
}
IRIS = {
    "001000101": ("Centre", box(1.0, 49.0, 1.05, 49.05)),
    "001000102": ("Port", box(1.05, 49.0, 1.1, 49.05)),
}
QPV_2024 = {
    "QN00001N": ("Les Hauts – Le Lac", (HERE, NEAR), box(1.085, 49.012, 1.11, 49.02)),
    "QN00002M": ("L'Étang", (HERE,), box(1.02, 49.01, 1.03, 49.02)),
    "QN97101N": ("Ailleurs", ("97101",), box(-61.5, 16.2, -61.49, 16.21)),
}
QPV_2015 = {
    "QP000001": ("Les Hauts", (HERE,), box(1.08, 49.01, 1.1, 49.02)),
    "QP000002": ("Ailleurs", (AWAY,), box(2.02, 48.01, 2.03, 48.02)),
}


def feature(form: BaseGeometry | None, **properties: Any) -> dict[str, Any]:
    geometry = None if form is None else json.loads(json.dumps(mapping(form)))
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(features: list[dict[str, Any]], crs: Any = CRS84) -> bytes:
    told = {"type": "FeatureCollection", "features": features}
    return json.dumps(told | ({"crs": crs} if crs else {}), ensure_ascii=False).encode()


def qpv_2024(between: str = ", ") -> list[dict[str, Any]]:
    """The schema of the national archive."""
    return [
        feature(
            form, fid=rank, code_qp=code, lib_qp=name, insee_reg="00", lib_reg="Essaie",
            insee_dep="00", lib_dep="Essai-Maritime", insee_com=between.join(communes),
            lib_com=between.join(COMMUNES.get(one, ("X",))[0] for one in communes),
            siren_epci="000000001",
        )
        for rank, (code, (name, communes, form)) in enumerate(QPV_2024.items(), start=1)
    ]  # fmt: skip


def qpv_2015() -> list[dict[str, Any]]:
    """The schema of the IGN's layer of the first generation, and of the old shapefile."""
    return [
        feature(
            form, code_qp=code, nom_qp=name, commune_qp=", ".join(COMMUNES[c][0] for c in where)
        )
        for code, (name, where, form) in QPV_2015.items()
    ]  # fmt: skip


def iris() -> list[dict[str, Any]]:
    return [
        feature(
            form, insee_com=HERE, nom_com="Essai-Ville", iris=code[5:], code_iris=code,
            nom_iris=name, typ_iris="H",
        )
        for code, (name, form) in IRIS.items()
    ]  # fmt: skip


def communes() -> list[dict[str, Any]]:
    return [
        feature(form, code_insee=code, nom_officiel=name, population=1000)
        for code, (name, form) in COMMUNES.items()
    ]


def layers() -> dict[str, list[dict[str, Any]]]:
    """Everything the IGN's stand-in publishes."""
    river = box(1.04, 48.9, 1.06, 49.1)
    return {
        NAMES["qpv_2015"]: qpv_2015(),
        NAMES["contours_iris"]: iris(),
        NAMES["admin_communes"]: communes(),
        NAMES["admin_epci"]: [
            feature(box(1.0, 49.0, 1.3, 49.05), code_siren="000000001", nom_officiel="Essai Agglo")
        ],
        "BDTOPO_V3:troncon_hydrographique": [],
        "BDTOPO_V3:surface_hydrographique": [
            feature(river.segmentize(0.01), nature="Ecoulement naturel"),
            feature(box(1.01, 49.01, 1.0101, 49.0101), nature="Bassin"),
        ],
    }


def archive(content: bytes | None = None, member: str = ARCHIVE) -> bytes:
    """The national ZIP: the file looked for among others that bear nearly the same name."""
    return zipped(
        {
            "LISEZMOI.txt": b"Bonjour",
            "GEOJSON/QP2024_Guadeloupe_UTM20N.geojson": collection([]),
            member: collection(qpv_2024()) if content is None else content,
            "GEOJSON/QP2024_France_hexagonale_LB93.geojson": collection([]),
        }
    )


def zipped(members: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in members.items():
            out.writestr(name, content)
    return made.getvalue()


def written(
    features: list[dict[str, Any]], folder: Path, kind: str, epsg: int | None = 4326
) -> bytes:
    """The same zones as a zipped shapefile (« shp ») or a GeoPackage (« gpkg »)."""
    frame = geopandas.GeoDataFrame.from_features(features, crs=4326)
    if epsg not in (None, 4326):
        frame = frame.to_crs(epsg)
    if epsg is None:
        frame = frame.set_crs(None, allow_override=True)
    path = folder / f"couche.{kind}"
    if kind == "gpkg":
        frame.drop(columns="fid", errors="ignore").to_file(path)
        return path.read_bytes()
    renamed = {name: name.upper() for name in frame.columns if name != "geometry"}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "'crs' was not provided")  # the fault that is tried
        frame.rename(columns=renamed).to_file(path)
    parts = {f"SHP/{one.name}": one.read_bytes() for one in folder.glob("couche.*")}
    return zipped(parts)
