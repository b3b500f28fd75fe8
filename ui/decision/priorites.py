"""Views of the page « Priorités »: criteria and weights, the ranking, what makes it."""

from collections.abc import Sequence

import streamlit as st

from ctg_data import fr
from ctg_data.decision import priorities, priority_words
from ctg_data.decision.priorities import GAP, PLACES, POINTS, SCORE, Criterion, Ranking, Setting
from ctg_data.decision.proposed import MOST_WEIGHT, Decision, decision
from ctg_data.documents import csv
from ctg_data.model import Level
from ctg_data.workspace import Workspace
from ui.blocks import components, notes, selectors, states, tables
from ui.charts import scores as chart_scores
from ui.state.memo import remembered

METHODS = {PLACES: "par leur rang", GAP: "par leur écart à la commune"}
FEW = 4
MOST = 15  # bars of a chart; the table below has every ranked zone
SCOPE = "Zones de la commune dont tous les critères choisis sont connus ; le champ de chaque "
SCOPE += "critère est celui de sa fiche, page « Méthode »."


def choose(data: Workspace) -> Setting | None:
    """The level, the criteria and their weights, all in the link; none when nothing is known."""
    levels = _levels(data)
    if not levels:
        states.awaited(
            "Aucun besoin connu sous la commune",
            "Un classement demande au moins un critère chiffré dans deux zones. Ces chiffres "
            "viennent avec le socle annuel de la CAF et les données publiques de l'Insee.",
        )
        return None
    left, right, _ = st.columns([2, 2, 2])
    with left:
        level = selectors.level(levels)
    found = _criteria(data, level)
    comparable = _comparable(data, level)
    with right:
        methods = [PLACES, *([GAP] if comparable else [])]
        method = selectors.choose("classement", "Comparer les zones", methods, METHODS.__getitem__)
    weights = _weights(data, level, comparable if method == GAP else found)
    return Setting(level, tuple((code, one) for code, one in weights.items() if one), method)


def _weights(data: Workspace, level: Level, found: Sequence[Criterion]) -> dict[str, int]:
    """The criteria kept, then a weight for each, side by side."""
    chosen = _chosen(data)
    proposal = priorities.proposed(found, chosen.weights if chosen else {})
    titles = {one.indicator.code: one.indicator.title for one in found}
    key = f"criteres_{level}"
    kept = selectors.several(
        key,
        "Critères : besoins et écarts connus à cette échelle",
        titles,
        list(proposal)[: chart_scores.MOST],
        most=chart_scores.MOST,
        hint="Choisir au moins un critère",
    )
    weights = {}
    columns = st.columns(max(3, len(kept)), gap="medium")
    for code, column in zip(kept, columns, strict=False):
        with column:
            key, words = f"poids_{code}", f"Poids : {titles[code]}"
            weights[code] = selectors.slide(key, words, 0, MOST_WEIGHT, proposal.get(code, 1))
    return weights


def ranking(data: Workspace, setting: Setting) -> Ranking | None:
    """The answer, the bars and the table; or why there is no ranking."""
    made = ranked(data, setting)
    if made is None:
        states.show(
            "empty",
            "Pas de classement avec ces critères",
            "Il faut au moins un critère de poids supérieur à zéro, et deux zones où tous les "
            "critères choisis sont connus. Retirez un critère, ou changez d'échelle.",
        )
        return None
    components.lead(priority_words.answer(made))
    picture, words = st.columns([5, 3], gap="large")
    with picture:
        titles = [one.indicator.title for one in made.criteria]
        st.html(chart_scores.legend_html(titles))
        components.draw(_bars(data, setting), "priorites")
        st.html(_table(data, setting))
    with words:
        st.html(_notes(data, setting))
        components.file_button(*_file(data, setting), "priorites")
    for reason, zones in made.unranked.items():
        title = f"{fr.plural(len(zones), 'zone non classée', 'zones non classées')}"
        state: states.State = "masked" if reason.sign == "s" else "awaited"
        states.show(state, title, priority_words.unranked(reason, zones))
    return made


