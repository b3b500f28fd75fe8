"""Files written in one go: under their name only once they are complete."""

import os
import tempfile
from pathlib import Path

from ctg_data.disclosure.release_files import problem, write_json
from ctg_data.socle_protect import Protected


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all.

    Raises:
        UserError: its folder is missing or may not be written.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise problem(path, f"impossible de l'écrire ({error.strerror}).") from None
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        draft.chmod(0o644)
        draft.replace(path)
    except OSError as error:
        raise problem(path, f"impossible de l'écrire ({error.strerror}).") from None
    finally:
        draft.unlink(missing_ok=True)


def manifest_path(path: Path) -> Path:
    """Where the manifest of a protected file stands, beside it.

    >>> manifest_path(Path("sorties/SOCLE_PROTEGE.xlsx")).as_posix()
    'sorties/SOCLE_PROTEGE.manifest.json'
    """
    return path.with_suffix(".manifest.json")


def save(made: Protected, path: Path) -> None:
    """Write a protected file, then its manifest beside it."""
    write_bytes(path, made.content)
    write_json(manifest_path(path), made.manifest)
