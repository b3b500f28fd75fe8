"""A figure told once: Plotly copies and encodes all of a figure each time that it is asked for it.

Streamlit asks at each run of a page, for each reader; what is kept and shown to all never changes.
"""

from typing import Any

import plotly.graph_objects as go
from plotly.basedatatypes import BaseFigure


class Ready(BaseFigure):
    """What a figure tells of itself, to be shown and never changed."""

    def __init__(self, figure: go.Figure) -> None:
        """Keep what ``figure`` tells now; nothing of a figure is set up, there is nothing to set.

        Args:
            figure: finished; what is changed in it afterwards is not shown.
        """
        self._told: dict[str, Any] = figure.to_dict()

    def to_dict(self) -> dict[str, Any]:
        """The same at each call: whoever asks may take keys away, in its own copy."""
        return {**self._told, "data": [dict(trace) for trace in self._told["data"]]}
