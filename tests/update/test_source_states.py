"""Where sources stand is read again after a while, or as soon as something has been received."""

import pytest

from ctg_data.store.session import Store
from ctg_data.update import states as source_states


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """How often the store was asked, and by which territory."""
    monkeypatch.setenv("CTG_HOME", str(tmp_path))
    source_states.look_again()
    found = []
    monkeypatch.setattr(Store, "states", lambda self, place: found.append(place) or {})
    return found


def test_the_store_is_opened_once_for_readers_who_come_together(asked):
    for place in ("a", "a", "b", "a"):
        source_states.of(place)
    assert asked == ["a", "b"]


def test_what_has_been_received_is_seen_at_once(asked):
    source_states.of("a")
    source_states.look_again()
    source_states.of("a")
    assert asked == ["a", "a"]


def test_it_is_read_again_after_a_while(asked, monkeypatch):
    monkeypatch.setattr(source_states, "SECONDS", 0.0)
    source_states.of("a")
    source_states.of("a")
    assert asked == ["a", "a"]


def test_another_store_is_another_answer(asked, monkeypatch, tmp_path):
    source_states.of("a")
    monkeypatch.setenv("CTG_HOME", str(tmp_path / "other"))
    source_states.of("a")
    assert asked == ["a", "a"]
