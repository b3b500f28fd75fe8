"""The HTTP session on a real loopback server: what is tried again, what is not, and the words."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import requests

from ctg_data.errors import SourceUnavailable, UserError
from ctg_data.sources import http
from ctg_data.sources.http import Http, QuotaExhausted, Unreachable, base_address
from tests.standin import QUOTA, Reply, StandIn

CSV = Reply(200, b"a;b\n", "text/csv")
# « Retry-After » that says nothing: the usual wait of a producer that asks to slow down
NO_WAIT = ("", "bientôt", "-3", "nan", "Mon, 41 Foo 99999 99:99:99 GMT", "9" * 5000)


class Waits(list):
    """Stands for ``time.sleep``: remembers instead of waiting."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def test_an_answer_comes_whole_with_its_address(server: StandIn) -> None:
    server.plan("/caf/x", CSV)
    with Http() as session:
        answer = session.get(f"{server.address}/caf/x", {"where": 'a="é"'})
    assert (answer.status, answer.content, answer.media_type) == (200, b"a;b\n", "text/csv")
    assert answer.address.endswith("/caf/x?where=a%3D%22%C3%A9%22")
    assert server.asked[0].agent.startswith("ctg-tableau-de-bord/")


def test_a_key_is_sent_and_never_kept(server: StandIn) -> None:
    server.plan("/caf/x", CSV)
    with Http() as session:
        answer = session.get(f"{server.address}/caf/x", {"a": "1"}, secret={"apikey": "CLE"})
    assert server.asked[0].get("apikey") == "CLE"
    assert "CLE" not in answer.address


def test_503_then_429_then_200(server: StandIn) -> None:
    waits = Waits()
    server.plan("/caf/x", Reply(503), Reply(429, headers={"Retry-After": "7"}), CSV)
    with Http(pause=waits) as session:
        assert session.get(f"{server.address}/caf/x").status == 200
    assert waits == [1.0, 7.0]


def test_a_producer_that_asks_to_slow_down_without_saying_how_long_is_left_alone(
    server: StandIn,
) -> None:
    waits = Waits()
    server.plan("/caf/x", Reply(429), Reply(503), CSV)
    with Http(pause=waits) as session:
        assert session.get(f"{server.address}/caf/x").status == 200
    assert waits == [20.0, 2.0]


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [
        (lambda: format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True), 30, 40),
        (lambda: "Wed, 21 Oct 2015 07:28:00 GMT", 1, 1),  # past: the usual wait
        (lambda: "Fri, 31 Dec 9999 23:59:59 GMT", 60, 60),
        (lambda: " 12 ", 12, 12),
        *((lambda text=text: text, 20, 20) for text in NO_WAIT),
    ],
)
def test_a_producer_says_how_long_to_wait_in_seconds_or_until_a_date(
    server: StandIn, asked: Callable[[], str], least: float, most: float
) -> None:
    waits = Waits()
    server.plan("/caf/x", Reply(429, headers={"Retry-After": asked()}), CSV)
    with Http(pause=waits) as session:
        assert session.get(f"{server.address}/caf/x").status == 200
    assert least <= waits[0] <= most


def test_a_dead_producer_is_tried_four_times(server: StandIn) -> None:
    waits = Waits()
    server.plan("/caf/x", Reply(502), times=9)
    with Http(pause=waits) as session, pytest.raises(SourceUnavailable, match="réponse 502"):
        session.get(f"{server.address}/caf/x")
    assert waits == [1.0, 2.0, 4.0]
    assert len(server.asked) == 4


def test_an_absurd_wait_is_shortened(server: StandIn) -> None:
    waits = Waits()
    server.plan("/caf/x", Reply(429, headers={"Retry-After": "86400"}), times=4)
    with Http(pause=waits) as session, pytest.raises(SourceUnavailable, match="ralentir"):
        session.get(f"{server.address}/caf/x")
    assert waits == [60.0, 60.0, 60.0]


def test_a_quota_by_day_is_not_waited_for(server: StandIn) -> None:
    waits = Waits()
    server.plan("/caf/x", Reply.json(QUOTA, 429))
    words = r"jusqu'au 24.novembre 2026 à 00.h.00 \(UTC\)"
    with Http(pause=waits) as session:
        with pytest.raises(QuotaExhausted, match=words):
            session.get(f"{server.address}/caf/x")
        with pytest.raises(QuotaExhausted):
            session.get(f"{server.address}/caf/y")
    assert waits == []
    assert len(server.asked) == 1, "the producer is not asked again in this update"


@pytest.mark.parametrize("status", [400, 401, 404])
def test_a_refusal_is_handed_over_at_once(server: StandIn, status: int) -> None:
    server.plan("/caf/x", Reply(status, b"{}"))
    with Http(pause=Waits()) as session:
        assert session.get(f"{server.address}/caf/x").status == status
    assert len(server.asked) == 1


def test_an_answer_cut_on_its_way_is_tried_again(server: StandIn) -> None:
    server.plan("/caf/x", Reply(200, b"a;b\n1", "text/csv", cut=True), CSV)
    with Http(pause=Waits()) as session:
        assert session.get(f"{server.address}/caf/x").content == b"a;b\n"


def test_an_answer_always_cut(server: StandIn) -> None:
    server.plan("/caf/x", Reply(200, b"a", cut=True), times=4)
    with Http(pause=Waits()) as session, pytest.raises(SourceUnavailable, match="s'interrompt"):
        session.get(f"{server.address}/caf/x")


