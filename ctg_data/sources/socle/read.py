"""From bytes to a ``Reading``: pure, no store, no network."""

from ctg_data.sources.socle.reading import Declared, Reading
from ctg_data.territory import TerritoryConfig


def read_file(
    name: str, content: bytes, territory: TerritoryConfig, *, declared: Declared | None = None
) -> Reading:
    """Read a file of the CAF, whatever its form.

    Args:
        name: its name, which may tell a year.
        content: its bytes.
        territory: whose zones are kept; the others are counted and left aside.
        declared: what the importer says of it.

    Raises:
        UnreadableFile: nothing at all can be read; every other fault is a message.
    """
    raise NotImplementedError
