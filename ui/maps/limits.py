"""Limits laid over the map: quartiers, QPV of either generation, what structures serve."""

from ctg_data import fr
from ctg_data.workspace import Workspace
from geo.maps.layers import Ground, Layer, Limits
from ui.blocks import selectors

KEY, NONE = "limites", "aucune"


def ask(made: Ground, layer: Layer) -> str:
    """The limits to lay over a layer; empty for none, and on a plan without scale."""
    found = offered(made, layer)
    if not found:
        return ""
    chosen = selectors.choose(
        KEY,
        "Limites par-dessus",
        [NONE, *found],
        lambda one: "Aucune" if one == NONE else found[one].words,
    )
    return "" if chosen == NONE else chosen


def offered(made: Ground, layer: Layer) -> dict[str, Limits]:
    """The limits that say something of a layer, by name: not its own."""
    own = (str(layer.level), layer.vintage)
    return {one.id: one for one in made.limits if one.layer != own and not layer.schematic}


def of(made: Ground, name: str) -> Limits | None:
    """The limits of that name."""
    return next((one for one in made.limits if one.id == name), None)


def credit(data: Workspace, limits: Limits) -> str:
    """What the lines are and are not, who drew them, and which structures name them."""
    told = f"Limites tracées par-dessus : {limits.words}"
    told += f", {limits.credit}" if limits.credit else ""
    said = f"{told} ; elles situent et ne changent aucun chiffre."
    codes = {one.code for one in limits.tags}
    serving = fr.by_name({one.name for one in data.structures() if codes & set(one.competence)})
    if serving and limits.layer is None:
        said += f" Structures qui les nomment : {', '.join(serving)}."
    return fr.spaced(said)
