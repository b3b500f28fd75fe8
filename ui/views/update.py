"""An update on screen: what a first one would bring, how far one is, what became of it.

« Accueil » offers the first one, « Données » any: both start the same work and tell it alike.
"""

from collections.abc import Sequence
from html import escape

import streamlit as st

from ctg_data import fr
from ctg_data.update.asking import Asking, asking, machine
from ctg_data.update.run import Outcome, Summary
from ctg_data.workspace import SourceLine, Workspace
from ui.blocks import components, states, tables
from ui.frame import updating
from ui.frame.jobs import Job
from ui.submissions.works import AWAY, follow

RECEIVE = "Recevoir les chiffres publiés et les contours officiels"
MOST_NAMED = 5  # producers in a sentence: the table names them all
LATELY = 1800.0  # seconds during which « Accueil » says that all went well
SIGNS = {"a_jour": "✓", "inchange": "✓", "partiel": "!", "echec": "!"}


def first(data: Workspace) -> None:
    """On « Accueil »: the first update offered, followed, told; then only what never came."""
    if updating.refusal(data.territory) is not None:
        return
    job = updating.JOBS.of(data.territory.id)
    missing = updating.missing(data)
    ours = job is not None and job.kind == updating.FIRST
    if job is not None and job.running:
        if ours or missing:
            components.question("Réception des chiffres publiés et des contours officiels")
            progress(job)
        return
    over = job if ours and job and (missing or _failed(job) or job.seconds < LATELY) else None
    if over is not None:
        _head(over)
    if missing:
        whole = len(missing) == len(data.sources())
        _offer(data, missing, again=ours) if ours or whole else _rest(len(missing))
    if over is not None:
        _details(data, over)


def progress(job: Job) -> None:
    """How far an update is, source by source, while it runs."""
    follow(job, updating.share, AWAY, _by_source)


def told(data: Workspace, over: Job) -> None:
    """What became of each source, until somebody closes it."""
    _head(over)
    _details(data, over)


def _head(over: Job) -> None:
    """The whole in a sentence, then each source that failed: why, and what to do."""
    if over.problem:
        states.show("broken", "La mise à jour n'a pas pu se faire", over.problem)
        return
    summary: Summary = over.result
    states.show("broken" if summary.failed else "done", *_in_short(summary))
    if summary.failed and not _nothing_came(summary):
        heads = ["Ce qui s'est passé, et que faire"]
        body = [
            tables.row(escape(fr.spaced(one.source.title)), [], [" ".join(one.problems)])
            for one in summary.failed
        ]
        st.html(tables.frame_html("Ce qui n'a pas pu être reçu", ["Source"], [], heads, body))


def _details(data: Workspace, over: Job) -> None:
    """Every source, folded, and the way to close what is told."""
    if not over.problem:
        outcomes = over.result.outcomes
        body = [
            tables.row(
                escape(fr.spaced(one.source.title)), [], [str(one), " ".join(one.problems) or "–"]
            )
            for one in outcomes
        ]
        heads = ["Résultat", "Ce qu'il faut savoir"]
        with st.expander(f"Résultat des {fr.plural(len(outcomes), 'source')} interrogées"):
            st.html(tables.frame_html("Résultat par source", ["Source"], [], heads, body))
    if st.button("Fermer ce compte rendu", type="tertiary"):
        updating.JOBS.forget(data.territory.id)
        st.rerun()


def _nothing_came(summary: Summary) -> bool:
    return bool(summary.outcomes) and all(one.state == "echec" for one in summary.outcomes)


def _in_short(summary: Summary) -> tuple[str, str]:
    """What became of an update in a title and a sentence, and what to do."""
    every, failed = summary.outcomes, summary.failed
    if _nothing_came(summary):
        return (
            "Aucune source n'a pu être reçue",
            "Le plus souvent, ce poste n'est pas relié à internet, ou son réseau ne laisse pas "
            "passer : vérifiez-le, puis réessayez. Rien n'est perdu : ces pages montrent les "
            "chiffres qu'elles avaient.",
        )
    good = fr.plural(len(every) - len(failed), "source")
    title = f"Mise à jour terminée : {good} à jour sur {len(every)}"
    if not failed:
        return title, "Les pages montrent maintenant ces chiffres."
    return (
        title,
        "Ce qui est reçu est gardé et déjà montré. Ce qui a échoué garde ses derniers chiffres : "
        "sa ligne dit pourquoi, et que faire.",
    )


