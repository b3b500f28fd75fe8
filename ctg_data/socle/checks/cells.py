"""Checks on each cell: what could not be read as a number, what mixes marks."""

import pandas as pd

from ctg_data import fr
from ctg_data.model import SECRETS
from ctg_data.socle.reading.findings import Findings, places_of
from ctg_data.socle.reading.shares import share_variables
from ctg_data.tabular.rules import lines_of, message
from ctg_data.tabular.values import BOUND

# flag of a cell → check, and what is said of it
FAULTS = {
    "text": ("pas_un_nombre", "n'est pas un nombre"),
    "date": ("pas_un_nombre", "est une date, pas un nombre (le tableur l'a convertie ?)"),
    "percent": ("pas_un_nombre", "est un pourcentage là où un compte est attendu"),
    "ambiguous": ("pas_un_nombre", "s'écrit avec un point ou une virgule : milliers ou décimale ?"),
    "error": ("erreur_tableur", "est une erreur du tableur"),
    "negative": ("nombre_negatif", "est négatif"),
    "fraction": ("nombre_non_entier", "n'est pas un nombre entier"),
}


def check(findings: Findings) -> None:
    """Run them all."""
    for flag, (identifier, words) in FAULTS.items():
        _fault(findings, flag, identifier, words)
    _noted(findings)
    _mixed_marks(findings)
    _blanks(findings)
    _rates(findings)


def _fault(findings: Findings, flag: str, identifier: str, words: str) -> None:
    """One remark per column; the cells themselves are not quoted, they may count people."""
    rows = findings.rows[findings.rows["flag"] == flag]
    for (sheet, column), some in rows.groupby(["sheet", "column"], sort=False):
        where = lines_of(some["line"].astype(int))
        head = f"Feuille « {sheet} », {where}" if sheet else where.capitalize()
        text = f"{head}, colonne « {column} » : le contenu {words}."
        done = "fichier refusé ; corrigez la cellule à sa source"
        findings.messages.append(message(identifier, text, places_of(some), done=done))


def _noted(findings: Findings) -> None:
    rows = findings.rows[findings.rows["flag"] == "noted"]
    if len(rows):
        text = f"{fr.plural(len(rows), 'nombre')} avec un appel de note, lu sans lui."
        findings.messages.append(message("appel_de_note", text, places_of(rows), done="lu"))


def _mixed_marks(findings: Findings) -> None:
    """« <5 » beside « s » gives a bound away, and says that « s » is something else."""
    rows = findings.rows
    marked = rows[rows["status"].isin([str(one) for one in SECRETS]) & rows["mark"].ne("")]
    kinds = marked.groupby(["sheet", "column"])["mark"].nunique()
    for sheet, column in kinds[kinds > 1].index:
        some = marked[(marked["sheet"] == sheet) & (marked["column"] == column)]
        marks = sorted(some["mark"].unique(), key=lambda one: (not BOUND.fullmatch(one), one))
        words = " et ".join(f'"{one}"' for one in marks)
        text = f"Colonne « {column} » : {words} employés dans la même colonne ; traités comme "
        text += "secret_cellule."
        done = "lus comme secret, la borne oubliée"
        findings.messages.append(message("marques_melees", text, places_of(some), done=done))


def _blanks(findings: Findings) -> None:
    """How many blanks, and what they were taken for."""
    rows = findings.rows
    blank = rows[rows["value"].isna() & rows["mark"].eq("") & rows["flag"].eq("")]
    if len(blank) and not findings.reading.published:
        hidden = findings.protected
        what = "comme couvertes par le secret" if hidden else "comme non disponibles"
        text = f"{fr.plural(len(blank), 'cellule vide', 'cellules vides')}, "
        text += f"lue{'s' if len(blank) > 1 else ''} {what}, jamais comme 0."
        findings.messages.append(message("cellules_vides", text, places_of(blank), done="lues"))


def _rates(findings: Findings) -> None:
    rows = findings.rows
    wild = rows[rows["variable"].isin(share_variables()) & (rows["value"] > 100).fillna(False)]
    if isinstance(wild, pd.DataFrame) and len(wild):
        text = f"{fr.plural(len(wild), 'taux', 'taux')} de plus de 100 %."
        findings.messages.append(message("taux_hors_bornes", text, places_of(wild), done="gardé"))
