"""Views of « Ce que couvrent les indicateurs »: objectives, orientations, what is awaited."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from ctg_data import fr
from ctg_data.catalogue.cards import KINDS, ORIGINS
from ctg_data.diagnosis import coverage
from ctg_data.diagnosis.coverage import Known, Subject
from ctg_data.workspace import Workspace
from ui.blocks import components, marks, tables
from ui.state.memo import remembered

AWAITED = ["Ce qu'il faut recevoir", "Par où cela entre"]
DOORS = {  # where what is awaited comes in, by origin
    "opendata": "Page « Données » : mise à jour",
    "publie": "Un fichier du dossier « donnees » du territoire, avec sa source : aucun format du "
    "producteur n'est connu qui se lirait seul",
    "socle": "Page « Le socle annuel » : fichier de la CAF, ou son modèle à remplir",
    "registre": "Page « Structures » : registre de la Ville, ou son modèle à remplir",
    "fed": "Page « Réponses aux demandes (FED) » : fichier de la CAF, ou son modèle à remplir",
}
UNWRITTEN = "La convention est à compléter : aucun objectif n'y est encore écrit."
SHOWN = ("besoin", "offre", "ecart")  # what a diagnosis is made of (article 1)


@remembered
def known(data: Workspace) -> tuple[Known, ...]:
    """Every indicator and what is there of it, once for all readers."""
    return coverage.known(data)


def answer(data: Workspace) -> None:
    """How many objectives and indicators have figures, in one sentence."""
    every = known(data)
    subjects = coverage.objectives(data, every)
    served = sum(one.present > 0 for one in subjects)
    there = sum(one.present for one in every)
    said = f"Sur {fr.plural(len(every), 'indicateur')}, {_have(there)} leurs données"
    waited = " ; les autres disent de qui on les attend." if there < len(every) else "."
    if not subjects:
        components.lead(f"{UNWRITTEN} {said}{waited}")
        return
    whole = fr.plural(len(subjects), "objectif")
    components.lead(f"Sur {whole}, {_have(served)} au moins un chiffre. {said}{waited}")


def _have(count: int) -> str:
    """A count as the subject of « avoir ».

    >>> _have(0), _have(1), _have(3)
    ("aucun n'a", '1 a', '3 ont')
    """
    if not count:
        return "aucun n'a"
    return f"{fr.number(count)} {'a' if count == 1 else 'ont'}"


def objectives(data: Workspace) -> None:
    """The objectives of article 4, a line each: figures present and awaited, by kind."""
    subjects = coverage.objectives(data, known(data))
    title = "Que sait-on de chaque objectif de la convention ?"
    if not subjects:
        components.question(title, f"{UNWRITTEN} Il s'écrit dans convention.toml.")
        return
    components.question(title)
    st.html(marks.LEGEND)
    st.html(_grid(data, subjects, "Objectifs de la convention (article 4)", "Objectif"))


def axes(data: Workspace) -> None:
    """Under each axis, every indicator: where and when it has figures, or from whom it is due."""
    components.question("Quels indicateurs, axe par axe ?")
    subjects = coverage.objectives(data, known(data))
    for axis in dict.fromkeys(one.group for one in subjects):
        lines = [line for one in subjects if one.group == axis for line in one.known]
        there = sum(one.present for one in lines)
        with st.expander(fr.spaced(f"{axis} : {there} sur {len(lines)} ont des données")):
            st.html(_lines(data, lines, axis))
    of_axes = {line.indicator.id for one in subjects for line in one.known}
    other = [one for one in known(data) if one.indicator.id not in of_axes]
    for caption, lines in (
        ("Contexte, pour tous les axes", [o for o in other if _is_context(o)]),
        ("Sans objectif dans la convention", [o for o in other if not _is_context(o)]),
    ):
        if lines:
            with st.expander(fr.spaced(f"{caption} : {fr.plural(len(lines), 'indicateur')}")):
                st.html(_lines(data, lines, caption))


def _is_context(line: Known) -> bool:
    return line.indicator.axis == "transversal"


def orientations(data: Workspace) -> None:
    """The CAF's orientations (article 2): the same marks, and those nothing acts upon."""
    subjects = coverage.orientations(data, known(data))
    if not subjects:
        return
    bare = [one.title for one in subjects if one.uncovered]
    said = "Chacune a un indicateur d'offre ou d'écart, reçu ou attendu."
    if bare:
        said = (
            f"« {' » ; « '.join(bare)} » : aucun indicateur ne dit ce qui est offert ni ce qui "
            "manque. Le besoin seul est suivi, aucun axe de la convention ne portant ce sujet."
        )
    components.question("Que sait-on de chaque orientation de la CAF ?", said)
    st.html(_grid(data, subjects, "Orientations de la CAF (article 2)", "Orientation"))


