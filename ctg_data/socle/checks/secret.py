"""Rules of secrecy that a protégé file already breaks: erased on entry, named, never shown.

In an exact file small counts are normal: the engine masks them later, on the CAF's side.
"""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from ctg_data import fr
from ctg_data.model import SECRETS, TILING, UNDER_COMMUNE, Level, Status
from ctg_data.observations import variables
from ctg_data.socle.reading.findings import ZONE, Findings, counted, name_of, pivot, places_of
from ctg_data.tabular.report import Place, Severity
from ctg_data.tabular.rules import message

INFRA = [str(level) for level in UNDER_COMMUNE]
CONFORM = "merci de renvoyer un fichier conforme"


def check(findings: Findings) -> None:
    """Run them all, in the order in which one erasure may bring another."""
    _under_secret(findings)
    if not findings.protected:
        return
    _small_zones(findings)
    _small_counts(findings)
    if not findings.reading.published:
        _lone_parts(findings)
        _lone_zones(findings)


def _under_secret(findings: Findings) -> None:
    """A value on a line whose « statut » says that it is hidden."""
    rows = findings.rows[findings.rows["flag"] == "under_secret"]
    if not len(rows):
        return
    text = f"{fr.plural(len(rows), 'valeur')} sur une ligne dite masquée ou non disponible."
    done = f"effacée à l'entrée, le statut fait foi ; {CONFORM}"
    findings.messages.append(message("valeur_sous_secret", text, places_of(rows), done=done))
    for status, some in rows.groupby("status"):
        findings.erase(some.index.tolist(), str(status))


def _small_zones(findings: Findings) -> None:
    least = findings.policy.min_population
    rows = findings.rows
    whole = rows["variable"].eq("foyers_allocataires") & rows["category"].eq("total")
    small = rows[whole & rows["level"].isin(INFRA) & (rows["value"] < least).fillna(False)]
    for _, one in small.iterrows():
        zone = findings.label(one["level"], one["code"])
        text = f"Secret : la zone {zone} compte moins de {least} allocataires. Zone non diffusée, "
        text += "signalée au rapport."
        same = (rows[ZONE] == one[ZONE]).all(axis=1) & counted(rows) & rows["value"].notna()
        place = Place(str(one["sheet"]), int(one["line"]), str(one["column"]))
        done = f"toute la ligne effacée à l'entrée ; {CONFORM}"
        findings.messages.append(
            message("zone_sous_seuil", text, [place], done=done, policy=findings.policy)
        )
        findings.erase(rows.index[same].tolist(), str(Status.SECRET_ZONE))


def _small_counts(findings: Findings) -> None:
    least = findings.policy.min_count
    rows = findings.rows
    few = rows["value"].between(1, least - 1).fillna(False)
    behind = (rows["base"].between(1, least - 1) & (rows["value"] > 0)).fillna(False)
    small = rows[counted(rows) & (few | behind)]
    if not len(small):
        return
    many = len(small) > 1
    count = fr.plural(len(small), "cellule")
    text = f"Secret : {count} {'valent' if many else 'vaut'} 1 à {least - 1} (liste). "
    text += "Elles ont été masquées" if many else "Elle a été masquée"
    text += f" à l'entrée ; {CONFORM}."
    done = "effacées à l'entrée" if many else "effacée à l'entrée"
    findings.messages.append(
        message("petits_nombres", text, places_of(small), done=done, policy=findings.policy)
    )
    findings.erase(small.index.tolist(), str(Status.SECRET_CELLULE))


def partitions(findings: Findings) -> Iterator[tuple[str, list[str]]]:
    """Every declared sum: the total and its parts, of the catalogue then of DICO."""
    told = set[str]()
    for one in variables().values():
        if one.partition:
            total = one.total_de or one.id
            told.add(total)
            yield total, [f"{one.id}/{category}" for category in one.categories]
    for total, parts in findings.reading.partitions.items():
        if total not in told:
            yield total, list(parts)


