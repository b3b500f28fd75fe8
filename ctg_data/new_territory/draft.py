"""What producers say of a commune, before it is a folder."""

from dataclasses import dataclass, field
from typing import Any

from ctg_data.new_territory.zones import Ground


@dataclass
class Draft:
    """A commune as its producers describe it; ``holes`` says in French what is missing."""

    code: str
    name: str
    population: int | None
    places: dict[str, tuple[str, str]]  # level: code and name
    members: dict[str, str] = field(default_factory=dict)
    neighbours: dict[str, str] = field(default_factory=dict)
    iris: dict[str, str] = field(default_factory=dict)
    qpv: list[dict[str, Any]] = field(default_factory=list)
    with_qpv: set[str] = field(default_factory=set)  # every commune of France that holds one
    comparables: dict[str, str] = field(default_factory=dict)
    comparables_choice: str = ""
    holes: list[str] = field(default_factory=list)
    ground: Ground = field(default_factory=lambda: Ground(""))
