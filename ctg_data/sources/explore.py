"""Client of the Explore v2.1 interface (Opendatasoft), which serves data.caf.fr.

Exports rather than records (records stop at 10 000 lines), and each one is checked: an export can
answer 200 and break off on the way.  A data set is looked up in the catalogue first, so that a
missing column is told before anything is downloaded.
"""

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ctg_data import fr
from ctg_data.errors import SourceChanged, SourceUnavailable
from ctg_data.sources import json_answers
from ctg_data.sources.base import Fetched
from ctg_data.sources.http import Answer, Http, QuotaExhausted, host
from ctg_data.tabular import tables

KEY = "CTG_APIKEY_CAF"  # of the CAF's portal, and sent to no other
PAGE = 100  # the interface gives at most 100 lines of its catalogue at a time
PAGES = 50
BROKEN_OFF = b"Streaming interrupted due to the following error"
NUMERIC = {"int", "double", "decimal"}


class UnknownDataset(SourceChanged):
    """The portal does not know this data set."""


@dataclass(frozen=True)
class Schema:
    """What the catalogue says of a data set."""

    id: str
    title: str
    modified: str
    fields: dict[str, str] = field(default_factory=dict)  # name: type


def literal(text: str, kind: str = "text") -> str:
    r"""Write a value in a query language clause; text is quoted and escaped.

    >>> literal("00100"), literal('a"b\\c')
    ('"00100"', '"a\\"b\\\\c"')
    >>> literal("28", "int"), literal("2024-12-01", "date")
    ('28', "date'2024-12-01'")
    """
    if kind in NUMERIC and re.fullmatch(r"\d+", text):
        return str(int(text))
    if kind in ("date", "datetime") and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return f"date'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def any_of(name: str, values: tuple[str, ...], kind: str = "text") -> str:
    """A clause that keeps the lines of one of several places.

    >>> any_of("numcom", ("00100", "00101"))
    'numcom="00100" or numcom="00101"'
    """
    return " or ".join(f"{name}={literal(value, kind)}" for value in values)


