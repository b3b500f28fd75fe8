"""Producers' stand-in: a real HTTP server on loopback that answers as their specifications say.

Explore v2.1 (catalogue, data set, records, exports), Melodi and the commune lists, with the limits
and the refusals of the true ones.  Any answer can be replaced, to play each failure.
"""

import csv
import io
import json
import re
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests import standin_datagouv, standin_wfs

Row = dict[str, Any]


@dataclass
class Reply:
    """One answer; ``cut`` closes the line before the announced end, ``drip`` makes it slow."""

    status: int = 200
    body: bytes = b""
    media_type: str = "application/json; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    wait: float = 0.0

    @classmethod
    def json(cls, told: Any, status: int = 200) -> "Reply":
        return cls(status, json.dumps(told, ensure_ascii=False).encode())


@dataclass
class Data:
    """A data set of the portal."""

    fields: dict[str, str]  # name: text | int | double | date
    rows: list[Row]
    modified: str = "2026-01-16T08:00:00+00:00"


@dataclass
class Asked:
    """One request as it came."""

    path: str
    params: list[tuple[str, str]]
    agent: str

    def get(self, name: str) -> str:
        return dict(self.params).get(name, "")


class OdsqlError(ValueError):
    """A clause the portal refuses."""


QUOTA = {
    "errorcode": 10002,
    "reset_time": "2026-11-24T00:00:00Z",
    "limit_time_unit": "day",
    "call_limit": 10000,
    "error": "Too many requests on the domain. Please contact the domain administrator.",
}
BROKEN = (
    b"Streaming interrupted due to the following error: Invalid value for sum of offset + limit "
    b"API parameter: 83714 was found but <= 10000 is expected. (error_code: "
    b"InvalidRESTParameterError)"
)


class StandIn:
    """The server; use it in a ``with``."""

    def __init__(self) -> None:
        self.datasets: dict[str, Data] = {}
        self.observations: dict[str, list[Row]] = {}
        self.page = 10_000  # what Melodi gives at most at a time
        self.communes: list[Row] = []
        self.everywhere: list[Row] = []  # of all France, when not the same
        self.described: dict[str, Row] = {}  # one commune each
        self.outlines: Row = {}
        self.layers: dict[str, list[Row]] = {}  # WFS: GeoJSON features, in degrees
        self.archive = b""  # what the data.gouv resource leads to
        self.files = standin_datagouv.Published()  # data sets and files of data.gouv
        self.site: dict[str, Reply] = {}  # pages and files of Insee's site, by path
        self.asked: list[Asked] = []
        self._planned: list[tuple[str, Reply]] = []
        standin = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # one packet an answer: two would wait for each other
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                _send(self, standin._answer(self.path, self.headers.get("User-Agent", "")))

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "StandIn":
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def put(self, name: str, fields: dict[str, str], rows: list[Row]) -> None:
        """Publish a data set."""
        self.datasets[name] = Data(fields, rows)

    def plan(self, fragment: str, *replies: Reply, times: int = 1) -> None:
        """Answer the next requests whose address contains ``fragment`` otherwise."""
        self._planned += [(fragment, reply) for _ in range(times) for reply in replies]

    def paths(self, fragment: str = "") -> list[str]:
        return [one.path for one in self.asked if fragment in one.path]

    def _answer(self, target: str, agent: str) -> Reply:
        parts = urlsplit(target)
        asked = Asked(parts.path, parse_qsl(parts.query, keep_blank_values=True), agent)
        self.asked.append(asked)
        for place, (fragment, reply) in enumerate(self._planned):
            if fragment in target:
                del self._planned[place]
                return reply
        producer, _, path = parts.path.lstrip("/").partition("/")
        try:
            answers = {"caf": self._explore, "insee": self._melodi, "geo": self._geo}
            answers |= {"datagouv": self._datagouv, "ign": self._ign}
            answers |= dict.fromkeys(("annuaire", "education", "portail"), self._explore)
            answers |= {"insee_site": lambda path, asked: self.site[path]}
            return answers[producer]("/" + path, asked)
        except OdsqlError as error:
            return Reply.json({"message": str(error), "error_code": "ODSQLError"}, 400)
        except KeyError:
            return Reply.json({"message": "Not found", "error_code": "NotFound"}, 404)

    # Explore v2.1

    def _explore(self, path: str, asked: Asked) -> Reply:
        if path == "/catalog/datasets":
            return self._records([{"dataset_id": name} for name in self.datasets], asked)
        found = re.fullmatch(r"/catalog/datasets/([^/]+)(/records|/exports/(\w+))?", path)
        if not found or found[1] not in self.datasets:
            return Reply.json({"message": "Unknown dataset", "error_code": "UnknownDataset"}, 404)
        name, data = found[1], self.datasets[found[1]]
        if not found[2]:
            return Reply.json(_described(name, data))
        rows = [row for row in data.rows if _keeps(asked.get("where"), row, data.fields)]
        rows = _ordered(rows, asked.get("order_by"), data.fields)
        if found[2] == "/records":
            return self._records(rows, asked)
        return _exported(found[3], rows, _selected(asked.get("select"), data.fields), asked)

    def _records(self, rows: list[Row], asked: Asked) -> Reply:
        limit, offset = int(asked.get("limit") or 10), int(asked.get("offset") or 0)
        if not -1 <= limit <= 100:
            return _refused("limit", limit, "-1 <= limit <= 100")
        if offset + limit > 10_000:
            return _refused("sum of offset + limit", offset + limit, "<= 10000")
        return Reply.json({"total_count": len(rows), "results": rows[offset : offset + limit]})

    # Melodi

    def _melodi(self, path: str, asked: Asked) -> Reply:
        name = path.removeprefix("/data/")
        wanted: dict[str, set[str]] = {}
        for key, value in asked.params:
            wanted.setdefault(key, set()).add(value)
        size = min(int(asked.get("maxResult") or self.page), self.page)
        number = int(asked.get("page") or 1)
        for key in ("maxResult", "page", "totalCount"):
            wanted.pop(key, None)
        rows = [one for one in self.observations[name] if _matches(one["dimensions"], wanted)]
        shown = rows[(number - 1) * size : number * size]
        last = number * size >= len(rows)
        paging: Row = {"isLast": last, "count": len(rows)}
        if not last:
            paging["next"] = f"{self.address}{asked.path}?page={number + 1}"
        told = {"identifier": name, "title": {"fr": "Jeu inventé"}, "paging": paging}
        return Reply.json({**told, "observations": shown})

    # Commune lists

    def _geo(self, path: str, asked: Asked) -> Reply:
        if found := re.fullmatch(r"/communes/(\w+)", path):
            return Reply.json(self.described[found[1]])
        if asked.get("format") == "geojson":
            return Reply.json(self.outlines)
        if path == "/communes":
            return Reply.json(self.everywhere or self.communes)
        if re.fullmatch(r"/epcis/\d+/communes", path):
            return Reply.json(self.communes)
        raise KeyError(path)

    # Files and layers of zones

    def _datagouv(self, path: str, asked: Asked) -> Reply:
        if (reply := standin_datagouv.answer(self.files, path, self.address)) is not None:
            return reply
        if path.startswith("/datasets/r/"):  # a stable address leads to the file of the day
            return Reply(302, headers={"Location": "/datagouv/fichiers/zones.zip"})
        return Reply(200, self.archive, "application/zip")

    def _ign(self, path: str, asked: Asked) -> Reply:
        return standin_wfs.answer(self.layers, asked)


