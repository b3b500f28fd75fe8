"""The one HTTP session: timeouts, retries, a named caller, and French words for each failure.

It returns the bytes of an answer, whatever its status, so that each producer's own way of saying
no can be read.  It raises only when no answer worth reading came.
"""

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from ctg_data import fr
from ctg_data.errors import SourceUnavailable, UserError
from ctg_data.sources.failures import (
    QuotaExhausted as QuotaExhausted,
    Unreachable as Unreachable,
    host as host,
    refused,
    stop_if_by_day,
    unreachable,
    worth_retrying,
)

TIMEOUT = (5, 60)  # seconds to connect, then between two packets
LONGEST = 300.0  # seconds for one answer, however slowly it drips
ATTEMPTS = 4  # the first try and three more
LONGEST_PAUSE = 60.0  # Insee counts its quota by the minute
LARGEST = 100 * 1024 * 1024
LONGEST_FILE = 1800.0  # seconds for a national file, which goes to the disk
LARGEST_FILE = 2 * 1024 * 1024 * 1024
REDIRECTS = 5
AGENT = "ctg-tableau-de-bord/1.0 (convention territoriale globale; python-requests)"
RETRIED = {429, 500, 502, 503, 504}

ADDRESSES = {
    "CAF": "https://data.caf.fr/api/explore/v2.1",
    "INSEE": "https://api.insee.fr/melodi",
    "DATAGOUV": "https://www.data.gouv.fr/api/1",
    "IGN": "https://data.geopf.fr",
    "GEO": "https://geo.api.gouv.fr",
    "INSEE_SITE": "https://www.insee.fr",
    "ANNUAIRE": "https://api-lannuaire.service-public.gouv.fr/api/explore/v2.1",
    "EDUCATION": "https://data.education.gouv.fr/api/explore/v2.1",
}


@dataclass(frozen=True)
class Answer:
    """What came back, in full; ``landed`` is where redirections led, without what was asked."""

    status: int
    content: bytes
    media_type: str
    address: str
    landed: str = ""


@dataclass(frozen=True)
class Saved:
    """What came back, on the disk; ``body`` holds the first bytes of a refusal instead.

    ``landed`` is where redirections led: the address of the day, which may hold its date.
    """

    status: int
    path: Path
    media_type: str
    address: str
    sha256: str
    size: int
    body: bytes = b""
    landed: str = ""


def base_address(name: str, declared: str = "") -> str:
    """The base address of a producer, or the one ``CTG_URL_<name>`` puts in its place.

    ``declared`` is that of a portal which only a territory's folder names.
    """
    variable = f"CTG_URL_{name.upper()}"
    usual = declared or ADDRESSES[name.upper()]
    address = (os.environ.get(variable) or usual).strip().rstrip("/")
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise UserError(
            f"{variable} n'est pas une adresse : elle doit commencer par https:// et nommer une "
            f"machine, comme {usual}. Corrigez-la, ou effacez-la pour "
            "revenir à l'adresse du producteur."
        )
    return address


