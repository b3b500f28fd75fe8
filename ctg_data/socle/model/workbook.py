"""The « modèle de socle »: the workbook to fill in, made from the declared variables.

Written by the same names that the reader knows, so that the two cannot drift apart; the same
workbook carries figures when some are given (a sample, a protégé file).
"""

import io
from typing import Any

import pandas as pd
import xlsxwriter

from ctg_data import fr
from ctg_data.model import Level
from ctg_data.natures import CHILDREN
from ctg_data.socle.model.columns import (
    BREAKS,
    columns,
    lines_of_table,
    part_label,
    written,
)
from ctg_data.socle.reading.layouts import BASE, codes
from ctg_data.socle.reading.result import Kind, Series
from ctg_data.territory.config import TerritoryConfig, Zone

SHEETS = {"COMMUNE": Level.COMMUNE, "QPV": Level.QPV, "IRIS": Level.IRIS} | {
    "QUARTIER": Level.QUARTIER
}
LONG = (
    *("type_zone", "code_zone", "lib_zone", "version_geo", "date_ref", "variable", "valeur"),
    *("statut", "base"),
)
DICO = ("variable", "libellé", "unité", "partition_de", "sous_ensemble_de", "rupture")
ZONES = ("code", "libellé", "type", "parent", "version", "date_debut", "date_fin")
TITLES = {
    Series.SOCLE: "Modèle de socle annuel",
    Series.FED: "Modèle de réponse à une demande (FED)",
}
HELP = "Un nombre entier, ou « s » (secret), « n.d. » (non disponible). Jamais de case fusionnée."
SPARE = 60  # empty lines left open under the zones


