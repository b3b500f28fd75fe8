"""Views of the page « Données »: each source and its state, and the update."""

from datetime import UTC, date, datetime
from html import escape

import streamlit as st

from ctg_data import fr, role
from ctg_data.model import Citation
from ctg_data.role import Role
from ctg_data.workspace import SourceLine, Workspace
from ui.blocks import components, states, tables
from ui.frame import menu, updating
from ui.views import update as view_update

OLD = 400  # days: a yearly source that has not been asked for longer is worth a look
GIVEN = "Jeux fournis avec le territoire"


def sources(data: Workspace) -> None:
    """Every declared source: what it answers, until when, received when, in what state."""
    lines = data.sources()
    components.question("Sur quelles sources s'appuient ces pages ?", _summary(lines))
    heads = ["Ce qu'elle répond", "Niveaux", "Copie", "État"]
    body = [
        tables.row(
            f"<strong>{escape(fr.spaced(one.source.title))}</strong><br>"
            f"<small>{escape(one.source.producer)}</small>",
            [_years(one)],
            [
                one.source.answers,
                tables.levels_text(one.source.levels),
                received(one),
                state(one),
            ],
            heads=["Années", *heads],
        )
        for one in lines
    ]
    st.html(
        tables.frame_html(
            f"Sources déclarées, {data.territory.label}", ["Source"], ["Années"], heads, body
        )
    )


def _summary(lines: list[SourceLine]) -> str:
    """How many sources are at hand, and how many are still awaited."""
    waiting = sum(not one.at_hand for one in lines)
    at_hand = len(lines) - waiting
    if not waiting:
        return f"Les {len(lines)} sources déclarées alimentent ces pages."
    verb = "alimente" if at_hand < 2 else "alimentent"
    rest = "attend sa" if waiting < 2 else "attendent leur"
    return (
        f"{fr.plural(at_hand, 'source')} sur {len(lines)} {verb} ces pages ; "
        f"{fr.number(waiting)} {rest} première mise à jour."
    )


def doors(data: Workspace) -> None:
    """Where what the CAF and the city send comes in: each file has its page and its report."""
    if role.current() is Role.LECTEUR:
        return
    components.question(
        "Par où entre un fichier de la CAF ou de la Ville ?",
        "Chacun a sa page : le fichier y est vérifié avant toute reprise, et chaque reprise "
        "s'annule.",
    )
    pages = [entry for entries in menu.MENU.values() for entry in entries if entry.brings]
    for entry in pages:
        label = fr.spaced(f"{entry.label} : {entry.brings}")
        st.page_link(entry.path, label=label, icon=":material/upload_file:")


def holes(data: Workspace) -> None:
    """What producers do not publish on this commune, and why."""
    if data.territory.holes:
        components.question("Que manque-t-il sur cette commune, et pourquoi ?")
        lines = "".join(f"<li>{escape(fr.spaced(one))}</li>" for one in data.territory.holes)
        st.html(f"<ul>{lines}</ul>")


def given(data: Workspace) -> None:
    """What came with the territory and that no connector renews."""
    found = data.given()
    if not found:
        return
    components.question(
        "Quels chiffres sont fournis avec l'application ?",
        "Publiés par leur producteur et recopiés avec leur source, ils ne dépendent d'aucun réseau."
        if not data.territory.fictional
        else "Tous sont inventés, avec un socle entier, pour essayer l'application.",
    )
    heads = ["Producteur", "Recopié le", "Licence", "À savoir"]
    told = data.source_notes()
    body = [
        tables.row(
            _titled(one),
            [one.period],
            [one.producer, _day(one.retrieved_on), one.licence, told.get(one.id, "")],
            heads=["Période ou édition", *heads],
        )
        for one in found
    ]
    with st.expander(f"{fr.plural(len(found), 'jeu', 'jeux')} de données"):
        st.html(tables.frame_html(GIVEN, ["Jeu"], ["Période ou édition"], heads, body))


def update(data: Workspace) -> None:
    """Ask the producers for what they published since."""
    components.question("Comment mettre les données à jour ?")
    if refused := updating.refusal(data.territory):
        states.show("empty", refused.title, refused.text)
        return
    st.html(
        '<p class="ctg-soft">L\'application interroge chaque producteur, garde les octets reçus '
        "avec leur date, puis les lit. Une source qui ne répond pas, ou qui a changé, ne touche "
        "pas à ce qui était là.</p>"
    )
    running = updating.JOBS.of(data.territory.id)
    busy = updating.JOBS.busy(data.territory.id)
    if st.button("Mettre à jour", type="primary", disabled=busy, icon=":material/refresh:"):
        updating.start(data.territory)
        st.rerun()
    if running is not None:
        view_update.progress(running) if busy else view_update.told(data, running)


def received(line: SourceLine) -> str:
    """When the copy in use was received, and whether it came with the territory."""
    if line.state and line.state.last_success:
        return fr.day(line.state.last_success.date())
    days = sorted(one.retrieved_on for one in line.citations if one.retrieved_on)
    return f"{_day(days[-1])} (fournie)" if days else "–"


def state(line: SourceLine, today: datetime | None = None) -> str:
    """The state of a source in words: up to date, given, awaited, failing, old."""
    known = line.state
    if known and known.error:
        renewed = known.last_success and known.last_success == known.last_attempt
        head = "En partie à jour" if renewed else "En échec"
        return f"{head} : {known.error.splitlines()[0]}"
    if known and known.last_success:
        age = ((today or datetime.now(UTC)) - known.last_success).days
        return f"À jour il y a {age} jours : à revoir" if age > OLD else "À jour"
    if known and known.nothing:
        return "Interrogée : rien n'y est publié pour ce territoire"
    return "Fournie, jamais mise à jour" if line.years else "En attente de la première mise à jour"


def _years(line: SourceLine) -> str:
    if not line.years:
        return '<abbr title="donnée non disponible">n.d.</abbr>'
    first, last = line.years[0], line.years[-1]
    return str(last) if first == last else f"{first}–{last}"


def _titled(one: Citation) -> str:
    title = escape(fr.spaced(one.title))
    if not one.href:
        return title
    link = escape(one.href, quote=True)
    return f'<a href="{link}" rel="noopener noreferrer" target="_blank">{title}</a>'


def _day(text: str) -> str:
    return fr.day(date.fromisoformat(text[:10])) if text else "–"