def test_a_slow_producer(server: StandIn) -> None:
    server.plan("/caf/x", Reply(200, b"a", wait=0.5), times=4)
    with (
        Http(pause=Waits(), timeout=(1, 0.05)) as session,
        pytest.raises(SourceUnavailable, match="trop de temps") as told,
    ):
        session.get(f"{server.address}/caf/x")
    assert not isinstance(told.value, Unreachable), "slow once: it may be asked something else"


def test_an_answer_that_drips(server: StandIn) -> None:
    server.plan("/caf/x", CSV, times=4)
    clock = iter(range(0, 10_000, 400))
    with (
        Http(pause=Waits(), clock=lambda: next(clock)) as session,
        pytest.raises(SourceUnavailable, match="trop de temps"),
    ):
        session.get(f"{server.address}/caf/x")


def test_an_answer_too_large_is_stopped(server: StandIn) -> None:
    server.plan("/caf/x", Reply(200, b"x" * 3_000_000))
    with (
        Http(largest=1024**2) as session,
        pytest.raises(SourceUnavailable, match=r"plus de 1.Mo"),
    ):
        session.get(f"{server.address}/caf/x")


def test_a_redirection_on_the_same_scheme_is_followed(server: StandIn) -> None:
    server.plan("/caf/x", Reply(302, headers={"Location": "/caf/z?b=2"}))
    server.plan("/caf/z", CSV)
    with Http() as session:
        assert session.get(f"{server.address}/caf/x", {"a": "1"}).content == b"a;b\n"
    assert server.asked[1].params == [("b", "2")]


def test_a_redirection_to_another_scheme_is_not_followed(server: StandIn) -> None:
    server.plan("/caf/x", Reply(302, headers={"Location": "https://127.0.0.1:1/portail"}))
    with Http() as session, pytest.raises(SourceUnavailable, match="autre sorte"):
        session.get(f"{server.address}/caf/x")


def test_redirections_without_end(server: StandIn) -> None:
    server.plan("/caf/x", Reply(302, headers={"Location": "/caf/x"}), times=20)
    with Http(pause=Waits()) as session, pytest.raises(SourceUnavailable, match="interrogé"):
        session.get(f"{server.address}/caf/x")


def test_nobody_there() -> None:
    with Http(pause=Waits()) as session, pytest.raises(Unreachable, match="connexion impossible"):
        session.get("http://127.0.0.1:9/x")


def test_no_message_shows_a_key_or_a_python_error(server: StandIn) -> None:
    with Http(pause=Waits()) as session, pytest.raises(UserError) as told:
        session.get("http://127.0.0.1:9/x", secret={"apikey": "CLE"})
    assert "CLE" not in str(told.value)
    assert "Error" not in str(told.value)


def test_a_certificate_at_fault_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def refuse(*args, **kwargs):
        calls.append(1)
        raise requests.exceptions.SSLError("bad")

    monkeypatch.setattr(requests.Session, "get", refuse)
    with Http(pause=Waits()) as session, pytest.raises(Unreachable, match="certificat"):
        session.get("https://127.0.0.1/x")
    assert len(calls) == 1


def test_base_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    assert base_address("caf") == "https://data.caf.fr/api/explore/v2.1"
    for name in http.ADDRESSES:
        monkeypatch.setenv(f"CTG_URL_{name}", "https://miroir.invalid/api/ ")
        assert base_address(name) == "https://miroir.invalid/api"
    for wrong in ("data.caf.fr", "ftp://data.caf.fr", "https://"):
        monkeypatch.setenv("CTG_URL_CAF", wrong)
        with pytest.raises(UserError, match="CTG_URL_CAF n'est pas une adresse"):
            base_address("caf")


def test_the_guard_itself() -> None:
    with pytest.raises(OSError, match="a test may not"):
        requests.get("http://192.0.2.1/", timeout=1)
    with Http(pause=Waits()) as session, pytest.raises(SourceUnavailable):
        session.get("https://exemple.invalid/x")


def test_a_national_file_goes_to_the_disk_with_its_digest(server: StandIn, tmp_path: Path) -> None:
    body = bytes(range(256)) * 4096
    server.plan("/caf/x", Reply(503), Reply(200, body, "application/zip"))
    with Http(pause=Waits(), largest=10) as session:
        saved = session.save(f"{server.address}/caf/x", tmp_path / "x.zip")
    assert (saved.status, saved.size, saved.media_type) == (200, len(body), "application/zip")
    assert saved.path.read_bytes() == body
    assert saved.sha256 == hashlib.sha256(body).hexdigest()


def test_a_national_file_that_breaks_off_or_swells_leaves_nothing(
    server: StandIn, tmp_path: Path
) -> None:
    whole = Reply(200, b"x" * 300_000, "text/csv")
    for replies in ([Reply(200, b"x" * 300_000, "text/csv", cut=True)] * 4, [whole]):
        server.plan("/caf/x", *replies)
        with Http(pause=Waits(), largest_file=200_000) as session, pytest.raises(SourceUnavailable):
            session.save(f"{server.address}/caf/x", tmp_path / "x.csv")
        assert not list(tmp_path.iterdir())


def test_the_refusal_of_a_national_file_keeps_its_words(server: StandIn, tmp_path: Path) -> None:
    server.plan("/caf/x", Reply(404, b"<html>", "text/html"))
    with Http() as session:
        saved = session.save(f"{server.address}/caf/x", tmp_path / "x.csv")
    assert (saved.status, saved.body, saved.path.exists()) == (404, b"<html>", False)
