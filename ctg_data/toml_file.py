"""Reading a TOML file of a territory: what is wrong with it is said in French, with its line."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from ctg_data.errors import TerritoryError


def read_toml(path: Path) -> dict[str, Any]:
    """Read one TOML file of a territory, or say in French what is wrong with it."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise TerritoryError(
            f"{_place(path)} : fichier absent. Recréez-le sur le modèle du dossier « exemple »."
        ) from None
    except tomllib.TOMLDecodeError as cause:
        where = re.search(r"at line (\d+), column (\d+)", str(cause))
        line = f"ligne {where[1]}, colonne {where[2]}" if where else "en fin de fichier"
        raise TerritoryError(
            f"{_place(path)}, {line} : ce n'est pas du TOML lisible ({cause}). "
            "Vérifiez à cet endroit les guillemets, les crochets et les signes « = »."
        ) from cause
    except UnicodeDecodeError as cause:
        raise TerritoryError(
            f"{_place(path)} : le fichier n'est pas en UTF-8. Réenregistrez-le en UTF-8."
        ) from cause
    except OSError as cause:
        raise TerritoryError(
            f"{_place(path)} : le fichier ne peut pas être lu ({cause.strerror}). Vérifiez que "
            "c'est bien un fichier et que vous en avez le droit."
        ) from cause


def quoted(value: object) -> str:
    """A TOML value as text: JSON writes texts, numbers and lists the same way."""
    return json.dumps(value, ensure_ascii=False)


def _place(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
