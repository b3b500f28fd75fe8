"""The cells of a layer's table: several communes in one, zeros lost, names without accents."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ctg_data import fr
from ctg_data.model import Level
from ctg_data.tabular import tables


def split_codes(cell: object) -> tuple[str, ...]:
    r"""The commune codes of a cell, whatever stands between them.

    >>> split_codes("13055, 13070"), split_codes('="01004";\r\n "1005"'), split_codes(None)
    (('13055', '13070'), ('01004', '01005'), ())
    """
    parts = re.split(r"[;,\s]+", re.sub(r'[="]', "", _text(cell)))
    return tuple(found for one in parts if one and (found := tables.code(one, Level.COMMUNE)))


def split_names(cell: object) -> tuple[str, ...]:
    r"""The commune names of a cell; a line may break inside it.

    >>> split_names("Essai-le-Bourg;\r\n  Essai-les-Prés"), split_names("")
    (('Essai-le-Bourg', 'Essai-les-Prés'), ())
    """
    parts = re.split(r"[;,]+", _text(cell))
    return tuple(clean for one in parts if (clean := " ".join(one.split())))


def plain(name: str) -> str:
    """A name as it can be compared: no accent, no ligature, no case, no hyphen.

    >>> plain("Grand-Cœur"), plain("GRAND COEUR")
    ('grand coeur', 'grand coeur')
    """
    return " ".join(re.split(r"[^a-z0-9]+", fr.bare(name))).strip()


def _text(cell: object) -> str:
    if isinstance(cell, list | tuple):
        return ";".join(map(str, cell))
    return "" if cell is None or cell != cell else str(cell)


def value(properties: Mapping[str, Any], names: Iterable[str]) -> str:
    """The first of several columns that says something, whatever the case of its name."""
    low = {str(key).casefold(): value for key, value in properties.items()}
    return next((text for name in names if (text := _text(low.get(name)).strip())), "")


def code_of(text: str, level: Level) -> str:
    """A code as text: spreadsheets take its first zero away, or add a decimal."""
    bare = re.sub(r"\.0$", "", re.sub(r'[="]', "", text)).upper()
    width = {Level.IRIS: 9, Level.COMMUNE: 5}.get(level, 0)
    return bare.zfill(width) if bare else ""
