"""The Géoplateforme's WFS: layers by name, zones page after page, coordinates never in doubt.

A box or a point is « latitude, longitude » in some answers and the reverse in others, whatever the
layer says.  Only metres of the Web (EPSG:3857) have one order: everything is asked in them.
"""

import json
import math
import re
from collections.abc import Sequence
from typing import Any

from ctg_data import fr
from ctg_data.errors import SourceChanged, SourceUnavailable
from ctg_data.sources import json_answers
from ctg_data.sources.base import Fetched
from ctg_data.sources.explore import UnknownDataset
from ctg_data.sources.http import Answer, Http, host

PATH = "/wfs/ows"
PAGE = 1_000  # zones asked at a time; the producer gives 5 000 at most
PAGES = 40
MERCATOR = "EPSG:3857"
EARTH = 6_378_137.0  # metres, the radius of that projection
Box = tuple[float, float, float, float]  # west, south, east, north, in degrees


class Wfs:
    """One service, for the length of one update."""

    def __init__(self, http: Http, base: str) -> None:
        self._http, self.base = http, base
        self._names: tuple[str, ...] | None = None

    def find(self, *patterns: str) -> str:
        """The name of a layer, by the first pattern that one of the declared layers follows.

        Raises:
            UnknownDataset: the service declares no such layer.
        """
        names = self._layers()
        for pattern in patterns:
            for name in names:
                if re.search(pattern, name, re.IGNORECASE):
                    return name
        raise UnknownDataset(f"{host(self.base)} ne publie pas de couche « {patterns[0]} ».")

    def features(
        self, layer: str, *, where: Sequence[str] = (), box: Box | None = None
    ) -> tuple[str, list[dict[str, Any]], Any]:
        """Every zone of a layer: the address asked, its features, the coordinates it declares.

        Args:
            layer: its name.
            where: filters, tried in turn: the name of a column changes from one year to the next.
            box: in degrees; not together with a filter.
        """
        asked: list[dict[str, str]] = [{"cql_filter": one} for one in where]
        if box is not None:
            asked = [{"bbox": ",".join([*(f"{one:.2f}" for one in _metres(box)), MERCATOR])}]
        for params in asked[:-1]:
            try:
                return self._pages(layer, params)
            except SourceChanged:  # no such column: the next name may be the one
                continue
        return self._pages(layer, asked[-1])

    def layer(self, layer: str, *, where: Sequence[str] = (), box: Box | None = None) -> Fetched:
        """The same as one GeoJSON file, pages put together."""
        address, features, crs = self.features(layer, where=where, box=box)
        told: dict[str, Any] = {"type": "FeatureCollection", "name": layer, "crs": crs}
        content = json.dumps(told | {"features": features}, ensure_ascii=False).encode()
        return Fetched(address, content, "application/geo+json")

    def _pages(self, layer: str, more: dict[str, str]) -> tuple[str, list[dict[str, Any]], Any]:
        found: list[dict[str, Any]] = []
        address, crs, total = "", None, -1
        for _ in range(PAGES):
            told, answer = self._page(layer, more, len(found))
            address, crs = address or answer.address, told.get("crs") or crs
            page = told["features"]
            found += page
            total = _count(told, "numberMatched", "totalFeatures")
            if not page or (total < 0 and len(page) < PAGE) or 0 <= total <= len(found):
                break
        else:  # more pages than anyone should need: the end was not reached
            raise SourceUnavailable(
                f"La couche « {layer} » compte plus de {fr.plural(PAGE * PAGES, 'zone')} : la "
                "lecture a été arrêtée, rien n'en a été gardé. Signalez-le à qui maintient "
                "l'application."
            )
        ids = [one.get("id") for one in found if isinstance(one, dict) and one.get("id")]
        if (total >= 0 and len(found) != total) or len(set(ids)) != len(ids):
            raise SourceUnavailable(
                f"La couche « {layer} » est arrivée incomplète : "
                f"{fr.plural(len(found), 'zone')} pour {fr.number(max(total, 0))} annoncées, ou "
                "des zones en double. Réessayez plus tard."
            )
        return address, found, crs

    def _page(self, layer: str, more: dict[str, str], start: int) -> tuple[dict[str, Any], Answer]:
        params = {"service": "WFS", "version": "2.0.0", "request": "GetFeature"}
        params |= {"typeNames": layer, "outputFormat": "application/json", "srsName": MERCATOR}
        params |= {"count": str(PAGE), "startIndex": str(start), **more}
        answer = self._http.get(self.base + PATH, params)
        place = host(self.base)
        if b"ExceptionReport" in answer.content[:2_000] or answer.status in (400, 404):
            raise SourceChanged(
                f"{place} refuse la demande sur la couche « {layer} » ({_reason(answer)}). La "
                "couche ou ses colonnes ont changé. Signalez-le à qui maintient l'application."
            )
        if answer.status >= 400 or json_answers.is_web_page(answer.content):
            raise SourceUnavailable(
                f"{place} n'a pas donné la couche « {layer} » (réponse {answer.status}). Réessayez "
                "plus tard."
            )
        told = json_answers.read(
            answer.content,
            holding="features",
            broken=f"La couche « {layer} » s'interrompt avant la fin. Réessayez plus tard.",
            changed=f"{place} ne donne plus de zones pour « {layer} ». La source a changé : rien "
            "n'en a été repris. Signalez-le à qui maintient l'application.",
        )
        return told, answer

    def _layers(self) -> tuple[str, ...]:
        if self._names is None:
            params = {"service": "WFS", "version": "2.0.0", "request": "GetCapabilities"}
            answer = self._http.get(self.base + PATH, params)
            # Names only, found as text: an XML parser would follow what a forged answer asks.
            text = answer.content.decode("utf-8", errors="replace")
            found = re.findall(r"<(?:\w+:)?Name>\s*([^<\s]+)\s*</(?:\w+:)?Name>", text)
            if answer.status >= 400 or not found:
                raise SourceUnavailable(
                    f"{host(self.base)} ne donne pas la liste de ses couches (réponse "
                    f"{answer.status}). Réessayez plus tard."
                )
            self._names = tuple(found)
        return self._names


def _metres(box: Box) -> Box:
    west, south, east, north = box
    return (_x(west), _y(south), _x(east), _y(north))


def _x(longitude: float) -> float:
    return EARTH * math.radians(longitude)


def _y(latitude: float) -> float:
    return EARTH * math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))


def _count(told: dict[str, Any], *names: str) -> int:
    return next((told[name] for name in names if isinstance(told.get(name), int)), -1)


def _reason(answer: Answer) -> str:
    text = answer.content[:5_000].decode("utf-8", errors="replace")
    found = re.search(r"<(?:\w+:)?ExceptionText>\s*([^<]{1,160})", text)
    return found[1].strip() if found else f"réponse {answer.status}"
