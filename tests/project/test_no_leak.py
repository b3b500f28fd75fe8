"""Nothing hidden reaches the browser or a file, by any road.

A socle is invented whose hidden cells carry numbers found nowhere else; every page is opened,
every choice of every page tried, and all that is sent is searched for them: text, HTML tables,
alternative texts, figures with their arrays unpacked (Plotly packs them in base64: a search of
the text alone would pass while leaking), files.  The same search must find them when the same
pages are given the same table without the gate.
"""

import json
from functools import cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from ctg_data import role
from ctg_data.catalogue import indicators, themes
from ctg_data.disclosure.adapter.gate import Gated, Secrecy
from ctg_data.model import Citation, PublicStatus
from ctg_data.observations import KEY, validate, variables
from ctg_data.opening import complete_workspace
from ctg_data.release import masked
from ctg_data.release.masked import MaskedTable
from ctg_data.release.policy import Policy
from ctg_data.territory import embedded
from ctg_data.workspace import Workspace
from tests.pages import EVERY_PAGE, Reader, behind_the_gate, config, numbers, sent, written

YEAR = 2024
NOTHING = Policy(min_count=1, min_population=1, min_people=1)  # forbids nothing
SMALL = 97  # allocataires of the zone that may not be studied (fewer than 100)
SOCLE = Citation("canaris", "CAF d'essai", "Socle d'essai", str(YEAR), "", "Aucune", "", True, True)
# Primes that nothing else in the app holds: whole, and in a ratio (100 × PLACES ÷ children)
PERSONS, CHILDREN, PLACES = 27919, 16007, 2000003
PARTS = ("isole", "monoparent", "couple_sans_enfant", "couple_avec_enfants")
ORDINARY = ((11003, 12007, 13009, 14011), (15013, 3, 17011, 18013), (19013, 20011, 21013, 22013))


def rows_of(zone, variable: str, category: str, value: float, base: int | None = None) -> dict:
    return {
        "variable": variable,
        "level": str(zone.level),
        "code": zone.code,
        "vintage": zone.vintage,
        "period": YEAR,
        "category": category,
        "value": value,
        "unit": variables()[variable].unit,
        "base": base,
        "status": "diffuse",
        "source": SOCLE.id,
    }


def canary_rows() -> list[dict]:
    """One zone under 100 with large numbers; in another, a small part and its neighbours."""
    small, *others = config(fictional=True).zones("qpv", YEAR)
    rows = [
        rows_of(small, "foyers_allocataires", "total", SMALL, SMALL),
        rows_of(small, "personnes_couvertes", "total", PERSONS, SMALL),
        rows_of(small, "enfants_couverts", "0-2", CHILDREN, SMALL),
    ]
    for zone, parts in zip(others, ORDINARY, strict=False):
        rows.append(rows_of(zone, "foyers_allocataires", "total", sum(parts), sum(parts)))
        rows += [
            rows_of(zone, "foyers_selon_composition", name, value, value)
            for name, value in zip(PARTS, parts, strict=True)
        ]
        rows.append(rows_of(zone, "enfants_couverts", "0-2", 2 * parts[0] + 1, parts[0]))
    return rows


@cache
def raw() -> tuple[pd.DataFrame, dict[str, Citation]]:
    """What is published about the fictional commune, and the socle with its canaries."""
    place = config(fictional=True)
    table, citations = embedded.embedded(place)
    public = [key for key, one in citations.items() if not one.confidential]
    kept = table[table["source"].isin(public)]
    small = place.zones("qpv", YEAR)[0].code
    kept = kept[kept["code"] != small]
    rows = pd.DataFrame(canary_rows())
    offer = [
        rows_of(zone, "places_eaje_implantees", "total", PLACES + rank) | {"source": public[0]}
        for rank, zone in enumerate(place.zones("qpv", YEAR))
    ]
    whole = pd.concat([kept, rows, pd.DataFrame(offer)], ignore_index=True)
    return validate(whole), citations | {SOCLE.id: SOCLE}


