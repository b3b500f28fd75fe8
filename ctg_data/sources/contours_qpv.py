"""QPV of 2024: the national archive of the ANCT, on data.gouv.fr (Licence Ouverte 2.0).

One ZIP holds the same zones several times, by territory and by system of coordinates: the file is
picked by its name.  The whole country is received, and only the zones of the territory are kept.
"""

from typing import Any

from ctg_data.errors import SourceChanged, SourceUnavailable
from ctg_data.sources.base import Fetched
from ctg_data.sources.contours import read
from ctg_data.sources.http import Http, host
from ctg_data.sources.json_answers import is_web_page
from ctg_data.sources.registry import Dataset
from ctg_data.territory.config import TerritoryConfig

__all__ = ["fetch", "read"]

RESOURCE = "942d4ee8-8142-4556-8ea1-335537ce1119"


def fetch(dataset: Dataset, territory: TerritoryConfig | None, clients: Any) -> Fetched:
    """Bring the archive; its stable address leads to that of the day."""
    http: Http = clients.http
    base: str = clients.datagouv
    answer = http.get(f"{base}/datasets/r/{RESOURCE}")
    if answer.status in (404, 410):
        raise SourceChanged(
            f"{host(base)} ne connaît plus la ressource des QPV 2024 ({RESOURCE}). Signalez-le à "
            "qui maintient l'application."
        )
    if answer.status >= 400 or is_web_page(answer.content):
        raise SourceUnavailable(
            f"{host(base)} n'a pas donné les QPV 2024 (réponse {answer.status}). Réessayez plus "
            "tard."
        )
    return Fetched(answer.address, answer.content, answer.media_type)
