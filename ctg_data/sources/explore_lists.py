"""Lists of places on Explore portals: which columns are asked, and what of them is kept.

Only declared columns are asked, and only the lines of the territory's communes.  What is kept is
rid of every e-mail address and of every text that names a person, JSON inside cells included.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ctg_data.errors import SourceChanged
from ctg_data.sources.base import Fetched
from ctg_data.sources.explore import Explore, Schema, any_of
from ctg_data.sources.extract import MEDIA_TYPE, Extract, Origin
from ctg_data.sources.places import public_text
from ctg_data.tabular import tables

Line = dict[str, str]


@dataclass(frozen=True)
class Asked:
    """The columns of a list: those it cannot do without, those it may lack, that of its commune."""

    required: tuple[str, ...]
    optional: tuple[str, ...]
    commune: str
    key: str

    def of(self, schema: Schema) -> tuple[str, ...]:
        """Those that the portal has.

        Raises:
            SourceChanged: one that is required is gone; all of them are named.
        """
        tables.require([(one,) for one in self.required], schema.fields, schema.id)
        return (*self.required, *(one for one in self.optional if one in schema.fields))


def bring(
    portal: Explore,
    declared: str,
    asked: Asked,
    codes: Sequence[str],
    keep: Callable[[Line], bool] = lambda line: True,
) -> Fetched:
    """Bring the lines of some communes, and keep those that ``keep`` wants.

    Raises:
        SourceChanged: a required column is gone, or the answer does not hold what was asked.
        SourceUnavailable: no whole answer came.
    """
    schema = portal.schema(declared)
    columns = asked.of(schema)
    where = any_of(asked.commune, tuple(codes), schema.fields[asked.commune])
    got = portal.export(schema, where, asked.key, columns)
    lines = lines_of(got.content, columns, schema.id)
    kept = [line for line in lines if line[asked.commune] in codes and keep(line)]
    return extracted(got, schema, columns, kept, len(lines))


def lines_of(content: bytes, columns: Sequence[str], name: str) -> list[Line]:
    """The lines of an export.

    Raises:
        SourceChanged: it is no table, or a column that was asked is not there.
        SourceUnavailable: it was cut on its way.
    """
    table = tables.read_table(content, name)
    tables.require([(one.lower(),) for one in columns], table.columns, name)
    rows = table.to_dict("records")
    return [{one: str(row[one.lower()]) for one in columns} for row in rows]


def extracted(
    got: Fetched, schema: Schema, columns: Sequence[str], kept: Iterable[Line], lines: int
) -> Fetched:
    """What is kept of an answer, in an order of its own: the portal's may change every day."""
    sha256 = hashlib.sha256(got.content).hexdigest()
    origin = Origin(got.address, sha256, len(got.content), schema.modified[:10], lines)
    told = [{name: public_cell(text) for name, text in line.items()} for line in kept]
    ordered = sorted(told, key=lambda line: tuple(line.values()))
    content = Extract.of(origin, columns, ordered).to_bytes()
    return Fetched(got.address, content, MEDIA_TYPE, schema.modified)


def public_cell(text: str) -> str:
    """A cell without what names a person, in whatever JSON it holds.

    >>> public_cell('[{"valeur": "a@b.fr", "nom": "Mme Untel", "voie": "3 rue Vide"}]')
    '[{"valeur":"","nom":"","voie":"3 rue Vide"}]'
    >>> public_cell("Écrire à a@b.fr"), public_cell("[coupé")
    ('Écrire à', '[coupé')
    """
    told = inside(text)
    if told is None:
        return public_text(text)
    return json.dumps(_public(told), ensure_ascii=False, separators=(",", ":"))


def inside(text: str) -> Any:
    """The JSON list or object that a cell holds, or nothing."""
    if text[:1] not in ("[", "{"):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def objects(text: str) -> list[dict[str, Any]]:
    """The objects of a cell that holds a JSON list of them; one alone counts as a list.

    >>> objects('[{"a": 1}, 2]'), objects('{"a": 1}'), objects(""), objects("[")
    ([{'a': 1}], [{'a': 1}], [], [])
    """
    told = inside(text)
    every = told if isinstance(told, list) else [told]
    return [one for one in every if isinstance(one, dict)]


def told_in(entry: dict[str, Any], *names: str) -> str:
    """The first of some texts of an object that says something."""
    return next((text for name in names if (text := public_text(entry.get(name)))), "")


def _public(told: Any) -> Any:
    if isinstance(told, dict):
        return {name: _public(one) for name, one in told.items()}
    if isinstance(told, list):
        return [_public(one) for one in told]
    return public_text(told) if isinstance(told, str) else told


def day_of(extract: Extract, name: str) -> str:
    """The ISO day on which the list said what it says.

    Raises:
        SourceChanged: the portal does not date the list.
    """
    day = extract.origin.edition
    if len(day) != len("2026-11-23"):
        raise SourceChanged(
            f"Le portail ne dit plus de quand date « {name} » (« modified » vide au catalogue) : "
            "rien n'en a été repris. Signalez-le à qui maintient l'application."
        )
    return day
