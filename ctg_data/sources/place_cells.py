"""Cells of lists of places, made fit to be shown: a telephone, a site, a point; or nothing.

What cannot be read is « not said »: an address of e-mail where a site is awaited, a point at sea.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from ctg_data import fr
from ctg_data.errors import SourceChanged
from ctg_data.model import Level
from ctg_data.sources.base import Reading, observations_of
from ctg_data.sources.extract import Extract
from ctg_data.sources.places import ADDRESS, PublishedPlace, public_text
from ctg_data.sources.registry import Dataset
from ctg_data.tabular import tables
from geo.outlines import whereabouts

NUMBER = re.compile(
    r"(?:\+33|0033)\s*(?:\(0\))?(?:[\s.-]*\d){9}|0(?:[\s.-]*\d){9}|\b\d{4}\b|\b\d{2} \d{2}\b"
)


def telephone(text: str) -> str:
    r"""The first number of a cell, in pairs.

    >>> telephone("+33235000000").replace(chr(160), " "), telephone("02.35.00.00.00 / 06")
    ('02 35 00 00 00', '02\xa035\xa000\xa000\xa000')
    >>> telephone("3646"), telephone("demander Untel"), telephone("")
    ('36\xa046', '', '')
    """
    found = NUMBER.search(text)
    if not found:
        return ""
    digits = re.sub(r"\D", "", re.sub(r"^(\+33|0033)\s*(\(0\))?", "0", found[0]))
    return fr.WIDE.join(digits[place : place + 2] for place in range(0, len(digits), 2))


def website(text: str) -> str:
    """The address of a site; nothing for what is none, or names a mailbox.

    >>> website("www.exemple.fr/page"), website("contact@exemple.fr"), website("javascript:x")
    ('https://www.exemple.fr/page', '', '')
    """
    bare = text.strip()
    if bare.lower().startswith("www."):
        bare = f"https://{bare}"
    return bare if re.fullmatch(r"(?i)https?://[^\s@<>\"]+\.[^\s@<>\"]+", bare) else ""


def siret(text: str) -> str:
    """Fourteen digits, or nothing.

    >>> siret("123 456 789 00012"), siret("12345")
    ('12345678900012', '')
    """
    digits = re.sub(r"\s", "", text)
    return digits if re.fullmatch(r"\d{14}", digits) else ""


def postcode(text: str) -> str:
    """Five digits, the zero that a sheet lost given back.

    >>> postcode("1000"), postcode("76000"), postcode("x")
    ('01000', '76000', '')
    """
    found = re.fullmatch(r"\d{4,5}", re.sub(r"\.0$|\s", "", text))
    return found[0].zfill(5) if found else ""


def point(longitude: str, latitude: str) -> tuple[float | None, float | None]:
    """Degrees in France, decimal comma or not; nothing when they are elsewhere.

    >>> point("1,0993", "49.4431"), point("0", "0"), point("49.4", "1.1"), point("", "49")
    ((1.0993, 49.4431), (None, None), (None, None), (None, None))
    """
    try:
        lon, lat = float(longitude.replace(",", ".")), float(latitude.replace(",", "."))
    except ValueError:
        return None, None
    if not (math.isfinite(lon) and math.isfinite(lat)):
        return None, None
    inside = whereabouts.coordinates((lon, lat, lon, lat)) == "degres"
    return (lon, lat) if inside else (None, None)


def address(parts: Iterable[str]) -> str:
    """The parts of an address that say something, as one line.

    >>> address(["12 rue du Test", "", "bâtiment B"])
    '12 rue du Test, bâtiment B'
    """
    return ", ".join(filter(None, map(public_text, parts)))


def without_persons(line: dict[str, str], free: Iterable[str]) -> dict[str, str]:
    """A line as it may be kept: no address of e-mail anywhere, no person in a free text.

    >>> without_persons({"nom": "Mme Dupont", "voie": "Dr Fictif a@b.fr"}, ["nom"])
    {'nom': '', 'voie': 'Dr Fictif'}
    """
    named = set(free)
    return {
        column: public_text(text) if column in named else " ".join(ADDRESS.sub(" ", text).split())
        for column, text in line.items()
    }


def insee(text: str) -> str:
    """The Insee code of a commune; the zero that a sheet lost is given back, "" when it is none.

    >>> insee("1001"), insee("2a004"), insee("XX")
    ('01001', '2A004', '')
    """
    return tables.code(text, Level.COMMUNE)


def lines(extract: Extract, columns: Sequence[str], name: str) -> list[dict[str, str]]:
    """The lines of what was kept.

    Raises:
        SourceChanged: it was kept with other columns.
    """
    tables.require([(one,) for one in columns], extract.columns, name)
    try:
        return extract.lines()
    except ValueError as error:  # a line that has not the width of the others
        raise SourceChanged(
            f"La copie gardée de « {name} » ne se lit plus. Relancez la mise à jour."
        ) from error


def of_known_kind(
    found: Iterable[dict[str, str]],
    column: str,
    known: Callable[[str], bool],
    told: tuple[str, str],
) -> tuple[list[dict[str, str]], Counter[str]]:
    """The lines whose kind is known, and how many were left aside, by the word they use.

    Args:
        found: lines of the territory.
        column: where the kind is.
        known: whether a word is one of its producer's.
        told: what the column says, in French, and the data set.

    Raises:
        SourceChanged: no line has a kind that is known.
    """
    what, name = told
    kept, rejected = [], Counter[str]()
    for line in found:
        if known(line[column]):
            kept.append(line)
        else:
            rejected[f"{what} inconnu (« {public_text(line[column])} »)"] += 1
    if rejected and not kept:
        raise SourceChanged(
            f"« {name} » : la colonne « {column} » n'emploie plus que des mots inconnus "
            f"({', '.join(sorted(rejected))}). La source a changé : rien n'en a été repris. "
            "Signalez-le à qui maintient l'application."
        )
    return kept, rejected


def reading(
    dataset: Dataset,
    places: Sequence[PublishedPlace],
    citation: str,
    rejected: Counter[str],
    extract: Extract,
) -> Reading:
    """What a list of places gives: no observation, and each place once, by commune then name.

    Two lines of one key are two places only when they differ; the second is then numbered.
    """
    seen: Counter[str] = Counter()
    kept: list[PublishedPlace] = []
    for one in dict.fromkeys(sorted(places, key=_rank)):
        seen[one.key] += 1
        number = seen[one.key]
        kept.append(one if number == 1 else replace(one, key=f"{one.key}-{number}"))
    whole = extract.origin
    notes = [
        f"« {dataset.id} », édition du {whole.edition}{fr.WIDE}: "
        f"{fr.plural(len(kept), 'lieu')} du territoire, sur {fr.plural(whole.lines, 'ligne')} de "
        "la liste nationale."
    ]
    empty = observations_of([], citation)
    return Reading(empty, rejected, tuple(notes), len(kept), "lieu", tuple(kept))


def _rank(one: PublishedPlace) -> tuple[str, ...]:
    return one.commune, fr.bare(one.name), one.key, one.address, one.nature
