"""Checks on zones: repeated, missing, disclosed, of one generation."""

import pandas as pd

from ctg_data import fr
from ctg_data.model import UNDER_COMMUNE, Level
from ctg_data.socle.reading.findings import KEY, ZONE, Findings, places_of
from ctg_data.socle.reading.result import Series
from ctg_data.tabular.report import Place
from ctg_data.tabular.rules import listed, message


def repeated(findings: Findings) -> None:
    """The same figure twice: left once when both agree, refused when they do not."""
    rows = findings.rows
    twice = rows[rows.duplicated(KEY, keep=False)]
    if not len(twice):
        return
    told = twice["value"].astype("string").fillna("") + twice["status"]
    kinds = told.groupby([twice[name] for name in KEY]).transform("nunique")
    differing, same = twice[kinds > 1], twice[kinds == 1]
    for (level, code), some in differing.groupby(["level", "code"], sort=False):
        lines = some.drop_duplicates(["sheet", "line"])
        count = "Deux" if len(lines) == 2 else fr.number(len(lines))
        places = [
            Place(str(one["sheet"]), int(one["line"]), str(one["column"]), str(code))
            for _, one in lines.iterrows()
        ]
        text = f"{count} lignes pour {code}, valeurs différentes "
        text += f"({findings.label(str(level), str(code))})."
        done = "fichier refusé ; gardez une seule ligne"
        findings.messages.append(message("lignes_doubles", text, places, done=done))
    again = rows.index[rows.duplicated(KEY)]
    if len(same):
        shown = places_of(same[same.duplicated(KEY)])
        text = f"{fr.plural(len(shown), 'chiffre répété', 'chiffres répétés')} à l'identique."
        findings.messages.append(message("lignes_repetees", text, shown, done="gardé une fois"))
    findings.dropped |= set(again)
    findings.rows = rows.drop(index=again)


def check(findings: Findings) -> None:
    """Zones without a line, zones disclosed, boundaries against the year."""
    current = findings.current
    for level in UNDER_COMMUNE:
        rows = current[current["level"].eq(str(level))]
        for vintage in rows["vintage"].unique().tolist():
            some = rows[rows["vintage"].eq(vintage)]
            expected = {zone.code for zone in findings.territory.zones(level, int(vintage))}
            lines = {code for kind, code in findings.reading.listed if kind == level}
            _missing(findings, level, expected, set(some["code"]) | lines)
            _disclosed(findings, level, expected, some)
    _boundaries(findings)
    if findings.reading.declared.series is Series.FED:
        _sizes(findings)


def _sizes(findings: Findings) -> None:
    """Zones whose allocataires nobody gave that year: their size cannot be checked."""
    rows = findings.rows
    under = rows[rows["level"].isin([str(level) for level in UNDER_COMMUNE])]
    known = findings.previous
    known = known[known["variable"].eq("foyers_allocataires") & known["category"].eq("total")]
    have = set(known.loc[known["value"].notna(), ZONE].itertuples(index=False, name=None))
    keys = [tuple(key) for key in under[ZONE].itertuples(index=False, name=None)]
    without = under[[key not in have for key in keys]]
    if len(without):
        zones = without[ZONE].drop_duplicates()
        text = f"{fr.plural(len(zones), 'zone')} dont le socle de la même année ne dit pas le "
        least = fr.number(findings.policy.min_population)
        text += f"nombre d'allocataires : rien ne prouve qu'elles en comptent {least}."
        done = "gardé, non montré avant l'import de ce socle"
        findings.messages.append(
            message("taille_inconnue", text, places_of(without), done=done, policy=findings.policy)
        )


def _missing(findings: Findings, level: Level, expected: set[str], found: set[str]) -> None:
    if findings.reading.declared.series is Series.FED:
        return  # an answer bears on the zones that were asked about
    if gone := sorted(expected - found):
        words = "zone du territoire sans ligne", "zones du territoire sans ligne"
        text = f"{level.label} : {fr.plural(len(gone), *words)} ({listed('', gone, 8)})."
        findings.messages.append(message("zones_manquantes", text, done="laissées sans chiffre"))


def _disclosed(findings: Findings, level: Level, expected: set[str], rows: pd.DataFrame) -> None:
    shown = set(rows.loc[rows["value"].notna(), "code"])
    hidden = len(expected) - len(shown)
    agreed = "s" if len(shown) > 1 else ""
    text = f"{level.label} : {fr.number(len(shown))} zone{agreed} sur {fr.number(len(expected))} "
    text += f"diffusée{agreed} ; {fr.number(hidden)} non diffusée{'s' if hidden > 1 else ''}."
    findings.messages.append(message("zones_diffusees", text))


def _boundaries(findings: Findings) -> None:
    """QPV of one generation used for a year of the other."""
    rows = findings.rows[findings.rows["level"].eq(str(Level.QPV))]
    late = rows["vintage"].eq(2015) & rows["period"].ge(2024)
    early = rows["vintage"].eq(2024) & rows["period"].between(1, 2022)
    for wrong, words in ((late, "2015 pour une année d'après 2023"), (early, "2024 avant 2023")):
        some = rows[wrong]
        if len(some):
            years = listed("", [str(year) for year in sorted(some["period"].unique())])
            text = f"Géographie des QPV de {words} ({years}) : à confirmer."
            findings.messages.append(message("generation_annee", text, places_of(some.head(1))))
