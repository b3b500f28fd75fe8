"""The folder of a new commune, made from what the stand-in producers publish, without a pause."""

from pathlib import Path

from ctg_data.new_territory import folder as territory_new
from tests.zone_files import HERE


def make(root: Path, code: str = HERE, name: str = ""):
    return territory_new.create(code, name, root, pause=lambda seconds: None)
