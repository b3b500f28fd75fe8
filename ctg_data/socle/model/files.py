"""The workbook to give to the CAF, and files to try the import with in a fictional territory.

The year after the last one takes the figures of the year before it: sums hold, everything moves
a little.  The protected sample is made from what may be shown, and carries on purpose the traps
of real files; the exact one is for whoever holds the statistician's role.
"""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from ctg_data import fr
from ctg_data.errors import UserError
from ctg_data.model import Level, sources_in
from ctg_data.observations import KEY, handed_over
from ctg_data.release.masked import MaskedTable
from ctg_data.socle.model.workbook import model_workbook
from ctg_data.socle.protected_workbook import target
from ctg_data.socle.reading.layouts import codes
from ctg_data.socle.reading.result import Kind, Series
from ctg_data.territory import embedded
from ctg_data.territory.config import TerritoryConfig

LEVELS = {
    Level.COMMUNE: "COMMUNE",
    Level.QPV: "QPV",
    Level.QUARTIER: "QUARTIER",
    Level.IRIS: "IRIS",
}
MIXED = "enfants_aeeh/0-2"  # the column where two marks of secrecy are mixed
TRAP = 3  # households in a protected file: masked on entry, and told


def model(territory: TerritoryConfig, series: Series = Series.SOCLE) -> bytes:
    """The workbook to fill in, its zones already written."""
    return model_workbook(territory, series=series)


def protected(territory: TerritoryConfig, release: MaskedTable) -> tuple[str, bytes]:
    """A protected file with its traps, and its name: a CSV of Windows, as spreadsheets write it.

    Title lines, thousands apart, « <5 » beside « s », a total, a footnote, empty columns, and a
    count of 3 that has no business there.
    """
    known = sorted({key for key in release.frame["source"].unique() if len(sources_in(key)) == 1})
    ours = {one.id for one in release.citations if one.confidential} & set(known)
    rows = release.frame[release.frame["source"].isin(ours)]
    wide, year = _wide(rows.assign(value=rows["value"].where(rows["sign"] == "")), territory)
    columns = list(wide.columns[3:])
    head = ["type", "code", "libelle", *(f"{_header(one)} " for one in columns), "", ""]
    lines = [
        ["Socle annuel (fictif, pour l'essai)"],
        ["Nature : protégé"],
        [f"Date de référence : 31/12/{year}"],
        [""],
        head,
        *_lines(wide, columns),
        ["", "", "Total des IRIS", *_totals(wide, columns)],
        ["s : secret statistique. Source : CAF fictive, données inventées."],
    ]
    text = "\r\n".join(";".join(line) for line in lines) + "\r\n"
    return f"SOCLE_PROTEGE_fictif_{year}.csv", text.encode("cp1252", "replace")


def answer(territory: TerritoryConfig) -> tuple[str, bytes]:
    """An invented answer to a request (FED), and its name: it comes with the fiction."""
    path = Path(territory.folder) / "reponse_fed.csv"
    if not territory.fictional or not path.is_file():
        raise UserError("Un fichier d'essai n'existe que pour un territoire fictif.")
    return "REPONSE_FED_fictive.csv", path.read_bytes()


def exact(territory: TerritoryConfig) -> tuple[str, bytes]:
    """An exact workbook, small counts included, and its name; every one of them invented."""
    if not territory.fictional:
        raise UserError("Un fichier d'essai n'existe que pour un territoire fictif.")
    table, citations = embedded.embedded(territory)
    rows, year = _next_year(table[handed_over(table, citations)])
    content = model_workbook(
        territory, year=year, kind=Kind.EXACT, rows=rows, emitter="CAF fictive (essai)"
    )
    return f"SOCLE_EXACT_fictif_{year}.xlsx", content


def _next_year(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """The figures of the last year but one, dated one year after the last."""
    years = sorted(set(rows["period"]))
    year = int(years[-1]) + 1
    return rows[rows["period"] == years[-2:][0]].assign(period=year), year


def _wide(rows: pd.DataFrame, territory: TerritoryConfig) -> tuple[pd.DataFrame, int]:
    """One line a zone."""
    kept, year = _next_year(rows)
    kept = kept.assign(
        column=[target(*pair) for pair in kept[["variable", "category"]].itertuples(index=False)]
    )
    wide = kept.drop_duplicates(KEY).pivot(
        index=["level", "code"], columns="column", values="value"
    )
    wide = wide.reset_index()
    order = {str(level): rank for rank, level in enumerate(LEVELS)}
    wide = wide[wide["level"].isin(order)]
    rank = wide["level"].map(order)
    wide = wide.assign(_rank=rank).sort_values(["_rank", "code"]).drop(columns="_rank")
    labels = [
        territory.labels.get((level, code), "")
        for level, code in zip(wide["level"], wide["code"], strict=True)
    ]
    wide.insert(2, "label", labels)
    known = codes()
    first = [one for one in known if one in wide.columns]
    last = [one for one in wide.columns[3:] if one not in known]
    return wide[["level", "code", "label", *first, *last]], year


def _header(column: str) -> str:
    return codes().get(column, column)


def _lines(wide: pd.DataFrame, columns: list[str]) -> Iterator[list[str]]:
    """The zones, a hidden cell written « s » or, here and there, « <5 »; one cell says 3."""
    trapped = False
    for rank, row in enumerate(wide.to_dict("records")):
        cells = []
        for column in columns:
            hidden = pd.isna(row[column])
            if hidden and not trapped and row["level"] == str(Level.IRIS) and "/" in column:
                trapped = True
                cells.append(str(TRAP))
            elif hidden:
                cells.append("<5" if column == MIXED and rank % 9 == 4 else "s")
            else:
                cells.append(fr.number(row[column]).replace(fr.NARROW, fr.WIDE))
        yield [str(row["level"]).upper(), str(row["code"]), str(row["label"]), *cells, "", ""]


def _totals(wide: pd.DataFrame, columns: list[str]) -> list[str]:
    """The sum of what is shown: a total line that is no zone."""
    iris = wide[wide["level"] == str(Level.IRIS)]
    return [fr.number(iris[one].sum()).replace(fr.NARROW, fr.WIDE) for one in columns]
