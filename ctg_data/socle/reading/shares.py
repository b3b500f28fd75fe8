"""Rates written from 0 to 1 where 56,7 is expected.

Where a file tells the format of its cells (.xlsx, .ods, .xlsb) a percentage is already read as
one.  Elsewhere a column that never leaves 0..1 is either a fraction or nearly nothing: DICO
settles it, and without DICO nobody guesses, because every rate would be a hundred times wrong.
"""

import pandas as pd

from ctg_data import fr
from ctg_data.observations import variables
from ctg_data.socle.reading.readme import Told
from ctg_data.tabular.names import plain
from ctg_data.tabular.report import Message, Place
from ctg_data.tabular.rules import message


def is_percent(unit: str) -> bool:
    """Whether a unit of DICO, as a plain name, says « % ».

    >>> is_percent("en pour cent"), is_percent("pourcentage"), is_percent("taux")
    (True, True, False)
    """
    return "pourcent" in unit.replace(" ", "")


def share_variables() -> list[str]:
    """Variables that are a part of something, in percent; an index or an amount is none."""
    starts = ("part_", "taux_pauvrete", "taux_bas")
    return [
        one.id for one in variables().values() if one.unit == "taux" and one.id.startswith(starts)
    ]


def in_percent(figures: pd.DataFrame, told: Told, messages: list[Message]) -> pd.DataFrame:
    """The same figures, fractions that DICO calls percentages multiplied by a hundred."""
    rows = figures[figures["variable"].isin(share_variables()) & figures["value"].notna()]
    units = {plain(name): unit for name, (unit, _) in told.units.items()}
    for (sheet, column), some in rows.groupby(["sheet", "column"], sort=False):
        values = some["value"].astype(float)
        if some["flag"].eq("percent").any() or not values.between(0, 1).all() or values.max() == 0:
            continue
        known = is_percent(units.get(plain(str(column)), ""))
        if known:
            figures.loc[some.index, "value"] = (values * 100).round(6).astype("Float64")
        messages.append(_said(str(sheet), str(column), some["line"], known))
    return figures


def _said(sheet: str, column: str, lines: pd.Series, known: bool) -> Message:
    head = f"Feuille « {sheet} », colonne" if sheet else "Colonne"
    places = [Place(sheet, int(lines.iloc[0]), column)]
    text = f"{head} « {column} » : {fr.plural(len(lines), 'taux', 'taux')}, de 0 à 1 seulement"
    if known:
        text += ", que DICO donne en pour cent."
        return message("taux_en_fraction", text, places, done="multipliés par 100")
    text += " : 0,5 y veut-il dire 50 % ou 0,5 % ? Rien dans le fichier ne le dit."
    done = "fichier refusé ; écrivez 50 pour 50 %, enregistrez en .xlsx ou en .ods avec le format "
    done += "pourcentage, ou ajoutez « % » dans la colonne « unité » de DICO"
    return message("taux_douteux", text, places, done=done)