@remembered
def ranked(data: Workspace, setting: Setting) -> Ranking | None:
    """The ranking of a setting, made once for all readers."""
    return priorities.rank(data, setting)


def standing(data: Workspace, setting: Setting) -> Ranking:
    """The ranking of a setting that is known to make one."""
    made = ranked(data, setting)
    assert made is not None
    return made


@remembered
def _bars(data: Workspace, setting: Setting) -> chart_scores.Chart:
    made = standing(data, setting)
    codes = [one.code for one in made.zones[:MOST]]
    words = {f"{POINTS}/{one.indicator.code}": one.indicator.title for one in made.criteria}
    return chart_scores.contributions(
        made.table.where(code=codes), data.label, variables=words, score=SCORE, title=_caption(made)
    )


def _caption(made: Ranking) -> str:
    unit = "points d'écart à la commune" if made.method == GAP else "points sur 100"
    return f"Score de priorité, {priority_words.MANY[made.level]}, en {unit}"


@remembered
def _table(data: Workspace, setting: Setting) -> str:
    made = standing(data, setting)
    heads = {SCORE: "score"}
    heads |= {
        one.indicator.id: f"{one.indicator.title}, {one.indicator.unit} ({one.moment.head})"
        for one in made.criteria
    }
    places = [(str(made.level), one.code) for one in made.zones]
    told = [priority_words.ordinal(int(place)) for place in made.places]
    layout = tables.Layout(
        caption=f"{_caption(made)} ; valeur de chaque critère",
        columns="variable",
        heads=heads,
        places=places,
        measures={"place": dict(zip(places, told, strict=True))},
        decimals={one.indicator.id: one.indicator.decimals for one in made.criteria},
    )
    return tables.html_table(made.table, data.label, layout, decimals=1)


@remembered
def _chosen(data: Workspace) -> Decision | None:
    return decision(data.territory)


@remembered
def _notes(data: Workspace, setting: Setting) -> str:
    made, chosen = standing(data, setting), _chosen(data)
    remarks = [priority_words.method(made), *priority_words.cautions(made)]
    if len(made.zones) > MOST:
        remarks.append(
            f"Le graphique montre {MOST} zones sur {len(made.zones)} ; le tableau, toutes."
        )
    if chosen is not None:
        remarks.append(f"Poids proposés le {fr.day(chosen.dated)} : {chosen.reason}")
    return notes.notes_html(
        made.table,
        lecture=priority_words.lecture(made),
        scope=SCOPE,
        remarks=remarks,
        moments=[one.moment for one in made.criteria],
    )


@remembered
def _file(data: Workspace, setting: Setting) -> tuple[bytes, str]:
    made = standing(data, setting)
    weights = ", ".join(
        f"{one.indicator.code} : {fr.number(weight)}"
        for one, weight in zip(made.criteria, made.weights, strict=True)
    )
    dates = ", ".join(f"{one.indicator.code} : {one.moment.told}" for one in made.criteria)
    title = f"Score de priorité, estimation (poids {weights} ; années {dates})"
    place = data.territory
    name = csv.file_name("Priorités", place.label, fictional=place.fictional)
    return csv.to_csv(made.table, data.label, title=title, decimals=1), name


@remembered
def _levels(data: Workspace) -> list[Level]:
    """Levels with something to weigh; two or three zones are hardly a ranking, and come last."""
    found = [one for one in priorities.LEVELS if _criteria(data, one)]
    return sorted(found, key=lambda one: len(priorities.known_zones(data, one)) < FEW)


@remembered
def _comparable(data: Workspace, level: Level) -> tuple[Criterion, ...]:
    return priorities.comparable(data, _criteria(data, level))


@remembered
def _criteria(data: Workspace, level: Level) -> tuple[Criterion, ...]:
    return priorities.criteria(data, level)
