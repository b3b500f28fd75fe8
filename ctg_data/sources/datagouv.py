"""Files of data.gouv.fr: which is the newest of a data set, and its bytes on the disk.

Interface: https://www.data.gouv.fr/api/1/datasets/SLUG/ lists the files (« resources ») of a data
set; a producer names the day in their titles, or data.gouv in their addresses.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ctg_data.errors import SourceChanged, SourceUnavailable
from ctg_data.sources import json_answers
from ctg_data.sources.base import ARRONDISSEMENTS, communes_of
from ctg_data.sources.http import Http, Saved, base_address, host
from ctg_data.territory.config import TerritoryConfig

DAY = re.compile(r"(?<!\d)(20\d\d)-?([01]\d)-?([0-3]\d)(?!\d)")


@dataclass(frozen=True)
class Resource:
    """One file of a data set.

    Attributes:
        title: as its producer names it.
        address: where it is.
        format: in small letters (« csv »).
        day: ISO day in its title, in its address, or on which it was changed; "" when none is.
    """

    title: str
    address: str
    format: str
    day: str


def day_in(*texts: str) -> str:
    """The first day that texts hold, whatever its marks.

    >>> day_in("services-inclusion-2026-11-23"), day_in("x", "etalab-stock-20260512-0339.csv")
    ('2026-11-23', '2026-05-12')
    >>> day_in("sans date", "20269999")
    ''
    """
    for text in texts:
        for found in DAY.finditer(text):
            year, month, day = found.groups()
            if 1 <= int(month) <= 12 and 1 <= int(day) <= 31:
                return f"{year}-{month}-{day}"
    return ""


def resources(http: Http, slug: str) -> list[Resource]:
    """The files of a data set, in the order that data.gouv.fr shows them.

    Raises:
        SourceChanged: the data set is no longer there, or is described otherwise.
        SourceUnavailable: no readable answer.
    """
    base = base_address("DATAGOUV")
    answer = http.get(f"{base}/datasets/{slug}/")
    if answer.status in (404, 410):
        raise SourceChanged(
            f"{host(base)} ne connaît plus le jeu « {slug} ». Signalez-le à qui maintient "
            "l'application."
        )
    if answer.status >= 400 or json_answers.is_web_page(answer.content):
        raise SourceUnavailable(
            f"{host(base)} n'a pas décrit le jeu « {slug} » (réponse {answer.status}). Réessayez "
            "plus tard."
        )
    told = json_answers.read(
        answer.content,
        holding="resources",
        broken=f"La description du jeu « {slug} » s'interrompt avant la fin. Réessayez plus tard.",
        changed=f"{host(base)} ne décrit plus les fichiers du jeu « {slug} » comme prévu. "
        "Signalez-le à qui maintient l'application.",
    )
    return [_resource(one) for one in told["resources"] if isinstance(one, dict)]


def newest(found: Iterable[Resource], title: str, formats: tuple[str, ...]) -> list[Resource]:
    """The files whose title or name begins so, the newest first, then in order of formats."""
    chosen = [
        one
        for one in found
        if one.format in formats and _is_named(one, title) and one.address.startswith("http")
    ]
    ranked = sorted(chosen, key=lambda one: formats.index(one.format))
    return sorted(ranked, key=lambda one: one.day, reverse=True)


def save(http: Http, address: str, folder: Path, name: str) -> Saved:
    """Bring a file to the disk.

    Raises:
        SourceChanged: it is no longer there.
        SourceUnavailable: it did not come.
    """
    saved = http.save(address, folder / name)
    if saved.status in (404, 410):
        raise SourceChanged(
            f"Le fichier de « {name} » n'est plus à l'adresse que donne {host(address)}. "
            "Réessayez plus tard ; si cela dure, signalez-le à qui maintient l'application."
        )
    if saved.status >= 400:
        raise SourceUnavailable(
            f"{host(address)} n'a pas donné « {name} » (réponse {saved.status}). Réessayez plus "
            "tard."
        )
    return saved


def communes_told(territory: TerritoryConfig) -> dict[str, str]:
    """The whole commune of each code that lists of places give, arrondissements included."""
    codes = communes_of(territory)
    parts = {part: code for code in codes for part in ARRONDISSEMENTS.get(code, ())}
    return parts | {code: code for code in codes}


def _is_named(one: Resource, title: str) -> bool:
    file = one.address.split("?")[0].rsplit("/", 1)[-1]
    return any(name.strip().lower().startswith(title) for name in (one.title, file))


def _resource(told: dict[str, Any]) -> Resource:
    title, address = str(told.get("title") or ""), str(told.get("url") or "")
    file = address.split("?")[0].rsplit("/", 1)[-1]
    kind = str(told.get("format") or "").strip().lower().lstrip(".")
    if not kind and "." in file:
        kind = file.rsplit(".", 1)[-1].lower()
    changed = str(told.get("last_modified") or told.get("created_at") or "")
    return Resource(title, address, kind, day_in(title, file, changed))
