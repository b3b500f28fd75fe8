"""Views of the page « Et si… »: places to create in the commune, today and in years to come."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import streamlit as st

from ctg_data import fr
from ctg_data.decision import what_if
from ctg_data.decision.projection import Projection
from ctg_data.decision.what_if import Basis
from ctg_data.release.masked import MaskedTable
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace
from ui.blocks import components, notes, places, selectors, states, tables
from ui.charts import band as chart_band
from ui.charts.lines import CUT_AXIS
from ui.decision.et_si import (
    SCOPE,
    UNDER,
    Estimate,
    by_year,
    file_of,
    number_of,
    only_cell,
    show,
    whole,
)
from ui.state.memo import remembered

CHOSEN = "objectif"
Scenarios = tuple[Mapping[str, MaskedTable], Mapping[str, MaskedTable]]  # to create, rates


@dataclass(frozen=True)
class Aim:
    """The rate to reach: its value, and whose it is, with its article."""

    rate: float
    name: str
    added: int


def aim(data: Workspace, known: Basis) -> Aim:
    """The rate to reach and the places opened by then, both in the link."""
    found = _targets(data, known.period)
    left, middle, right = st.columns([2, 2, 2], gap="medium")
    with left:
        keys = [*found, CHOSEN]
        name = selectors.choose(
            "cible",
            "Atteindre",
            keys,
            lambda key: "un objectif choisi" if key == CHOSEN else f"{found[key][0].label}",
        )
    with middle:
        if name == CHOSEN:
            rate = selectors.slide("but", "Objectif, en places pour 100 enfants", 40, 120, 65)
            chosen = float(rate), "l'objectif choisi"
        else:
            zone, value = found[name]
            chosen = value, places.in_words(zone)
            st.html(
                f'<p class="ctg-soft">Taux de couverture {escape(fr.of(chosen[1]))} en '
                f"{known.period} : {fr.number(value, 1)} places pour 100 enfants.</p>"
            )
    with right:
        added = selectors.slide("ouvertes", "Places ouvertes d'ici là", 0, 300, 0, 5)
    return Aim(*chosen, added)


def to_create(data: Workspace, made: Projection | None) -> None:
    """Places to create to reach a rate: today, and year by year in each scenario."""
    components.question("Combien de places faudrait-il créer ?")
    known = _basis(data)
    if known is None:
        states.awaited(
            "Places à créer : non disponible",
            "Il y faut le taux de couverture de la commune et son nombre d'enfants de moins de "
            "3 ans. La Cnaf ne publie ce taux qu'au-dessus de 10 000 habitants.",
        )
        return
    target = aim(data, known)
    if made is None:
        show(_today(data, known, target), "aujourdhui")
        return
    show(_rates(data, made, known, target), "taux")
    show(_lacking(data, made, known, target), "creer")


@remembered
def _basis(data: Workspace) -> Basis | None:
    return what_if.basis(data)


@remembered
def _targets(data: Workspace, period: int) -> dict[str, tuple[Zone, float]]:
    return what_if.targets(data, period)


@remembered
def _scenarios(data: Workspace, made: Projection, known: Basis, target: Aim) -> Scenarios:
    return what_if.scenarios(made, known, target.rate, target.added)


def _create_answer(data: Workspace, made: Projection | None, known: Basis, target: Aim) -> str:
    now = what_if.to_create(known.children, known, target.rate, target.added)
    missing, rate = whole(number_of(now)), fr.number(target.rate, 1)
    opened = f", {fr.plural(target.added, 'place')} ouvertes en plus," if target.added else ""
    name, aimed = data.territory.commune.label, f"{rate} places pour 100 enfants ({target.name})"
    said = (
        f"Pour atteindre {aimed}, il manque à {name}{opened} {fr.plural(missing, 'place')} en "
        f"{known.period}"
        if missing
        else f"{name}{opened} atteint déjà {aimed} en {known.period}"
    )
    if made is None:
        return f"{said}. C'est une estimation."
    year = made.years[-1]
    ends = sorted(
        whole(
            number_of(what_if.to_create(rows.where(period=year), known, target.rate, target.added))
        )
        for rows in made.futures.values()
    )
    return f"{said} ; en {year}, de {fr.number(ends[0])} à {fr.number(ends[-1])} selon le scénario."


def _guessed(known: Basis) -> list[str]:
    return [f"Estimation. {one}" for one in known.guessed]


@remembered
def _today(data: Workspace, known: Basis, target: Aim) -> Estimate:
    """Without births: the year known, as a table and its notes."""
    now = what_if.to_create(known.children, known, target.rate, target.added)
    place = data.territory.commune
    told = " (estimation)"
    lines = [
        (f"Enfants de moins de 3 ans{told * known.guessed_children}", known.children, "enfants"),
        (f"Places d'accueil{told * known.guessed_places}", known.places, "places"),
        (f"Places à créer pour atteindre {fr.number(target.rate, 1)}", now, "places"),
    ]
    body = [
        tables.row(
            escape(fr.spaced(words)),
            [tables.cell_html(only_cell(table), 0)],
            [unit],
            heads=[str(known.period), "Unité"],
        )
        for words, table, unit in lines
    ]
    table = known.children.join(known.places, now)
    caption = f"Places à créer, {place.label}, {known.period}"
    lecture = f"En {known.period}, il faudrait {fr.plural(whole(number_of(now)), 'place')} de plus."
    remarks = [*_guessed(known), UNDER]
    return Estimate(
        answer=_create_answer(data, None, known, target),
        caption="",
        chart=None,
        table=tables.frame_html(caption, ["Grandeur"], [str(known.period)], ["Unité"], body),
        words=notes.notes_html(table, lecture=lecture, scope=SCOPE, remarks=remarks),
        file=file_of(data, table, caption),
    )


@remembered
def _rates(data: Workspace, made: Projection, known: Basis, target: Aim) -> Estimate:
    """The rate to come if the offer stays what it is, with the places opened by then."""
    _, rates = _scenarios(data, made, known, target)
    place = data.territory.commune
    published = data.table(data.indicator(what_if.RATE))
    past = published.where(level=str(place.level), code=place.code)
    named = {key: _renamed(rows, what_if.COVERAGE, key) for key, rows in rates.items()}
    table = past.join(*named.values())
    opened = f", {target.added} places de plus" if target.added else ", offre inchangée"
    caption = f"Taux de couverture projeté, {place.label}{opened} (places pour 100 enfants)"
    futures = [
        chart_band.Future(f"{what_if.COVERAGE}/{one.id}", one.name)
        for one in reversed(made.decision.scenarios)
    ]
    value = number_of(rates[made.decision.scenarios[1].id].where(period=made.years[-1]))
    lecture = (
        f"Dans le scénario « {made.decision.scenarios[1].name} », la commune aurait "
        f"{fr.number(value, 1)} places pour 100 enfants en {made.years[-1]}."
    )
    remarks = _rate_remarks(known, target, opened)
    return Estimate(
        answer=_create_answer(data, made, known, target),
        caption=caption,
        chart=chart_band.band(
            table,
            known=data.indicator(what_if.RATE).id,
            futures=futures,
            decimals=1,
            title=caption,
            reference=(target.rate, f"{fr.number(target.rate, 1)} : {target.name}"),
        ),
        table=by_year(made, past, named, caption, 1, "publié"),
        words=notes.notes_html(table, lecture=lecture, scope=SCOPE, remarks=remarks),
        file=file_of(data, table, caption),
    )


def _rate_remarks(known: Basis, target: Aim, opened: str) -> list[str]:
    return [
        f"Estimation : les {fr.number(known.offer + target.added)} places (celles de "
        f"{known.period}{opened}) rapportées aux enfants projetés. Moins d'enfants suffit à faire "
        "monter le taux.",
        *_guessed(known),
        CUT_AXIS,
    ]


@remembered
def _lacking(data: Workspace, made: Projection, known: Basis, target: Aim) -> Estimate:
    """Places to create, a year in each row."""
    lacking, _ = _scenarios(data, made, known, target)
    caption = (
        f"Places à créer pour atteindre {fr.number(target.rate, 1)} places pour 100 enfants "
        f"({target.name}), estimation"
    )
    table = next(iter(lacking.values())).join(*list(lacking.values())[1:])
    stable, year = made.decision.scenarios[1], made.years[-1]
    missing = whole(number_of(lacking[stable.id].where(period=year)))
    lecture = (
        f"Dans le scénario « {stable.name} », il faudrait "
        f"{fr.plural(missing, 'place')} de plus en {year}."
    )
    have = fr.number(known.offer + target.added)
    remarks = [
        f"Estimation : {fr.number(target.rate, 1)} places pour 100 enfants projetés, moins "
        f"les {have} places supposées ouvertes ; 0 quand elles suffisent.",
        *_guessed(known),
        UNDER,
    ]
    return Estimate(
        answer="",
        caption="",
        chart=None,
        table=by_year(made, None, lacking, caption, 0, ""),
        words=notes.notes_html(table, lecture=lecture, scope=SCOPE, remarks=remarks),
        file=file_of(data, table, caption),
    )


def _renamed(table: MaskedTable, name: str, key: str) -> MaskedTable:
    """The same cells under the name of their scenario, to be drawn side by side."""
    return table.derive(f"{name}/{key}", table.unit, [table], lambda value: value.copy())
