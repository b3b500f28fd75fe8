"""A rate is the same whatever the program that wrote it, or it is refused: never 0,567 for 56,7."""

from collections.abc import Callable
from typing import Any

import pytest

from ctg_data import fr
from ctg_data.socle.checks.every import check
from ctg_data.socle.reading.outcome import observations_of
from ctg_data.socle.reading.read import read_file
from ctg_data.socle.reading.result import Reading
from ctg_data.tabular.percents import Area, percent_areas
from ctg_data.tabular.report import Severity
from tests.socle_tables import TODAY, csv_bytes, figure, iris, judged, readme, territory, xlsx_bytes
from tests.spreadsheets import Share, ods_bytes, xlsb_bytes

WRITERS = [ods_bytes, xlsb_bytes]


def _qpv() -> list[str]:
    own = [zone.code for zone in territory().qpv if zone.vintage == 2024]
    return own[:2]


def _rates(first: Any, second: Any) -> dict[str, list[list[Any]]]:
    """A producer's file of incomes: the sheet starts with a title, as theirs do."""
    one, two = _qpv()
    header = ["CODGEO", "LIBGEO", "TP60", "A"]
    return {"QP": [["Revenus"], [], header, [one, "x", first, 420], [two, "y", second, 510]]}


def _read(content: bytes, name: str = "REVN_2022.xlsb") -> Reading:
    return read_file(name, content, territory())


def _told(reading: Reading) -> dict[str, Severity]:
    return {one.id: one.severity for one in reading.messages}


@pytest.mark.parametrize("written", WRITERS)
def test_a_percentage_is_read_as_it_is_shown(written: Callable[[Any], bytes]) -> None:
    reading = _read(written(_rates(Share(0.567), Share(0.4))))
    shown = [figure(reading.rows, "taux_pauvrete", code) for code in _qpv()]
    assert shown == [56.7, 40]
    assert figure(reading.rows, "foyers_allocataires", _qpv()[0]) == 420
    assert not {"taux_douteux", "taux_en_fraction"} & set(_told(reading))


@pytest.mark.parametrize("written", WRITERS)
def test_a_percentage_where_people_are_counted_is_refused(written: Callable[[Any], bytes]) -> None:
    lines = [["code", "A", "AM"], *([code, 400, Share(0.31)] for code in iris())]
    report = judged(written({"LISEZMOI": readme(), "IRIS": lines}), None, "f")
    assert "pas_un_nombre" in {one.id for one in report.messages}
    assert report.refused


@pytest.mark.parametrize("written", [*WRITERS, xlsx_bytes])
def test_a_whole_socle_is_imported(written: Callable[[Any], bytes]) -> None:
    lines = [["code", "A", "AI", "AM", "ACSSENF", "ACAVENF", "PERCOU", "ENF", "ENF_2"]]
    lines += [[code, 400, 200, 60, 40, 100, 800, 210, 50] for code in iris()]
    reading = _read(written({"LISEZMOI": readme(), "IRIS": lines}), "socle")
    report = check(reading, territory(), today=TODAY)
    assert not report.refused, [one.text for one in report.messages]
    assert observations_of(reading, report)["value"].sum() == len(iris()) * 1860


@pytest.mark.parametrize("written", [ods_bytes, xlsb_bytes, xlsx_bytes])
def test_rates_from_0_to_1_without_a_format_are_refused(written: Callable[[Any], bytes]) -> None:
    reading = _read(written(_rates(0.567, 0.4)))
    [said] = [one for one in reading.messages if one.id == "taux_douteux"]
    assert said.severity is Severity.REFUSED
    assert said.text.startswith(fr.spaced("Feuille « QP », colonne « TP60 » : 2"))
    assert "0,567" not in said.text
    assert (said.places[0].sheet, said.places[0].line) == ("QP", 4)
    assert "DICO" in said.done


def test_a_text_file_of_fractions_is_refused_too() -> None:
    lines = [["CODGEO", "TP60", "A"], *([code, "0,567", "420"] for code in _qpv())]
    assert "taux_douteux" in _told(_read(csv_bytes(lines), "REVN_2022.csv"))


@pytest.mark.parametrize(("first", "second"), [(0.8, 51.5), (0, 0), (Share(0.009), Share(0.004))])
def test_rates_that_leave_no_doubt_pass(first: float, second: float) -> None:
    assert "taux_douteux" not in _told(_read(ods_bytes(_rates(first, second))))


@pytest.mark.parametrize("unit", ["%", "en %", "pour cent", "Pourcentage"])
def test_dico_settles_a_fraction(unit: str) -> None:
    dico = {"DICO": [["variable", "libellé", "unité"], ["TP60", "Taux de pauvreté", unit]]}
    reading = _read(xlsb_bytes(dico | _rates(0.567, 0.4)))
    assert figure(reading.rows, "taux_pauvrete", _qpv()[0]) == 56.7
    assert _told(reading)["taux_en_fraction"] is Severity.CORRECTED
    assert "dico_unite" not in _told(reading)


def test_repeated_cells_of_an_ods_are_counted() -> None:
    lines = '<table:table-row table:number-rows-repeated="3"><table:table-cell '
    lines += 'table:number-columns-repeated="2"/><table:table-cell '
    lines += 'table:number-columns-repeated="4" office:value-type="percentage" office:value="0.5"/>'
    lines += "</table:table-row>"
    assert percent_areas(ods_bytes({"a": [["t"]]}, lines)) == {"a": [Area(1, 3, 2, 5)]}


@pytest.mark.parametrize("written", WRITERS)
def test_what_cannot_be_understood_gives_nothing(written: Callable[[Any], bytes]) -> None:
    whole = written(_rates(Share(0.5), Share(0.5)))
    assert percent_areas(whole)["QP"]
    lost = whole.replace(b"sheet1", b"sheet9").replace(b"content.xml", b"context.xml")
    for cut in (whole[:200], b"PK", b"", lost):
        assert not percent_areas(cut).get("QP")
