"""Client of Insee's Melodi interface: one request at a time, at the pace it allows, every page.

No key; 30 calls a minute, then 429.  Pages hold at most 10 000 observations.
"""

from collections.abc import Callable
from typing import Any

from ctg_data import fr
from ctg_data.errors import SourceChanged, SourceUnavailable
from ctg_data.sources import json_answers
from ctg_data.sources.base import Fetched
from ctg_data.sources.http import Http, host

EVERY = 60 / 30 + 0.1  # seconds between two calls
PAGE = 10_000
PAGES = 20
SEPARATOR = b"\x1e"  # of a JSON text sequence: pages are kept one after the other, untouched


class Melodi:
    """The interface, at the pace it allows."""

    def __init__(
        self, http: Http, base: str, *, pause: Callable[[float], None], clock: Callable[[], float]
    ) -> None:
        self._http, self.base = http, base
        self._pause, self._clock = pause, clock
        self._last: float | None = None

    def get(self, jeu: str, requests: list[list[tuple[str, str]]]) -> Fetched:
        """Bring every page of every request; the bytes of each are kept as they came.

        The first request must be answered.  The data sets do not all know the wider places: a
        further request that is refused as unknown is left out, and the reader says what lacks.
        """
        address, pages = self._pages(jeu, requests[0])
        for params in requests[1:]:
            try:
                pages += self._pages(jeu, params)[1]
            except SourceChanged:
                continue
        if len(pages) == 1:
            return Fetched(address, pages[0], "application/json")
        content = b"".join(SEPARATOR + page + b"\n" for page in pages)
        return Fetched(address, content, "application/json-seq")

    def _pages(self, jeu: str, params: list[tuple[str, str]]) -> tuple[str, list[bytes]]:
        asked = [*params, ("maxResult", str(PAGE)), ("totalCount", "TRUE")]
        pages: list[bytes] = []
        address, count, seen = "", None, 0
        for number in range(1, PAGES + 1):
            self._wait()
            more = [("page", str(number))] if number > 1 else []
            answer = self._http.get(f"{self.base}/data/{jeu}", asked + more)
            told = document(answer.content, answer.status, jeu, host(self.base))
            address = address or answer.address
            pages.append(answer.content)
            paging = told.get("paging") or {}
            count = paging.get("count", count)
            seen += len(told["observations"])
            if paging.get("isLast", not paging.get("next")) or not told["observations"]:
                break
        else:
            count = -1  # more pages than anyone should need: the end was not reached
        if isinstance(count, int) and count != seen:
            announced = f"{fr.number(count)} annoncées" if count >= 0 else "davantage"
            raise SourceUnavailable(
                f"Le jeu « {jeu} » est arrivé incomplet : {fr.plural(seen, 'valeur')} pour "
                f"{announced}. Réessayez plus tard."
            )
        return address, pages

    def _wait(self) -> None:
        now = self._clock()
        if self._last is not None and now - self._last < EVERY:
            self._pause(EVERY - (now - self._last))
        self._last = self._clock()


def document(content: bytes, status: int, jeu: str, place: str = "api.insee.fr") -> dict[str, Any]:
    """Read one page, or say in French what came instead."""
    if status in (400, 404):
        raise SourceChanged(
            f"{place} ne connaît plus le jeu « {jeu} » ou refuse la demande (réponse {status}). "
            "Signalez-le à qui maintient l'application."
        )
    if json_answers.is_web_page(content):
        raise SourceUnavailable(
            f"{place} a répondu par une page web au lieu de données pour « {jeu} ». Réessayez "
            "plus tard."
        )
    if status >= 400:
        raise SourceUnavailable(f"{place} a refusé la demande sur « {jeu} » (réponse {status}).")
    return json_answers.read(
        content,
        holding="observations",
        broken=f"La réponse de {place} sur « {jeu} » s'interrompt avant la fin. Réessayez plus "
        "tard.",
        changed=f"{place} ne donne plus d'« observations » pour « {jeu} ». La source a changé : "
        "rien n'en a été repris. Signalez-le à qui maintient l'application.",
    )


def documents(content: bytes, jeu: str) -> list[dict[str, Any]]:
    """Read back the pages that :meth:`Melodi.get` brought."""
    parts = content.split(SEPARATOR) if content[:1] == SEPARATOR else [content]
    return [document(part, 200, jeu) for part in parts if part.strip()]
