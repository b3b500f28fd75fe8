"""Who the app was started for: ``CTG_ROLE``, set once by whoever starts it.

It chooses what is shown and allowed, and identifies nobody.  The statistician's role opens exact
files and the journal of the masking; it belongs on the CAF's own machine.
"""

import os
from enum import StrEnum

from ctg_data.errors import UserError

ENVIRONMENT = "CTG_ROLE"


class Role(StrEnum):
    """What a reader may do."""

    LECTEUR = "lecteur"  # reads: consultative members of the committee
    CONTRIBUTEUR = "contributeur"  # updates the data, imports protected files
    STATISTICIEN = "statisticien"  # imports exact files, protects them, reads the journal


def current() -> Role:
    """The role of this process.

    Raises:
        UserError: the name given does not exist.
    """
    asked = os.environ.get(ENVIRONMENT, "").strip() or Role.CONTRIBUTEUR
    if asked not in set(Role):
        raise UserError(
            f"Le rôle « {asked} » n'existe pas. Donnez à {ENVIRONMENT} l'une de ces valeurs : "
            f"{', '.join(Role)} ; ou retirez-la, pour ouvrir en contributeur."
        )
    return Role(asked)
