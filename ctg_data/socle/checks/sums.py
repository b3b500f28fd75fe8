"""Checks on sums and inclusions, before anything is erased.

No value is quoted: a gap is told as a share of its total, whole percents.
"""

import math

import pandas as pd

from ctg_data import fr
from ctg_data.model import Level
from ctg_data.observations import variables
from ctg_data.socle.checks.secret import partitions
from ctg_data.socle.reading.findings import ZONE, Findings, name_of, pivot, places_of
from ctg_data.tabular.report import Audience, Severity
from ctg_data.tabular.rules import lines_of, message


def check(findings: Findings) -> None:
    """Run them all."""
    rows = findings.rows
    if not len(rows):
        return
    values = pivot(rows, "value").astype("Float64")
    for total, parts in partitions(findings):
        _parts(findings, values, total, parts)
    for part, whole in _inclusions(findings).items():
        _inclusion(findings, values, part, whole)
    _zones(findings)


def _short(target: str) -> str:
    variable, _, category = target.partition("/")
    return name_of(variable, category or "total")


def _parts(findings: Findings, values: pd.DataFrame, total: str, parts: list[str]) -> None:
    """All parts and the total known: they are equal, or the gap is told."""
    if total not in values or any(part not in values for part in parts):
        return
    known = values[[total, *parts]].dropna()
    gap = (known[parts].sum(axis=1) - known[total]).astype(float)
    wrong = known.index[gap != 0]
    if not len(wrong):
        return
    share = (gap.loc[wrong].abs() / known.loc[wrong, total].astype(float).clip(lower=1)).max()
    rows = _rows(findings, wrong, total)
    names = " + ".join(map(_short, parts))
    text = f"{names} ≠ {_short(total)}, {lines_of(rows['line'].astype(int))} "
    # a gap in an exact file could be a count, and the report travels
    text += f"(écart de {_percent(share)})." if findings.protected else "(écart)."
    findings.messages.append(message("somme_parts", text, places_of(rows), done="gardé tel quel"))


def _percent(share: float) -> str:
    return "moins de 1 %" if share < 0.01 else f"{fr.number(math.ceil(100 * share))} % au plus"


def _rows(findings: Findings, zones: pd.Index, target: str) -> pd.DataFrame:
    """The rows of one figure in some zones, in the order of the file."""
    rows = findings.rows
    variable, _, category = target.partition("/")
    chosen = rows[rows["variable"].eq(variable) & rows["category"].eq(category or "total")]
    wanted = pd.MultiIndex.from_frame(chosen[ZONE]).isin(list(zones))
    return chosen[wanted].sort_values(["sheet", "line"])


def _inclusions(findings: Findings) -> dict[str, str]:
    told = {one.id: one.host for one in variables().values() if one.host}
    return {**findings.reading.subsets, **told}


def _inclusion(findings: Findings, values: pd.DataFrame, part: str, whole: str) -> None:
    if part not in values or whole not in values:
        return
    over = (values[part] > values[whole]).fillna(False)
    wrong = values.index[over.astype(bool)]
    if len(wrong):
        rows = _rows(findings, wrong, part)
        where = lines_of(rows["line"].astype(int))
        text = f"{_short(part)} dépasse {_short(whole)}, dont il n'est qu'une partie, {where}."
        findings.messages.append(
            message("sous_ensemble", text, places_of(rows), done="gardé tel quel")
        )


def _zones(findings: Findings) -> None:
    """The IRIS of the commune, or its quartiers, against the commune itself."""
    rows = findings.rows
    whole = rows[rows["variable"].eq("foyers_allocataires") & rows["category"].eq("total")]
    whole = whole[whole["period"].eq(findings.reading.year or 0)]
    commune = whole[whole["code"].eq(findings.territory.commune.code)]
    totals = commune.dropna(subset=["value"]).set_index("period")["value"]
    for level, name in ((Level.IRIS, "IRIS"), (Level.QUARTIER, "quartiers")):
        sums = whole[whole["level"].eq(str(level))].groupby("period")["value"].sum()
        for period in sorted(set(sums.index) & set(totals.index)):
            _zone_sum(findings, name, int(period), float(sums[period]), float(totals[period]))


def _zone_sum(findings: Findings, name: str, period: int, summed: float, total: float) -> None:
    share = (total - summed) / total if total else 0.0
    if summed > total:
        text = f"Somme des {name} > commune en {period} : des foyers sont comptés deux fois ?"
        audience, severity = Audience.BOTH, Severity.WARNING
    elif share >= 0.005:
        text = f"Somme des {name} < commune de {fr.number(100 * share)} % en {period} : normal "
        text += "(domiciliations exclues en infracommunal, zones masquées)."
        audience, severity = Audience.LEAD, Severity.WARNING
    else:
        return
    findings.messages.append(
        message("somme_iris", text, done="gardé tel quel", audience=audience, severity=severity)
    )
