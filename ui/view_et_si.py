"""Views of the page « Et si… »: the hypotheses, children to come, places to create."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import streamlit as st

from ctg_data import fr, projection, what_if
from ctg_data.decision import Decision, decision
from ctg_data.disclosure.masked import Cell, MaskedTable
from ctg_data.exports import csv
from ctg_data.projection import FUTURE, Projection
from ctg_data.what_if import Basis
from ctg_data.workspace import Workspace
from ui import chart_band, components, notes, places, selectors, states, tables
from ui.chart_lines import CUT_AXIS
from ui.memo import remembered

CHOSEN = "objectif"
SCOPE = "Enfants de moins de 3 ans qui vivent dans la commune (recensement, âge révolu)."
UNDER = "Une estimation faite sous hypothèses n'est pas une prévision : elle dit ce qu'il "
UNDER += "adviendrait si elles se vérifiaient."


@dataclass(frozen=True)
class Aim:
    """The rate to reach: its value, and whose it is, with its article."""

    rate: float
    name: str
    added: int


def hypotheses(data: Workspace) -> Decision | None:
    """What every figure of the page supposes, named and dated."""
    chosen = decision(data.territory)
    if chosen is None:
        states.show(
            "awaited",
            "Aucune hypothèse pour ce territoire",
            "Cette page projette des naissances selon des scénarios que le comité choisit. Ils "
            "s'écrivent dans le fichier « decision.toml » du dossier du territoire ; le dossier "
            "« exemple » en montre un.",
        )
        return None
    body = [
        tables.row(
            escape(fr.spaced(one.name)),
            [f"{fr.number(one.yearly, 1, signed=True)}\u202f%"],
            [one.reason],
            heads=["Naissances, par an", "Hypothèse"],
        )
        for one in chosen.scenarios
    ]
    caption = f"Hypothèses du {fr.day(chosen.dated)}. {chosen.status}"
    st.html(
        '<details class="ctg-method" open><summary>Les hypothèses de cette page</summary>'
        + tables.frame_html(caption, ["Scénario"], ["Naissances, par an"], ["Hypothèse"], body)
        + "</details>"
    )
    return chosen


def children(data: Workspace, chosen: Decision) -> Projection | None:
    """Children under three to come; awaited without births."""
    components.question("Combien d'enfants de moins de 3 ans demain ?")
    made = _project(data)
    if made is None:
        states.awaited(
            "Projection des enfants : non disponible",
            "Elle demande les naissances domiciliées et le nombre d'enfants de moins de 3 ans de "
            "la commune, que publie l'Insee. Ils arrivent avec la première mise à jour.",
        )
        return None
    components.answer(_children_answer(data, made))
    table = made.census.join(*made.futures.values())
    caption = f"Enfants de moins de 3 ans, {data.territory.commune.label}, au 1er janvier"
    picture, words = st.columns([5, 3], gap="large")
    with picture:
        components.draw(_band(data, made, table, caption), "enfants")
        st.html(_by_year(made, made.census, made.futures, caption, 0, "recensement"))
    with words:
        remarks = [_method(made), UNDER, CUT_AXIS]
        st.html(
            notes.notes_html(
                table.join(made.births),
                lecture=_children_lecture(made),
                scope=SCOPE,
                remarks=remarks,
            )
        )
        components.file_button(*_file(data, table, caption), "enfants")
    return made


@remembered
def _project(data: Workspace) -> Projection | None:
    chosen = decision(data.territory)
    return projection.project(data, chosen) if chosen else None


def _futures(made: Projection, prefix: str = FUTURE) -> list[chart_band.Future]:
    return [chart_band.Future(f"{prefix}/{one.id}", one.name) for one in made.decision.scenarios]


def _band(data: Workspace, made: Projection, table: MaskedTable, title: str) -> chart_band.Chart:
    return chart_band.band(
        table,
        known=data.indicator(what_if.CHILDREN).id,
        futures=_futures(made),
        decimals=0,
        title=title,
    )


def _children_answer(data: Workspace, made: Projection) -> str:
    last, low, _, high = made.years[-1], *_ends(made)
    now = made.children("", made.base)
    return (
        f"{data.territory.commune.label} compte {fr.number(now)} enfants de moins de 3 ans en "
        f"{made.base} ; d'ici à {last}, entre {fr.number(low)} et {fr.number(high)}, selon les "
        "naissances à venir."
    )


def _ends(made: Projection) -> tuple[float, float, float]:
    """The last year, in the low, the stable and the high scenario."""
    low, stable, high = (made.children(one.id, made.years[-1]) for one in made.decision.scenarios)
    return low, stable, high


def _children_lecture(made: Projection) -> str:
    stable = made.decision.scenarios[1]
    value = made.children(stable.id, made.years[-1])
    return (
        f"Dans le scénario « {stable.name} », la commune compterait {fr.number(value)} enfants de "
        f"moins de 3 ans au 1er janvier {made.years[-1]}."
    )


def _method(made: Projection) -> str:
    return (
        f"Estimation. Les enfants de moins de 3 ans sont ceux qui naissent en trois ans, à raison "
        f"de {fr.number(made.presence, 2)} enfant présent pour une naissance, comme au recensement "
        f"de {made.base}. Naissances connues jusqu'en {made.last_birth} : avant "
        f"{made.first_unknown}, aucun scénario n'intervient. Sur les années connues, elles "
        f"ont varié de {fr.with_unit_signed(made.trend, '%', 1)} par an. Logements, départs et "
        "arrivées de familles à venir ne sont pas comptés."
    )


def aim(data: Workspace, known: Basis) -> Aim:
    """The rate to reach and the places opened by then, both in the link."""
    found = what_if.targets(data, known.period)
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
            rate = st.slider(
                "Objectif, en places pour 100 enfants", 40, 120, 65, key="but", bind="query-params"
            )
            chosen = float(rate), "l'objectif choisi"
        else:
            zone, value = found[name]
            chosen = value, places.in_words(zone)
            st.html(
                f'<p class="ctg-soft">Taux de couverture {escape(fr.of(chosen[1]))} en '
                f"{known.period} : {fr.number(value, 1)} places pour 100 enfants.</p>"
            )
    with right:
        added = st.slider(
            "Places ouvertes d'ici là", 0, 300, 0, 5, key="ouvertes", bind="query-params"
        )
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
    now = what_if.to_create(known.children, known, target.rate, target.added)
    components.answer(_create_answer(data, made, known, target, now))
    if made is None:
        _today(data, known, target, now)
        return
    lacking, rates = what_if.scenarios(made, known, target.rate, target.added)
    _rates(data, made, known, target, rates)
    _lacking(data, made, known, target, lacking)


@remembered
def _basis(data: Workspace) -> Basis | None:
    return what_if.basis(data)


def whole(value: float) -> int:
    """A whole number, as ``fr.number`` prints it: half away from zero."""
    return math.floor(value + 0.5 + 1e-9)


def _one(table: MaskedTable) -> float:
    return float(table.frame["value"].iloc[0])


def _create_answer(
    data: Workspace, made: Projection | None, known: Basis, target: Aim, now: MaskedTable
) -> str:
    missing, rate = whole(_one(now)), fr.number(target.rate, 1)
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
        whole(_one(what_if.to_create(rows.where(period=year), known, target.rate, target.added)))
        for rows in made.futures.values()
    )
    return f"{said} ; en {year}, de {fr.number(ends[0])} à {fr.number(ends[-1])} selon le scénario."


def _guessed(known: Basis) -> list[str]:
    return [f"Estimation. {one}" for one in known.guessed]


def _today(data: Workspace, known: Basis, target: Aim, now: MaskedTable) -> None:
    """Without births: the year known, as a table and its notes."""
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
            [tables.cell_html(_cell(table), 0)],
            [unit],
            heads=[str(known.period), "Unité"],
        )
        for words, table, unit in lines
    ]
    table = known.children.join(known.places, now)
    picture, words = st.columns([5, 3], gap="large")
    with picture:
        caption = f"Places à créer, {place.label}, {known.period}"
        st.html(tables.frame_html(caption, ["Grandeur"], [str(known.period)], ["Unité"], body))
    with words:
        lecture = f"En {known.period}, il faudrait {fr.plural(whole(_one(now)), 'place')} de plus."
        remarks = [*_guessed(known), UNDER]
        st.html(notes.notes_html(table, lecture=lecture, scope=SCOPE, remarks=remarks))
        components.file_button(*_file(data, table, caption), "aujourdhui")


def _cell(table: MaskedTable) -> Cell:
    row = table.frame.iloc[0]
    return table.cell(str(row["level"]), str(row["code"]))


def _rates(
    data: Workspace, made: Projection, known: Basis, target: Aim, rates: Mapping[str, MaskedTable]
) -> None:
    """The rate to come if the offer stays what it is, with the places opened by then."""
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
    picture, words = st.columns([5, 3], gap="large")
    with picture:
        st.html(f'<p class="ctg-caption">{escape(fr.spaced(caption))}</p>')
        chart = chart_band.band(
            table,
            known=data.indicator(what_if.RATE).id,
            futures=futures,
            decimals=1,
            title=caption,
            reference=(target.rate, f"{fr.number(target.rate, 1)} : {target.name}"),
        )
        components.draw(chart, "taux")
        st.html(_by_year(made, past, named, caption, 1, "publié"))
    with words:
        stable = made.decision.scenarios[1]
        year = made.years[-1]
        value = _one(rates[stable.id].where(period=year))
        lecture = (
            f"Dans le scénario « {stable.name} », la commune aurait {fr.number(value, 1)} places "
            f"pour 100 enfants en {year}."
        )
        remarks = [
            f"Estimation : les {fr.number(known.offer + target.added)} places (celles de "
            f"{known.period}{opened}) rapportées aux enfants projetés. Moins d'enfants suffit à "
            "faire monter le taux.",
            "La fiche « Taux de couverture projeté » (PE17) s'arrête à trois ans et part de la "
            "seule dernière année : les deux estimations peuvent différer.",
            *_guessed(known),
            CUT_AXIS,
        ]
        st.html(notes.notes_html(table, lecture=lecture, scope=SCOPE, remarks=remarks))
        components.file_button(*_file(data, table, caption), "taux")


def _lacking(
    data: Workspace, made: Projection, known: Basis, target: Aim, lacking: Mapping[str, MaskedTable]
) -> None:
    """Places to create, a year in each row."""
    caption = (
        f"Places à créer pour atteindre {fr.number(target.rate, 1)} places pour 100 enfants "
        f"({target.name}), estimation"
    )
    st.html(_by_year(made, None, lacking, caption, 0, ""))
    table = next(iter(lacking.values())).join(*list(lacking.values())[1:])
    components.file_button(*_file(data, table, caption), "creer")


def _renamed(table: MaskedTable, name: str, key: str) -> MaskedTable:
    """The same cells under the name of their scenario, to be drawn side by side."""
    return table.derive(f"{name}/{key}", table.unit, [table], lambda value: value.copy())


def _by_year(
    made: Projection,
    past: MaskedTable | None,
    futures: Mapping[str, MaskedTable],
    caption: str,
    decimals: int,
    head: str,
) -> str:
    """One row a year: what was counted, then each scenario."""
    heads = [*([head] if past is not None else []), *(s.name for s in made.decision.scenarios)]
    known = past.periods[:3] if past is not None else []
    body = []
    for year in sorted({*known, *made.years}):
        columns = [past] if past is not None else []
        columns += [futures[one.id] for one in made.decision.scenarios]
        cells = [
            tables.cell_html(_cell(rows), decimals) if len(rows) else "–"
            for rows in (one.where(period=year) for one in columns)
        ]
        body.append(tables.row(str(year), cells, [], heads=heads))
    return tables.frame_html(caption, ["Année"], heads, [], body)


def _file(data: Workspace, table: MaskedTable, title: str) -> tuple[bytes, str]:
    place = data.territory
    name = csv.file_name(title.split(",")[0], place.label, fictional=place.fictional)
    return csv.to_csv(table, data.label, title=title, decimals=1), name
