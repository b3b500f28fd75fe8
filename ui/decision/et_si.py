"""Views of the page « Et si… »: the hypotheses, and the children to come."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import streamlit as st

from ctg_data import fr
from ctg_data.decision import projection, what_if
from ctg_data.decision.projection import FUTURE, Projection
from ctg_data.decision.proposed import Decision, decision
from ctg_data.documents import csv
from ctg_data.release.masked import Cell, MaskedTable
from ctg_data.workspace import Workspace
from ui.blocks import components, notes, states, tables
from ui.charts import band as chart_band
from ui.charts.base import Chart
from ui.charts.lines import CUT_AXIS
from ui.state.memo import remembered

SCOPE = "Enfants de moins de 3 ans qui vivent dans la commune (recensement, âge révolu)."
UNDER = "Une estimation faite sous hypothèses n'est pas une prévision : elle dit ce qu'il "
UNDER += "adviendrait si elles se vérifiaient."


@dataclass(frozen=True)
class Estimate:
    """A view of this page ready to be shown, nothing left to compute: it is kept for all readers.

    Attributes:
        caption: above the picture; none when the table under it says the same.
        table: under the picture; words: beside it, as HTML.
        file: its bytes and its name.
        before: a small table above the words; none unless told.
    """

    answer: str
    caption: str
    chart: Chart | None
    table: str
    words: str
    file: tuple[bytes, str]
    before: str = ""


def show(made: Estimate, key: str, file_key: str = "") -> None:
    """Picture and table on the left, words and file on the right."""
    components.answer(made.answer)
    picture, words = st.columns([5, 3], gap="large")
    with picture:
        if made.caption:
            st.html(f'<p class="ctg-caption">{escape(fr.spaced(made.caption))}</p>')
        if made.chart is not None:
            components.draw(made.chart, key)
        if made.table:
            st.html(made.table)
    with words:
        if made.before:
            st.html(made.before)
        st.html(made.words)
        components.file_button(*made.file, file_key or key)


@remembered
def _chosen(data: Workspace) -> Decision | None:
    return decision(data.territory)


def hypotheses(data: Workspace) -> Decision | None:
    """What every figure of the page supposes, named and dated."""
    chosen = _chosen(data)
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
    show(_children(data, made), "enfants")
    return made


@remembered
def _children(data: Workspace, made: Projection) -> Estimate:
    table = made.census.join(*made.futures.values())
    caption = f"Enfants de moins de 3 ans, {data.territory.commune.label}, au 1er janvier"
    return Estimate(
        answer=_children_answer(data, made),
        caption="",
        chart=_band(data, made, table, caption),
        table=by_year(made, made.census, made.futures, caption, 0, "recensement"),
        words=notes.notes_html(
            table.join(made.births),
            lecture=_children_lecture(made),
            scope=SCOPE,
            remarks=[_method(made), UNDER, CUT_AXIS],
        ),
        file=file_of(data, table, caption),
    )


@remembered
def _project(data: Workspace) -> Projection | None:
    chosen = _chosen(data)
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


def whole(value: float) -> int:
    """A whole number, as ``fr.number`` prints it: half away from zero."""
    return math.floor(value + 0.5 + 1e-9)


def number_of(table: MaskedTable) -> float:
    """The number of a table of one cell."""
    return float(table.frame["value"].iloc[0])


def only_cell(table: MaskedTable) -> Cell:
    """The cell of a table of one cell."""
    row = table.frame.iloc[0]
    return table.cell(str(row["level"]), str(row["code"]))


def by_year(
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
            tables.cell_html(only_cell(rows), decimals) if len(rows) else "–"
            for rows in (one.where(period=year) for one in columns)
        ]
        body.append(tables.row(str(year), cells, [], heads=heads))
    return tables.frame_html(caption, ["Année"], heads, [], body)


def file_of(data: Workspace, table: MaskedTable, title: str) -> tuple[bytes, str]:
    """A table to take away, and the name of its file."""
    place = data.territory
    name = csv.file_name(title.split(",")[0], place.label, fictional=place.fictional)
    return csv.to_csv(table, data.label, title=title, decimals=1), name
