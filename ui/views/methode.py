"""Views of the page « Méthode »: secrecy in plain words, signs, indicator cards, licences."""

from datetime import date
from html import escape

import streamlit as st

from ctg_data import dating, fr
from ctg_data.catalogue.cards import KINDS, THEMES, Indicator
from ctg_data.disclosure.adapter.evidence import UNVERIFIED
from ctg_data.disclosure.witness import words
from ctg_data.model import SIGN_WORDS, Sign
from ctg_data.release.policy import Policy
from ctg_data.workspace import Workspace
from ui.blocks import components, notes, selectors, states, tables
from ui.state import missed
from ui.state.memo import remembered

ALL = "tous"
WORDS = "mot"
FEW = 5  # fewer contradictions are not counted on screen: which ones could be guessed
# Measured by benchmarks/secret_minimality.py: 60 tables drawn, zeros masked.
NOT_PROMISED = (
    "Ce qui n'est pas promis : que personne ne devine à partir de ce qu'il sait par ailleurs, ni "
    "des années voisines. Le choix même des cases masquées en dit un peu : qui referait tourner ce "
    "programme sur tous les tableaux possibles apprendrait, sur de tout petits tableaux (trois "
    "lignes, trois colonnes), qu'environ quatre cases sensibles sur dix sont sous le seuil, et la "
    "valeur exacte d'une sur vingt."
)
SIGNS = (
    (
        "s",
        SIGN_WORDS[Sign.SECRET],
        "Le nombre ne peut pas être montré. Ce signe ne veut pas dire zéro.",
    ),
    (
        "au moins 8",
        "le plus petit nombre possible",
        "8 sont connus, il peut y en avoir d'autres : la liste n'est pas déclarée complète (page "
        "« Structures »). Ce nombre ne se soustrait pas, et son rang est une fourchette.",
    ),
    (
        "au plus 5",
        "le plus grand nombre possible",
        "Ce qui se rapporte à un nombre connu « au moins » : s'il y en a d'autres, c'est moins.",
    ),
    ("n.d.", SIGN_WORDS[Sign.MISSING], "Le nombre n'est pas publié, ou pas encore reçu."),
    ("–", SIGN_WORDS[Sign.NOT_APPLICABLE], "La question ne se pose pas pour ce lieu."),
    ("0", "zéro vrai", "Il n'y en a aucun, et on peut le dire."),
)


def secrecy(data: Workspace) -> None:
    """The three rules, what they hide here, and whether the result was attacked."""
    st.html(_secrecy(data))


@remembered
def _secrecy(data: Workspace) -> str:
    question = "Comment le secret statistique est-il tenu ?"
    rules = "".join(
        f"<li><strong>{escape(head)}.</strong> {escape(fr.spaced(text))}</li>"
        for head, text in plain(data.release.policy)
    )
    told = (
        f'<ol class="ctg-rules">{rules}</ol>'
        f'<p class="ctg-soft">{escape(fr.spaced(NOT_PROMISED))}</p>'
    )
    dropped = [
        states.state_html("masked", "Un tableau n'est pas montré", sentence)
        for sentence in data.secrecy.dropped
    ]
    title = "Des chiffres publiés ne s'accordent pas avec ceux de la CAF"
    apart = [
        states.state_html("masked", title, _disagreeing(name, count))
        for name, count in data.secrecy.apart
    ]
    body = [
        tables.row(f"<strong>{sign}</strong>", [], [words, text]) for sign, words, text in SIGNS
    ]
    caption = "Signes employés dans les tableaux, les graphiques et les fichiers"
    signs = tables.frame_html(caption, ["Signe"], [], ["Sens", "Comment le lire"], body)
    head = components.question_html(question, _proof(data))
    return components.stacked([head, told, *dropped, *apart, signs])


def plain(policy: Policy) -> tuple[tuple[str, str], ...]:
    """The rules in plain words, with the numbers that are applied."""
    few, zone = fr.number(policy.min_count), fr.number(policy.min_population)
    return (
        (
            f"Au moins {few} allocataires",
            f"Un nombre qui décrit moins de {few} allocataires n'est jamais montré. Des personnes "
            "ou des enfants dont personne ne sait les allocataires doivent être au moins "
            f"{fr.number(policy.min_people)} (règle approchée).",
        ),
        (
            f"Au moins {zone} allocataires dans la population étudiée",
            f"Sous la commune, une zone ou une sous-population de moins de {zone} allocataires "
            "n'est pas étudiée : aucun de ses chiffres n'est montré. Un taux sur des enfants est "
            "jugé sur les allocataires qui sont derrière ; quand personne ne les a comptés, il "
            f"faut {fr.number(policy.many_people)} enfants (règle approchée).",
        ),
        (
            "Rien qui se recalcule",
            "Un nombre qu'on retrouverait par différence, avec un total et les autres cases, est "
            "masqué aussi. Le lecteur voit le même signe : dire pourquoi une case est masquée la "
            "trahirait.",
        ),
    )


