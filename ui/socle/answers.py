"""What a report asks its reader: the date to confirm, the year to replace, the zone to leave."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import streamlit as st

from ctg_data import fr
from ctg_data.role import Role
from ctg_data.socle.imports import Declared, Kind, Message, Report, Series, Severity
from ui.blocks import states

ANSWERS = "_socle_answers"
NATURE = "_socle_nature"
READ = "_socle_read"  # the report of the file, as read with them
NOT_GIVEN = "colonne_non_fournie"
Answer = tuple[str, dict[str, str]]  # the remark answered, and what was proposed


def known(series: Series = Series.SOCLE) -> tuple[Declared, bool]:
    """The answers given so far, and whether a year is to be replaced."""
    kept: tuple[Answer, ...] = st.session_state.get(ANSWERS, ())
    declared = Declared(series=series)
    for identifier, proposal in kept:
        declared = _with(declared, identifier, proposal)
    nature = st.session_state.get(NATURE)
    if nature:
        declared = replace(declared, kind=Kind(nature))
    return declared, declared.replace


def forget() -> None:
    """A new file, or none: nothing was answered of it."""
    for key in (ANSWERS, NATURE, READ):
        st.session_state.pop(key, None)


def ask(report: Report, who: Role) -> None:
    """One box for each remark that an answer lifts."""
    if who is Role.STATISTICIEN and report.of("nature_absente"):
        _nature()
    asked = [one for one in report.messages if one.severity is Severity.REFUSED and one.proposal]
    for rank, one in enumerate(asked):
        if st.checkbox(_words(one), key=f"socle-answer-{one.id}-{rank}"):
            _note(one.id, one.proposal)
    for column in dict.fromkeys(one.column for one in report.of("colonne_absente")):
        said = f"La CAF ne fournit pas la colonne {column} : importer sans elle."
        if st.checkbox(fr.spaced(said), key=f"socle-absent-{column}"):
            _note(NOT_GIVEN, {column: ""})
    if any(not one.proposal for one in report.of("date_absente")):
        _date()


def _note(identifier: str, proposal: Mapping[str, str]) -> None:
    """Keep an answer and judge the file again."""
    kept: tuple[Answer, ...] = st.session_state.get(ANSWERS, ())
    st.session_state[ANSWERS] = (*kept, (identifier, dict(proposal)))
    st.rerun()


def _date() -> None:
    """A date that nothing in the file tells."""
    text = st.text_input(
        "Date de référence du fichier", placeholder="31/12/2024", key="socle-date", width=240
    )
    if not text:
        return
    try:
        day = datetime.strptime(text.strip(), "%d/%m/%Y").date()
    except ValueError:
        states.show("broken", "Cette date ne se lit pas", "Écrivez-la comme 31/12/2024.")
        return
    _note("date_absente", {"reference_date": day.isoformat()})


def _nature() -> None:
    chosen = st.radio(
        "Le fichier ne dit pas sa nature",
        [str(Kind.PROTEGE), str(Kind.EXACT)],
        captions=["déjà masqué par la CAF", "comptes exacts, qui ne quittent pas la CAF"],
        horizontal=True,
    )
    if chosen == str(Kind.EXACT) and st.session_state.get(NATURE) != chosen:
        st.session_state[NATURE] = chosen
        st.rerun()


def _words(one: Message) -> str:
    """The answer a remark proposes, as a sentence to tick."""
    key, value = next(iter(one.proposal.items()))
    if one.id == "annee_deja_la":
        said = "Remplacer le socle de cette année ; l'ancien reste gardé et peut revenir."
    elif one.id == "date_absente":
        said = f"Confirmer la date de référence : {fr.day(date.fromisoformat(value))}."
    elif one.id == "zone_inconnue":
        said = f"Laisser de côté la zone {key}."
    elif one.id == "code_incomplet":
        said = f"Lire le code {key} comme {value}."
    else:
        said = f"Lire la colonne « {key} » comme {value}."
    return fr.spaced(said)


def _with(declared: Declared, identifier: str, proposal: dict[str, Any]) -> Declared:
    """An answer, added to what is declared of the file."""
    if identifier == "annee_deja_la":
        return replace(declared, replace=True)
    if identifier == "date_absente":
        return replace(declared, reference_date=date.fromisoformat(proposal["reference_date"]))
    if identifier == "zone_inconnue":
        return replace(declared, set_aside=declared.set_aside | set(proposal))
    if identifier == NOT_GIVEN:
        return replace(declared, absent=declared.absent | set(proposal))
    if identifier == "code_incomplet":
        return replace(declared, codes={**declared.codes, **proposal})
    return replace(declared, columns={**declared.columns, **proposal})
