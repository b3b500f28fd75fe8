"""Tables to protect written as TABLE.json writes them: short to read in a test."""

from ctg_data.disclosure.engine.problem.read import table_of


def build(cells, relations=(), derived=(), **named):
    """The table of a JSON object; `policy`, `keep` and `sensitive` by name."""
    parts = {"cells": cells, "relations": relations, "derived": derived}
    return table_of({key: list(part) for key, part in parts.items()} | named)
