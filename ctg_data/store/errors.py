"""What a fault of the store means for the person in front of the screen, in French."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ctg_data.errors import StoreError

SAFE = "Rien n'a été perdu ni modifié."
TOO_BIG = (
    "Une valeur à enregistrer ne tient pas dans {place} : {what}. {safe} Corrigez-la dans le "
    "fichier (nom, code, libellé ou nombre anormalement long), puis recommencez."
)
REFUSED = (
    "{begun} refuse cet enregistrement : une ligne y est déjà, ou il en manque une. {safe} "
    "Rechargez la page et vérifiez ; si cela se répète, signalez-le à qui maintient l'application."
)
SHAPELESS = (
    "{begun} n'a pas la forme attendue : une table ou une colonne manque. {safe} Remettez une "
    "sauvegarde, ou nommez un autre dossier (CTG_HOME) ou une autre base (CTG_DATABASE_URL)."
)
GONE = (
    "{begun} n'est pas accessible ({kind}). Si un enregistrement était en cours, il a été fait en "
    "entier ou pas du tout : rechargez la page pour le voir. Vérifiez que la base de données est "
    "en marche et que l'adresse donnée (CTG_HOME ou CTG_DATABASE_URL) est la bonne."
)
# What PostgreSQL says, by the start of its code (appendix A of its manual): codes are stable, its
# sentences come in the language of the server.
STATES: tuple[tuple[str, str], ...] = (
    ("22001", TOO_BIG.replace("{what}", "un texte est trop long")),
    ("22003", TOO_BIG.replace("{what}", "un nombre est trop grand")),
    ("22021", TOO_BIG.replace("{what}", "un caractère n'existe pas dans l'encodage de la base")),
    ("22P05", TOO_BIG.replace("{what}", "un caractère n'existe pas dans l'encodage de la base")),
    ("22", TOO_BIG.replace("{what}", "elle n'est pas de la forme attendue")),
    ("23", REFUSED),
    (
        "55P03",
        "Un autre programme écrit dans {place} (une autre mise à jour ?). {safe} Attendez qu'il "
        "finisse, ou fermez-le, puis recommencez.",
    ),
    (
        "40",
        "Un autre programme a écrit au même moment dans {place}. {safe} Rechargez la page, "
        "vérifiez ce qui a changé, puis recommencez.",
    ),
    (
        "53100",
        "Le disque qui porte {place} est plein : l'écriture a été annulée en entier. {safe} "
        "Libérez de la place, puis recommencez.",
    ),
    (
        "53",
        "{begun} n'a plus de place pour un lecteur de plus (connexions ou mémoire). {safe} "
        "Attendez un instant, puis recommencez ; si cela dure, relevez les limites du serveur.",
    ),
    (
        "25006",
        "{begun} est en lecture seule. {safe} Nommez la base principale, et non une copie, avec "
        "CTG_DATABASE_URL.",
    ),
    (
        "42501",
        "Le compte nommé par CTG_DATABASE_URL n'a pas le droit de lire ou d'écrire dans {place}. "
        "{safe} Donnez-lui ce droit.",
    ),
    ("42", SHAPELESS),
    (
        "XX",
        "{begun} est abîmée et ne peut pas être lue en entier. Elle est laissée telle quelle. "
        "Remettez une sauvegarde, ou nommez une base neuve avec CTG_DATABASE_URL.",
    ),
)
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
    (("constraint failed",), REFUSED),
    (("no such table", "no such column", "has no column"), SHAPELESS),
    (("too big",), TOO_BIG.replace("{what}", "elle est trop longue")),
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
    message = _message(cause)
    kind = type(cause).__name__
    return StoreError(message.format(place=place, begun=begun, safe=SAFE, kind=kind))


def _message(cause: BaseException) -> str:
    """The sentence of a fault: by its kind, by PostgreSQL's code, by SQLite's words."""
    if isinstance(cause, UnicodeError):
        return TOO_BIG.replace("{what}", "un caractère n'existe pas dans l'encodage de la base")
    if isinstance(cause, OverflowError):
        return TOO_BIG.replace("{what}", "un nombre est trop grand")
    code = getattr(cause, "sqlstate", None) or ""
    if code:
        return next((told for start, told in STATES if code.startswith(start)), GONE)
    if type(cause).__name__ == "DataError":  # told by the driver before the server saw it
        return TOO_BIG.replace("{what}", "elle n'est pas de la forme attendue")
    said = str(cause).lower()
    return next((told for words, told in SAYINGS if any(word in said for word in words)), GONE)


@contextmanager
def told(place: str, *, system: bool = False) -> Iterator[None]:
    """Let only French store errors out; a bug keeps its own message and traceback.

    Args:
        place: the store, as named in messages.
        system: whether faults of the system are the store's own too: true while it is opened,
            not around whatever a caller does inside a transaction.
    """
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OverflowError, UnicodeEncodeError) as error:
        raise explain(error, place) from error
    except OSError as error:
        if not system:
            raise
        raise explain(error, place) from error
