"""Files that commands write: whole or not at all, and never over something that they read.

One place for all of them: `secret`, `socle` and `fed`.  A command names its outputs and its inputs
before it does anything; each output then appears under its name only once it is complete.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any, BinaryIO

from ctg_data.errors import UserError, all_problems
from ctg_data.files.private import PRIVATE
from ctg_data.fr import spaced

LONGEST_NAME = 255
"""Bytes of a file's name, on every file system in use."""


def problem(path: Path, text: str) -> UserError:
    """Return the French error for a file that cannot be used."""
    return UserError(spaced(f"Fichier « {path} » : {text}"))


def refuse_outputs(outputs: Mapping[str, Path | None], inputs: Iterable[Path | None]) -> None:
    """Refuse outputs that cannot be written, or would be written over an input.

    Args:
        outputs: option (or what it brings with it) → file to write, None when not asked for.
        inputs: what the command reads: files, or folders none of whose files may be replaced.

    Raises:
        UserError: all that is wrong with the outputs, before anything is read or written.
    """
    asked = {option: path for option, path in outputs.items() if path is not None}
    read = [path for path in inputs if path is not None]
    found = [
        f"« {option} {path} » : {text}"
        for option, path in asked.items()
        for text in _output_problems(path, read)
    ]
    found += [
        f"« {one} » et « {other} » désignent le même fichier : {path}."
        for (one, path), (other, second) in combinations(asked.items(), 2)
        if _same(path, second)
    ]
    if found:
        raise UserError(spaced(all_problems("Rien n'a été lu ni écrit :", found)))


def _output_problems(path: Path, inputs: Iterable[Path]) -> Iterator[str]:
    folder, kind = _kind(path.parent), _kind(path)
    if len(os.fsencode(path.name)) > LONGEST_NAME:
        yield "ce nom est trop long pour un fichier. Choisissez-en un autre."
    elif stat.S_ISDIR(kind):
        yield "c'est un dossier. Donnez aussi un nom de fichier."
    elif not stat.S_ISDIR(folder):
        yield "son dossier n'existe pas. Créez-le, ou choisissez-en un autre."
    elif not os.access(path.parent, os.W_OK | os.X_OK):
        yield "son dossier n'est pas accessible en écriture. Choisissez-en un autre."
    elif kind and not stat.S_ISREG(kind):
        yield "ce n'est pas un fichier ordinaire. Choisissez un autre nom."
    for source in inputs:
        if _same(path, source) or _inside(path, source):
            yield f"ce fichier serait écrit par-dessus ce qui est lu ({source}). Changez de nom."


def _kind(path: Path) -> int:
    """Return what a name leads to, 0 when to nothing (or to a name that no disk can hold)."""
    try:
        return path.stat().st_mode
    except (OSError, ValueError):
        return 0


def _same(one: Path, other: Path) -> bool:
    """Say whether two names lead to one file, by whatever links; neither need exist."""
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return os.path.realpath(one) == os.path.realpath(other)


def _inside(path: Path, folder: Path) -> bool:
    """Say whether a file that exists lies in a folder that is read."""
    if not (stat.S_ISDIR(_kind(folder)) and _kind(path)):
        return False
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


@contextlib.contextmanager
def whole_file(path: Path, *, confidential: bool = True) -> Iterator[BinaryIO]:
    """Open a file that appears under its name only once it is complete.

    A confidential one (a socle, a release, a manifest, a report) is for its owner alone, whatever
    the umask and whatever the file it replaces; another has the mode that the umask gives.

    Raises:
        UserError: the folder is missing or may not be written, or the disk is full.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".ctg-")
    except OSError as error:
        raise problem(path, f"impossible de l'écrire ({error.strerror}).") from None
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
        draft.chmod(PRIVATE if confidential else _usual(draft))
        draft.replace(path)
    except OSError as error:
        raise problem(path, f"impossible de l'écrire ({error.strerror}).") from None
    finally:
        draft.unlink(missing_ok=True)


def _usual(draft: Path) -> int:
    """The mode of an ordinary new file: asked of the system, the umask not being read alone."""
    witness = draft.with_name(f"{draft.name}.mode")
    os.close(os.open(witness, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    try:
        return stat.S_IMODE(witness.stat().st_mode)
    finally:
        witness.unlink()


def write_bytes(path: Path, content: bytes, *, confidential: bool = True) -> None:
    """Write a file, whole or not at all; for its owner alone unless it tells nothing of anybody.

    Raises:
        UserError: it cannot be written.
    """
    with whole_file(path, confidential=confidential) as stream:
        stream.write(content)


def write_text(path: Path, pieces: Iterable[str]) -> None:
    """Write a text piece by piece, whole or not at all.

    The name of a file may hold bytes that are no character: they are written as escapes.

    Raises:
        UserError: it cannot be written.
    """
    with whole_file(path) as stream:
        stream.writelines(piece.encode("utf-8", "backslashreplace") for piece in pieces)


def write_json(path: Path, data: Any) -> None:
    """Write a small object as indented JSON, whole or not at all.

    Raises:
        UserError: it cannot be written.
    """
    write_text(path, [json.dumps(data, ensure_ascii=False, indent=1), "\n"])