def _send(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    time.sleep(reply.wait)
    handler.send_response(reply.status)
    handler.send_header("Content-Type", reply.media_type)
    handler.send_header("Content-Length", str(len(reply.body) + 100 * reply.cut))
    for name, value in reply.headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(reply.body)
    handler.wfile.flush()
    if reply.cut:
        handler.close_connection = True


def _described(name: str, data: Data) -> Row:
    fields = [
        {"name": one, "label": one.upper(), "type": kind, "annotations": {}, "description": None}
        for one, kind in data.fields.items()
    ]
    default = {"title": f"Jeu {name}", "modified": data.modified, "records_count": len(data.rows)}
    told = {"dataset_id": name, "has_records": True, "data_visible": True, "attachments": []}
    return {**told, "fields": fields, "metas": {"default": default}}


def _refused(name: str, value: int, bounds: str) -> Reply:
    words = f"Invalid value for {name} API parameter: {value} was found but {bounds} is expected."
    return Reply.json({"error_code": "InvalidRESTParameterError", "message": words}, 400)


def _exported(kind: str, rows: list[Row], fields: dict[str, str], asked: Asked) -> Reply:
    if kind == "json":
        return Reply.json([{name: row[name] for name in fields} for row in rows])
    text = io.StringIO()
    writer = csv.writer(text, delimiter=asked.get("delimiter") or ";", lineterminator="\n")
    writer.writerow(fields)
    writer.writerows(["" if row[name] is None else row[name] for name in fields] for row in rows)
    bom = b"" if asked.get("with_bom") == "false" else b"\xef\xbb\xbf"
    return Reply(200, bom + text.getvalue().encode(), "text/csv; charset=utf-8")


def _selected(select: str, fields: dict[str, str]) -> dict[str, str]:
    """The columns asked, or all of them; one that is not there is refused."""
    names = [name.strip() for name in select.split(",") if name.strip()]
    for name in names:
        if name not in fields:
            raise OdsqlError(f"Unknown field: {name} Clause(s) containing the error(s): select.")
    return {name: fields[name] for name in names} or fields


def _ordered(rows: list[Row], order_by: str, fields: dict[str, str]) -> list[Row]:
    names = [name.strip() for name in order_by.split(",") if name.strip()]
    for name in names:
        if name not in fields:
            raise OdsqlError(f"Unknown field: {name} Clause(s) containing the error(s): order_by.")
    return sorted(rows, key=lambda row: [str(row[name]) for name in names])


def _keeps(where: str, row: Row, fields: dict[str, str]) -> bool:
    """Evaluate the few clauses in use, as strictly as the portal about types."""
    if not where:
        return True
    return any(
        all(_equal(test, row, fields) for test in re.split(r"\s+and\s+", part))
        for part in re.split(r"\s+or\s+", where)
    )


def _equal(test: str, row: Row, fields: dict[str, str]) -> bool:
    found = re.fullmatch(r"\s*(\w+)\s*=\s*(.+?)\s*", test)
    if not found or found[1] not in fields:
        raise OdsqlError("ODSQL query is malformed. Clause(s) containing the error(s): where.")
    name, value, kind = found[1], found[2], fields[found[1]]
    if kind == "date":
        given = re.fullmatch(r"date'(.+)'", value)
    elif kind in ("int", "double"):
        given = re.fullmatch(r"(\d+)", value)
    else:
        given = re.fullmatch(r"[\"'](.*)[\"']", value)
    if not given:
        raise OdsqlError(f"ODSQL query is malformed: {name} Clause(s) with error(s): where.")
    return str(row[name]) == given[1].replace('\\"', '"').replace("\\\\", "\\")


def _matches(dimensions: Row, wanted: dict[str, set[str]]) -> bool:
    for key, values in wanted.items():
        value = dimensions.get(key, "")
        bare = re.sub(r"^\d{4}-", "", value) if key == "GEO" else value
        if not values & {value, bare}:
            return False
    return True
