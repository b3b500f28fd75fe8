"""One source of embedded figures, as ``sources.toml`` declares it."""

from dataclasses import dataclass

from ctg_data.model import Citation


@dataclass(frozen=True)
class SourceCard:
    """One source as declared: its citation, its data set and what kind of figures it holds.

    ``nature`` is ``public`` (already published by its producer) or ``socle`` (handed over by
    the CAF): the gate judges them by different thresholds.
    """

    citation: Citation
    dataset: str
    nature: str
    note: str = ""
