"""What holds of the tests themselves: how long they look, and that none depends on luck."""

import re
import socket
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from tests import ROOT, browser, examples

HERE = Path(__file__)
TESTS = {
    str(path.relative_to(ROOT)): path.read_text("utf-8")
    for path in (ROOT / "tests").rglob("*.py")
    if path != HERE
}


def naming(words):
    return {name for name, text in TESTS.items() if re.search(words, text)}


def test_a_property_looks_longer_when_it_is_asked_to(monkeypatch):
    monkeypatch.setenv(examples.SETTING, "70")
    before, seen = settings.default, []
    try:
        examples.load()

        @examples.times(2)
        @given(st.integers())
        def look(number):
            seen.append(number)

        look()
    finally:
        settings.load_profile("ctg")
        settings.register_profile("ctg", before)
        settings.load_profile("ctg")
    assert len(seen) == 140
    assert settings.default.max_examples == before.max_examples


@pytest.mark.parametrize("wrong", ["", "0", "-5", "beaucoup", "1e3"])
def test_a_number_of_examples_that_is_none_is_refused_in_french(wrong, monkeypatch):
    monkeypatch.setenv(examples.SETTING, wrong)
    with pytest.raises(pytest.UsageError, match="nombre entier"):
        examples.asked()


def test_the_number_of_examples_is_said_in_one_place():
    assert naming("max_examples|deadline=") == {"tests/examples.py"}


def test_a_menu_is_followed_by_the_one_function_that_knows_it_may_close():
    assert naming("stTopNav(DropdownLink|Section)") == {"tests/browser.py"}
    assert not naming(r"get_by_text\([^)]*\)[.\w]*\.click"), "the page may say the same words"


def test_a_browser_is_never_waited_for_by_the_clock():
    assert not naming("wait_for_timeout")


def test_a_port_that_somebody_takes_meanwhile_is_asked_for_anew(monkeypatch, tmp_path):
    asked, another = [], browser.free_port
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        def looked_up():
            asked.append(another() if asked else taken.getsockname()[1])
            return asked[-1]

        monkeypatch.setattr(browser, "free_port", looked_up)
        with browser.serving(tmp_path, "benchmarks/bare_app.py") as server:
            assert server.url.endswith(f":{asked[-1]}")
    assert len(asked) == 2