def _lone_parts(findings: Findings) -> None:
    """A single hidden part: the total less the others gives it back."""
    rows = findings.rows[counted(findings.rows)]
    values = pivot(rows, "value")
    hidden = pivot(rows, "status").isin([str(one) for one in SECRETS])
    for total, parts in partitions(findings):
        if total not in values or any(part not in values for part in parts):
            continue
        alone = (hidden[parts].sum(axis=1) == 1) & values[total].notna()
        alone &= values[parts].notna().sum(axis=1) == len(parts) - 1
        for zone in values.index[alone]:
            part = hidden.loc[zone, parts].idxmax()
            rest = values.loc[zone, [one for one in parts if one != part]].astype(float)
            _tell_part(findings, zone, total, str(part), str(rest.idxmin()))


def _tell_part(
    findings: Findings, zone: tuple[str, str, int, int], total: str, part: str, other: str
) -> None:
    name, whole, spare = (_short(one) for one in (part, total, other))
    text = f"Identification indirecte : en ligne {findings.label(zone[0], zone[1])}, {name} est "
    text += f"seule masquée dans {whole} ; elle se déduit. 1 cellule complémentaire à masquer "
    text += f"(par exemple {spare})."
    done = "le moteur du secret masque la cellule complémentaire avant tout affichage"
    places = places_of(_rows_of(findings, zone, part))
    findings.messages.append(message("seule_masquee", text, places, done=done))


def _short(target: str) -> str:
    variable, _, category = target.partition("/")
    return name_of(variable, category or "total")


def _rows_of(findings: Findings, zone: tuple[str, str, int, int], target: str) -> pd.DataFrame:
    rows = findings.rows
    variable, _, category = target.partition("/")
    wanted = rows["variable"].eq(variable) & rows["category"].eq(category or "total")
    values: tuple[Any, ...] = zone
    for name, value in zip(ZONE, values, strict=True):
        wanted &= rows[name].eq(value)
    return rows[wanted]


def _lone_zones(findings: Findings) -> None:
    """A single hidden zone of a zoning that covers the commune, whose total is given."""
    rows = findings.rows[counted(findings.rows)]
    commune = rows[rows["code"].eq(findings.territory.commune.code) & rows["value"].notna()]
    totals = set(zip(commune["variable"], commune["category"], commune["period"], strict=True))
    for level in TILING:
        some = rows[rows["level"].eq(str(level))]
        hidden = some[some["status"].isin([str(one) for one in SECRETS])]
        keys = ["variable", "category", "period"]
        alone = hidden[~hidden.duplicated(keys, keep=False)]
        sizes = some.groupby(keys)["code"].nunique()
        told = [
            key in totals and sizes[key] > 2
            for key in alone[keys].itertuples(index=False, name=None)
        ]
        lone = alone[pd.Series(told, index=alone.index, dtype=bool)]
        for (code, period), found in lone.groupby(["code", "period"]):
            year = int(str(period))
            rest = _leaves_a_rest(some, commune, year)
            _tell_zone(findings, level, str(code), year, found, rest=rest)


def _leaves_a_rest(zones: pd.DataFrame, commune: pd.DataFrame, year: int) -> bool:
    """Whether the zones are known not to make the whole: some households are in none of them."""
    keys = ["variable", "category"]
    rows = zones[zones["period"].eq(year)]
    sums = rows.groupby(keys)["value"]
    full = sums.sum().where(sums.count() == sums.size())
    whole = commune[commune["period"].eq(year)].set_index(keys)["value"]
    pairs = pd.concat([full.rename("zones"), whole.rename("commune")], axis=1).dropna()
    return bool((pairs["zones"].astype(float) < pairs["commune"].astype(float)).any())


def _tell_zone(
    findings: Findings, level: Level, code: str, period: int, found: pd.DataFrame, *, rest: bool
) -> None:
    """A lone zone is what the others lack, unless the zones leave a rest that hides it."""
    one = "IRIS" if level is Level.IRIS else "quartier"
    names = ", ".join(map(name_of, found["variable"], found["category"]))
    text = f"Total communal exact fourni alors qu'un seul {one} est masqué "
    text += f"({findings.label(str(level), code)}, {period} : {names}) : "
    if rest:
        text += "il ne se déduit qu'à la part non localisée près."
        done, severity = "le moteur du secret en juge avant tout affichage", Severity.INFO
    else:
        text += f"il se déduit. Un {one} complémentaire à masquer."
        done = "le moteur du secret masque la cellule complémentaire avant tout affichage"
        severity = Severity.CORRECTED
    places = places_of(found)
    findings.messages.append(
        message("iris_seul_masque", text, places, done=done, severity=severity)
    )
