"""Who a file is: its kind, its date, its geography, as it says, as the importer says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from ctg_data.observations import variables
from ctg_data.socle.reading.layouts import Layout, layouts
from ctg_data.socle.reading.readme import Told
from ctg_data.socle.reading.recognise import Table
from ctg_data.socle.reading.result import Declared, Kind
from ctg_data.socle.reading.shares import is_percent
from ctg_data.tabular.dates import year_of_name
from ctg_data.tabular.names import plain
from ctg_data.tabular.report import Message, Place
from ctg_data.tabular.rules import message
from ctg_data.territory.config import TerritoryConfig


@dataclass(frozen=True)
class Identity:
    """What was settled, and what has to be asked."""

    kind: Kind
    told_kind: bool
    reference: date | None
    generation: int | None
    messages: tuple[Message, ...]


@dataclass(frozen=True)
class Named:
    """A file by its name: whether Insee and Cnaf publish it, and name it by its edition."""

    file: str
    published: bool
    by_edition: bool


def of(
    name: Named,
    told: Told,
    declared: Declared,
    figures: pd.DataFrame,
    territory: TerritoryConfig,
) -> Identity:
    """Settle what a file is; whatever stays open is a message."""
    messages: list[Message] = []
    kind, said = _kind(told, declared, name.published, messages)
    reference = _reference(name, told, declared, figures, messages)
    code = territory.commune.code
    if told.commune[:1].isdigit() and told.commune.isalnum() and told.commune != code:
        text = f"Le fichier dit être celui de la commune {told.commune}, pas de {code}."
        place = told.places["commune"]
        messages.append(message("autre_commune", text, [place], done="fichier refusé"))
    generation = _generation(told, figures, reference, messages)
    return Identity(kind, said, reference, generation, tuple(messages))


def _kind(
    told: Told, declared: Declared, published: bool, messages: list[Message]
) -> tuple[Kind, bool]:
    """Exact or protégé; without a word, the kind under which nothing can slip through."""
    said = told.kinds | ({declared.kind} if declared.kind else set())
    if len(said) > 1:
        text = "Ce fichier est dit à la fois exact et protégé."
        place = told.places.get("kind", Place())
        done = "fichier refusé ; traité comme protégé pour ce rapport"
        messages.append(message("nature_contradictoire", text, [place], done=done))
        return Kind.PROTEGE, True
    if said:
        return said.pop(), True
    if not published:
        text = "Le fichier ne dit pas s'il est exact ou protégé."
        done = "lu comme protégé : tout petit nombre est masqué à l'entrée"
        messages.append(message("nature_absente", text, done=done))
    return Kind.PROTEGE, published


def _reference(
    name: Named,
    told: Told,
    declared: Declared,
    figures: pd.DataFrame,
    messages: list[Message],
) -> date | None:
    """The date of the counts, or the best guess and a question."""
    dates = {declared.reference_date, told.reference} - {None}
    titles = {found for found, _, _ in told.in_titles}
    if len(dates) > 1 or (dates and titles and not titles & dates and told.reference):
        several = sorted({f"{one:%d/%m/%Y}" for one in {*dates, *titles} if one})
        text = f"Plusieurs dates de référence : {', '.join(several)}."
        place = told.places.get("reference", Place())
        messages.append(message("date_contradictoire", text, [place], done="fichier refusé"))
    if found := declared.reference_date or told.reference:
        return found
    if len(figures) and bool(figures["period"].notna().all()):
        return None  # each line has its own
    return _guessed(name, told, messages)


def _guessed(name: Named, told: Told, messages: list[Message]) -> date | None:
    year = year_of_name(name.file)
    if year and name.published:  # its titles tell when it went on line, its tables nothing
        text = f"L'année {year} est lue dans le nom du fichier."
        done = f"édition {year}" if name.by_edition else f"décembre {year}"
        messages.append(message("date_du_nom", text, done=done))
        return date(year, 12, 31)
    if told.in_titles:
        found, place, words = max(told.in_titles, key=lambda one: one[0])
        text = f"Date de référence absente ; le titre indique « {words} » : confirmer."
    elif year:
        found, place = date(year, 12, 31), Place()
        text = f"Date de référence absente ; le nom du fichier indique {year} : confirmer."
    else:
        text = "Date de référence absente, et rien dans le fichier ne l'indique : à donner."
        messages.append(message("date_absente", text, done="fichier refusé sans date"))
        return None
    done = "fichier refusé tant que la date n'est pas confirmée"
    proposal = {"reference_date": found.isoformat()}
    messages.append(message("date_absente", text, [place], done=done, proposal=proposal))
    return found


def _generation(
    told: Told, figures: pd.DataFrame, reference: date | None, messages: list[Message]
) -> int | None:
    """The generation of QPV of the file: of its figures, its ZONES and its LISEZMOI alike."""
    qpv = figures[figures["level"] == "qpv"]
    current = qpv[qpv["period"].isna() | (qpv["period"] == (reference.year if reference else 0))]
    rows = current if len(current) else qpv[qpv["period"] == qpv["period"].max()]
    found: list[tuple[int, str, Place]] = []
    for vintage in rows["vintage"].unique().tolist():
        first = rows[rows["vintage"] == vintage].iloc[0]
        sheet = str(first["sheet"])
        place = Place(sheet, int(first["line"]), "code")
        found.append((int(vintage), f"la feuille {sheet}" if sheet else "le fichier", place))
    for vintage in sorted(told.generation_of_zones):
        found.append((vintage, "la feuille ZONES", told.places["zones"]))
    if told.generation:
        place = told.places.get("generation", Place())
        found.append((told.generation, f"la feuille {place.sheet or 'LISEZMOI'}", place))
    years = {vintage for vintage, _, _ in found}
    zones_of_both = len(told.generation_of_zones) > 1 and len(set(rows["vintage"])) <= 1
    if zones_of_both:  # ZONES may list the former generation too, with its dates
        years = {vintage for vintage, where, _ in found if "ZONES" not in where}
    if len(years) > 1:
        one, two = _two_sides(found)
        text = f"{one[1][:1].upper()}{one[1][1:]} est en géographie {one[0]} et {two[1]} en "
        text += f"{two[0]} : import refusé."
        messages.append(message("generations", text, [one[2], two[2]], done="fichier refusé"))
    return int(rows["vintage"].iloc[0]) if len(rows) else told.generation


def _two_sides(
    found: list[tuple[int, str, Place]],
) -> tuple[tuple[int, str, Place], tuple[int, str, Place]]:
    first = found[0]
    return first, next(one for one in found if one[0] != first[0])


def _socle() -> Layout:
    return layouts()[-1]


def partitions(told: Told) -> dict[str, tuple[str, ...]]:
    """Sums that DICO declares, in names of variables; what it names otherwise is left out."""
    target = _socle().target
    return {
        target(whole): tuple(target(part) for part in parts)
        for whole, parts in told.partitions.items()
        if target(whole) and len(parts) > 1 and all(map(target, parts))
    }


def subsets(told: Told) -> dict[str, str]:
    """Inclusions that DICO declares."""
    target = _socle().target
    return {
        target(part): target(whole)
        for part, whole in told.subsets.items()
        if target(part) and target(whole)
    }


def units(told: Told, tables: Iterable[Table]) -> list[Message]:
    """A unit of DICO that is not the one of the variable its column gives."""
    used = {plain(one.header): one.target for table in tables for one in table.columns}
    wrong = []
    for name, (unit, place) in told.units.items():
        target = used.get(plain(name), "")
        if target and not _is_unit(unit, variables()[target.partition("/")[0]].unit):
            text = f"DICO dit « {unit} » pour {name}, attendu : "
            text += f"{variables()[target.partition('/')[0]].unit}."
            wrong.append(message("dico_unite", text, [place], done="lu dans l'unité attendue"))
    return wrong


def _is_unit(told: str, expected: str) -> bool:
    """Whether DICO's word for a unit is ours, « % » being one for a rate."""
    return told.startswith(expected[:5]) or (expected == "taux" and is_percent(told))
