"""Folders are those of the code, and ``project``: what is promised of the whole."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
