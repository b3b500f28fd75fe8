"""What a fault of the store means for the person in front of the screen, in French."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ctg_data.errors import StoreError

SAFE = "Rien n'a été perdu ni modifié."
# What SQLite says, and what to tell: the wording of SQLite's messages is stable and documented.
SAYINGS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("is locked", "is busy"),
        "Un autre programme écrit dans {place} (une autre mise à jour ?). {safe} Attendez qu'il "
        "finisse, ou fermez-le, puis recommencez.",
    ),
    (
        ("not a database", "malformed", "encrypted"),
        "{begun} est abîmé et ne peut pas être lu. Le fichier est laissé tel quel, ni effacé ni "
        "remplacé. Mettez-le de côté (renommez-le), puis rouvrez l'application : elle repart des "
        "données embarquées ; « python -m ctg_data update » rapporte les autres. Si une "
        "sauvegarde existe, remettez-la à sa place.",
    ),
    (
        ("disk is full", "no space left"),
        "Le disque qui porte {place} est plein : l'écriture a été annulée en entier. {safe} "
        "Libérez de la place, puis recommencez.",
    ),
    (
        ("readonly", "read-only"),
        "{begun} est en lecture seule. {safe} Donnez à votre compte le droit d'y écrire, ou nommez "
        "un autre dossier avec CTG_HOME.",
    ),
    (
        ("unable to open",),
        "{begun} ne s'ouvre pas (droits insuffisants, ou dossier absent). {safe} Vérifiez les "
        "droits de ce dossier, ou nommez-en un autre avec CTG_HOME.",
    ),
    (
        ("disk i/o error",),
        "Le disque qui porte {place} ne répond pas correctement. {safe} Vérifiez le disque ou le "
        "partage réseau, puis recommencez.",
    ),
)


def explain(error: Exception, place: str) -> StoreError:
    """Turn a database's or a system's fault into what happened, where, and what to do."""
    begun = place[:1].upper() + place[1:]
    if isinstance(error, PermissionError):
        return StoreError(
            f"Votre compte n'a pas le droit de lire ou d'écrire dans {place}. {SAFE} Donnez-lui ce "
            "droit, ou nommez un autre dossier avec CTG_HOME."
        )
    if isinstance(error, (FileExistsError, NotADirectoryError)):
        return StoreError(
            f"{begun} devrait être dans un dossier, mais un fichier porte ce nom. {SAFE} "
            "Renommez ce fichier, ou nommez un autre dossier avec CTG_HOME."
        )
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    said = str(cause).lower()
    for words, message in SAYINGS:
        if any(word in said for word in words):
            return StoreError(message.format(place=place, begun=begun, safe=SAFE))
    return StoreError(
        f"{begun} n'est pas accessible ({type(cause).__name__}). {SAFE} Vérifiez que la "
        "base de données est en marche et que l'adresse donnée (CTG_HOME ou CTG_DATABASE_URL) est "
        "la bonne."
    )


@contextmanager
def told(place: str) -> Iterator[None]:
    """Let only French store errors out; a bug keeps its own message and traceback."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        raise explain(error, place) from error
