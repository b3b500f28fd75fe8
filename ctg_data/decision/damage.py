"""Files of a territory's folder that may be damaged without closing it: what each one hides.

What the figures themselves are read from (``territoire.toml``, ``convention.toml``,
``sources.toml``, ``donnees/``) closes the territory, all problems told at once.  Everything else
hides only what it serves, and every page says which file, what is not shown and what to do.
"""

from collections.abc import Callable, Iterator

from ctg_data import fr
from ctg_data.access import accessibility
from ctg_data.decision import proposed as decision
from ctg_data.diagnosis import legal_grid
from ctg_data.errors import TerritoryError
from ctg_data.territory import embedded, errata, facts, portal
from ctg_data.territory.config import TerritoryConfig
from geo.maps import ground, layers

REST = "Le reste du territoire est montré."


def told(config: TerritoryConfig) -> tuple[str, ...]:
    """What every page says of the damaged files of a territory, in French; nothing when whole."""
    return tuple(fr.spaced(text) for text in (*_unread(config), *_absent(config)))


def _unread(config: TerritoryConfig) -> Iterator[str]:
    readers: tuple[tuple[Callable[[TerritoryConfig], object], str], ...] = (
        (decision.decision, "« Priorités », « Et si… » et les projections ne sont pas montrés."),
        (accessibility.rule_of, "Les places à portée ne sont pas calculées."),
        (legal_grid.answers, "La page « Grille légale » n'est pas montrée."),
        (lambda one: errata.declared(one.folder), "Les corrections écrites ne sont pas montrées."),
        (portal.of, "Les lieux du portail local ne sont plus mis à jour."),
        (
            lambda one: facts.declared(one.folder),
            "Les chiffres publiés, datés, ne sont pas montrés.",
        ),
        (_drawn, "Les cartes et ce qui se mesure sur elles ne sont pas montrés."),
    )
    for read, hidden in readers:
        try:
            read(config)
        except TerritoryError as problem:
            yield f"{hidden} {REST}\n\n{problem}"


def _drawn(config: TerritoryConfig) -> None:
    """Open the outlines of a territory that has some; to have none yet is no damage."""
    if any(path.exists() for path in layers.sources(config)):
        ground.open_ground(config)


def _absent(config: TerritoryConfig) -> Iterator[str]:
    """Say which sources are declared and bring no figure: their file is not there any more."""
    lost = embedded.sources_without_rows(config)
    if lost:
        names = fr.listed([f"« {one} »" for one in lost])
        yield (
            f"{config.folder.name}/donnees : aucune ligne ne vient de {names}, que sources.toml "
            "déclare. Ces chiffres manquent, ils ne valent pas zéro. Remettez le fichier qui les "
            "portait, ou retirez la source de sources.toml."
        )
