"""What the city does of a published place: takes it in, says which one it is, sets it aside."""

from collections.abc import Callable, Sequence
from html import escape

import streamlit as st

from ctg_data import fr
from ctg_data.catalogue.structures.declared import kinds
from ctg_data.offer import acts as offer_acts
from ctg_data.offer.beside import nearest
from ctg_data.offer.candidates import Candidate
from ctg_data.offer.decisions import LONGEST
from ctg_data.register.model import Structure
from ctg_data.store.session import Store
from ctg_data.workspace import Workspace
from ui.blocks import tables
from ui.submissions import acts, report as socle_report

TOLD = "_published_told"
ACCEPT, LINK, SET_ASIDE = "Accepter", "C'est celle-ci", "Écarter"
EFFECTS = {
    ACCEPT: "Une ligne de plus au registre, avec sa source et sa date. « Annuler le dernier "
    "changement » la retire ; complétez-la ensuite par votre fichier.",
    LINK: "Le registre ne change pas : ce lieu publié n'est plus compté à part, cette édition et "
    "les suivantes.",
    SET_ASIDE: "Ce lieu n'est plus proposé ni compté, cette édition et les suivantes. La raison "
    "est gardée et se relit plus bas.",
}
LINE = ["Type", "Adresse"]


def one_at_a_time(data: Workspace, some: Sequence[Candidate]) -> None:
    """One place, and one of three decisions."""
    known = {one.ids[0]: one for one in some}
    chosen = st.selectbox(
        "Lieu publié à décider", list(known), format_func=lambda name: _name(known[name])
    )
    one = known[chosen]
    what = st.radio("Ce que la Ville en fait", list(EFFECTS), horizontal=True, key="_published_act")
    socle_report.soft(EFFECTS[what])
    with st.form("published-decision", border=False):
        {ACCEPT: _accept, LINK: _link, SET_ASIDE: _set_aside}[what](data, one)


def _name(one: Candidate) -> str:
    where = f", {one.line.address}" if one.line.address else ""
    return f"{offer_acts.named(one)}{where}"


def _accept(data: Workspace, one: Candidate) -> None:
    if st.form_submit_button("Accepter ce lieu", icon=":material/add:"):
        words = f"« {offer_acts.named(one)} » est au registre."
        _do(lambda store: offer_acts.accept([one], data.published, data.territory, store), words)


def _link(data: Workspace, one: Candidate) -> None:
    names = _structures(data, one)
    if not names:
        socle_report.soft("Le registre n'a aucune structure de ce type.")
    target = st.selectbox("Structure du registre", list(names), format_func=names.__getitem__)
    reason = st.text_input("Ce qui le montre (si vous le souhaitez)", max_chars=LONGEST)
    if st.form_submit_button("C'est celle-ci", icon=":material/link:", disabled=not names):
        words = f"« {offer_acts.named(one)} » est rattaché à {names[target]}."
        _do(lambda store: offer_acts.link(one, target, reason, data.territory, store), words)


def _structures(data: Workspace, one: Candidate) -> dict[str, str]:
    """The structures of its type, those that it may be first, with how near they are."""
    near = [(each, words) for each, words in nearest(one, data.register)]
    rest = [each for each in data.register.structures if each.kind == one.line.kind]
    names = {each.id: f"« {each.name} » ({words})" for each, words in near}
    others: list[Structure] = fr.by_name(rest, lambda each: each.name)
    return names | {each.id: f"« {each.name} »" for each in others if each.id not in names}


def _set_aside(data: Workspace, one: Candidate) -> None:
    reason = st.text_input("Pourquoi l'écarter", max_chars=LONGEST)
    if st.form_submit_button("Écarter ce lieu", icon=":material/block:"):
        words = f"« {offer_acts.named(one)} » est écarté."
        _do(lambda store: offer_acts.set_aside(one, reason, data.territory, store), words)


def all_sure(data: Workspace, some: Sequence[Candidate]) -> None:
    """Everything sure at once, read before it is accepted."""
    if not some:
        return
    with st.expander(f"Accepter tout ce qui est sûr ({len(some)})"):
        size = fr.plural(len(some), "lieu entrera", "lieux entreront")
        socle_report.soft(
            f"{size} au registre, d'un seul changement qui s'annule en une fois. Chacun a un nom "
            "et une adresse, et n'est sûrement aucune structure du registre."
        )
        body = [
            tables.row(
                escape(one.line.name),
                [],
                [kinds()[one.line.kind].label, one.line.address],
                heads=LINE,
            )
            for one in some
        ]
        st.html(tables.frame_html("Ce qui entrerait au registre", ["Lieu"], [], LINE, body))
        if st.button(f"Accepter tout ce qui est sûr ({len(some)})", icon=":material/done_all:"):
            words = f"{fr.plural(len(some), 'lieu est entré', 'lieux sont entrés')} au registre."
            _do(lambda store: offer_acts.accept(some, data.published, data.territory, store), words)


def way_back(data: Workspace) -> None:
    """Take back one decision."""
    known = data.published.decisions.every
    rank = st.selectbox(
        "Décision",
        range(len(known)),
        format_func=lambda rank: f"{known[rank].name} (n° {rank + 1})",
    )
    socle_report.soft(
        "Une ligne entrée au registre y reste : elle se retire par « Annuler le dernier "
        "changement », ou par votre fichier."
    )
    if st.button("Revenir sur cette décision", icon=":material/undo:"):
        one = known[rank]
        words = f"La décision sur « {one.name} » est oubliée."
        _do(lambda store: offer_acts.take_back(one, data.territory, store), words)


def _do(act: Callable[[Store], object], words: str) -> None:
    def done() -> str:
        with Store.open() as store:
            act(store)
        return words

    acts.carry_out(done, TOLD)