class Explore:
    """One portal, for the length of one update: its catalogue is read once.

    Args:
        http: the session.
        base: address of its interface.
        key_name: setting that holds the key of this very portal; none is sent without it.
    """

    def __init__(self, http: Http, base: str, *, key_name: str = "") -> None:
        self._http, self.base, self._key_name = http, base, key_name
        self._ids: frozenset[str] | None = None

    def schema(self, declared: str) -> Schema:
        """Look a data set up, under its declared name or under the one that took its place.

        Raises:
            UnknownDataset: neither the name nor a likely successor is in the catalogue.
        """
        name = self._resolve(declared)
        told = self._json(f"/catalog/datasets/{name}", {})
        if not isinstance(told.get("fields"), list):
            raise SourceChanged(
                f"Le catalogue de {host(self.base)} ne décrit plus les colonnes de « {name} ». "
                "Signalez-le à qui maintient l'application."
            )
        metas = (told.get("metas") or {}).get("default") or {}
        return Schema(
            id=name,
            title=str(metas.get("title") or name),
            modified=str(metas.get("modified") or metas.get("data_processed") or ""),
            fields={str(one["name"]): str(one.get("type", "text")) for one in told["fields"]},
        )

    def export(
        self, schema: Schema, where: str = "", order_by: str = "", select: Sequence[str] = ()
    ) -> Fetched:
        """Bring the lines of a data set as CSV, checked against the number of lines announced.

        Columns left out of ``select``, when there is one, never leave the portal.
        """
        wanted = {"where": where, "order_by": order_by, "timezone": "Europe/Paris"}
        wanted |= {"select": ",".join(select)}
        params = {name: text for name, text in wanted.items() if text}
        path = f"/catalog/datasets/{schema.id}"
        answer = self._get(f"{path}/exports/csv", params | {"delimiter": ";"})
        self._refuse(answer, schema.id)
        counting = {name: params[name] for name in ("where",) if name in params}
        count = self._json(f"{path}/records", counting | {"limit": 1}).get("total_count")
        _check_complete(answer, schema.id, count)
        return Fetched(answer.address, answer.content, "text/csv", schema.modified)

    def _resolve(self, declared: str) -> str:
        """The name to ask for: the portal renames data sets, and keeps stale copies of some."""
        ids = self._catalogue()
        if not ids or declared in ids:
            return declared
        kin = sorted(name for name in ids if _family(name) == _family(declared))
        if len(kin) == 1:
            return kin[0]
        near = sorted(name for name in ids if name.split("_")[0] == declared.split("_")[0])
        raise UnknownDataset(
            f"Le jeu « {declared} » n'est plus au catalogue de {host(self.base)}"
            + (f" (noms voisins : {', '.join(near[:6])})" if near else "")
            + ". Signalez-le à qui maintient l'application."
        )

    def _catalogue(self) -> frozenset[str]:
        """Every name of the catalogue; none when it cannot be read: the declared names serve."""
        if self._ids is None:
            try:
                self._ids = frozenset(self._names())
            except QuotaExhausted:
                raise
            except (SourceUnavailable, SourceChanged):
                self._ids = frozenset()
        return self._ids

    def _names(self) -> list[str]:
        names: list[str] = []
        for page in range(PAGES):
            params = {"select": "dataset_id", "limit": PAGE, "offset": page * PAGE}
            told = self._json("/catalog/datasets", params)
            results = told.get("results") or []
            names += [str(one["dataset_id"]) for one in results if "dataset_id" in one]
            if not results or len(names) >= int(told.get("total_count") or 0):
                return [name for name in names if not name.endswith("-copy")]
        return []  # more pages than anyone should need: half a catalogue would deny the rest

    def _get(self, path: str, params: dict[str, Any]) -> Answer:
        key = os.environ.get(self._key_name, "").strip() if self._key_name else ""
        return self._http.get(self.base + path, params, secret={"apikey": key} if key else None)

    def _json(self, path: str, params: dict[str, Any]) -> dict[str, Any]:
        answer = self._get(path, params)
        name = path.split("/")[3] if path.count("/") > 2 else "catalogue"
        self._refuse(answer, name)
        return json_answers.read(
            answer.content,
            broken=str(_broken_off(name)),
            changed=f"{host(self.base)} ne répond plus comme prévu au sujet de « {name} ». "
            "Signalez-le à qui maintient l'application.",
        )

    def _refuse(self, answer: Answer, name: str) -> None:
        """Tell apart the ways in which the portal says no, or says something else entirely."""
        place = host(self.base)
        code, words = _error_in(answer)
        if json_answers.is_web_page(answer.content) or answer.media_type == "text/html":
            raise SourceUnavailable(
                f"{place} a répondu par une page web au lieu de données pour « {name} » "
                "(maintenance, ou connexion demandée par votre réseau). Ouvrez cette adresse dans "
                "un navigateur, puis réessayez."
            )
        unknown = answer.status == 404 or (answer.status == 400 and "unknown" in code.lower())
        if unknown or (answer.status == 400 and re.search(r"dataset.*(not|doesn)", words, re.I)):
            raise UnknownDataset(
                f"{place} ne connaît plus le jeu « {name} ». Signalez-le à qui maintient "
                "l'application."
            )
        if answer.status in (401, 403):
            given = f"Si une clé est donnée ({self._key_name}), vérifiez-la ; sinon ce"
            raise SourceUnavailable(
                f"{place} refuse l'accès au jeu « {name} ». "
                f"{given if self._key_name else 'Ce'} jeu n'est plus public."
            )
        if answer.status >= 400 or (code and b'"results"' not in answer.content[:2000]):
            raise SourceChanged(
                f"{place} a refusé la demande sur « {name} » ({code or answer.status}"
                + (f" : {words}" if words else "")
                + "). Signalez-le à qui maintient l'application."
            )


def _error_in(answer: Answer) -> tuple[str, str]:
    """The error code and words of an answer, in either of the portal's two shapes."""
    if answer.content.lstrip()[:1] != b"{" or len(answer.content) > 10_000:
        return "", ""
    try:
        told = json.loads(answer.content)
    except ValueError:
        return "", ""
    code = told.get("error_code") or told.get("errorcode") or ""
    return str(code), str(told.get("message") or told.get("error") or "")[:300]


def _family(name: str) -> str:
    """What stays of a name when its width of class or its rounding mark changes."""
    return re.sub(r"\d+", "#", re.sub(r"_f$", "", name))


def _check_complete(answer: Answer, name: str, count: Any) -> None:
    if BROKEN_OFF in answer.content:
        raise _broken_off(name)
    text = answer.content.decode("utf-8-sig", errors="replace")
    lines = len(tables.csv_lines(text, name)) - 1
    if not isinstance(count, int) or lines != count:
        announced = fr.number(count) if isinstance(count, int) else "un nombre inconnu de"
        raise SourceUnavailable(
            f"Le jeu « {name} » est arrivé incomplet : {fr.plural(max(lines, 0), 'ligne')} pour "
            f"{announced} annoncées. Réessayez plus tard."
        )


def _broken_off(name: str) -> SourceUnavailable:
    return SourceUnavailable(
        f"L'envoi du jeu « {name} » s'est interrompu avant la fin. Réessayez plus tard."
    )
