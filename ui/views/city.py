"""View of the page « Données »: the city's own zonings, added by dropping a file."""

import re
from dataclasses import replace
from datetime import date
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from ctg_data import fr, role
from ctg_data.boundaries import zonings_here as zonings_here
from ctg_data.boundaries.zonings_here import Judged
from ctg_data.errors import UserError
from ctg_data.model import Level
from ctg_data.role import Role
from ctg_data.workspace import Workspace
from ctg_data.zonings.registry import CityZoning
from ctg_data.zonings.zoning import Nature, Told
from geo.outlines.dbf import ENCODINGS
from ui.blocks import components, states, tables
from ui.frame import page as frame
from ui.frame.jobs import Job
from ui.views import city_checking

if TYPE_CHECKING:
    from ctg_data.zonings.columns import Columns

KINDS = ["geojson", "json", "gpkg", "zip"]
HEADS = ["Auteur et méthode", "Ajouté", "État"]
ANY = "(aucune)"
FROM_NAMES = "(aucune : un code est fait de chaque nom)"
AS_READ = "Reconnu à la lecture"
SHAPEFILE = b"PK"  # only an archive holds texts that do not say how they are written
DONE, TURN = "_city_done", "_city_turn"


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
    if words := st.session_state.pop(DONE, ""):
        states.show("done", "C'est fait", words)
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
        with st.expander("Retirer un zonage"):
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
    turn = st.session_state.get(TURN, 0)
    given = st.file_uploader("Fichier de zones", type=KINDS, key=f"city-file-{turn}")
    if given is None:
        city_checking.forget()
        return
    name, content = given.name, given.getvalue()
    encoding = _encoding(turn) if content.startswith(SHAPEFILE) else ""
    try:
        with st.spinner("Lecture du fichier…"):
            found = zonings_here.columns(content, name, encoding)
    except UserError as problem:
        states.show("broken", "Fichier illisible", str(problem))
        return
    told = replace(_asked(found, turn), encoding=encoding)
    key = (given.file_id, told)
    job = city_checking.of(key)
    busy = job is not None and job.running
    if st.button("Vérifier ce fichier", disabled=busy, icon=":material/fact_check:"):
        job = city_checking.start(key, data.territory, name, content, told)
        st.rerun()
    if job is None:
        return
    if busy:
        city_checking.follow(job)
    else:
        _decide(data, name, content, told, job)


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
    if st.button("Ajouter ce zonage", type="primary", icon=":material/check:"):
        try:
            with st.spinner("Ajout, carte et recoupements…"):
                done = zonings_here.add(data.territory, name, content, told)
        except UserError as problem:
            states.show("broken", "Rien n'a été ajouté", str(problem))
            return
        _over(f"{fr.plural(len(done.outlines), 'zone')} de « {name} » en place.")


def judged_words(found: Judged) -> str:
    r"""What is said of a file that may be added.

    >>> judged_words(Judged(zones=2)), judged_words(Judged(zones=2, notes=("Un trou, bouché.",)))
    ('2\xa0zones, rien à redire.', '2\xa0zones. Un trou, bouché.')
    """
    zones = fr.plural(found.zones, "zone")
    return " ".join([f"{zones}." if found.notes else f"{zones}, rien à redire.", *found.notes])


def _remove(data: Workspace, current: list[CityZoning]) -> None:
    names = {one.number: f"{one.number} · {one.file}" for one in current}
    number = st.selectbox("Zonage à retirer", list(names), format_func=names.__getitem__)
    sure = st.checkbox("J'ai compris : ses zones ne pourront plus être choisies")
    if st.button("Retirer ce zonage", disabled=not sure):
        try:
            gone = zonings_here.remove(data.territory, number)
        except UserError as problem:
            st.error(str(problem))
            return
        _over(f"« {gone.file} » est retiré ; ce qui en a été montré reste connu du secret.")


def _over(words: str) -> None:
    """The work is done: the page starts again, and says so."""
    st.session_state[DONE] = words
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
    city_checking.forget()
    frame.refresh()
    st.rerun()
