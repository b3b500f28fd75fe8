"""Views of « Grille légale »: each content the law asks for, what answers it, what is missing."""

from html import escape

import streamlit as st

from ctg_data import fr
from ctg_data.diagnosis import legal_grid
from ctg_data.diagnosis.coverage import Known
from ctg_data.diagnosis.legal_grid import Content, State
from ctg_data.workspace import Workspace
from ui.blocks import components, marks, states
from ui.views import couverture as view_couverture

AWAITED = (
    "Les plans d'action des comités techniques (article 6 de la convention) et les documents dits "
    "plus haut sont attendus de qui y est nommé. Reçus, ils s'écrivent dans le fichier "
    f"« {legal_grid.ANSWERS} » du dossier du territoire : le contenu auquel chacun répond, une "
    "phrase, le titre du document et sa date. Le dossier « exemple » en montre un."
)
SIGNS = {
    State.ANSWERED: marks.FULL,
    State.PARTLY: marks.HIDDEN,
    State.MISSING: marks.HOLLOW,
}


def answer(data: Workspace) -> None:
    """How many contents are answered, partly answered, still to be written."""
    found = _contents(data)
    by = {state: sum(one.state is state for one in found) for state in State}
    components.lead(
        f"Sur {len(found)} contenus demandés : {by[State.ANSWERED]} avec tout ce que cette "
        f"application attend, {by[State.PARTLY]} en partie, {by[State.MISSING]} à écrire."
    )
    source = legal_grid.source()
    st.html(
        f'<p class="ctg-soft">{escape(fr.spaced(source.scope))} '
        f"{_link(source.scope_href, 'Source')}.</p>"
    )


def checklist(data: Workspace) -> None:
    """Every content in the order of the article, as a card."""
    components.question("Qu'est-ce qui répond à chaque contenu, et que manque-t-il ?")
    cards = "".join(_card(data, one) for one in _contents(data))
    st.html(f'<ol class="ctg-grid">{cards}</ol>')
    due = sum(bool(one.due) for one in _contents(data))
    if due:
        states.show("awaited", f"{fr.plural(due, 'contenu')} à compléter par un document", AWAITED)


def sources() -> None:
    """The article, the decree, the day they were read; and what this page is not."""
    source = legal_grid.source()
    st.html(
        f'<dl class="ctg-notes"><dt>Source</dt><dd>{_link(source.href, source.title)}, '
        f"{escape(source.decree)}, lu le {fr.day(source.verified)}. Les contenus sont dits en peu "
        "de mots : le texte de l'article fait foi.</dd><dt>Note</dt><dd>"
        + escape(
            fr.spaced(
                "Un contenu « répond » quand ses chiffres sont là et que rien n'est noté comme "
                "restant à fournir. Ce n'est pas un avis juridique : dire qu'une convention tient "
                "lieu de schéma revient aux signataires."
            )
        )
        + "</dd></dl>"
    )


def _contents(data: Workspace) -> list[Content]:
    return legal_grid.contents(data, view_couverture.known(data))


def _card(data: Workspace, one: Content) -> str:
    """One content: its state, then figures, objectives, articles, and what is due."""
    rows = [
        ("Chiffres", [_figure(data, figure) for figure in one.figures]),
        ("Objectifs", [_words(f"{key} – {text}") for key, text in one.objectives]),
        ("Articles", [_article(text) for text in one.texts]),
        ("Document", [_given(given) for given in one.given]),
        ("Il manque", [_words(f"{due.what} (à fournir par : {due.by})") for due in one.due]),
    ]
    body = "".join(
        f"<dt>{head}</dt>" + "".join(f"<dd>{line}</dd>" for line in lines)
        for head, lines in rows
        if lines
    )
    return (
        f'<li><p class="ctg-state-line">{marks.mark(SIGNS[one.state])} '
        f"{marks.capital(str(one.state))}</p>"
        f"<h3><strong>{escape(one.id)}</strong> {_words(one.asked)}</h3><dl>{body}</dl></li>"
    )


def _figure(data: Workspace, figure: Known) -> str:
    state = escape(fr.spaced(marks.state_text(figure)))
    return f"{marks.indicator_link(data, figure.indicator)} <small>{state}</small>"


def _given(given: legal_grid.Given) -> str:
    return f"{_words(given.what)} <small>{_words(given.document)}, {fr.day(given.day)}</small>"


def _article(text: legal_grid.Text) -> str:
    words = f" : « {text.words} »" if text.words else ""
    return _words(f"Article {text.article} de la convention, {text.subject}{words}")


def _words(text: str) -> str:
    return escape(fr.spaced(text))


def _link(href: str, words: str) -> str:
    safe = escape(href, quote=True)
    return f'<a href="{safe}" rel="noopener noreferrer" target="_blank">{_words(words)}</a>'
