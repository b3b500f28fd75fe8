"""Views of the pages where the CAF's files come in: drop one, read its report, confirm."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from ctg_data import fr, role
from ctg_data.role import Role
from ctg_data.socle import imports as socle, report as reports
from ctg_data.socle.imports import Imported, Report, Series
from ctg_data.socle.model import files as socle_model
from ctg_data.store.session import Store
from ctg_data.workspace import Workspace
from ui.blocks import components, states
from ui.frame import menu
from ui.socle import answers as socle_answers, history as socle_history, works
from ui.state.memo import remembered
from ui.submissions import report as socle_report
from ui.submissions.drop import Drop, read
from ui.submissions.works import AWAY, follow

OF = "_socle_series"  # which page the file was dropped on
Steps = Callable[[str], None]
DROP = Drop(
    "socle",
    "Fichier de la CAF",
    ("xlsx", "csv", "ods", "xls", "xlsb", "txt"),
    forget=socle_answers.forget,
)
FILE = DROP.file


@dataclass(frozen=True)
class Words:
    """How a series of files is spoken of; ``then`` is the page to go to, and why."""

    none: str
    model: str
    done: str
    then: tuple[str, str]


WORDS = {
    Series.SOCLE: Words(
        "Aucun socle n'a encore été importé",
        "socle",
        "Socle {year} importé et masqué",
        (menu.script("evolutions"), "Voir les principales évolutions"),
    ),
    Series.FED: Words(
        "Aucune réponse à une demande (FED) n'a encore été importée",
        "réponse",
        "Réponse {year} importée et masquée",
        (menu.script("couverture"), "Voir ce que couvrent les indicateurs"),
    ),
}


def lead(data: Workspace, series: Series = Series.SOCLE) -> None:
    """What is there, in one sentence."""
    found = socle_history.imports(data, series)
    active = [one for one in found if one.state == socle.ACTIVE]
    if not active:
        components.lead(
            f"{WORDS[series].none} sur ce poste : déposez le fichier de la CAF, lisez ce qu'il en "
            "serait, puis confirmez."
        )
        return
    if series is Series.FED:
        components.lead(
            f"{fr.plural(len(active), 'réponse est', 'réponses sont')} en place sur ce poste ; la "
            f"dernière porte sur {active[0].year}, importée le {fr.day(active[0].at)}."
        )
        return
    own = [one for one in active if one.citation.confidential]
    if not own:
        there = fr.plural(len(active), "fichier publié est là", "fichiers publiés sont là")
        components.lead(f"{WORDS[series].none} ; {there}.")
        return
    last = max(own, key=lambda one: one.year)
    components.lead(
        f"Le dernier socle est celui de {last.year}, importé le {fr.day(last.at)} "
        f"({fr.plural(last.rows, 'valeur')})."
    )


def _done(done: Imported) -> str:
    """What was imported, by its name."""
    if not done.citation.confidential:
        return f"Importé : {done.what}"
    return WORDS[Series(done.series)].done.format(year=done.year)


def drop(data: Workspace, series: Series = Series.SOCLE) -> tuple[str, bytes] | None:
    """The file to read: dropped, or a sample in a fictional territory."""
    if st.session_state.get(OF, series) != series:  # the file of the other page is not this one's
        DROP.let_go()
    st.session_state[OF] = series
    components.question("Quel fichier importer ?")
    socle_report.soft(
        "Classeur ou texte, tel que la CAF l'a envoyé. Rien n'est écrit avant votre confirmation."
        + (
            ""
            if role.current() is Role.STATISTICIEN
            else " Ici, seul un fichier protégé par la CAF peut être importé."
        )
    )

    def beside() -> None:
        _samples(data, series)
        _model(data, series)

    return DROP.given(beside)


def _samples(data: Workspace, series: Series) -> None:
    if not data.territory.fictional:
        return
    if st.button("Essayer avec un fichier fictif", icon=":material/science:"):
        with st.spinner("Fabrication du fichier fictif…"):
            DROP.take(
                socle_model.answer(data.territory)
                if series is Series.FED
                else socle_model.protected(data.territory, data.release)
            )
    if series is Series.FED:
        return
    if role.current() is Role.STATISTICIEN and st.button(
        "Essayer avec un fichier exact fictif", icon=":material/science:"
    ):
        with st.spinner("Fabrication du fichier fictif…"):
            DROP.take(socle_model.exact(data.territory))


@remembered
def _model_file(data: Workspace, series: Series) -> bytes:
    return socle_model.model(data.territory, series)


def _model(data: Workspace, series: Series) -> None:
    st.download_button(
        f"Télécharger le modèle de {WORDS[series].model}",
        lambda: _model_file(data, series),
        file_name=f"MODELE_{series.upper()}_{data.territory.commune.code}.xlsx",
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
    )


def examine(
    data: Workspace, given: tuple[str, bytes], series: Series = Series.SOCLE
) -> Report | None:
    """The report of the file, what it asks, and what to do next; None when nothing reads."""
    components.question(f"Que deviendrait « {given[0]} » ?")
    answers, replacing = socle_answers.known(series)
    full = read(lambda: _report(data, given, answers))
    if full is None:
        return None
    components.answer(reports.headline(full))
    socle_report.show(full, "file")
    socle_answers.ask(full, role.current())
    _next(data, given, full, answers, replacing)
    return full


def _report(data: Workspace, given: tuple[str, bytes], answers: socle.Declared) -> Report:
    """The report of a file, read again only when it, an answer or what is there has changed."""
    states_now = [(one.number, one.state) for one in socle_history.imports(data)]
    key = (data.territory.id, given[0], hash(given[1]), repr(answers), role.current(), states_now)
    kept = st.session_state.get(socle_answers.READ)
    if kept is None or kept[0] != key:
        with Store.open() as store:
            found = socle.check_file(*given, data.territory, store, declared=answers)
        kept = st.session_state[socle_answers.READ] = (key, found)
    report: Report = kept[1]
    return report


def _next(
    data: Workspace,
    given: tuple[str, bytes],
    report: Report,
    answers: socle.Declared,
    replacing: bool,
) -> None:
    """Import, or protect first; the other way is to drop another file."""
    name, content = given

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

    busy = works.JOBS.busy(data.territory.id)
    if DROP.agreed("Importer ce fichier", closed=report.refused or busy):
        works.JOBS.start(data.territory.id, works.IMPORT, work)
        DROP.let_go()
        st.rerun()


def progress(data: Workspace) -> None:
    """What is being done, then what became of it, said once."""
    running = works.JOBS.of(data.territory.id)
    if running is None:
        return
    if running.running:
        follow(running, note=AWAY)
        return
    if running.kind != works.IMPORT:  # told where the file to send is made
        return
    if running.problem:
        states.show("broken", "Rien n'a été importé", running.problem)
    else:
        done: Imported = running.result
        states.show(
            "done",
            _done(done),
            f"{fr.plural(done.rows, 'valeur')} de « {done.label} ». Les pages montrent maintenant "
            "ces chiffres, après le secret statistique.",
        )
        page, label = WORDS[Series(done.series)].then
        st.page_link(page, label=label, icon=":material/arrow_forward:")
    if st.button("Fermer ce compte rendu", type="tertiary"):
        works.JOBS.forget(data.territory.id)
        socle_answers.forget()
        st.rerun()
