"""How old what was received may become: « 7j », « 12h », « 2sem », as a timer writes it."""

import argparse
import re
from datetime import timedelta

HOURS = {"h": 1, "heure": 1, "heures": 1, "j": 24, "jour": 24, "jours": 24}
HOURS |= {"sem": 168, "semaine": 168, "semaines": 168}
LONGEST = timedelta(days=3660)


def age(text: str) -> timedelta:
    """Read a length of time: a whole number, then hours, days or weeks.

    >>> age("7j"), age("12h"), age("2 sem")
    (datetime.timedelta(days=7), datetime.timedelta(seconds=43200), datetime.timedelta(days=14))

    Raises:
        ArgumentTypeError: it is no length of time, or one of no use.
    """
    found = re.fullmatch(r"\s*([0-9]{1,6})\s*([a-z]+)\s*", text.lower())
    hours = int(found[1]) * HOURS.get(found[2], 0) if found else 0
    if not 0 < hours <= LONGEST / timedelta(hours=1):
        raise argparse.ArgumentTypeError(
            f"« {text} » n'est pas une durée. Écrivez un nombre entier d'heures, de jours ou de "
            "semaines (dix ans au plus), comme 12h, 7j ou 2sem"
        )
    return timedelta(hours=hours)
