"""Opening hours as producers write them, in the French of a notice.

Two ways: a text a day (« 09:00 - 12:30 / 14:00 - 17:30 », France services), and the notation of
OpenStreetMap (« Mo-Fr 08:30-12:30; PH off », data·inclusion).  What is written otherwise is left
as it is.
"""

import re
from collections.abc import Mapping
from itertools import groupby

from ctg_data import fr
from ctg_data.sources.places import public_text

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
SHORT = dict(zip(("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"), DAYS, strict=True))
SPAN = re.compile(r"(\d{1,2})\s*[:hH]\s*(\d{2})?\s*(?:-|–|à)\s*(\d{1,2})\s*[:hH]\s*(\d{2})?")
BETWEEN = re.compile(r"[\s/,;]*(?:et\b)?[\s/,;]*")
SHUT = {"", "ferme", "fermee", "off", "closed", "-", "nc", "non"}
RULE = re.compile(r"(?P<days>[A-Z][a-z](?:[-,][A-Z][a-z])*)\s+(?P<spans>[\d:,\s-]+|off|closed)")


def by_day(texts: Mapping[str, str]) -> str:
    """One text a day, days that are alike together; days that are shut or untold are left out.

    >>> by_day({"lundi": "09:00 - 12:30 / 14:00 - 17:30", "mardi": "09:00 - 12:30 / 14:00 - 17:30",
    ...         "mercredi": "Fermé", "jeudi": "9h-12h"}).translate({160: " ", 8239: " "})
    'lundi et mardi : 9 h – 12 h 30, 14 h – 17 h 30 ; jeudi : 9 h – 12 h'
    """
    told = [(day, _spans(texts.get(day, ""))) for day in DAYS]
    parts = []
    for hours, days in groupby(told, key=lambda one: one[1]):
        if hours:
            parts.append(f"{_run([day for day, _ in days])}{fr.WIDE}: {hours}")
    return f"{fr.NARROW}; ".join(parts)


def from_osm(text: str) -> str:
    """The notation of OpenStreetMap in French; as it is written when it says more than days.

    >>> from_osm("Mo-We,Fr 08:30-12:30; Sa off; PH off").translate({160: " ", 8239: " "})
    'lundi au mercredi : 8 h 30 – 12 h 30 ; vendredi : 8 h 30 – 12 h 30'
    >>> from_osm("Sur rendez-vous")
    'Sur rendez-vous'
    """
    told: dict[str, list[str]] = {}
    for rule in filter(None, map(str.strip, text.split(";"))):
        if re.fullmatch(r"(PH|SH)(,(PH|SH))*\s+(off|closed)", rule):
            continue
        found = RULE.fullmatch(rule)
        days = _days(found["days"]) if found else []
        if not found or not days:
            return public_text(text)
        for day in days:
            told.setdefault(day, []).append(found["spans"])
    return by_day({day: ",".join(spans) for day, spans in told.items()})


def _days(text: str) -> list[str]:
    """The days of « Mo-We,Fr »; none when one is unknown or a run goes backwards."""
    names = list(SHORT)
    days: list[str] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first not in names or (last or first) not in names:
            return []
        run = names[names.index(first) : names.index(last or first) + 1]
        if not run:
            return []
        days += [SHORT[one] for one in run]
    return days


def _spans(text: str) -> str:
    """« 9 h – 12 h 30, 14 h – 17 h 30 »; the text itself when it is written otherwise."""
    text = public_text(text)
    parts = [part for part in text.split(",") if fr.bare(part).strip(" .") not in SHUT]
    if not parts:
        return ""
    left = BETWEEN.sub("", SPAN.sub("", ",".join(parts)))
    if left:
        return text
    spans = SPAN.findall(",".join(parts))
    return ", ".join(f"{_at(*one[:2])} – {_at(*one[2:])}" for one in spans)


def _at(hour: str, minutes: str) -> str:
    past = f"{fr.WIDE}{minutes}" if minutes.strip("0") else ""
    return f"{int(hour)}{fr.WIDE}h{past}"


def _run(days: list[str]) -> str:
    if len(days) > 2:
        return f"{days[0]} au {days[-1]}"
    return " et ".join(days)
