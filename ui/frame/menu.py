"""The menu as data: five groups of pages, and which roles see each.

A page that is not written yet is not listed.
"""

from dataclasses import dataclass
from pathlib import Path

from ctg_data.catalogue.cards import THEMES
from ctg_data.role import Role

PAGES = Path(__file__).resolve().parents[2] / "pages"
EVERYBODY = tuple(Role)
WRITERS = (Role.CONTRIBUTEUR, Role.STATISTICIEN)


@dataclass(frozen=True)
class Entry:
    """One page: its file in ``pages/``, without suffix, and its name in the menu."""

    file: str
    label: str
    roles: tuple[Role, ...] = EVERYBODY
    hidden: bool = False  # reached from every page, not from the menu
    brings: str = ""  # what is dropped there, if anything

    @property
    def path(self) -> Path:
        """Where the page is."""
        return PAGES / f"{self.file}.py"


MENU: dict[str, tuple[Entry, ...]] = {
    "Vue d'ensemble": (
        Entry("accueil", "Accueil"),
        Entry("evolutions", "Ce qui a changé"),
        Entry("carte", "Carte des quartiers"),
        Entry("fiche_zone", "Fiche de zone"),
        Entry("annuaire", "Annuaire"),
        Entry("recherche", "Recherche", hidden=True),
    ),
    "Thèmes": tuple(Entry(one, label) for one, label in THEMES.items() if one != "contexte"),
    "Décider": (
        Entry("priorites", "Priorités"),
        Entry("et_si", "Et si…"),
        Entry("grille_legale", "Grille légale"),
    ),
    "Convention": (),
    "Données et méthode": (
        Entry("donnees", "Données"),
        Entry("socle", "Le socle annuel", WRITERS, brings="le fichier que la CAF envoie par an"),
        Entry(
            "fed",
            "Réponses aux demandes (FED)",
            WRITERS,
            brings="ce que la CAF envoie quand on le lui demande",
        ),
        Entry("structures", "Structures", brings="le registre que tient la Ville"),
        Entry("couverture", "Ce que couvrent les indicateurs"),
        Entry("methode", "Méthode"),
        Entry("errata", "Chiffres corrigés"),
        Entry("journal", "Journal du secret", (Role.STATISTICIEN,)),
    ),
}


def script(file: str) -> str:
    """The script of a page, as a link names it: seen from ``ui/frame/router.py``."""
    return f"../../pages/{file}.py"


def listed(who: Role) -> dict[str, list[Entry]]:
    """The groups and pages a role sees, in order, empty groups left out."""
    seen = {
        group: [entry for entry in entries if who in entry.roles and entry.path.is_file()]
        for group, entries in MENU.items()
    }
    return {group: entries for group, entries in seen.items() if entries}
