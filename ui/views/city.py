"""View of the page « Données »: the city's own zonings, added by dropping a file."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from ctg_data import fr, role
from ctg_data.boundaries import zonings_here
from ctg_data.boundaries.zonings_here import Check, Judged
from ctg_data.errors import UserError
from ctg_data.model import Level
from ctg_data.role import Role
from ctg_data.workspace import Workspace
from ctg_data.zonings.nature import Nature, Told
from ctg_data.zonings.registry import CityZoning
from geo.outlines.dbf import ENCODINGS
from ui.blocks import components, states, tables
from ui.frame.jobs import Job, Jobs
from ui.submissions import acts
from ui.submissions.drop import Drop, read
from ui.submissions.works import Alone, follow

if TYPE_CHECKING:
    from ctg_data.zonings.columns import Columns

HEADS = ["Auteur et méthode", "Ajouté", "État"]
ANY = "(aucune)"
FROM_NAMES = "(aucune : un code est fait de chaque nom)"
AS_READ = "Reconnu à la lecture"
SHAPEFILE = b"PK"  # only an archive holds texts that do not say how they are written
DONE = "_city_done"
CHECKED = Alone(
    "_city_checked",  # what is said of the file that is judged, and where it stands
    Jobs(
        "zonage",
        "La vérification s'est arrêtée pour une raison imprévue : rien n'a été écrit. Réessayez ; "
        "si cela recommence, prévenez la personne qui administre le tableau de bord.",
    ),
)
DROP = Drop(
    "city",
    "Fichier de zones",
    ("geojson", "json", "gpkg", "zip"),
    forget=CHECKED.forget,
    stays=False,
)
REMOVE = acts.WayBack(
    "Retirer un zonage",
    "Zonage à retirer",
    "J'ai compris : ses zones ne pourront plus être choisies",
    "Retirer ce zonage",
)


def panel(data: Workspace) -> None:
    """What is in place, how to add to it, how to take away."""
    found = zonings_here.listed(data.territory)
    current = [one for one in found if one.in_place]
    components.question(
        "Quels zonages de la Ville sont employés ?",
        _summary(current)
        if found or not data.territory.quartiers
        else f"Ceux du territoire : {fr.plural(len(data.territory.quartiers), 'quartier')}.",
    )
    acts.tell(DONE, "C'est fait")
    if found:
        _list(found)
    for one in current:
        if one.told.nature.is_level:
            _zones(data, one)
    if role.current() is Role.LECTEUR:
        return
    with st.expander("Ajouter un zonage de la Ville"):
        _drop(data)
    if current:
        _remove(data, current)


def _summary(current: list[CityZoning]) -> str:
    if not current:
        return "Aucun pour l'instant : quartiers, secteurs scolaires ou zones de compétence."
    told = [f"{one.told.nature.label.lower()} ({one.told.vintage})" for one in current]
    return f"{fr.plural(len(current), 'zonage')} en place : {', '.join(told)}."


def _list(found: list[CityZoning]) -> None:
    body = [
        tables.row(
            f"<strong>{escape(one.told.nature.label)}</strong><br><small>{escape(one.file)}</small>",
            [fr.number(len(one.zones))],
            [
                f"{one.told.author}, {fr.day(date.fromisoformat(one.told.dated))}. "
                f"{one.told.method}",
                fr.day(one.at),
                "En place" if one.ended_at is None else f"Retiré le {fr.day(one.ended_at)}",
            ],
            heads=["Zones", *HEADS],
        )
        for one in found
    ]
    caption = "Zonages ajoutés sur ce poste"
    st.html(tables.frame_html(caption, ["Zonage"], ["Zones"], HEADS, body))


def _zones(data: Workspace, one: CityZoning) -> None:
    """Each zone, and whether figures of it are shown; never how many people it has."""
    with st.expander(f"{fr.plural(len(one.zones), 'zone')} de « {one.file} »"):
        heads = ["Nom", "Chiffres"]
        body = [
            tables.row(escape(code), [], [label, state_of(data, code)], heads=heads)
            for code, label in one.zones
        ]
        st.html(tables.frame_html("Zones et chiffres montrés", ["Code"], [], heads, body))


def state_of(data: Workspace, code: str) -> str:
    """What is shown of a zone: too small, nothing is, and no number says so."""
    rows = data.release.where(level=str(Level.QUARTIER), code=code)
    if rows.shown:
        return "Montrés"
    if len(rows):
        return "s : donnée couverte par le secret statistique, la zone n'est pas étudiée"
    return "Pas encore : aucun fichier ne donne de chiffre par ce zonage"


def _drop(data: Workspace) -> None:
    """The file, what is said of it, then its report and the decision."""
    least = fr.number(data.territory.policy.min_population)
    components.answer(
        "Un fichier GeoJSON, GeoPackage ou un ZIP de shapefile. Rien n'est écrit avant votre "
        f"confirmation. Une zone de moins de {least} allocataires ne sera pas étudiée."
    )
    given = DROP.given()
    if given is None:
        return
    name, content = given
    encoding = _encoding(DROP.turn) if content.startswith(SHAPEFILE) else ""
    found = read(
        lambda: zonings_here.columns(content, name, encoding), UserError, "Lecture du fichier…"
    )
    if found is None:
        return
    told = replace(_asked(found, DROP.turn), encoding=encoding)
    job = CHECKED.of(told)
    busy = job is not None and job.running
    if st.button("Vérifier ce fichier", disabled=busy, icon=":material/fact_check:"):
        _check(data, name, content, told)
        st.rerun()
    if job is None:
        return
    if busy:
        follow(job, lambda job: min(1.0, job.seconds / zonings_here.SECONDS))
    else:
        _decide(data, name, content, told, job)


def _check(data: Workspace, name: str, content: bytes, told: Told) -> None:
    """Begin to judge the file, beside the page: it ends by itself when it lasts."""
    check = Check(data.territory, name, content, told, zonings_here.SECONDS)

    def work(steps: Callable[[Any], None]) -> Judged:
        steps(f"Vérification des zones de « {name} »…")
        return check.result()

    CHECKED.start(told, work, check.end)


def _encoding(turn: int) -> str:
    """How the texts of a shapefile are written, when they are read badly."""
    left, _ = st.columns(2)
    with left:
        chosen = st.selectbox(
            "Encodage des textes",
            ["", *ENCODINGS],
            format_func=lambda one: ENCODINGS.get(one, AS_READ),
            help="À changer si des noms sont mal écrits (« EblÃ© »).",
            key=f"ce{turn}",
        )
    return chosen or ""


def _asked(found: "Columns", turn: int) -> Told:
    """What whoever drops the file says of it; the columns recognised come first."""
    codes = _ranked([*found.every, FROM_NAMES], found.code or FROM_NAMES)
    names = _ranked([*found.every, ANY], found.name or ANY)
    left, right = st.columns(2)
    with left:
        nature = st.selectbox(
            "Nature des zones", list(Nature), format_func=lambda one: one.label, key=f"cn{turn}"
        )
        author = st.text_input("Auteur des contours", key=f"ca{turn}")
        code = st.selectbox("Colonne des codes", codes, key=f"cc{turn}")
    with right:
        dated = st.text_input("Date des contours (jj/mm/aaaa)", key=f"cd{turn}")
        method = st.text_input("Méthode, en une phrase", key=f"cm{turn}")
        label = st.selectbox("Colonne des noms", names, key=f"cl{turn}")
    named = "" if label == ANY else str(label or "")
    coded = named if code == FROM_NAMES else str(code or "")
    return Told(
        nature or Nature.QUARTIERS, author or "", iso(dated or ""), method or "", coded, named
    )


def iso(text: str) -> str:
    """A French date as files write it; anything else is left for the check to refuse.

    >>> iso(" 1/9/2024 "), iso("2024-09-01"), iso("hier")
    ('2024-09-01', '2024-09-01', 'hier')
    """
    found = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text.strip())
    if not found:
        return text.strip()
    day, month, year = found.groups()
    return f"{year}-{month:0>2}-{day:0>2}"


def _ranked(columns: list[str], first: str) -> list[str]:
    return sorted(columns, key=lambda one: one != first)


def _decide(data: Workspace, name: str, content: bytes, told: Told, over: Job) -> None:
    """Why the file is refused, or was not judged; else what is to be known of it, and the act."""
    if over.problem:
        states.show("broken", "Fichier non vérifié", over.problem)
        return
    found: Judged = over.result
    if found.refused:
        head, *rest = found.refused.splitlines()
        lines = "".join(f"<li>{escape(one.removeprefix('- '))}</li>" for one in rest)
        states.show("broken", "Fichier refusé", head)
        st.html(f"<ul>{lines}</ul>")
        return
    states.show("done", "Ce fichier peut être ajouté", judged_words(found))

    def add() -> str:
        with st.spinner("Ajout, carte et recoupements…"):
            done = zonings_here.add(data.territory, name, content, told)
        DROP.let_go()
        return f"{fr.plural(len(done.outlines), 'zone')} de « {name} » en place."

    if st.button("Ajouter ce zonage", type="primary", icon=":material/check:"):
        acts.carry_out(add, DONE, refused="Rien n'a été ajouté")


def judged_words(found: Judged) -> str:
    r"""What is said of a file that may be added.

    >>> judged_words(Judged(zones=2)), judged_words(Judged(zones=2, notes=("Un trou, bouché.",)))
    ('2\xa0zones, rien à redire.', '2\xa0zones. Un trou, bouché.')
    """
    zones = fr.plural(found.zones, "zone")
    return " ".join([f"{zones}." if found.notes else f"{zones}, rien à redire.", *found.notes])


def _remove(data: Workspace, current: list[CityZoning]) -> None:
    def remove(number: int) -> str:
        gone = zonings_here.remove(data.territory, number)
        DROP.let_go()
        return f"« {gone.file} » est retiré ; ce qui en a été montré reste connu du secret."

    REMOVE.offer({one.number: f"{one.number} · {one.file}" for one in current}, remove, DONE)
