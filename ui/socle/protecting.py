"""The « protéger » panel of the page « Le socle annuel », for the CAF's statistician."""

import json
from collections.abc import Callable

import streamlit as st

from ctg_data import fr, role
from ctg_data.role import Role
from ctg_data.socle import protect as socle_protect
from ctg_data.socle.imports import Kind, Report
from ctg_data.socle.protect import Protected
from ctg_data.store.session import Store
from ctg_data.workspace import Workspace
from ui.blocks import components, states
from ui.frame.jobs import Job
from ui.socle import answers as socle_answers, works
from ui.submissions import report as socle_report

NAME = "SOCLE_PROTEGE.xlsx"


def panel(data: Workspace, given: tuple[str, bytes] | None, report: Report | None) -> None:
    """Make of an exact file the one that may go to the city, then hand it over."""
    if role.current() is not Role.STATISTICIEN:
        return
    components.question(
        "Que peut-on envoyer à la ville ?",
        "Le fichier protégé : masqué avec tout ce que les lecteurs ont déjà, écrit à neuf, relu et "
        "attaqué avant de vous être donné.",
    )
    running = works.JOBS.of(data.territory.id)
    if running is not None and not running.running and running.kind == works.PROTECT:
        _outcome(data, running)
    elif given is None or report is None:
        states.show(
            "empty", "Aucun fichier à protéger", "Déposez plus haut le fichier exact de la CAF."
        )
    elif report.kind == Kind.PROTEGE:
        states.show(
            "empty",
            "Ce fichier n'est pas exact",
            "Il se dit protégé, ou ne dit pas sa nature : il se lit et s'importe comme tel. Pour "
            "en faire un fichier protégé, choisissez « exact » plus haut, ou écrivez-le dans sa "
            "feuille LISEZMOI.",
        )
    else:
        _start(data, given)


def _start(data: Workspace, given: tuple[str, bytes]) -> None:
    name, content = given
    sent = st.file_uploader(
        "Fichiers protégés déjà envoyés, s'ils ne viennent pas de ce poste",
        type=["xlsx"],
        accept_multiple_files=True,
        key="socle-editions",
    )
    editions = [(one.name, one.getvalue()) for one in sent]
    answers, _ = socle_answers.known()

    def work(steps: Callable[[str], None]) -> Protected:
        with Store.open() as store:
            return socle_protect.protect_file(
                name,
                content,
                data.territory,
                store,
                editions=editions,
                declared=answers,
                out=NAME,
                steps=steps,
            )

    busy = works.JOBS.busy(data.territory.id)
    if st.button("Faire le fichier protégé", disabled=busy, icon=":material/shield:"):
        works.JOBS.start(data.territory.id, works.PROTECT, work)
        st.rerun()


def _outcome(data: Workspace, over: Job) -> None:
    """The file and its manifest, or why there is none."""
    if over.problem:
        head, *lines = over.problem.split("\n")
        states.show("broken", "Le fichier n'a pas pu être protégé", head)
        if lines:
            with st.expander(f"Où, dans le fichier ({fr.plural(len(lines), 'ligne')})"):
                st.code("\n".join(lines), language=None)
    else:
        made: Protected = over.result
        head, *rest = made.summary().split("\n")
        states.show("done", head, " ".join(rest))
        with st.container(horizontal=True, gap="medium"):
            st.download_button(
                "Télécharger le fichier protégé",
                made.content,
                file_name=NAME,
                on_click="ignore",
                type="primary",
                icon=":material/download:",
            )
            st.download_button(
                "Son manifeste",
                json.dumps(made.manifest, ensure_ascii=False, indent=1),
                file_name="SOCLE_PROTEGE.manifest.json",
                on_click="ignore",
                icon=":material/download:",
            )
        socle_report.soft("Envoyez les deux ensemble ; gardez-les : la prochaine édition en part.")
    if st.button("Terminer", type="tertiary"):
        works.JOBS.forget(data.territory.id)
        st.rerun()
