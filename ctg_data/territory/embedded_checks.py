"""What is wrong with the cells of an embedded file: each fault once, the lines of the others."""

from collections.abc import Iterator

import pandas as pd

from ctg_data.dating import Dating
from ctg_data.model import SECRETS, Level, Status
from ctg_data.observations import KEY, variables
from ctg_data.territory.source_card import SourceCard

AGREEMENT = {"producer": "producteur", "dataset": "jeu", "licence": "licence"}
SILENT = [*map(str, SECRETS), "qualite", "non_disponible", "sans_objet"]


def faults(table: pd.DataFrame, cards: dict[str, SourceCard] | None) -> Iterator[str]:
    """Every fault of the cells: the first in full, the lines of the others after it."""
    for column in ("value", "base", "vintage"):
        kind = "nombre" if column == "value" else "nombre entier"
        text = f"n'est pas un {kind} positif, point décimal et sans espace"
        yield from _told(table, _not_a_number(table[column], column), column, text)
    yield from _misdated(table)
    declared, silent = variables(), table["status"].isin(SILENT)
    units = table["variable"].map({name: one.unit for name, one in declared.items()})
    pairs = pd.Series(list(zip(table["variable"], table["category"], strict=True)), table.index)
    known = {(name, part) for name, one in declared.items() for part in ("total", *one.categories)}
    open_ended = [name for name, one in declared.items() if one.total_de and not one.categories]
    for column, wrong, text in (
        ("variable", units.isna(), "est inconnue de variables.toml ; corrigez-la ou déclarez-la"),
        ("unit", units.notna() & (units != table["unit"]), "n'est pas l'unité de la variable"),
        (
            "category",
            units.notna() & ~pairs.isin(known) & ~table["variable"].isin(open_ended),
            "n'est pas une part déclarée de la variable dans variables.toml",
        ),
        ("level", ~table["level"].isin([str(one) for one in Level]), "n'est pas un niveau connu"),
        (
            "status",
            ~table["status"].isin([str(one) for one in Status]),
            "n'est pas un statut connu",
        ),
        (
            "status",
            silent == (table["value"] != ""),
            "contredit la valeur : un secret n'en a pas, une donnée diffusée en a une",
        ),
        ("code", table["code"] == "", "est vide ; chaque ligne dit sa zone"),
    ):
        yield from _told(table, wrong, column, text)
    if cards is not None:
        yield from _disagreements(table, cards)


def _misdated(table: pd.DataFrame) -> Iterator[str]:
    """Years that are none, proofs that nobody knows, and what contradicts them."""
    unknown = table["dating"] == Dating.NON_ETABLI
    known_proof = table["dating"].isin([str(one) for one in Dating])
    edition = table["edition"].str.fullmatch(r"(19|20)\d\d")
    proofs = ", ".join(Dating)
    for column, wrong, text in (
        (
            "period",
            ~unknown & _not_a_number(table["period"], "period"),
            "n'est pas une année ; laissez-la vide seulement si « dating » dit « non_etabli »",
        ),
        (
            "period",
            unknown & (table["period"] != ""),
            "contredit « dating » : une année non établie reste vide",
        ),
        ("dating", ~known_proof, f"n'est pas une preuve connue ({proofs})"),
        (
            "edition",
            ~edition & (unknown | (table["edition"] != "")),
            "n'est pas l'année d'une édition (2022), nécessaire quand l'année n'est pas établie",
        ),
    ):
        yield from _told(table, wrong, column, text)


def _not_a_number(text: pd.Series, column: str) -> pd.Series:
    """Cells that are not a plain number; only a value or a base may be empty."""
    form = r"\d+(\.\d+)?" if column == "value" else r"\d+"
    wrong = ~text.str.fullmatch(form)
    return wrong & (text != "") if column in ("value", "base") else wrong


def _disagreements(table: pd.DataFrame, cards: "dict[str, SourceCard]") -> Iterator[str]:
    """Rows whose source is unknown, or that name another producer, data set or licence."""
    unknown = ~table["source"].isin(list(cards))
    yield from _told(table, unknown, "source", "n'est pas déclarée dans sources.toml")
    said = {
        "producer": {name: card.citation.producer for name, card in cards.items()},
        "dataset": {name: card.dataset for name, card in cards.items()},
        "licence": {name: card.citation.licence for name, card in cards.items()},
    }
    for column, values in said.items():
        wrong = ~unknown & (table[column] != table["source"].map(values))
        yield from _told(
            table, wrong, column, f"ne dit pas comme « {AGREEMENT[column]} » de sources.toml"
        )


def _told(table: pd.DataFrame, wrong: pd.Series, column: str, text: str) -> Iterator[str]:
    rows = table.index[wrong.fillna(True).astype(bool)]
    if len(rows):
        others = ", ".join(str(row + 2) for row in rows[1:9])
        more = f" Même problème ligne(s) {others}{' …' if len(rows) > 9 else ''}." if others else ""
        cell = str(table.at[rows[0], column])
        yield f"ligne {rows[0] + 2}, colonne « {column} » : « {cell} » {text}.{more}"


def repeated(table: pd.DataFrame) -> list[str]:
    """The same cell given twice: two figures for one thing, and no way to choose."""
    told = table["period"].where(table["period"] != "", "édition " + table["edition"])
    table = table.assign(period=told)
    again = table[table.duplicated(KEY)]
    if again.empty:
        return []
    first = again.iloc[0]
    cell = ", ".join(str(first[name]) for name in KEY)
    return [
        f"donnees/{first['file']}, ligne {again.index[0] + 2} : la case ({cell}) est déjà donnée "
        f"plus haut ou dans un autre fichier. Gardez-en une. Cases en double : {len(again)}."
    ]
