"""Reading a TOML file of a territory: what is wrong with it is said in French, with its line."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from ctg_data.errors import TerritoryError
from ctg_data.files import declared as territory_files


def read_toml(path: Path) -> dict[str, Any]:
    """Read one TOML file of a territory, or say in French what is wrong with it."""
    text = territory_files.read_text(path)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as cause:
        where = re.search(r"at line (\d+), column (\d+)", str(cause))
        line = f"ligne {where[1]}, colonne {where[2]}" if where else "en fin de fichier"
        raise TerritoryError(
            f"{territory_files.place(path)}, {line} : ce n'est pas du TOML lisible ({cause}). "
            "Vérifiez à cet endroit les guillemets, les crochets et les signes « = »."
        ) from cause
    except RecursionError:
        raise TerritoryError(
            f"{territory_files.place(path)} : ce n'est pas du TOML lisible (trop de crochets "
            "emboîtés). Remettez le fichier d'origine."
        ) from None


def quoted(value: object) -> str:
    """A TOML value as text: JSON writes texts, numbers and lists the same way."""
    return json.dumps(value, ensure_ascii=False)
