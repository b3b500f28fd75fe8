"""Files and folders of the user's folder (``CTG_HOME``): for their owner alone, whatever the umask.

One place for all who write there.  The umask can only narrow what a creation asks for, and may ask
for nothing: each mode is asked for at once, so that nobody reads meanwhile, and then set.
"""

import contextlib
import os
import tempfile
from pathlib import Path

PRIVATE, PRIVATE_FOLDER = 0o600, 0o700


def default_home() -> Path:
    """The folder that holds the store: ``CTG_HOME``, else one under the user's home."""
    named = os.environ.get("CTG_HOME", "").strip()
    return Path(named).expanduser() if named else Path.home() / ".local" / "share" / "ctg"


def folder(path: Path) -> Path:
    """Make a folder and those it lies in; those of the user's folder are closed if they were open.

    A folder that its owner made before us, ``CTG_HOME`` itself among them, keeps the mode chosen.

    Raises:
        OSError: it cannot be made.
    """
    every = [path, *path.parents]
    made = [one for one in every if not one.exists()]
    for one in reversed(made):
        one.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        one.chmod(PRIVATE_FOLDER)
    home = default_home()
    for one in every:
        if one not in made and home in one.parents:
            with contextlib.suppress(PermissionError):  # another account's
                one.chmod(PRIVATE_FOLDER)
    return path


def write(path: Path, content: bytes) -> None:
    """Write a file beside, then in place in one move: nobody else reads it, nobody sees half of it.

    Raises:
        OSError: it cannot be written; what was there stays.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        beside.chmod(PRIVATE)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
