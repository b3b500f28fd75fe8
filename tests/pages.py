"""Pages as a reader meets them: through the router, and everything they send, unpacked."""

import base64
import html
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import streamlit
from streamlit.testing.v1 import AppTest

from ctg_data.disclosure.adapter import gate
from ctg_data.model import Citation
from ctg_data.offer.offered import offered
from ctg_data.opening import complete_workspace
from ctg_data.role import Role
from ctg_data.territory import config as territory, embedded
from ctg_data.territory.config import TerritoryConfig
from ctg_data.workspace import Workspace
from tests import ROOT
from ui.frame import menu, page as frame

ROUTER = ROOT / "ui" / "frame" / "router.py"
PATIENCE = 120
PAGES = [one.file for entries in menu.listed(Role.CONTRIBUTEUR).values() for one in entries]
EVERY_PAGE = [one.file for entries in menu.listed(Role.STATISTICIEN).values() for one in entries]
# Theme pages are one design: what each one holds is tried without a browser, block by block, in
# test_theme_leaks and test_diagnosis; as pages, two of them stand for the seven where it is dear.
ALIKE = {"enfance", "jeunesse", "vie_sociale", "acces_aux_droits", "accompagnement_social"}
DISTINCT = [one for one in PAGES if one not in ALIKE]
SPACES = dict.fromkeys(map(ord, "\u202f\u00a0 "), None)


@cache
def config(*, fictional: bool) -> TerritoryConfig:
    """The first territory of the kind: tests name no place."""
    known = map(territory.open_territory, territory.territory_names())
    return next(one for one in known if one.fictional is fictional)


@cache
def data_of(*, fictional: bool) -> Workspace:
    """A territory behind the gate; of a confidential socle, its last year only, to be quick."""
    place = config(fictional=fictional)
    table, citations = embedded.embedded(place)
    secret = [key for key, one in citations.items() if one.confidential]
    ours = table["source"].isin(secret)
    last = table.loc[ours, "period"].max() if ours.any() else 0
    table = table[~ours | (table["period"] == last)].reset_index(drop=True)
    offer = offered(place, None, table)
    whole = pd.concat([table[~table["variable"].isin(offer.rows["variable"])], offer.rows])
    gated = gate.gate(whole.reset_index(drop=True), place, citations | offer.citations)
    return complete_workspace(place, gated, register=offer.register)


def behind_the_gate(
    place: TerritoryConfig, table: pd.DataFrame, citations: dict[str, Citation]
) -> Workspace:
    """A workspace as the app makes it."""
    return complete_workspace(place, gate.gate(table, place, citations))


class Reader:
    """Someone in front of the app, with a given territory open."""

    def __init__(self, monkeypatch: Any, data: Workspace) -> None:
        self.files: list[bytes] = []
        offer = streamlit.download_button

        def kept(label: str, content: Any, *args: Any, **kwargs: Any) -> bool:
            self.files.append(content() if callable(content) else content)
            return offer(label, content, *args, **kwargs)

        monkeypatch.setattr(frame, "open_data", lambda name: data)
        monkeypatch.setattr(streamlit, "download_button", kept)
        self.app = AppTest.from_file(
            str(ROOT / "ui" / "frame" / "router.py"), default_timeout=PATIENCE
        )

    def open(self, page: str) -> AppTest:
        """Go to a page, as the menu would."""
        return self.app.switch_page(f"../../pages/{page}.py").run()

    def every_choice(self) -> Iterator[AppTest]:
        """The page as it is, then with each value of each of its selectors, the last one first.

        A selector may take away those that stand after it: each is tried before what rules it.
        """
        yield self.app
        known = [one.key for one in self.app.selectbox if not one.key.startswith("_")]
        for key in reversed(known):
            for choice in list(self.app.selectbox(key=key).options)[1:4]:
                yield self.app.selectbox(key=key).select(choice).run()


def nodes(node: Any) -> Iterator[Any]:
    """Every element of a page, whatever holds it."""
    yield node
    for child in getattr(node, "children", {}).values():
        yield from nodes(child)


def numbers(node: Any) -> set[float]:
    """Every number of a figure; arrays packed by Plotly in base64 are unpacked."""
    if isinstance(node, dict) and "bdata" in node:
        packed = np.frombuffer(base64.b64decode(node["bdata"]), dtype=node["dtype"])
        return set(packed.astype(float))
    if isinstance(node, dict):
        return set().union(*map(numbers, node.values()), set())
    if isinstance(node, list):
        return set().union(*map(numbers, node), set())
    if isinstance(node, bool) or not isinstance(node, int | float):
        return set()
    return {float(node)}


def texts(node: Any) -> Iterator[str]:
    """Every text of a figure."""
    if isinstance(node, str):
        yield node
    for child in (
        node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    ):
        yield from texts(child)


def written(text: str) -> set[float]:
    """Every number written in a text, French or not."""
    plain = html.unescape(text).replace("\\u202f", "").replace("\\u00a0", "").translate(SPACES)
    return {float(one.replace(",", ".")) for one in re.findall(r"\d+(?:[.,]\d+)?", plain)}


def sent(app: AppTest) -> tuple[set[float], str]:
    """All the numbers and all the text that a page gives the browser."""
    found: set[float] = set()
    told: list[str] = []
    for node in nodes(app._tree):
        proto = getattr(node, "proto", None)
        if proto is None:
            continue
        if node.type == "plotly_chart":
            spec = json.loads(proto.spec)
            found |= numbers(spec)
            told += [*texts(spec), proto.alt]
        else:
            told.append(str(proto).encode().decode("unicode_escape", "ignore"))
            told.append(str(getattr(proto, "body", "")))
    text = "\n".join(told)
    return found | written(text), text


def figures(app: AppTest) -> list[dict[str, Any]]:
    """The figures of a page, as sent."""
    return [json.loads(one.proto.spec) for one in app.get("plotly_chart")]


def bodies(app: AppTest) -> str:
    """All the HTML of a page."""
    return "\n".join(str(one.proto.body) for one in app.get("html"))
