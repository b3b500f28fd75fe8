"""Official outlines received by an update, served by address: public, and the same for ever."""

import re

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route

from geo import ground

FOR_EVER = "public, max-age=31536000, immutable"  # another version has another address
FORMS = {"territory": r"[\w-]+", "version": ground.VERSION, "file": r"(?!index)[\w-]+\.json"}


def route(base_path: str) -> Route:
    """Where the browser finds them, under the same path as the rest of the app."""
    prefix = f"/{base_path.strip('/')}" if base_path.strip("/") else ""
    return Route(f"{prefix}/{ground.RECEIVED}/{{territory}}/{{version}}/{{file}}", serve)


async def serve(request: Request) -> FileResponse:
    """One file of outlines; anything else is not found."""
    told = request.path_params
    if not all(re.fullmatch(form, str(told[name]), re.ASCII) for name, form in FORMS.items()):
        raise HTTPException(404)
    path = ground.received_folder(told["territory"]) / told["version"] / told["file"]
    if not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, media_type="application/json", headers={"cache-control": FOR_EVER})
