"""What is kept of a national file: the lines and the columns of a territory, and of which file.

The whole would fill the store and names people; the columns that are not declared never enter.
Values stay as the producer wrote them.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from ctg_data.errors import SourceChanged

MEDIA_TYPE = "application/json"


@dataclass(frozen=True)
class Origin:
    """The file that lines were taken from.

    Attributes:
        address: where it was asked, without key.
        sha256, size: of the whole file as received, in bytes.
        edition: as its producer names it (« 2025 », « 2026-11-23 »).
        lines: how many it has, those left aside included.
    """

    address: str
    sha256: str
    size: int
    edition: str
    lines: int


@dataclass(frozen=True)
class Extract:
    """Lines of some columns, as texts."""

    origin: Origin
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def to_bytes(self) -> bytes:
        """The same extract gives the same bytes."""
        told = {"origin": asdict(self.origin), "columns": self.columns, "rows": self.rows}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def of(
        cls, origin: Origin, columns: Sequence[str], lines: Iterable[Mapping[str, object]]
    ) -> "Extract":
        """The declared columns of some lines; what a line does not have is an empty text."""
        rows = (tuple(_text(line.get(name)) for name in columns) for line in lines)
        return cls(origin, tuple(columns), tuple(rows))

    @classmethod
    def from_bytes(cls, content: bytes, name: str) -> "Extract":
        """Read what was kept.

        Raises:
            SourceChanged: it is not an extract; ``name`` is that of its data set.
        """
        try:
            told = json.loads(content)
            rows = tuple(tuple(map(str, row)) for row in told["rows"])
            origin = Origin(**told["origin"])
            if not _is_sound(origin):
                raise ValueError("an origin of other types")
            return cls(origin, tuple(map(str, told["columns"])), rows)
        except (ValueError, KeyError, TypeError) as error:
            raise SourceChanged(
                f"La copie gardée de « {name} » ne se lit plus. Relancez la mise à jour."
            ) from error

    def lines(self) -> list[dict[str, str]]:
        """Each line by column."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def _is_sound(origin: Origin) -> bool:
    texts = (origin.address, origin.sha256, origin.edition)
    counts = (origin.size, origin.lines)
    return all(isinstance(one, str) for one in texts) and all(isinstance(n, int) for n in counts)


def _text(value: object) -> str:
    if value is None:
        return ""
    return " ".join(str(value).split())
