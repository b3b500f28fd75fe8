"""The menu as data: five groups of pages, and which roles see each.

A page that is not written yet is not listed.  ``CTG_ROLE`` is set by whoever deploys: reading
alone by default.  It chooses what is shown, and does not identify anybody.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from ctg_data.errors import UserError

PAGES = Path(__file__).resolve().parents[1] / "pages"
ENVIRONMENT = "CTG_ROLE"
ROLES = ("lecture", "pilotage", "statistique")


@dataclass(frozen=True)
class Entry:
    """One page: its file in ``pages/``, without suffix, and its name in the menu."""

    file: str
    label: str
    roles: tuple[str, ...] = ROLES

    @property
    def path(self) -> Path:
        """Where the page is."""
        return PAGES / f"{self.file}.py"


MENU: dict[str, tuple[Entry, ...]] = {
    "Vue d'ensemble": (Entry("accueil", "Accueil"), Entry("carte", "Carte des quartiers")),
    "Thèmes": (Entry("petite_enfance", "Petite enfance"),),
    "Décider": (),
    "Convention": (),
    "Données et méthode": (Entry("donnees", "Données"), Entry("methode", "Méthode")),
}


def role() -> str:
    """The role the app was opened for."""
    asked = os.environ.get(ENVIRONMENT) or ROLES[0]
    if asked not in ROLES:
        raise UserError(
            f"Le rôle « {asked} » n'existe pas. Donnez à {ENVIRONMENT} l'une de ces valeurs : "
            f"{', '.join(ROLES)} ; ou retirez-la, pour ouvrir en lecture."
        )
    return asked


def listed(who: str) -> dict[str, list[Entry]]:
    """The groups and pages a role sees, in order, empty groups left out."""
    seen = {
        group: [entry for entry in entries if who in entry.roles and entry.path.is_file()]
        for group, entries in MENU.items()
    }
    return {group: entries for group, entries in seen.items() if entries}
