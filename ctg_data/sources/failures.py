"""The ways in which a producer does not answer, in French."""

import json
from datetime import datetime
from urllib.parse import urlsplit

import requests

from ctg_data import fr
from ctg_data.errors import SourceUnavailable

BY_DAY = {"day", "month"}


class QuotaExhausted(SourceUnavailable):
    """The producer counts calls by day: waiting a few seconds would not help."""


class Unreachable(SourceUnavailable):
    """The machine does not answer at all: its other addresses will not either."""


def host(address: str) -> str:
    """The machine named in an address: what a message shows of it.

    >>> host("https://data.caf.fr/api?apikey=x")
    'data.caf.fr'
    """
    return urlsplit(address).hostname or address


def worth_retrying(error: requests.RequestException) -> bool:
    """Whether the same request may succeed: a certificate or an address at fault will not."""
    if isinstance(error, requests.exceptions.SSLError):
        return False
    return isinstance(
        error,
        (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError),
    )


def unreachable(address: str, error: requests.RequestException) -> SourceUnavailable:
    """Why nothing came, in words."""
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


def refused(address: str, status: int, attempts: int) -> SourceUnavailable:
    """The last refusal, in words."""
    name = host(address)
    if status == 429:
        return SourceUnavailable(
            f"{name} demande de ralentir et refuse encore après plusieurs essais. Réessayez dans "
            "quelques minutes."
        )
    return SourceUnavailable(
        f"{name} est en panne (réponse {status}, après {fr.plural(attempts, 'essai')}). "
        "Réessayez plus tard."
    )


def stop_if_by_day(address: str, content: bytes) -> None:
    """Stop at once when the quota is counted by day, and say when it starts again."""
    try:
        told = json.loads(content)
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
        f"{host(address)} a atteint son nombre d'appels autorisés et refuse les suivants"
        f"{until}. Réessayez après, ou donnez une clé d'accès."
    )
