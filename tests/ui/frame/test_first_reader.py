"""The server reads its own pages before anybody does, and a page that fails harms no other."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from ctg_data.role import ENVIRONMENT, Role
from ctg_data.territory.config import open_territory, territory_names
from tests.browser import PATIENCE, ROOT, read_json, serving
from ui.frame import first_reader

pytestmark = pytest.mark.long


class Pages:
    """A server that keeps who came, and makes every page but one."""

    def __init__(self, broken: str | None = None) -> None:
        self.broken = broken
        self.opened: list[tuple[str, str]] = []
        self.paths: set[str] = set()
        self.left = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.paths.add(scope["path"])
        assert (await receive())["type"] == "websocket.connect"
        await send({"type": "websocket.accept"})
        asked = BackMsg.FromString((await receive())["bytes"]).rerun_script
        self.opened.append((asked.page_name, asked.query_string))
        if asked.page_name == self.broken:
            raise RuntimeError("the session fell")
        for told in (
            ForwardMsg(new_session={}),
            ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY),
        ):
            await send({"type": "websocket.send", "bytes": told.SerializeToString()})
        assert (await receive())["type"] == "websocket.disconnect"
        self.left += 1


def read(pages: Pages, base: str = "") -> int:
    return asyncio.run(first_reader.read_everything(pages, base))


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(first_reader, "PAUSE", 0.0)


def test_every_page_of_every_territory_is_opened_and_left():
    pages = Pages()
    opened = read(pages)
    assert opened == len(set(pages.opened))
    assert len(pages.opened) == pages.left == opened
    assert {query for _, query in pages.opened} == {
        "" if name == open_territory().id else f"territoire={name}" for name in territory_names()
    }
    files = {one.stem for one in (ROOT / "pages").glob("*.py")} - {"accueil", "journal"}
    assert {page for page, _ in pages.opened} == {"", *files}
    assert pages.opened[0] == ("", "")


def test_only_pages_of_the_role_are_opened(monkeypatch):
    monkeypatch.setenv(ENVIRONMENT, Role.LECTEUR)
    pages = Pages()
    read(pages)
    assert "socle" not in {page for page, _ in pages.opened}


def test_a_page_that_fails_is_told_and_the_next_ones_are_opened(caplog):
    pages = Pages(broken="carte")
    assert read(pages) == len(pages.opened) - len(territory_names())
    assert caplog.text.count("préparation de « carte »") == len(territory_names())


def test_a_page_that_never_ends_does_not_hold_the_others(monkeypatch):
    monkeypatch.setattr(first_reader, "PATIENCE", 0.02)
    monkeypatch.setattr(first_reader, "addresses", lambda only: iter([("", ""), ("carte", "")]))

    async def silent(scope: Any, receive: Any, send: Any) -> None:
        while (await receive())["type"] != "websocket.disconnect":
            pass

    assert asyncio.run(first_reader.read_everything(silent, "")) == 0


CHOICES = {"annee": ["2023", "2022", "2021"], "": ["A", "B"]}  # what a link sets, and a form


class Choosing(Pages):
    """Pages with two lists, of which a link sets one; keeps what was chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.chosen: list[tuple[str, str, str]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        assert (await receive())["type"] == "websocket.connect"
        while (come := await receive())["type"] == "websocket.receive":
            asked = BackMsg.FromString(come["bytes"]).rerun_script
            for one in asked.widget_states.widgets:
                self.chosen.append((asked.page_script_hash, one.id, one.string_value))
            told = [ForwardMsg(navigation={"page_script_hash": "of carte"})]
            for key, options in CHOICES.items():
                told.append(ForwardMsg())
                made = told[-1].delta.new_element.selectbox
                made.id, made.query_param_key, made.default = f"list {key}", key, 0
                made.options.extend(options)
            told.append(ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY))
            for message in told:
                await send({"type": "websocket.send", "bytes": message.SerializeToString()})


def test_every_choice_that_a_link_may_make_is_made_then_left_as_it_was(monkeypatch):
    monkeypatch.setattr(first_reader, "addresses", lambda only: iter([("carte", "")]))
    pages = Choosing()
    assert asyncio.run(first_reader.read_everything(pages, "", choosing=True)) == 1
    assert pages.chosen == [("of carte", "list annee", year) for year in ("2022", "2021", "2023")]


def test_only_the_pages_of_a_territory_that_changed_are_opened_again():
    name = list(territory_names())[-1]
    pages = Pages()
    asyncio.run(first_reader.read_everything(pages, "", name))
    assert {query for _, query in pages.opened} == {f"territoire={name}"}


def test_it_knows_where_the_server_stands():
    pages = Pages()
    read(pages, "/ctg/")
    assert pages.paths == {"/ctg/_stcore/stream"}


LIFE = """
import asyncio, gc, sys, app
from streamlit import config

class Started:
    state = {}

async def life():
    async with app.lifespan(Started()):
        while not Started.state.get("prepared"):
            await asyncio.sleep(0.05)
    print(config.get_option("runner.postScriptGC"), gc.get_freeze_count() > 100_000)
    print(sys.getswitchinterval())

app.warm_up = lambda: "essai"
asyncio.run(life())
"""


def test_readers_do_not_stop_each_other():
    """Memory is not searched after each page, what stays is left alone, turns are short.

    Otherwise fifty readers wait for seconds: each page of each of them stops all the others.
    """
    done = subprocess.run(
        [sys.executable, "-c", LIFE],
        cwd=ROOT,
        env=os.environ | {first_reader.ENVIRONMENT: first_reader.NO},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    told = done.stdout.split()
    assert told[:2] == ["False", "True"], done.stderr
    assert float(told[2]) <= 0.001


def test_the_real_server_is_prepared_without_a_complaint(tmp_path: Path):
    with serving(tmp_path, CTG_PREPARATION="oui") as server:
        limit = time.monotonic() + 2 * PATIENCE
        while read_json(server, "/sante")["pages"] != "prêtes":
            assert time.monotonic() < limit, server.written
            time.sleep(0.3)
        assert "préparation de" not in server.written
        assert "incident" not in server.written
        assert "Traceback" not in server.written
