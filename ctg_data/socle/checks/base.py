"""« base », the allocataires behind a count: believed by the rule of 5, so checked before anything.

A column of bases filled with something else, the size of the zone for instance, would let a count
of three children through.  Households are their own base; nobody else's count is smaller than
the number of allocataires behind it.

One false base makes a whole file doubtful where it could show somebody: in a zone of the commune,
or behind few people.  Behind many people of a whole commune it can only be a slip: that base is
left out, the rule of those who have none judges the count, and the file goes on.
"""

import pandas as pd

from ctg_data import fr
from ctg_data.model import Level
from ctg_data.natures import HOUSEHOLDS, MEMBERS
from ctg_data.observations import variables
from ctg_data.socle.reading.findings import ZONE, Findings, name_of, places_of
from ctg_data.socle.reading.layouts import BASE
from ctg_data.tabular.rules import listed, message

WHOLE = "personnes_couvertes"  # behind all the persons of a zone stand all its allocataires
LEAST_LINES = 2  # two columns of one line may be equal by chance
DONE = "fichier refusé"
WIDE = [str(level) for level in Level if not level.is_infra_communal]


def check(findings: Findings) -> None:
    """Run them all."""
    rows = findings.rows
    rows = rows[rows["base"].notna() & rows["value"].notna()]
    natures = rows["variable"].map({one.id: one.nature for one in variables().values()})
    households = rows[natures.eq(HOUSEHOLDS).astype(bool)]
    people = rows[natures.isin(MEMBERS).astype(bool)]
    _not_itself(findings, households[(households["base"] != households["value"]).astype(bool)])
    above = people[(people["base"] > people["value"]).astype(bool)]
    many = (above["value"] >= findings.policy.min_people).astype(bool)
    slips = above["level"].isin(WIDE) & many
    _too_many(findings, above[~slips])
    _copied(findings, people)
    _not_believed(findings, above[slips])


def _column(row: pd.Series) -> str:
    """The column of the base of a figure, as the file or the model names it."""
    return f"{name_of(str(row['variable']), str(row['category']))}{BASE}"


def _columns(rows: pd.DataFrame) -> str:
    some = rows.drop_duplicates(["variable", "category"])
    return listed("colonne", [f"« {_column(row)} »" for _, row in some.iterrows()])


def _not_itself(findings: Findings, rows: pd.DataFrame) -> None:
    if not len(rows):
        return
    text = (
        f"{fr.plural(len(rows), 'compte')} de foyers avec une autre base que le compte lui-même, "
        f"{_columns(rows)}. Un foyer est un allocataire : retirez cette colonne."
    )
    findings.messages.append(message("base_des_foyers", text, places_of(rows), done=DONE))


def _too_many(findings: Findings, rows: pd.DataFrame) -> None:
    if not len(rows):
        return
    text = (
        f"{fr.plural(len(rows), 'compte')} de personnes ou d'enfants avec plus d'allocataires "
        f"derrière que de personnes comptées, {_columns(rows)}. Chaque allocataire compté ici a au "
        "moins une de ces personnes : donnez leur nombre, ou videz la colonne, et la règle "
        f"approchée s'appliquera ({findings.policy.min_people} personnes)."
    )
    findings.messages.append(message("base_trop_grande", text, places_of(rows), done=DONE))


def _not_believed(findings: Findings, rows: pd.DataFrame) -> None:
    if not len(rows):
        return
    many = len(rows) > 1
    text = (
        f"{fr.plural(len(rows), 'compte')} de personnes ou d'enfants d'une commune, ou de plus "
        "large, avec plus d'allocataires derrière que de personnes comptées, "
        f"{_columns(rows)}. {'Ces bases sont laissées' if many else 'Cette base est laissée'} de "
        "côté : donnez le nombre d'allocataires. En attendant, la règle approchée s'applique "
        f"({findings.policy.min_people} personnes)."
    )
    done = "bases laissées de côté" if many else "base laissée de côté"
    findings.messages.append(message("base_pas_crue", text, places_of(rows), done=done))
    findings.disbelieve(rows.index)


def _copied(findings: Findings, people: pd.DataFrame) -> None:
    """A whole column of bases that is the column of another figure: the size of the zones."""
    households = [one.id for one in variables().values() if one.nature == HOUSEHOLDS]
    sizes = findings.rows[findings.rows["variable"].isin(households)]
    sizes = sizes[sizes["category"].eq("total") & sizes["value"].notna()]
    totals = {
        str(name): some.drop_duplicates(ZONE).set_index(ZONE)["value"]
        for name, some in sizes.groupby("variable", sort=True)
    }
    for (variable, category), rows in people.groupby(["variable", "category"], sort=False):
        if (variable, category) == (WHOLE, "total") or len(rows) < LEAST_LINES:
            continue
        where = pd.MultiIndex.from_frame(rows[ZONE])
        for other, values in totals.items():
            same = values.reindex(where).to_numpy(dtype=float, na_value=float("nan"))
            if (same == rows["base"].to_numpy(dtype=float)).all():
                _tell_copied(findings, rows, other)
                break


def _tell_copied(findings: Findings, rows: pd.DataFrame, other: str) -> None:
    text = (
        f"La {_columns(rows)} est, ligne à ligne, celle de « {variables()[other].label} » : ce "
        "n'est pas le nombre d'allocataires derrière ce compte. Donnez ce nombre, ou videz la "
        f"colonne, et la règle approchée s'appliquera ({findings.policy.min_people} personnes)."
    )
    findings.messages.append(message("base_recopiee", text, places_of(rows), done=DONE))
