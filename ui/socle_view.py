"""Views of the page « Le socle annuel »: drop a file, read its report, confirm, undo."""

from collections.abc import Callable
from html import escape

import streamlit as st

from ctg_data import fr, role, socle, socle_model, socle_report
from ctg_data.role import Role
from ctg_data.socle import Imported, Report, Severity
from ctg_data.store import Store
from ctg_data.workspace import Workspace
from ui import components, frame, importing, socle_answers, socle_history, states, tables

FILE = "_socle_file"  # (name, bytes) of the file being read, for this reader alone
SEEN, TURN, READ = "_socle_seen", "_socle_turn", "_socle_read"
REMARK = ["Remarque", "Ce qui est fait", "Pour"]
KINDS = ["xlsx", "csv", "ods", "xls", "xlsb", "txt"]
EVOLUTIONS = "../pages/evolutions.py"
Steps = Callable[[str], None]


def lead(data: Workspace) -> None:
    """What is there, in one sentence."""
    active = [one for one in socle_history.imports(data) if one.state == socle.ACTIVE]
    if not active:
        components.lead(
            "Aucun socle n'a encore été importé sur ce poste : déposez le fichier de la CAF, lisez "
            "ce qu'il en serait, puis confirmez."
        )
        return
    last = max(active, key=lambda one: one.year)
    components.lead(
        f"Le dernier socle est celui de {last.year}, importé le {fr.day(last.at)} "
        f"({fr.plural(last.rows, 'valeur')})."
    )


def drop(data: Workspace) -> tuple[str, bytes] | None:
    """The file to read: dropped, or a sample in a fictional territory."""
    components.question("Quel fichier importer ?")
    _soft(
        "Classeur ou texte, tel que la CAF l'a envoyé. Rien n'est écrit avant votre confirmation."
        + (
            ""
            if role.current() is Role.STATISTICIEN
            else " Ici, seul un fichier protégé par la CAF peut être importé."
        )
    )
    left, right = st.columns([3, 2], gap="large")
    with left:
        given = st.file_uploader("Fichier de la CAF", type=KINDS, key=_uploader())
    with right:
        _samples(data)
        _model(data)
    if given is not None and st.session_state.get(SEEN) != given.file_id:
        _take((given.name, given.getvalue()))
        st.session_state[SEEN] = given.file_id
    found: tuple[str, bytes] | None = st.session_state.get(FILE)
    return found


def _samples(data: Workspace) -> None:
    if not data.territory.fictional:
        return
    if st.button("Essayer avec un fichier fictif", icon=":material/science:"):
        with st.spinner("Fabrication du fichier fictif…"):
            _take(socle_model.protected(data.territory, data.release))
    if role.current() is Role.STATISTICIEN and st.button(
        "Essayer avec un fichier exact fictif", icon=":material/science:"
    ):
        with st.spinner("Fabrication du fichier fictif…"):
            _take(socle_model.exact(data.territory))


def _uploader() -> str:
    """The key of the uploader: another one once its file has been dealt with."""
    return f"socle-file-{st.session_state.get(TURN, 0)}"


def _take(given: tuple[str, bytes]) -> None:
    """Another file to read: nothing was answered of it."""
    socle_answers.forget()
    st.session_state[FILE] = given


def _let_go() -> None:
    """The file has been dealt with: the page is ready for another one."""
    socle_answers.forget()
    for name in (FILE, SEEN, READ):
        st.session_state.pop(name, None)
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1


def _model(data: Workspace) -> None:
    st.download_button(
        "Télécharger le modèle de socle",
        lambda: socle_model.model(data.territory),
        file_name=f"MODELE_SOCLE_{data.territory.commune.code}.xlsx",
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
    )


def examine(data: Workspace, given: tuple[str, bytes]) -> None:
    """The report of the file, what it asks, and what to do next."""
    who = role.current()
    components.question(f"Que deviendrait « {given[0]} » ?")
    answers, replacing = socle_answers.known()
    try:
        full = _report(data, given, answers)
    except socle.UnreadableFile as problem:
        states.show("broken", "Fichier illisible", str(problem))
        return
    report = socle_report.seen_by(full, who)
    components.answer(socle_report.headline(full))
    _remarks(report, len(full.messages) - len(report.messages))
    _files(report, who)
    socle_answers.ask(full, who)
    _next(data, given, full, replacing)