@cache
def guarded() -> Workspace:
    """The pages' data, through the gate."""
    table, citations = raw()
    return behind_the_gate(config(fictional=True), table, citations)


@cache
def naked() -> Workspace:
    """The same, without the gate: what a leak would look like."""
    table, citations = raw()
    status = np.where(table["value"].isna(), "non_disponible", "diffuse")
    release = masked._release(table.assign(status=status), citations, NOTHING)
    return complete_workspace(config(fictional=True), Gated(release, Secrecy(), pd.DataFrame()))


def hidden_values(guarded_table: MaskedTable, naked_table: MaskedTable) -> set[float]:
    """The true numbers of the cells that the gate hid."""
    both = guarded_table.frame.merge(naked_table.frame, on=KEY, suffixes=("", "_true"))
    secret = both["status"] == str(PublicStatus.SECRET)
    return {float(one) for one in both.loc[secret, "value_true"].dropna()}


@cache
def canaries() -> frozenset[float]:
    """Hidden numbers that no shown cell holds, in the table and in every indicator."""
    found = hidden_values(guarded().release, naked().release)
    shown = set(guarded().release.frame["value"].dropna())
    for one in indicators.catalogue().values():
        found |= hidden_values(guarded().table(one), naked().table(one))
        shown |= set(guarded().table(one).frame["value"].dropna())
    printed = {round(one, decimals) for one in shown for decimals in (0, 1, 2)}
    distinct = {one for one in found if one >= (500 if one == round(one) else 100)}
    return frozenset(one for one in distinct if not {round(one, d) for d in (0, 1)} & printed)


def leaks(found: set[float]) -> set[float]:
    """Canaries among the numbers sent, exact or rounded as on screen."""
    told = {round(one, decimals) for one in found for decimals in (0, 1, 6)}
    return {
        one for one in canaries() if {round(one, 6), round(one, 1)} & told or round(one) in told
    }


def test_there_are_canaries_of_every_kind():
    """A zone too small, a part hidden beside a small one, a ratio of the two."""
    assert {PERSONS, CHILDREN} <= canaries()
    assert canaries() & {15013.0, 17011.0, 18013.0}  # complementary suppression
    assert any(one != round(one) for one in canaries())


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_hidden_numbers_are_not_sent(page, monkeypatch):
    monkeypatch.setenv(role.ENVIRONMENT, role.Role.STATISTICIEN)  # who sees the most pages
    reader = Reader(monkeypatch, guarded())
    reader.open(page)
    # the choices of theme pages are tried block by block, in test_theme_leaks
    for app in [reader.app] if page in themes.themes() else reader.every_choice():
        assert not app.exception
        found, _ = sent(app)
        assert not leaks(found)
    for one in reader.files:
        assert not leaks(written(one.decode("utf-8-sig", "ignore")))


def test_the_search_sees_a_leak_in_a_page_and_in_a_file(monkeypatch):
    """The same search, the same pages, the gate taken away."""
    reader = Reader(monkeypatch, naked())
    reader.open("petite_enfance")
    found = set().union(*(sent(app)[0] for app in reader.every_choice()))
    assert CHILDREN in leaks(found)
    assert any(leaks(written(one.decode("utf-8-sig"))) for one in reader.files)


def test_the_search_sees_a_leak_in_a_packed_array():
    figure = go.Figure(go.Bar(x=np.array([CHILDREN, 5], dtype="i4")))
    (trace,) = json.loads(figure.to_json())["data"]
    assert str(CHILDREN) not in str(trace)  # packed: a search of the text would miss it
    assert CHILDREN in leaks(numbers(trace))


def test_hidden_cells_are_erased_not_flagged():
    frame = guarded().release.frame
    assert frame.loc[frame["sign"] != "", "value"].isna().all()
    assert not set(frame["value"].dropna()) & canaries()
