"""The statistician's journal: which cell was masked, by which rule.  Never a value."""

import streamlit as st

from ctg_data import fr
from ctg_data.disclosure.adapter.evidence import UNVERIFIED
from ctg_data.disclosure.witness import words
from ctg_data.workspace import Workspace
from ui.state import choices

RULES = "Motif"
SHOWN_ROWS = 200  # a page of the journal; the file holds the whole


def summary(data: Workspace) -> None:
    """How many cells each rule hid, and the verdict of the audit."""
    secrecy, journal = data.secrecy, data.journal()
    if not len(journal):
        st.info(
            "Aucun fichier confidentiel n'a été importé pour ce territoire : rien n'a été masqué "
            "par l'application. Les « s » affichés sont ceux des producteurs.",
            icon=":material/info:",
        )
        choices.stop()
    st.markdown(
        fr.spaced(
            f"{fr.plural(secrecy.hidden_by_us, 'cellule masquée', 'cellules masquées')} ; "
            f"audit : **{secrecy.audit or UNVERIFIED}**."
        )
    )
    st.markdown(words.sentence(secrecy.witnessed))
    if secrecy.stopped:
        st.warning(_stopped(secrecy.stopped), icon=":material/warning:")
    counts = journal[RULES].value_counts().rename_axis(RULES).rename("Cellules").reset_index()
    st.table(counts.assign(Cellules=counts["Cellules"].map(fr.number)).set_index(RULES))


def _stopped(count: int) -> str:
    """What only the last barrier kept from being shown is a fault of the masking, to be told."""
    cells = fr.plural(count, "cellule allait", "cellules allaient")
    return fr.spaced(
        f"{cells} être montrée{'s' if count > 1 else ''} à tort : la dernière barrière "
        f"{'les' if count > 1 else 'l’'}{' ' if count > 1 else ''}a arrêtée"
        f"{'s' if count > 1 else ''}. Signalez-le à qui maintient l'application."
    )


def cells(data: Workspace) -> None:
    """The cells themselves, filtered, and the whole journal as a file."""
    journal = data.journal()
    first, second = st.columns(2)
    names = fr.by_name(journal["Variable"].unique())
    variable = first.selectbox("Variable", ["Toutes", *names], key="journal-variable")
    rules = fr.by_name(journal[RULES].unique())
    reason = second.selectbox(RULES, ["Tous", *rules], key="journal-rule")
    kept = journal
    if variable != "Toutes":
        kept = kept[kept["Variable"] == variable]
    if reason != "Tous":
        kept = kept[kept[RULES] == reason]
    st.caption(
        fr.spaced(
            f"{fr.plural(len(kept), 'cellule')} ; les {min(SHOWN_ROWS, len(kept))} premières "
            "sont affichées, le fichier les contient toutes."
        )
    )
    st.table(kept.head(SHOWN_ROWS).set_index("Variable"))
    st.download_button(
        "Télécharger le journal (CSV)",
        kept.to_csv(index=False, sep=";").encode("utf-8-sig"),
        file_name=f"journal_secret_{data.territory.id}.csv",
        mime="text/csv",
        icon=":material/download:",
    )
