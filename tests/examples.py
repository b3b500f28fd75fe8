"""How many examples a property is tried on: said here, and nowhere else.

What is dear, a masking and its attack, is tried on ``USUAL``; what is cheaper, on a multiple.
"""

import os

import pytest
from hypothesis import settings

USUAL = 20
SETTING = "CTG_EXEMPLES"


def asked() -> int:
    """The number of the setting, to look longer; the usual one without it.

    Raises:
        pytest.UsageError: it is no number.
    """
    told = os.environ.get(SETTING, str(USUAL))
    if not told.isdecimal() or int(told) < 1:
        raise pytest.UsageError(f"{SETTING} vaut « {told} » : donnez un nombre entier, 500 par ex.")
    return int(told)


def load() -> None:
    """What every property follows unless it says otherwise; to call before tests are read."""
    settings.register_profile("ctg", max_examples=asked(), deadline=None)
    settings.load_profile("ctg")


def times(multiple: int) -> settings:
    """So many times more examples, for what is quickly tried."""
    return settings(max_examples=multiple * settings.default.max_examples)
