"""Readers without a browser: they speak Streamlit's own protocol to a server of this machine.

A reader opens a page, reads for a while, then chooses another value in one of its lists, as often
as told.  What is timed is what the server takes: from the request to the end of the script, all
that it sent received.
"""

import asyncio
import random
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

MOST_READERS = 200
LEFT_ALONE = {"Territoire"}  # a reader stays where he is
DONE = {ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY}


@dataclass(frozen=True)
class Habits:
    """How readers read: how many, how often they choose, how long they look (seconds)."""

    readers: int = 50
    choices: int = 2
    think: tuple[float, float] = (1.0, 4.0)
    patience: float = 120.0  # of the whole round: it ends then, whoever still waits

    def __post_init__(self) -> None:
        """Refuse what would be an attack, or never end."""
        if not 0 < self.readers <= MOST_READERS or not 0 < self.patience <= 600:
            raise ValueError(f"de 1 à {MOST_READERS} lecteurs, et au plus 600 s")


@dataclass
class Waits:
    """What a round of readers waited for, in seconds; those never served wait their patience."""

    first: list[float] = field(default_factory=list)
    later: list[float] = field(default_factory=list)
    lost: int = 0
    broken: int = 0  # runs that showed an error instead of the page

    @property
    def every(self) -> list[float]:
        """First visits and changed choices alike."""
        return self.first + self.later


@dataclass
class _Reader:
    """One tab: where it is, what it may choose, what it chose."""

    page: str
    query: str
    channel: ClientConnection
    chance: random.Random
    lists: dict[str, list[str]] = field(default_factory=dict)
    chosen: dict[str, str] = field(default_factory=dict)
    hash: str = ""
    broken: bool = False

    async def run(self) -> float:
        """Have the page run; seconds until all of it has come."""
        asked = BackMsg()
        state = asked.rerun_script
        state.query_string, state.page_script_hash = self.query, self.hash
        state.page_name = "" if self.hash else self.page
        for identifier, value in self.chosen.items():
            state.widget_states.widgets.add(id=identifier, string_value=value)
        begun = time.perf_counter()
        await self.channel.send(asked.SerializeToString())
        self.lists.clear()
        while not self._finished(await self.channel.recv()):
            pass
        return time.perf_counter() - begun

    def choose(self) -> None:
        """Take another value of one of the page's lists, when it has any."""
        if self.lists:
            identifier = self.chance.choice(sorted(self.lists))
            self.chosen[identifier] = self.chance.choice(self.lists[identifier])

    def _finished(self, packed: bytes | str) -> bool:
        assert isinstance(packed, bytes)
        told = ForwardMsg.FromString(packed)
        kind = told.WhichOneof("type")
        if kind == "new_session":
            self.hash = told.new_session.page_script_hash  # of the app: its home page
        elif kind == "navigation":
            self.hash = told.navigation.page_script_hash  # of the page itself
        elif kind == "page_info_changed":
            self.query = told.page_info_changed.query_string
        elif kind == "delta":
            self._look(told)
        return kind == "script_finished" and told.script_finished in DONE

    def _look(self, told: ForwardMsg) -> None:
        element = told.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "selectbox" and element.selectbox.label not in LEFT_ALONE:
            self.lists[element.selectbox.id] = list(element.selectbox.options)
        self.broken |= kind == "exception" or (kind == "alert" and "incident" in element.alert.body)


async def _reads(
    url: str, page: str, query: str, habits: Habits, chance: random.Random, waits: Waits
) -> None:
    await asyncio.sleep(chance.uniform(0, habits.think[1]))  # they do not come as one
    address = f"ws://{urlsplit(url).netloc}/_stcore/stream"
    # an answer may be large: a page with its map is one message
    async with connect(address, max_size=None, compression=None, ping_interval=None) as channel:
        reader = _Reader(page, query, channel, chance)
        waits.first.append(await reader.run())
        for _ in range(habits.choices):
            await asyncio.sleep(chance.uniform(*habits.think))
            reader.choose()
            waits.later.append(await reader.run())
            waits.broken += reader.broken


async def _round(url: str, page: str, query: str, habits: Habits, seed: int) -> Waits:
    waits = Waits()
    tasks = [
        asyncio.create_task(
            _reads(url, page, query, habits, random.Random(seed * MOST_READERS + number), waits)
        )
        for number in range(habits.readers)
    ]
    done, late = await asyncio.wait(tasks, timeout=habits.patience)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    waits.lost = len(late) + sum(task.exception() is not None for task in done)
    missing = habits.readers - len(waits.first)
    waits.first += [habits.patience] * missing
    return waits


def visit(url: str, page: str, query: str, habits: Habits, seed: int = 1) -> Waits:
    """A round of readers on one page of a server of this machine.

    Args:
        url: of the server, on loopback.
        page: its path in the address; empty for the home page.
        query: what follows « ? » in the address.
        habits: how many they are, and how they read.
        seed: of their hesitations; the same seed reads alike.
    """
    if urlsplit(url).hostname not in ("127.0.0.1", "localhost"):
        raise ValueError(f"{url} : seulement un serveur de ce poste")
    return asyncio.run(_round(url, page, query, habits, seed))
