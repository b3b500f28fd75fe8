"""Start here: ``streamlit run app.py``.

The launcher stands in front of the pages so that a first visit by a deep link meets the same
menu, guard and headers as any other.  It opens the data before the first reader comes.
"""

import asyncio
import gc
import logging
import os
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from streamlit import config
from streamlit.web import cli

from ctg_data.boundaries import received
from ctg_data.errors import UserError
from ctg_data.zonings.registry import open_place
from ui.frame import at_once, door, first_reader, incidents, outlines, page as frame, server
from ui.state.version import VERSION

LOG = logging.getLogger("ctg")
DEFAULT_PORT = 8501
# Seconds that a page may compute while others are ready to be sent.  Python's own, ten times as
# long, is waited for at each message: a page of a hundred messages waits half a second for a page
# that computes.
TURN = 0.0005
LOOK = 2.0  # seconds before looking again whether data have changed


def warm_up() -> str:
    """Open the default territory; say in the log, not to the reader, when it cannot be."""
    try:
        received.refresh(open_place())
        data = frame.open_data(None)
    except UserError as problem:
        LOG.error("%s", problem)
        return ""
    except Exception as problem:
        LOG.error("ouverture des données : %s", incidents.trail(problem))
        return ""
    return data.territory.id


@asynccontextmanager
async def lifespan(started: st.App) -> AsyncGenerator[dict[str, Any]]:
    """Open the data before the first reader comes, and the pages as soon as they can be served."""
    sys.setswitchinterval(TURN)
    port = config.get_option("server.port")
    if port != DEFAULT_PORT and not config.is_manually_set("server.port"):
        LOG.warning("Le port %s est déjà pris : ouverture sur le port %s.", DEFAULT_PORT, port)
    territory = await asyncio.to_thread(warm_up)
    preparing = asyncio.create_task(prepare(started))
    yield {"territory": territory}
    preparing.cancel()


async def prepare(started: st.App) -> None:
    """Read every page, then their choices; then again when the data of a territory change."""
    if first_reader.wanted():
        await first_reader.read_everything(started, BASE_PATH)
    settle()
    started.state["prepared"] = True
    if not first_reader.wanted():
        return
    frame.opened_anew()  # those just read
    await first_reader.read_everything(started, BASE_PATH, choosing=True)
    started.state["chosen"] = True
    settle()
    while True:
        await asyncio.sleep(LOOK)
        for changed in frame.opened_anew():
            await first_reader.read_everything(started, BASE_PATH, changed)
            await first_reader.read_everything(started, BASE_PATH, changed, choosing=True)
            settle()


def settle() -> None:
    """Let the garbage collector leave alone what will live long, and free what it had left."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


async def health(request: Request) -> JSONResponse:
    """Tell a supervisor whether the app can serve: nothing that is not public."""
    territory = app.state.get("territory", "")
    state = {"etat": "ok" if territory else "degrade", "version": VERSION, "territoire": territory}
    state["pages"] = "prêtes" if app.state.get("prepared") else "en préparation"
    state["choix"] = "prêts" if app.state.get("chosen") else "en préparation"
    return JSONResponse(state, status_code=200 if territory else 503)


door.stay_inside()
BASE_PATH = str(config.get_option("server.baseUrlPath"))
app = st.App(
    Path(__file__).parent / "ui" / "frame" / "router.py",
    routes=[Route("/sante", health), *outlines.routes(BASE_PATH)],
    middleware=[
        Middleware(at_once.AtOnce),
        Middleware(door.Door, base_path=BASE_PATH),
        Middleware(server.FrenchShell, base_path=BASE_PATH),
    ],
    lifespan=lifespan,
    on_script_error=incidents.report,
    exception_handlers={404: server.not_found, 500: server.failed},
)


def launch() -> None:
    """Start as ``streamlit run app.py`` does, settings of the environment included.

    Streamlit refuses a busy port before it reads this file, and in English: it is tried first.
    """
    asked = os.environ.get("STREAMLIT_SERVER_PORT", "")
    if asked and not asked.isdigit():
        sys.exit(f"STREAMLIT_SERVER_PORT vaut « {asked} » : donnez un numéro de port, 8600 par ex.")
    if asked:  # without it Streamlit takes the next free port, and ``lifespan`` says so
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((os.environ.get("STREAMLIT_SERVER_ADDRESS", "127.0.0.1"), int(asked)))
            except (OSError, OverflowError):
                sys.exit(
                    f"Le port {asked} est déjà pris sur ce poste, ou réservé. Fermez l'application "
                    "qui l'occupe, ou choisissez-en un autre : STREAMLIT_SERVER_PORT=8600."
                )
    cli.main(["run", __file__], prog_name="streamlit")


if __name__ == "__main__":
    launch()
