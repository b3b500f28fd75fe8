"""A protected file and its manifest, written side by side."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from ctg_data.files import outputs as output_files
from ctg_data.files.outputs import write_bytes, write_json
from ctg_data.files.private import default_home
from ctg_data.socle.protect import Protected
from ctg_data.store.engine import FILE


def refuse_outputs(outputs: Mapping[str, Path | None], read: Sequence[Path | None]) -> None:
    """Refuse to write over what is read: files given, folder of the territory, store.

    Args:
        outputs: name of the option → file to write.
        read: files given, and the folder of the territory.

    Raises:
        UserError: all that is wrong with the outputs.
    """
    asked = {f"--{name.replace('_', ' ')}": path for name, path in outputs.items()}
    output_files.refuse_outputs(asked, [*read, default_home() / FILE])


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
