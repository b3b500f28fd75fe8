"""The one HTTP session: timeouts, retries, a named caller, and French words for each failure.

It returns the bytes of an answer, whatever its status, so that each producer's own way of saying
no can be read.  It raises only when no answer worth reading came.
"""

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from ctg_data import fr
from ctg_data.errors import SourceUnavailable, UserError

TIMEOUT = (5, 60)  # seconds to connect, then between two packets
LONGEST = 300.0  # seconds for one answer, however slowly it drips
ATTEMPTS = 4  # the first try and three more
LONGEST_PAUSE = 60.0  # Insee counts its quota by the minute
LARGEST = 100 * 1024 * 1024
REDIRECTS = 5
AGENT = "ctg-tableau-de-bord/1.0 (convention territoriale globale; python-requests)"
RETRIED = {429, 500, 502, 503, 504}
BY_DAY = {"day", "month"}

ADDRESSES = {
    "CAF": "https://data.caf.fr/api/explore/v2.1",
    "INSEE": "https://api.insee.fr/melodi",
    "DATAGOUV": "https://www.data.gouv.fr/api/1",
    "IGN": "https://data.geopf.fr",
    "GEO": "https://geo.api.gouv.fr",
}


class QuotaExhausted(SourceUnavailable):
    """The producer counts calls by day: waiting a few seconds would not help."""


class Unreachable(SourceUnavailable):
    """The machine does not answer at all: its other addresses will not either."""


@dataclass(frozen=True)
class Answer:
    """What came back, in full."""

    status: int
    content: bytes
    media_type: str
    address: str


def base_address(name: str) -> str:
    """The base address of a producer, or the one ``CTG_URL_<name>`` puts in its place."""
    variable = f"CTG_URL_{name.upper()}"
    address = (os.environ.get(variable) or ADDRESSES[name.upper()]).strip().rstrip("/")
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise UserError(
            f"{variable} n'est pas une adresse : elle doit commencer par https:// et nommer une "
            f"machine, comme {ADDRESSES[name.upper()]}. Corrigez-la, ou effacez-la pour "
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
        timeout: tuple[float, float] = TIMEOUT,
        attempts: int = ATTEMPTS,
    ) -> None:
        self._session = requests.Session()
        self._session.headers["User-Agent"] = AGENT
        self._pause, self._clock = pause, clock
        self._largest, self._timeout, self._attempts = largest, timeout, attempts
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
        if refused := self._down.get(_producer(address)):
            raise refused
        try:
            return self._retried(address, params, secret)
        except (QuotaExhausted, Unreachable) as error:
            self._down[_producer(address)] = error
            raise

    def _retried(self, address: str, params: Any, secret: dict[str, str] | None) -> Answer:
        for attempt in range(self._attempts):
            last = attempt == self._attempts - 1
            wait = 2.0**attempt
            try:
                answer, asked = self._once(address, params, secret)
            except requests.RequestException as error:
                if last or not _worth_retrying(error):
                    raise _unreachable(address, error) from error
            else:
                if answer.status not in RETRIED:
                    return answer
                if answer.status == 429:
                    _stop_if_by_day(answer)
                if last:
                    raise _refused(answer, self._attempts)
                wait = max(wait, asked)
            self._pause(min(wait, LONGEST_PAUSE))
        raise AssertionError("unreachable")

    def _once(
        self, address: str, params: Any, secret: dict[str, str] | None
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
                    content = self._body(response, started)
                    kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
                    return Answer(response.status_code, content, kind, shown), _asked(response)
                address, query = _next(response), []
        raise requests.TooManyRedirects(response=None)

    def _body(self, response: requests.Response, started: float) -> bytes:
        """The whole body, unless it is too large or too slow: memory and patience have an end."""
        parts, size = [], 0
        for part in response.iter_content(64 * 1024):
            parts.append(part)
            size += len(part)
            if size > self._largest:
                raise SourceUnavailable(
                    f"{host(response.url)} envoie plus de {self._largest // 1024**2}"
                    f"{fr.WIDE}Mo : la lecture a été arrêtée, rien n'en a été gardé. "
                    "Le jeu de données a sans doute changé de nature."
                )
            if self._clock() - started > LONGEST:
                raise requests.Timeout("the answer drips")
        return b"".join(parts)


def _producer(address: str) -> str:
    """The base address an address belongs to: a failure of one producer is not another's."""
    known = (base_address(name) for name in ADDRESSES)
    return next((base for base in known if address.startswith(f"{base}/")), host(address))


def host(address: str) -> str:
    """The machine named in an address: what a message shows of it.

    >>> host("https://data.caf.fr/api?apikey=x")
    'data.caf.fr'
    """
    return urlsplit(address).hostname or address


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


def _worth_retrying(error: requests.RequestException) -> bool:
    # A certificate or an address at fault will be at fault again.
    if isinstance(error, requests.exceptions.SSLError):
        return False
    return isinstance(
        error,
        (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError),
    )


def _unreachable(address: str, error: requests.RequestException) -> SourceUnavailable:
    name = host(address)
    if isinstance(error, requests.exceptions.SSLError):
        return Unreachable(
            f"Le certificat de {name} n'est pas reconnu : la connexion a été refusée. Faites "
            "vérifier l'heure de cette machine et les certificats de votre réseau."
        )
    if isinstance(error, requests.exceptions.ProxyError):
        return Unreachable(
            f"Le serveur mandataire (proxy) de votre réseau n'a pas laissé joindre {name}. "
            "Demandez à votre service informatique d'autoriser cette adresse."
        )
    if isinstance(error, requests.Timeout) and not isinstance(error, requests.ConnectTimeout):
        return SourceUnavailable(f"{name} met trop de temps à répondre. Réessayez plus tard.")
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return SourceUnavailable(
            f"La réponse de {name} s'interrompt en route. Réessayez plus tard."
        )
    if isinstance(error, requests.ConnectionError):
        return Unreachable(
            f"{name} ne répond pas : connexion impossible. Vérifiez la connexion de cette machine, "
            "puis réessayez."
        )
    return SourceUnavailable(
        f"{name} n'a pas pu être interrogé ({type(error).__name__}). Vérifiez l'adresse de la "
        "source, puis réessayez."
    )


def _refused(answer: Answer, attempts: int) -> SourceUnavailable:
    name = host(answer.address)
    if answer.status == 429:
        return SourceUnavailable(
            f"{name} demande de ralentir et refuse encore après plusieurs essais. Réessayez dans "
            "quelques minutes."
        )
    return SourceUnavailable(
        f"{name} est en panne (réponse {answer.status}, après {fr.plural(attempts, 'essai')}). "
        "Réessayez plus tard."
    )


def _stop_if_by_day(answer: Answer) -> None:
    """Stop at once when the quota is counted by day, and say when it starts again."""
    try:
        told = json.loads(answer.content)
    except ValueError:
        return
    if not isinstance(told, dict) or told.get("limit_time_unit") not in BY_DAY:
        return
    until = ""
    try:
        reset = datetime.fromisoformat(str(told.get("reset_time")).replace("Z", "+00:00"))
        until = f" jusqu'au {fr.day(reset)} à {reset:%H}{fr.WIDE}h{fr.WIDE}{reset:%M} (UTC)"
    except ValueError:
        pass
    raise QuotaExhausted(
        f"{host(answer.address)} a atteint son nombre d'appels autorisés et refuse les suivants"
        f"{until}. Réessayez après, ou donnez une clé d'accès."
    )
