"""A whole file leaves the CAF: what any reader subtracts in it, by code of this file alone."""

import csv
import io
from itertools import product

import pytest
from openpyxl import load_workbook

from ctg_data.socle import protect as socle_protect
from ctg_data.territory.config import open_territory
from tests.attack_small import leaks, less

pytestmark = pytest.mark.long

HEADS = ("type", "code", "version_geo", "annee", "variable", "categorie", "valeur", "base")
EXEMPLE = open_territory("exemple")
PARTS = ("isole", "monoparent", "couple_sans_enfant", "couple_avec_enfants")
COMPOSITION, CHILDREN = "foyers_selon_composition", "enfants_couverts"
AGES = {
    CHILDREN: ("0-2", "3-5", "6-10", "11-14", "15-17", "18-24"),
    "enfants_aeeh": ("0-2", "3-5", "6-11", "12+"),
}


def protected(lines: list[tuple]) -> dict[tuple[str, str], float | None]:
    """The figures of the file that is sent, by name and zone; None where it says nothing."""
    text = io.StringIO()
    csv.writer(text).writerows([HEADS, *lines])
    made = socle_protect.protect_file("exact.csv", text.getvalue().encode(), EXEMPLE)
    heads, *rows = load_workbook(io.BytesIO(made.content))["DONNEES"].iter_rows(values_only=True)
    told = [dict(zip(heads, row, strict=True)) for row in rows]
    return {
        (one["variable"], one["code_zone"]): None if one["valeur"] is None else float(one["valeur"])
        for one in told
    }


@pytest.fixture(scope="module")
def year():
    """The fictional commune in 2024: every figure, every zone."""
    path = EXEMPLE.folder / "donnees" / "fictif_socle_2024.csv"
    columns = ("level", "code", "vintage", "period", "variable", "category", "value", "base")
    with path.open(encoding="utf-8") as file:
        return [tuple(row[name] for name in columns) for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def sent(year):
    return protected(year)


def sums(figures, zones):
    """(whole, parts): parts of a total in each zone, IRIS of a quartier for each figure."""
    for zone in zones:
        yield ("foyers_allocataires", zone), [(f"{COMPOSITION}/{part}", zone) for part in PARTS]
        for name, ages in AGES.items():
            yield (name, zone), [(f"{name}/{age}", zone) for age in ages]
        known = ["foyers_allocataires", *(f"{COMPOSITION}/{part}" for part in PARTS[2:]), CHILDREN]
        yield ("personnes_couvertes", zone), [(name, zone) for name in known]
    for name, rank in product(figures, range(1, 9)):
        tiles = [(name, f"00123{rank:02d}{tile:02d}") for tile in range(1, 5)]
        yield (name, f"FQ{rank:02d}"), tiles


def subtracted(sent):
    """Hidden figures that come back by subtraction alone, again and again."""
    known = {figure: value for figure, value in sent.items() if value is not None}
    links = list(sums({name for name, _ in sent}, {zone for _, zone in sent}))
    count = -1
    while count != len(known):
        count = len(known)
        for whole, parts in links:
            lost = [one for one in (whole, *parts) if one not in known]
            if len(lost) == 1 and lost[0] in sent:
                left = sum(known[part] for part in parts if part != lost[0])
                known[lost[0]] = left if lost[0] == whole else known[whole] - left
    return {figure: value for figure, value in known.items() if sent[figure] is None}


def test_a_whole_year_is_protected_and_nothing_comes_back(year, sent):
    assert len(sent) == len(year)
    assert any(value is None for value in sent.values())
    assert sum(value is not None for value in sent.values()) > len(year) / 2
    assert not subtracted(sent)


def test_the_subtraction_finds_what_a_mask_of_small_counts_alone_would_leave(year):
    naive = {
        (variable if part == "total" else f"{variable}/{part}", code): (
            None if int(base) < 5 else float(value)
        )
        for _, code, _, _, variable, part, value, base in year
    }
    assert len(subtracted(naive)) > 10


def test_persons_less_foyers_partners_and_children_give_nobody_back():
    """666 - 259 - 12 - 301 = 94 couples with children, and 259 - 150 - 12 - 94 = 3 lone parents."""
    zone = {
        "foyers_allocataires/total": (259, 259),
        f"{COMPOSITION}/isole": (150, 150),
        f"{COMPOSITION}/monoparent": (3, 3),
        f"{COMPOSITION}/couple_sans_enfant": (12, 12),
        f"{COMPOSITION}/couple_avec_enfants": (94, 94),
        "personnes_couvertes/total": (666, 259),
        f"{CHILDREN}/total": (301, 97),
    }
    lines = [
        ("qpv", "QN00001M", 2024, 2024, *name.split("/"), value, base)
        for name, (value, base) in zone.items()
    ]
    told = {name: value for (name, _), value in protected(lines).items()}
    assert None in told.values()
    composition = [f"{COMPOSITION}/{part}" for part in PARTS]
    persons = less("personnes_couvertes", "foyers_allocataires", *composition[2:], CHILDREN)
    assert not leaks(told, [less("foyers_allocataires", *composition), persons])
