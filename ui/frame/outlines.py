"""Outlines and base map received, served by address: public, and the same for ever."""

import re
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route

from ctg_data.boundaries import base_map
from geo.maps import ground

FOR_EVER = "public, max-age=31536000, immutable"  # another version has another address
FORMS = {"territory": r"[\w-]+", "version": ground.VERSION, "file": r"(?!index)[\w-]+\.json"}
PICTURES = {"territory": FORMS["territory"], "file": base_map.FILE}


def routes(base_path: str) -> list[Route]:
    """Where the browser finds them, under the same path as the rest of the app."""
    prefix = f"/{base_path.strip('/')}" if base_path.strip("/") else ""
    return [
        Route(f"{prefix}/{ground.RECEIVED}/{{territory}}/{{version}}/{{file}}", serve),
        Route(f"{prefix}/{base_map.SERVED}/{{territory}}/{{file}}", serve_picture),
    ]


async def serve(request: Request) -> FileResponse:
    """One file of outlines; anything else is not found."""
    told = _told(request, FORMS)
    folder = ground.received_folder(told["territory"]) / told["version"]
    return _sent(folder / told["file"], "application/json")


async def serve_picture(request: Request) -> FileResponse:
    """One base map; anything else is not found."""
    told = _told(request, PICTURES)
    return _sent(base_map.folder(told["territory"]) / told["file"], "image/png")


def _told(request: Request, forms: dict[str, str]) -> dict[str, str]:
    told = {name: str(request.path_params[name]) for name in forms}
    if not all(re.fullmatch(form, told[name], re.ASCII) for name, form in forms.items()):
        raise HTTPException(404)
    return told


def _sent(path: Path, kind: str) -> FileResponse:
    if not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, media_type=kind, headers={"cache-control": FOR_EVER})