def outside(data: Workspace) -> None:
    """Fields of the commune (article 3) that no axis takes up: said, not passed over."""
    found = coverage.fields_without_axis(data.territory.convention)
    if found:
        components.question(
            "Qu'est-ce que les axes de la convention ne reprennent pas ?",
            "Ces champs d'intervention de la commune (article 3) ne sont pas le titre d'un axe : "
            "aucun indicateur ne leur est propre.",
        )
        items = "".join(f"<li>{escape(fr.spaced(one))}</li>" for one in found)
        st.html(f'<ul class="ctg-plain">{items}</ul>')


def awaited(data: Workspace) -> None:
    """What is still to be received, by whom it is awaited from."""
    found = coverage.awaited(known(data))
    if not found:
        components.question(
            "De qui attend-on des données ?", "De personne : chaque indicateur a ses chiffres."
        )
        return
    total = sum(map(len, found.values()))
    components.question(
        "De qui attend-on des données ?",
        f"{fr.plural(total, 'indicateur')} {'attend' if total < 2 else 'attendent'} : une "
        "demande à faire à chacun de ceux qui suivent.",
    )
    body = [
        tables.row(
            f"<strong>{escape(marks.capital(ORIGINS[key]))}</strong>",
            [fr.number(len(found[key]))],
            [
                " ; ".join(coverage.gathered(text for one in found[key] for text in one.missing))
                + (_published(found[key]) if key == "publie" else ""),
                DOORS[key],
            ],
            heads=["Indicateurs", *AWAITED],
        )
        for key in ORIGINS
        if key in found
    ]
    caption = "Données attendues, par fournisseur"
    st.html(tables.frame_html(caption, ["De qui"], ["Indicateurs"], AWAITED, body))


def _published(lines: Sequence[Known]) -> str:
    """Where producers publish what is to be copied."""
    titles = dict.fromkeys(one.indicator.reference[0].title for one in lines)
    return f". Où les lire : {' ; '.join(titles)}"


def _grid(data: Workspace, subjects: list[Subject], caption: str, head: str) -> str:
    heads = [KINDS[kind] for kind in SHOWN]
    body = [
        tables.row(
            marks.subject_html(one),
            [marks.marks_html(one.of_kind(kind)) for kind in SHOWN],
            [_due(one)],
            heads=[*heads, "Attendu de"],
        )
        for one in subjects
    ]
    return tables.frame_html(
        f"{caption}, {data.territory.label}", [head], heads, ["Attendu de"], body
    )


def _due(subject: Subject) -> str:
    keys = {key for one in subject.known if not one.present for key in one.indicator.origin[:1]}
    if subject.uncovered:
        return "Non couvert : ni offre ni écart"
    return marks.capital(", ".join(ORIGINS[key] for key in ORIGINS if key in keys) or "Rien")


def _lines(data: Workspace, lines: Sequence[Known], caption: str) -> str:
    body = [
        tables.row(
            marks.indicator_link(data, one.indicator),
            [],
            [KINDS[one.indicator.kind], marks.state_text(one)],
            heads=["Nature", "Données"],
        )
        for one in sorted(lines, key=lambda line: line.indicator.code)
    ]
    return tables.frame_html(
        f"Indicateurs : {caption}", ["Indicateur"], [], ["Nature", "Données"], body
    )
