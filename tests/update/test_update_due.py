"""A timer's update: what answered lately is left as it is, the rest is asked."""

from datetime import timedelta

import pytest

from ctg_data import __main__
from ctg_data.sources import registry
from ctg_data.store import session
from ctg_data.store.records import moment, now, written
from ctg_data.store.session import Store
from ctg_data.territory import config as territory
from ctg_data.update import run as update
from tests import standin_data
from tests.standin import StandIn

PLACE = standin_data.territory()
TWO = ("caf_iris", "insee_naissances")
WEEK = timedelta(days=7)


@pytest.fixture
def filled(server: StandIn) -> StandIn:
    standin_data.fill(server)
    return server


def run(store: Store, *sources: str, older_than: timedelta | None = WEEK) -> update.Summary:
    return update.run(PLACE, store, sources, pause=lambda seconds: None, older_than=older_than)


@pytest.fixture
def dated(monkeypatch: pytest.MonkeyPatch):
    """Update a source as of some days ago."""

    def asked(store: Store, days: float, *sources: str) -> update.Summary:
        with monkeypatch.context() as patch:
            patch.setattr(session, "now", lambda: now() - timedelta(days=days))
            return run(store, *sources, older_than=None)

    return asked


def test_what_answered_lately_is_left_and_named(filled: StandIn, store: Store, dated) -> None:
    dated(store, 8, "caf_iris")
    dated(store, 6, "insee_naissances")
    filled.asked.clear()
    summary = run(store, *TWO)
    assert [one.source.id for one in summary.outcomes] == ["caf_iris"]
    assert [one.source.id for one in summary.spared] == ["insee_naissances"]
    assert filled.paths("/insee") == []
    assert filled.paths("rsa_s_type_iris_f")
    told = str(summary)
    assert "1\u00a0source à jour, 1\u00a0source laissée telle quelle." in told
    title = registry.source("insee_naissances").title
    assert f"(récente) {title}\u00a0: reçue le " in told


def test_nothing_to_ask_asks_nothing_and_is_no_line_of_the_journal(
    filled: StandIn, store: Store, dated
) -> None:
    dated(store, 1, *TWO)
    filled.asked.clear()
    entries = len(store.journal(PLACE.id, "mise_a_jour"))
    summary = run(store, *TWO)
    assert not summary.failed
    assert filled.asked == []
    assert str(summary).startswith(
        "Essai-Ville\u00a0: rien à demander, 2\u00a0sources laissées telles quelles.\n"
    )
    assert len(store.journal(PLACE.id, "mise_a_jour")) == entries


def test_a_source_never_received_is_asked(filled: StandIn, store: Store, dated) -> None:
    dated(store, 1, "caf_iris")
    assert [one.source.id for one in run(store, *TWO).outcomes] == ["insee_naissances"]


def test_a_source_received_in_part_is_asked_again(filled: StandIn, store: Store, dated) -> None:
    kept = filled.datasets.pop("rsa_s_type_iris_f")
    assert [one.state for one in dated(store, 1, "caf_iris").outcomes] == ["partiel"]
    filled.datasets["rsa_s_type_iris_f"] = kept
    assert [one.state for one in run(store, "caf_iris").outcomes] == ["a_jour"]
    assert run(store, "caf_iris").outcomes == ()


def test_a_failure_is_no_success_and_takes_none_back(filled: StandIn, store: Store, dated) -> None:
    dated(store, 8, "caf_iris")
    before = store.state("caf_iris", PLACE.id).last_success
    saved = dict(filled.datasets)
    filled.datasets.clear()
    assert run(store, "caf_iris").failed
    assert store.state("caf_iris", PLACE.id).last_success == before
    filled.datasets.update(saved)
    assert [one.state for one in run(store, "caf_iris").outcomes] == ["inchange"]


def test_the_age_is_counted_to_the_second(filled: StandIn, store: Store, dated) -> None:
    dated(store, 1, "caf_iris")
    assert run(store, "caf_iris", older_than=timedelta(hours=25)).outcomes == ()
    assert len(run(store, "caf_iris", older_than=timedelta(hours=23)).outcomes) == 1


def test_moments_are_kept_to_the_second() -> None:
    assert abs(moment(written(now())) - now()) < timedelta(seconds=2)


# The command


@pytest.fixture
def command(filled: StandIn, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    monkeypatch.setattr(territory, "open_territory", lambda name=None: PLACE)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    return filled


def test_a_timer_that_has_nothing_to_do_leaves_with_0(
    command: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["update", "--source", "caf_iris", "--si-plus-vieux", "7j"]
    assert __main__.main(asked) == 0
    assert "1\u00a0source à jour" in capsys.readouterr().out
    command.asked.clear()
    assert __main__.main(asked) == 0
    assert command.asked == []
    assert "rien à demander, 1\u00a0source laissée telle quelle" in capsys.readouterr().out


@pytest.mark.parametrize(
    "text", ["7", "j", "-1j", "1,5j", "7 lunes", "0h", "999999sem", "", "٣j", "12h30"]
)
def test_a_length_of_time_that_is_none_is_told(
    text: str, command: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        __main__.main(["update", f"--si-plus-vieux={text}"])
    assert stop.value.code == 2
    told = capsys.readouterr().err
    assert "n'est pas une durée" in told
    assert "comme 12h, 7j ou 2sem" in told
    assert "mal écrite\u00a0: --si-plus-vieux\u00a0: " in told
    assert command.asked == []


@pytest.mark.parametrize("text", ["1h", "12 heures", "7J", "2sem", "3 semaines", "1 jour"])
def test_a_length_of_time_is_read(text: str, command: StandIn) -> None:
    assert __main__.main(["update", "--source", "caf_iris", "--si-plus-vieux", text]) == 0