class Http:
    """A session towards producers.  ``pause`` and ``clock`` are there for tests."""

    def __init__(
        self,
        *,
        pause: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        largest: int = LARGEST,
        largest_file: int = LARGEST_FILE,
        timeout: tuple[float, float] = TIMEOUT,
        attempts: int = ATTEMPTS,
    ) -> None:
        self._session = requests.Session()
        self._session.headers["User-Agent"] = AGENT
        self._pause, self._clock = pause, clock
        self._largest, self._largest_file = largest, largest_file
        self._timeout, self._attempts = timeout, attempts
        self._down: dict[str, SourceUnavailable] = {}  # producers not worth asking again

    def __enter__(self) -> "Http":
        return self

    def __exit__(self, *_error: object) -> None:
        self._session.close()

    def get(
        self, address: str, params: Any = None, *, secret: dict[str, str] | None = None
    ) -> Answer:
        """Get one address; ``secret`` is sent but never kept, shown or logged.

        Raises:
            SourceUnavailable: no readable answer after the retries, or a quota by day.
        """
        return self._asked_of(address, lambda: self._retried(address, params, secret, None))

    def save(self, address: str, path: Path) -> Saved:
        """Bring a national file to the disk, in a fixed amount of memory.

        A refusal writes nothing: its words are in ``body``.

        Raises:
            SourceUnavailable: no readable answer after the retries; nothing stays at ``path``.
        """
        try:
            answer = self._asked_of(address, lambda: self._retried(address, None, None, path))
        except SourceUnavailable:
            path.unlink(missing_ok=True)
            raise
        if answer.status >= 400:
            return Saved(
                answer.status, path, answer.media_type, answer.address, "", 0, answer.content
            )
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        told = (answer.media_type, answer.address, sha256, path.stat().st_size)
        return Saved(answer.status, path, *told, landed=answer.landed)

    def _asked_of(self, address: str, ask: Callable[[], Answer]) -> Answer:
        """An answer of a producer that has not failed for good already."""
        if refusal := self._down.get(_producer(address)):
            raise refusal
        try:
            return ask()
        except (QuotaExhausted, Unreachable) as error:
            self._down[_producer(address)] = error
            raise

    def _retried(
        self, address: str, params: Any, secret: dict[str, str] | None, path: Path | None
    ) -> Answer:
        for attempt in range(self._attempts):
            last = attempt == self._attempts - 1
            wait = 2.0**attempt
            try:
                answer, asked = self._once(address, params, secret, path)
            except requests.RequestException as error:
                if last or not worth_retrying(error):
                    raise unreachable(address, error) from error
            else:
                if answer.status not in RETRIED:
                    return answer
                if answer.status == 429:
                    stop_if_by_day(answer.address, answer.content)
                if last:
                    raise refused(answer.address, answer.status, self._attempts)
                wait = max(wait, asked)
            self._pause(min(wait, LONGEST_PAUSE))
        raise AssertionError("unreachable")

    def _once(
        self, address: str, params: Any, secret: dict[str, str] | None, path: Path | None
    ) -> tuple[Answer, float]:
        """One try: the answer, and the seconds the producer asks to wait."""
        started = self._clock()
        query = [*_pairs(params), *_pairs(secret)]
        shown = requests.Request("GET", address, params=_pairs(params)).prepare().url or address
        for _ in range(REDIRECTS):
            with self._session.get(
                address, params=query, timeout=self._timeout, stream=True, allow_redirects=False
            ) as response:
                if not response.is_redirect:
                    content = self._body(response, started, path)
                    kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
                    landed = address.split("?")[0]
                    told = Answer(response.status_code, content, kind, shown, landed)
                    return told, _asked(response)
                address, query = _next(response), []
        raise requests.TooManyRedirects(response=None)

    def _body(self, response: requests.Response, started: float, path: Path | None) -> bytes:
        """The whole body; nothing of one that goes to the disk, unless it is a refusal."""
        if path is None or response.status_code >= 400:
            return b"".join(self._parts(response, started, self._largest, LONGEST))
        with path.open("wb") as file:
            for part in self._parts(response, started, self._largest_file, LONGEST_FILE):
                file.write(part)
        return b""

    def _parts(
        self, response: requests.Response, started: float, largest: int, longest: float
    ) -> Iterator[bytes]:
        """The body as it comes, unless it is too large or too slow: all patience has an end."""
        size = 0
        for part in response.iter_content(64 * 1024):
            size += len(part)
            if size > largest:
                raise SourceUnavailable(
                    f"{host(response.url)} envoie plus de {largest // 1024**2}"
                    f"{fr.WIDE}Mo : la lecture a été arrêtée, rien n'en a été gardé. "
                    "Le jeu de données a sans doute changé de nature."
                )
            if self._clock() - started > longest:
                raise requests.Timeout("the answer drips")
            yield part


def _producer(address: str) -> str:
    """The base address an address belongs to: a failure of one producer is not another's."""
    known = (base_address(name) for name in ADDRESSES)
    return next((base for base in known if address.startswith(f"{base}/")), host(address))


def _pairs(params: Any) -> list[tuple[str, Any]]:
    return list(params.items()) if isinstance(params, dict) else list(params or [])


def _next(response: requests.Response) -> str:
    """Where a redirection leads; never to another scheme, where the answer could be forged."""
    target = urljoin(response.url, response.headers["Location"])
    if urlsplit(target).scheme != urlsplit(response.url).scheme:
        raise SourceUnavailable(
            f"{host(response.url)} renvoie vers une adresse d'une autre sorte "
            f"({urlsplit(target).scheme}://{host(target)}) : elle n'a pas été suivie. Vérifiez "
            "l'adresse de la source ; un réseau d'entreprise qui demande une connexion fait "
            "souvent cela."
        )
    return target


def _asked(response: requests.Response) -> float:
    """The seconds that ``Retry-After`` asks to wait, in seconds or until a date."""
    try:
        asked = Retry().get_retry_after(response.raw)
    except (InvalidHeader, ValueError, OverflowError):  # no number, no date, or none that exists
        asked = None
    untold = 20.0 if response.status_code == 429 else 0.0
    return untold if asked is None else asked
