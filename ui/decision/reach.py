"""Views of the page « Et si… »: what a structure opened puts within reach, on every side."""

from collections.abc import Sequence

from ctg_data import fr
from ctg_data.access import accessibility
from ctg_data.access.after_opening import NAMES, Change
from ctg_data.release.masked import MaskedTable
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace
from ui.blocks import components, notes, places, states, tables
from ui.charts import figures as charts
from ui.decision.et_si import Estimate, file_of, show, whole
from ui.decision.ouvrir import Tried
from ui.state.memo import remembered

ACCESS = "PE14C"
MOST = 15  # bars of a chart; the table below has every zone that changes
FEWEST = 0.05  # a gain that would print as 0,0
SHARED = (
    "Les places ouvertes se partagent à parts égales entre tous les enfants à portée : le gain "
)
SHARED += "est le même partout. Les autres zones gardent l'accès qu'elles ont."


def change(data: Workspace, tried: Tried) -> None:
    """Zone by zone, before and after; or what is missing for it to be told."""
    components.question("Qui aurait plus de places à portée ?")
    found = _change(data, tried.zone, tried.size)
    if found is None:
        lacking = list(data.awaited(data.indicator(ACCESS)))
        states.awaited(
            "Places à portée : non disponible",
            f"Il manque : {' ; '.join(lacking)}."
            if lacking
            else "Le milieu de cette zone n'est pas connu : elle n'a pas de contour officiel.",
        )
        return
    made = _estimate(data, tried, found)
    if made is None:
        states.show(
            "empty",
            "Aucune zone à portée",
            "Depuis le milieu de cette zone, la structure n'est à portée d'aucune zone dont le "
            "gain peut être dit. Essayez-en une autre.",
        )
        return
    show(made, "portee")


@remembered
def _change(data: Workspace, zone: Zone, size: int) -> Change | None:
    return data.opened(data.indicator(ACCESS), zone, size)


def _gaining(found: Change) -> list[str]:
    """Zones that gain, the worst provided before first; a hidden one is named, without a rank."""
    gain = found.gain.frame
    gaining = gain[gain["value"] >= FEWEST]["code"]
    return found.before.where(code=gaining.tolist()).frame.sort_values("value")["code"].tolist()


def _answer(data: Workspace, tried: Tried, found: Change, codes: Sequence[str]) -> str:
    first = codes[0]
    name = data.label("iris", first)
    old, new, gain = (_number(one, first) for one in (found.before, found.after, found.gain))
    opened = f"une {tried.kind.name.lower()} de {fr.plural(tried.size, 'place')}"
    said = (
        f"Au milieu de {places.full_name(tried.zone)}, {opened} serait à portée de "
        f"{fr.plural(len(codes), 'IRIS', 'IRIS')} dont l'accès peut être dit, et leur apporterait "
        f"{gain} places pour 100 enfants ; le moins pourvu, {name}, passerait de {old} à {new}."
    )
    return said + _kept(data, tried, found)


def _kept(data: Workspace, tried: Tried, found: Change) -> str:
    """How the places opened are shared between the commune and those around it."""
    ours = whole(found.kept)
    if not found.whole and ours < tried.size:
        return f" Au moins {fr.plural(ours, 'place')} iraient aux enfants des zones connues."
    theirs = tried.size - ours
    name = data.territory.commune.label
    if theirs <= 0:
        return f" Toutes seraient à portée d'enfants de {name}."
    return (
        f" Partagées entre tous les enfants à portée, {fr.plural(ours, 'place')} iraient à ceux de "
        f"{name} et {fr.number(theirs)} à ceux des communes voisines."
    )


def _number(table: MaskedTable, code: str) -> str:
    return fr.number(table.cell("iris", code).value or 0.0, 1)


@remembered
def _estimate(data: Workspace, tried: Tried, found: Change) -> Estimate | None:
    """What the structure brings; None when no zone is within its reach."""
    codes = _gaining(found)
    if not codes:
        return None
    title = f"Places accessibles pour 100 enfants, une fois la structure ouverte, {found.period}"
    table = found.before.join(found.after, found.gain)
    layout = tables.Layout(
        caption=f"Places de crèche accessibles pour 100 enfants, {found.period}, estimation",
        columns="variable",
        heads=dict(zip(NAMES, ("avant", "après", "gain"), strict=True)),
        places=[("iris", code) for code in codes],
    )
    first, indicator = codes[0], data.indicator(ACCESS)
    old, new = (_number(one, first) for one in (found.before, found.after))
    lecture = (
        f"{data.label('iris', first)} : {new} places accessibles pour 100 enfants après "
        f"l'ouverture, contre {old} en {found.period}."
    )
    scope, remarks = str(indicator.text["scope"]).strip(), _remarks(data, found, codes)
    told = notes.notes_html(table, lecture=lecture, scope=scope, remarks=remarks)
    return Estimate(
        answer=_answer(data, tried, found, codes),
        caption=title,
        chart=charts.bars(
            found.after.where(code=codes[:MOST]), data.label, decimals=1, title=title
        ),
        table=tables.html_table(table, data.label, layout, decimals=1),
        words=told + notes.method_html(indicator),
        file=file_of(data, table, title),
    )


def _remarks(data: Workspace, found: Change, codes: Sequence[str]) -> list[str]:
    frame = found.gain.frame
    hidden = [data.label("iris", code) for code in frame[frame["sign"] == "s"]["code"]]
    said = [
        f"Estimation, structure supposée au milieu de la zone, avec les enfants et les crèches de "
        f"{found.period}. {SHARED}",
        accessibility.rule_words(data.territory),
    ]
    if hidden:
        said.append(f"Le gain de ces zones ne peut être dit : {', '.join(hidden)}.")
    if len(codes) > MOST:
        said.append(f"Le graphique montre {MOST} zones sur {len(codes)} ; le tableau, toutes.")
    return said