def model_workbook(
    territory: TerritoryConfig,
    *,
    year: int | None = None,
    kind: Kind | None = None,
    rows: pd.DataFrame | None = None,
    emitter: str = "",
    series: Series = Series.SOCLE,
) -> bytes:
    """Make the workbook.

    Args:
        territory: whose zones have their line ready.
        year: of the counts; the date of reference is left to fill in without it.
        kind: exact or protégé; left to choose without it.
        rows: observations to write in it; those of other years go to HISTO.
        emitter: who fills it in.
        series: the annual socle, or an answer to a request.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False})
    book.set_properties({"title": TITLES[series], "author": "", "created": None})
    writer = _Writer(book, territory, year, rows, series)
    writer.readme(kind, emitter)
    writer.dico()
    for name, level in SHEETS.items():
        writer.zones_sheet(name, level)
    writer.zones()
    writer.history()
    book.close()
    return buffer.getvalue()


class _Writer:
    """Writes one workbook, sheet by sheet."""

    def __init__(
        self,
        book: Any,
        territory: TerritoryConfig,
        year: int | None,
        rows: pd.DataFrame | None,
        series: Series,
    ) -> None:
        self.book, self.territory, self.year = book, territory, year
        self.title, self.columns = TITLES[series], columns(series)
        self.rows = pd.DataFrame() if rows is None else rows
        self.generation = self._generation()
        add = book.add_format
        self.head = add({"bold": True, "bg_color": "#E3E8EC", "border": 1, "locked": True})
        self.soft = add({"text_wrap": True, "font_color": "#4F5B66", "valign": "top"})
        self.open = add({"locked": False, "num_format": "#,##0"})
        self.text = add({"locked": False, "num_format": "@"})
        self.wrap = add({"text_wrap": True, "valign": "top"})

    def _generation(self) -> int:
        """The QPV of the year: the boundaries of 2024 serve from December 2023 on."""
        known = sorted({zone.vintage for zone in self.territory.qpv})
        if len(self.rows):
            qpv = self.rows[self.rows["level"].eq("qpv") & self.rows["period"].eq(self.year or 0)]
            if len(qpv):
                return int(qpv["vintage"].iloc[0])
        wanted = 2015 if self.year is not None and self.year < 2023 else 2024
        return wanted if wanted in known or not known else known[-1]

    def _page(self, name: str) -> Any:
        page = self.book.add_worksheet(name)
        page.set_landscape()
        page.set_paper(9)
        page.hide_gridlines(2)
        allowed = ("format_columns", "format_rows", "insert_rows", "delete_rows", "sort")
        page.protect("", {**dict.fromkeys(allowed, True), "autofilter": True})
        return page

    def readme(self, kind: Kind | None, emitter: str) -> None:
        """Who, when, how."""
        page = self._page("LISEZMOI")
        page.set_column(0, 0, 22)
        page.set_column(1, 1, 34)
        page.set_column(2, 2, 70, self.soft)
        page.write(0, 0, self.title, self.book.add_format({"bold": True}))
        when = f"31/12/{self.year}" if self.year else ""
        policy = self.territory.policy
        lines = (
            ("nature", str(kind or ""), "exact (reste à la CAF) ou protégé (transmis à la ville)."),
            ("émetteur", emitter, "Service qui produit le fichier."),
            ("date_reference", when, "Date des comptes, par exemple 31/12/2024."),
            ("date_extraction", "", "Jour de l'extraction."),
            ("commune", self.territory.commune.code, "Code Insee de la commune."),
            ("géographie", str(self.generation), "Génération des QPV : 2015 ou 2024."),
            ("seuil_allocataires", str(policy.min_count), "Article 7 de la convention."),
            ("seuil_zone", str(policy.min_population), "Article 7 de la convention."),
            ("contact", "", "Adresse d'un service, pas d'une personne."),
        )
        for row, (key, value, told) in enumerate(lines, start=2):
            page.write_string(row, 0, key, self.head)
            page.write_string(row, 1, value, self.text)
            page.write_string(row, 2, fr.spaced(told))
        page.data_validation(2, 1, 2, 1, {"validate": "list", "source": [str(k) for k in Kind]})
        page.write_string(len(lines) + 3, 0, "Remplir")
        page.write_string(len(lines) + 3, 2, fr.spaced(HELP), self.wrap)
        more = (
            "Une colonne peut manquer : le rapport le dira. Une colonne « ENF_2 base » dit combien "
        )
        more += "d'allocataires sont derrière ENF_2."
        page.write_string(len(lines) + 4, 2, fr.spaced(more), self.wrap)

    def _header(self, page: Any, row: int, names: Any) -> None:
        for column, name in enumerate(names):
            page.write_string(row, column, name, self.head)

    def dico(self) -> None:
        """What each column means, which sum it is a part of."""
        page = self._page("DICO")
        page.set_column(0, 0, 34)
        page.set_column(1, 1, 62)
        page.set_column(2, 5, 26)
        self._header(page, 0, DICO)
        page.freeze_panes(1, 0)
        for row, (header, (one, category)) in enumerate(self.columns.items(), start=1):
            label = (
                one.label if category == "total" else f"{one.label} : {part_label(one, category)}"
            )
            whole = one.total_de or one.id
            part_of = codes().get(whole, whole) if one.partition and category != "total" else ""
            inside = one.host if category == "total" else ""
            cells = (header, fr.spaced(label), one.unit, part_of, codes().get(inside, inside))
            for column, cell in enumerate((*cells, fr.spaced(BREAKS.get(one.id, "")))):
                page.write(row, column, cell or None)

    def zones_sheet(self, name: str, level: Level) -> None:
        """One line per zone, one column per variable; the second line holds the names read."""
        page = self._page(name)
        based = self._based()
        heads = self.columns
        names = ["code_zone", "lib_zone", *heads, *(f"{head}{BASE}" for head in based)]
        page.set_column(0, 0, 14, self.text)
        page.set_column(1, 1, 40, self.text)
        page.set_column(2, len(names), 16, self.open)
        labels = [part_label(one, category) for one, category in heads.values()]
        for column, label in enumerate(labels, start=2):
            page.write_string(0, column, fr.spaced(label), self.soft)
        page.set_row(0, 62)
        self._header(page, 1, names)
        page.freeze_panes(2, 2)
        zones = self._zones(level)
        last = len(zones) + SPARE
        self._validate(page, names, last)
        values = self._values(level)
        for row in range(2, last + 2):
            zone = zones[row - 2] if row - 2 < len(zones) else None
            self._line(page, row, zone, names, values)

    def _validate(self, page: Any, names: list[str], last: int) -> None:
        rule = {
            "validate": "custom",
            "value": '=OR(ISNUMBER(C3),C3="s",C3="n.d.",C3="nd")',
            "input_title": "Valeur",
            "input_message": fr.spaced(HELP),
            "error_type": "warning",
            "error_title": "Valeur inattendue",
            "error_message": fr.spaced(HELP),
        }
        page.data_validation(2, 2, last + 1, len(names) - 1, rule)

    def _line(
        self, page: Any, row: int, zone: Zone | None, names: list[str], values: dict[Any, Any]
    ) -> None:
        page.write_string(row, 0, zone.code if zone else "", self.text)
        page.write_string(row, 1, zone.label if zone else "", self.text)
        for column, head in enumerate(names[2:], start=2):
            page.write(row, column, values.get((zone.code if zone else "", head)), self.open)

    def _zones(self, level: Level) -> tuple[Zone, ...]:
        if level is Level.COMMUNE:
            return (self.territory.commune,)
        vintage = self.generation if level.has_generations else None
        return self.territory.zones(level, vintage)

    def _based(self) -> list[str]:
        """Columns whose allocataires are known otherwise than by their own value."""
        if not len(self.rows):
            return []
        people = {h: one for h, one in self.columns.items() if one[0].nature == CHILDREN}
        known = self.rows[self.rows["base"].notna()]
        have = set(zip(known["variable"], known["category"], strict=True))
        return [head for head, (one, category) in people.items() if (one.id, category) in have]

    def _values(self, level: Level) -> dict[Any, Any]:
        """Cell of each zone and header, as written: a number or a sign."""
        if not len(self.rows):
            return {}
        some = self.rows[self.rows["level"].eq(str(level)) & self.rows["period"].eq(self.year or 0)]
        heads = {(one.id, category): head for head, (one, category) in self.columns.items()}
        found: dict[Any, Any] = {}
        for line in lines_of_table(some):
            head = heads.get((line.variable, line.category))
            if head is None:
                continue
            found[line.code, head] = written(line.value, line.status)
            if not pd.isna(line.base):
                found[line.code, f"{head}{BASE}"] = int(line.base)
        return found

    def zones(self) -> None:
        """Every zone the file speaks of."""
        page = self._page("ZONES")
        page.set_column(0, 6, 20, self.text)
        self._header(page, 0, ZONES)
        page.freeze_panes(1, 0)
        row = 1
        for level in SHEETS.values():
            for zone in self._zones(level):
                inside = "" if level is Level.COMMUNE else self.territory.commune.code
                told = (zone.code, zone.label, str(level), inside, str(zone.vintage))
                for column, cell in enumerate(told):
                    page.write_string(row, column, cell, self.text)
                row += 1

    def history(self) -> None:
        """Other years, one line per figure."""
        page = self._page("HISTO")
        page.set_column(0, len(LONG) - 1, 20, self.text)
        page.set_column(LONG.index("valeur"), LONG.index("valeur"), 14, self.open)
        self._header(page, 0, LONG)
        page.freeze_panes(1, 0)
        if not len(self.rows):
            return
        heads = {(one.id, category): head for head, (one, category) in self.columns.items()}
        others = self.rows[self.rows["period"].ne(self.year or 0)]
        row = 0
        for line in lines_of_table(others):
            if (head := heads.get((line.variable, line.category))) is None:
                continue
            row += 1
            label = self.territory.labels.get((line.level, line.code), "")
            told = (line.level, line.code, label, str(line.vintage), f"31/12/{line.period}", head)
            for column, cell in enumerate(told):
                page.write_string(row, column, cell, self.text)
            if not pd.isna(line.value):
                page.write_number(row, 6, float(line.value), self.open)
            page.write_string(row, 7, str(line.status), self.text)
            if not pd.isna(line.base):
                page.write_number(row, 8, int(line.base), self.open)
