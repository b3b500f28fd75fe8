"""Colours of the maps.  Those shared with the pages are theirs (a test holds them together)."""

from typing import Final

INK: Final = "#1B2733"
MUTED: Final = "#4F5B66"
SECRET: Final = "#D9D9D9"
SEQUENTIAL: Final = ("#FFFFCC", "#A1DAB4", "#41B6C4", "#2C7FB8", "#253494")  # YlGnBu, 5 classes
# Blue under the reference, orange above it: neither is good or bad, and neither is red or green.
DIVERGING: Final = ("#2C7FB8", "#8FC1E0", "#DCEBF3", "#FCE8CF", "#F5B26B", "#C8620B")
NEUTRAL: Final = "#E9EDF0"  # ground without a figure
ABROAD: Final = "#F3F5F7"  # neighbours
MISSING: Final = "#FFFFFF"
WATER: Final = "#C6DDEC"
WATER_TEXT: Final = "#2F6C91"
HATCH: Final = "#8A929A"
BORDER: Final = "#FFFFFF"
EDGE: Final = "#7C8894"
CIRCLE: Final = "rgba(0,114,178,0.32)"  # letters are read through it
CIRCLE_EDGE: Final = "#00476F"
PIN: Final = "#B3004B"  # a structure: read on every class, blue or orange
CLEAR: Final = "rgba(0,0,0,0)"
LIGHT_TEXT: Final = "#FFFFFF"


def veiled(colour: str, strength: float) -> str:
    """A colour seen through on white, as a swatch shows it.

    >>> veiled("#253494", 0.5), veiled("#FFFFFF", 0.5)
    ('#929ACA', '#FFFFFF')
    """
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - one) * strength):02X}" for one in parts)


def is_dark(colour: str) -> bool:
    """Whether letters on a colour should be white.

    >>> is_dark("#253494"), is_dark("#FFFFCC")
    (True, False)
    """
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue < 140
