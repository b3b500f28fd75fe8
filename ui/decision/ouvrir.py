"""Views of the page « Et si… », zone by zone: places to create, and what a structure changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from ctg_data import fr
from ctg_data.decision import what_if
from ctg_data.decision.projection import Projection
from ctg_data.decision.proposed import Decision, Scenario, StructureKind
from ctg_data.decision.what_if import Opening, Zones
from ctg_data.model import Level
from ctg_data.release.masked import MaskedTable
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace
from ui.blocks import components, notes, places, selectors, states, tables
from ui.charts import figures as charts
from ui.decision.et_si import Estimate, file_of, show, whole
from ui.state.memo import remembered

MOST = 15  # bars of a chart; the table below has every zone
SCOPE = "Enfants de moins de 3 ans qui vivent dans la zone (recensement) ; places des crèches qui "
SCOPE += "y sont implantées, quel que soit l'endroit d'où viennent les enfants."
NOT_COVERAGE = "Ce n'est pas un taux de couverture : les familles traversent les quartiers. Sous "
NOT_COVERAGE += (
    "la commune, le recensement compte mal les tout-petits : lire des ordres de grandeur."
)
CREDITED = "Seule la zone de la structure est créditée de ses places ; les familles des zones "
CREDITED += "voisines y viennent aussi."
HEADS = ["avant", "après"]


def zones(data: Workspace, chosen: Decision, made: Projection | None) -> Zones | None:
    """Places to create in each zone to have as many, for its children, as the whole commune."""
    components.question("Où les créer ?")
    levels = _levels(data)
    if not levels:
        states.awaited(
            "Places par zone : non disponible",
            "Il y faut, sous la commune, le nombre d'enfants de moins de 3 ans et les places de "
            "crèche. Aucun fichier national ne donne ces places par quartier : elles viennent du "
            "registre des structures tenu par la collectivité.",
        )
        return None
    left, middle, right = st.columns([2, 2, 2], gap="medium")
    with left:
        level = selectors.level(levels)
    base = _zones(data, level)
    scenario, year = "", base.census
    if made is not None:
        with middle:
            year = int(
                selectors.choose(
                    "horizon", "Année", [str(one) for one in (base.census, *made.years)]
                )
            )
        with right:
            names = {one.id: one.name for one in _middle_first(chosen)}
            asked = selectors.choose("scenario", "Scénario", list(names), names.__getitem__)
        scenario = asked if year != base.census else ""  # what was counted supposes nothing
    found = _zones(data, level, made, scenario, year)
    show(_needs(data, found, chosen, scenario), "zones-a-creer", "zones")
    return found


@remembered
def _zones(
    data: Workspace,
    level: Level,
    made: Projection | None = None,
    scenario: str = "",
    year: int | None = None,
) -> Zones:
    found = what_if.zones(data, level, made, scenario, year)
    assert found is not None
    return found


@remembered
def _today(data: Workspace, found: Zones) -> tuple[MaskedTable, MaskedTable]:
    """Places for 100 children and places to create, zone by zone, nothing opened."""
    return found.ratio(), found.lacking(found.average)


def _middle_first(chosen: Decision) -> list[Scenario]:
    low, stable, high = chosen.scenarios
    return [stable, low, high]


@remembered
def _levels(data: Workspace) -> list[Level]:
    return what_if.levels(data)


@remembered
def _needs(data: Workspace, found: Zones, chosen: Decision, scenario: str) -> Estimate:
    ratio, lacking = _today(data, found)
    total, short = _total(lacking), _short(lacking)
    average = fr.number(found.average, 1)
    answer = (
        f"La commune a {average} places de crèche pour 100 enfants. Pour que chaque zone connue en "
        f"ait autant{_when(found, chosen, scenario)}, il faudrait {fr.plural(total, 'place')} de "
        f"plus, dans {fr.plural(short, 'zone')}."
    )
    title = f"Places à créer pour {average} places pour 100 enfants, {found.year}"
    codes = [code for _, code in _ranked(lacking)]
    table = found.children.join(found.places, ratio, lacking)
    first = _first(data, lacking)
    lecture = f"{first[0]} : {fr.plural(first[1], 'place')} à créer." if first else ""
    remarks = [_kept_share(found, chosen, scenario), NOT_COVERAGE, *_more(codes)]
    return Estimate(
        answer=answer,
        caption="",
        chart=charts.bars(lacking.where(code=codes[:MOST]), data.label, decimals=0, title=title),
        table=_zone_table(data, table, title, found),
        words=notes.notes_html(table, lecture=lecture, scope=SCOPE, remarks=remarks),
        file=file_of(data, table, "Places à créer par zone, estimation"),
    )


def _when(found: Zones, chosen: Decision, scenario: str) -> str:
    if found.year == found.census:
        return f" en {found.year}"
    name = next(one.name for one in chosen.scenarios if one.id == scenario)
    return f" en {found.year} (scénario « {name} »)"


def _kept_share(found: Zones, chosen: Decision, scenario: str) -> str:
    if found.year == found.census:
        return f"Estimation, sur les enfants et les places de {found.census}."
    return (
        f"Estimation{_when(found, chosen, scenario)} : chaque zone garde sa part des enfants de la "
        f"commune au recensement de {found.census} ; les places sont celles de {found.census}."
    )


def _more(codes: list[str]) -> list[str]:
    if len(codes) <= MOST:
        return []
    return [f"Le graphique montre {MOST} zones sur {len(codes)} ; le tableau, toutes."]


def _zone_table(data: Workspace, table: MaskedTable, title: str, found: Zones) -> str:
    heads = {
        what_if.ZONE_CHILDREN: f"enfants de moins de 3 ans ({found.year})",
        data.indicator(what_if.HERE).id: f"places de crèche ({found.census})",
        what_if.AFTER: "places pour 100 enfants",
        what_if.CREATE: "places à créer",
    }
    layout = tables.Layout(
        caption=title,
        columns="variable",
        heads=heads,
        places=_ranked(table.where(variable=what_if.CREATE)),
        decimals={what_if.AFTER: 1},
    )
    return tables.html_table(table, data.label, layout, decimals=0)


@dataclass(frozen=True)
class Tried:
    """The structure that one tries to open."""

    zone: Zone
    kind: StructureKind
    size: int


def opening(data: Workspace, chosen: Decision, found: Zones) -> Tried:
    """What a new structure changes in the zone where it opens, and for the commune."""
    components.question("Et si l'on ouvrait une structure ?")
    known = _where(data, found)
    left, middle, right = st.columns([2, 2, 2], gap="medium")
    with left:
        zone = selectors.zone(data, known, "Où")
    with middle:
        kinds = {one.id: one for one in chosen.kinds}
        kind = kinds[
            selectors.choose("structure", "Quoi", list(kinds), lambda key: kinds[key].name)
        ]
    with right:
        size = selectors.slide(f"places_{kind.id}", "Combien de places", 1, 80, kind.places)
    show(_effect(data, found, zone, kind, size), "ouverture")
    return Tried(zone, kind, size)


@remembered
def _where(data: Workspace, found: Zones) -> list[Zone]:
    """Zones where one may try to open, those that lack most first."""
    _, table = _today(data, found)
    zones = {zone.code: zone for zone in data.territory.zones(found.level)}
    return [zones[code] for _, code in _ranked(table) if _known(table, zones[code])]


def _moved(ranks: Sequence[int], count: int) -> str:
    """What becomes of the rank of a zone, the best provided being the first.

    >>> _moved([1, 1], 8), _moved([3, 1], 8)
    ('elle resterait la mieux pourvue des 8 zones', 'du rang 3 au rang 1 sur 8, le 1er étant celui \
de la zone la mieux pourvue')
    """
    before, after = ranks
    if before == after == 1:
        return f"elle resterait la mieux pourvue des {count} zones"
    if before == after:
        return f"elle garderait le rang {after} sur {count}, le 1er étant celui de la mieux pourvue"
    return (
        f"du rang {before} au rang {after} sur {count}, le 1er étant celui de la zone la mieux "
        "pourvue"
    )


@remembered
def _effect(data: Workspace, found: Zones, zone: Zone, kind: StructureKind, size: int) -> Estimate:
    opened = Opening(zone.code, size)
    before, need = _today(data, found)
    after, left = found.ratio(opened), found.lacking(found.average, opened)
    place = (str(zone.level), zone.code)
    ratios = [fr.number(one.cell(*place).value or 0.0, 1) for one in (before, after)]
    ranks = [_rank(one, zone) for one in (before, after)]
    shown = before.shown
    answer = (
        f"Avec une {kind.name.lower()} de {fr.plural(size, 'place')}, {places.full_name(zone)} "
        f"passerait de {ratios[0]} à {ratios[1]} places pour 100 enfants ; {_moved(ranks, shown)}."
    )
    lines = [
        ("Places pour 100 enfants dans la zone", ratios),
        ("Places à créer dans la zone", [_count(one, place) for one in (need, left)]),
        ("Rang de la zone, la mieux pourvue d'abord", [f"{one} sur {shown}" for one in ranks]),
        ("Places à créer dans toutes les zones", [fr.number(_total(one)) for one in (need, left)]),
    ]
    body = [tables.row(escape(fr.spaced(a)), b, [], heads=HEADS) for a, b in lines]
    title = f"Places de crèche pour 100 enfants, une fois la structure ouverte, {found.year}"
    codes = [code for _, code in _ranked(after)]
    kept = [code for code in codes if code in codes[:MOST] or code == zone.code]
    remarks = [f"Estimation. {kind.name} : {kind.source}.", CREDITED, NOT_COVERAGE]
    lecture = f"{zone.label} : {ratios[1]} places pour 100 enfants après l'ouverture."
    table = tables.frame_html(f"{zone.label}, {found.year}", ["Grandeur"], HEADS, [], body)
    return Estimate(
        answer=answer,
        caption=title,
        chart=charts.bars(
            after.where(code=kept), data.label, decimals=1, highlight=zone.code, title=title
        ),
        table="",
        words=notes.notes_html(after, lecture=lecture, scope=SCOPE, remarks=remarks),
        file=file_of(data, after, title),
        before=table,
    )


def _known(table: MaskedTable, zone: Zone) -> bool:
    return table.cell(str(zone.level), zone.code).value is not None


def _rank(table: MaskedTable, zone: Zone) -> int:
    """The place of a zone among those with a number, the best provided first."""
    mine = table.cell(str(zone.level), zone.code).value or 0.0
    return 1 + int((table.frame["value"] > mine).sum())


def _count(table: MaskedTable, place: tuple[str, str]) -> str:
    return fr.number(table.cell(*place).value or 0.0)


def _total(table: MaskedTable) -> int:
    """Whole places, added zone by zone as printed: a reader who adds finds the same."""
    return int(sum(whole(one) for one in table.frame["value"].dropna()))


def _short(table: MaskedTable) -> int:
    return int(sum(whole(one) > 0 for one in table.frame["value"].dropna()))


def _ranked(table: MaskedTable) -> list[tuple[str, str]]:
    frame = table.frame.sort_values("value", ascending=False, na_position="last")
    return list(zip(frame["level"], frame["code"], strict=True))


def _first(data: Workspace, table: MaskedTable) -> tuple[str, int] | None:
    place = next(iter(_ranked(table)), None)
    value = table.cell(*place).value if place else None
    return None if place is None or value is None else (data.label(*place), whole(value))
