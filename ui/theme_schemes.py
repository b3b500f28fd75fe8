"""Présent ou absent: which structures each zone has, as a table that reads at a glance."""

from ctg_data.workspace import Workspace
from ui.theme_choice import Choice


def schemes(data: Workspace, choice: Choice) -> None:
    """The schemes of the theme, zone by zone."""