def _proof(data: Workspace) -> str:
    """What may be claimed, and no more: a result is « attacked » only where an audit ran.

    A table in which the audit found a way in is not shown at all, and is named below.
    """
    known = data.secrecy
    hidden = f"{fr.plural(known.hidden, 'case')} sur {fr.number(len(data.release))} "
    hidden += f"{'porte' if known.hidden < 2 else 'portent'} le signe « s »"
    if (found := known.audit) is not None and known.hidden_by_us:
        when = fr.day(date.fromisoformat(found.on[:10]))
        masked = fr.plural(known.hidden_by_us, "cellule masquée", "cellules masquées")
        claim = "résiste" if found.safe else "ne résiste pas entièrement"
        return fr.spaced(
            f"Ce que nous publions {claim} à l'attaque : {masked} par nos soins, {found}, vérifié "
            f"le {when}. En tout, {hidden}. "
            f"{words.sentence(known.witnessed)}"
        )
    if not known.hidden_by_us:
        return (
            f"{hidden}, telles que leurs producteurs les ont masquées. Aucun fichier confidentiel "
            "de la CAF n'est chargé pour ce territoire : il n'y a rien d'autre à protéger."
        )
    return f"{hidden}. Masquage {UNVERIFIED} sur ces données."


def _disagreeing(name: str, count: int) -> str:
    """How many figures of a source contradict the CAF's file; a few are not counted for readers."""
    some = f"{fr.number(count)} chiffres" if count >= FEW else "Quelques chiffres"
    return (
        f"{some} d'autres zonages ({name}) contredisent le fichier de la CAF : sans doute deux "
        "extractions différentes. Rien ne se conclut des deux ensemble. Ils restent montrés tels "
        "que publiés, et n'entrent pas dans l'attaque de contrôle."
    )


def cards(data: Workspace) -> None:
    """Each indicator's card, by theme and by words."""
    known = data.indicators()
    components.question("Comment chaque indicateur est-il défini ?")
    themes = [key for key in THEMES if any(one.theme == key for one in known)]
    left, right, _ = st.columns([2, 2, 1])
    with left:
        theme = selectors.choose(
            "theme", "Thème", [ALL, *themes], lambda key: THEMES.get(key, "Tous les thèmes")
        )
    with right:
        missed.read(WORDS)
        words = st.text_input("Chercher un mot", key=WORDS, bind="query-params")
    found = [one for one in known if _matches(data, one, theme, words or "")]
    st.html(f'<p class="ctg-soft">{_count(found, known)}</p>')
    if not found:
        states.show(
            "empty",
            "Aucun indicateur ne correspond",
            "Choisissez « Tous les thèmes » ou un autre mot.",
        )
    for key in (one for one in themes if any(card.theme == one for card in found)):
        folded = "".join(_card(data, one.code) for one in found if one.theme == key)
        st.html(f'<h3 class="ctg-theme">{THEMES[key]}</h3><div class="ctg-cards">{folded}</div>')


def _matches(data: Workspace, indicator: Indicator, theme: str, words: str) -> bool:
    """Accents and case left aside, every word somewhere in the card."""
    if theme not in (ALL, indicator.theme):
        return False
    return all(word in _plain(data, indicator.code) for word in fr.bare(words).split())


@remembered
def _plain(data: Workspace, code: str) -> str:
    indicator = data.indicator(code)
    text = indicator.text
    told = [indicator.code, indicator.title, indicator.question, text["definition"], text["scope"]]
    return fr.bare(" ".join([*map(str, told), KINDS[indicator.kind]]))


def _count(found: list[Indicator], known: list[Indicator]) -> str:
    return fr.spaced(f"{fr.plural(len(found), 'fiche')} sur {len(known)}.")


@remembered
def _card(data: Workspace, code: str) -> str:
    """A card folded under its title, with the years at hand."""
    indicator = data.indicator(code)
    have = dating.span(data.table(indicator).periods) or "n.d."
    title = f"{indicator.code} · {escape(fr.spaced(indicator.title))} <small>{have}</small>"
    lead = f'<p class="ctg-soft">{escape(fr.spaced(indicator.question))}</p>'
    return notes.method_html(indicator, title, lead)


def licences(data: Workspace) -> None:
    """Who produced what, under which licence, and how to quote it."""
    st.html(_licences(data))


@remembered
def _licences(data: Workspace) -> str:
    head = components.question_html(
        "Comment citer ces chiffres ?",
        "Avec les lignes Lecture, Champ, Source et Note imprimées à côté de chaque figure.",
    )
    pairs = fr.by_name({(one.producer, one.licence) for one in data.release.citations}, " ".join)
    body = [tables.row(escape(producer), [], [licence]) for producer, licence in pairs]
    told = tables.frame_html("Producteurs et licences", ["Producteur"], [], ["Licence"], body)
    return components.stacked([head, told])