def _report(data: Workspace, given: tuple[str, bytes], answers: socle.Declared) -> Report:
    """The report of a file, read again only when it, an answer or what is there has changed."""
    states_now = [(one.number, one.state) for one in socle_history.imports(data)]
    key = (data.territory.id, given[0], hash(given[1]), repr(answers), role.current(), states_now)
    kept = st.session_state.get(READ)
    if kept is None or kept[0] != key:
        with st.spinner("Lecture du fichier et vérifications…"), Store.open() as store:
            found = socle.check_file(*given, data.territory, store, declared=answers)
        kept = st.session_state[READ] = (key, found)
    report: Report = kept[1]
    return report


def _remarks(report: Report, aside: int) -> None:
    """Remarks by severity, worst first; on a phone each cell comes under its heading."""
    for severity in Severity:
        found = [one for one in report.messages if one.severity is severity]
        if not found:
            continue
        body = [
            tables.row(
                escape(_capital(socle_report.where(one))),
                [],
                [one.text, one.done or "–", str(one.audience)],
                heads=REMARK,
            )
            for one in found
        ]
        html = tables.frame_html(f"{severity.label} ({len(found)})", ["Où"], [], REMARK, body)
        if severity in (Severity.REFUSED, Severity.CORRECTED):
            st.html(html)
        else:
            with st.expander(f"{severity.label} ({len(found)})"):
                st.html(html)
    if aside:
        _soft(
            f"{fr.plural(aside, 'remarque', 'remarques')} sur la forme ou le secret du fichier : "
            "pour le statisticien de la CAF seul."
        )


def _files(report: Report, who: Role) -> None:
    reader = socle.audience(who)
    stem = f"compte_rendu_{report.year or 'socle'}"
    left, right, _ = st.columns([1, 1, 1])
    with left:
        st.download_button(
            "Compte rendu (CSV)",
            socle_report.to_csv(report, reader),
            file_name=f"{stem}.csv",
            mime="text/csv",
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
        )
    with right:
        st.download_button(
            "Compte rendu à imprimer (page)",
            socle_report.to_html(report, reader).encode(),
            file_name=f"{stem}.html",
            mime="text/html",
            on_click="ignore",
            type="tertiary",
            icon=":material/print:",
        )


def _next(data: Workspace, given: tuple[str, bytes], report: Report, replacing: bool) -> None:
    """Import, or protect first; the other way is to drop another file."""
    name, content = given
    answers, _ = socle_answers.known()

    def work(steps: Steps) -> Imported:
        with Store.open() as store:
            return socle.import_file(
                name,
                content,
                data.territory,
                store,
                declared=answers,
                replacing=replacing,
                steps=steps,
            )

    running = importing.job(data.territory.id)
    busy = running is not None and not running.done.is_set()
    left, right, _ = st.columns([1, 1, 2])
    with left:
        if st.button(
            "Importer ce fichier",
            type="primary",
            disabled=report.refused or busy,
            icon=":material/check:",
        ):
            importing.start(data.territory.id, "import", work)
            _let_go()
            st.rerun()
    with right:
        if st.button("Abandonner", type="tertiary"):
            _let_go()
            st.rerun()


def progress(data: Workspace) -> None:
    """What is being done, then what became of it, said once."""
    running = importing.job(data.territory.id)
    if running is None:
        return
    if not running.done.is_set():
        _follow(data)
        return
    if running.problem:
        states.show("broken", "Rien n'a été importé", running.problem)
    elif running.kind == "import":
        done: Imported = running.result
        states.show(
            "empty",
            f"Socle {done.year} importé et masqué",
            f"{fr.plural(done.rows, 'valeur')} de « {done.label} ». Les pages montrent maintenant "
            "ces chiffres, après le secret statistique.",
        )
        st.page_link(
            EVOLUTIONS,
            label="Voir les principales évolutions",
            icon=":material/arrow_forward:",
        )
    else:
        return
    if st.button("Fermer ce compte rendu", type="tertiary"):
        importing.forget(data.territory.id)
        socle_answers.forget()
        st.rerun()


@st.fragment(run_every="1s")
def _follow(data: Workspace) -> None:
    running = importing.job(data.territory.id)
    if running is None or running.done.is_set():
        frame.refresh()
        st.rerun()
    else:
        st.progress(min(0.9, 0.2 * len(running.steps)), text=fr.spaced(running.words))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _soft(text: str) -> None:
    st.html(f'<p class="ctg-soft">{escape(fr.spaced(text))}</p>')