def _failed(job: Job) -> bool:
    return bool(job.problem or job.result.failed)


def _by_source(job: Job) -> str:
    """One line for each source asked so far, the last known of it."""
    lines: dict[str, tuple[str, Outcome | None]] = {}
    for step in list(job.steps):  # its thread goes on adding to it
        lines[step.source.id] = step.source.title, step.outcome
    listed = "".join(f"<li>{_line(*one)}</li>" for one in lines.values())
    return f'<ul class="ctg-steps">{listed}</ul>' if listed else ""


def _line(title: str, outcome: Outcome | None) -> str:
    sign = "…" if outcome is None else SIGNS[outcome.state]
    said = "interrogation en cours" if outcome is None else str(outcome)
    return (
        f'<span aria-hidden="true">{sign}</span>{escape(fr.spaced(title))}'
        f"<small>{escape(fr.spaced(f' : {said}'))}</small>"
    )


def _offer(data: Workspace, missing: Sequence[SourceLine], *, again: bool) -> None:
    """What would come, from whom, for how long, what leaves the machine; and the button."""
    if again:
        _button(data, missing)
        return
    what = asking([one.source for one in missing], data.territory)
    with st.container(key="premiere-visite", gap="small"):
        st.html(_words(len(missing), what))
        _button(data, missing)
        safe = (
            "Rien ne quitte ce poste sans que vous le demandiez. Seuls sont interrogés les sites "
            f"de ces producteurs ({fr.plural(len(what.hosts), 'adresse')}), nommés ci-dessous, et "
            "les fichiers auxquels ils renvoient ; ils ne reçoivent que les codes et l'étendue du "
            "territoire."
        )
        st.html(f'<p class="ctg-soft">{escape(fr.spaced(safe))}</p>')
        with st.expander("Voir chaque source, et l'adresse interrogée"):
            st.html(_sources(data, missing))


def _button(data: Workspace, missing: Sequence[SourceLine]) -> None:
    part = len(missing) < len(data.sources())
    label = f"Redemander {fr.plural(len(missing), 'source manquante', 'sources manquantes')}"
    if st.button(label if part else RECEIVE, type="primary", icon=":material/download:"):
        only = [one.source.id for one in missing] if part else []
        updating.start(data.territory, only=only, kind=updating.FIRST)
        st.rerun()


def _words(count: int, what: Asking) -> str:
    said = (
        "Ces pages montrent les chiffres fournis avec l'application. Les autres, et les contours "
        f"officiels, viennent de {fr.plural(count, 'source publique', 'sources publiques')} "
        f"({_named(what.producers)}). Les recevoir demande environ "
        f"{fr.plural(what.minutes, 'minute')}, selon le réseau ; vous pouvez lire pendant ce temps."
    )
    title = "Les chiffres publiés n'ont pas encore été demandés"
    return (
        f'<h2 class="ctg-question">{escape(fr.spaced(title))}</h2>'
        f'<p class="ctg-answer">{escape(fr.spaced(said))}</p>'
    )


def _named(producers: Sequence[str]) -> str:
    """The first of them by name, the others counted."""
    more = len(producers) - MOST_NAMED
    if more < 2:
        return fr.listed(producers)
    return fr.listed([*producers[:MOST_NAMED], f"{fr.number(more)} autres"])


def _sources(data: Workspace, missing: Sequence[SourceLine]) -> str:
    heads = ["Producteur", "Ce qu'elle répond", "Site interrogé"]
    body = [
        tables.row(
            escape(fr.spaced(one.source.title)),
            [],
            [one.source.producer, one.source.answers, machine(one.source, data.territory) or "–"],
            heads=heads,
        )
        for one in missing
    ]
    return tables.frame_html("Sources à recevoir", ["Source"], [], heads, body)


def _rest(count: int) -> None:
    """Some have come: what has not is one quiet line."""
    text = f"Il manque encore {fr.plural(count, 'source')} : les recevoir"
    st.page_link(states.DATA_PAGE, label=fr.spaced(text), icon=":material/arrow_forward:")
