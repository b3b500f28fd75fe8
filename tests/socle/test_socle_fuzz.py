"""Whatever comes in: a reading or a ``UserError``, never another exception, never half a result."""

import io
import random
import zipfile
from datetime import date
from functools import cache
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from ctg_data.errors import UserError
from ctg_data.observations import DTYPES, KEY
from ctg_data.socle.checks.every import check
from ctg_data.socle.reading.outcome import observations_of
from ctg_data.socle.reading.read import read_file
from ctg_data.socle.reading.result import Declared, Kind
from ctg_data.tabular.report_files import to_csv, to_html
from tests.socle_tables import csv_bytes, iris, producer_file, readme, table, territory, xlsx_bytes

MODERATE = settings(suppress_health_check=list(HealthCheck), derandomize=True)
CELLS = ["", "s", "<5", "nd", "-3", "12,5", "#REF!", "1 039", "\u202f", "é\x81", "=1+1", '"', "3"]
CELLS += ["Total", "31/12/2020", "765 ", "1e400", "9" * 40, "Ensemble", "QN00001M", "NaN", "∞"]
DECLARED = st.sampled_from(
    [
        None,
        Declared(),
        Declared(kind=Kind.EXACT, reference_date=date(2024, 12, 31)),
        Declared(kind=Kind.PROTEGE, reference_date=date(2024, 12, 31), set_aside=frozenset({"*"})),
        Declared(columns={"A_MONO": "AM", "": "A"}, codes={"": ""}, replace=True),
    ]
)


def survives(name: str, content: bytes, declared: Declared | None) -> bool:
    """Whether something was kept; everything kept is whole and within the rules."""
    try:
        reading = read_file(name, content, territory(), declared=declared)
    except UserError:
        return False
    report = check(reading, territory(), previous=_before().copy(), today=date(2026, 1, 1))
    assert to_csv(report)
    assert to_html(report)
    if report.refused:
        with pytest.raises(UserError):
            observations_of(reading, report)
        return False
    kept = observations_of(reading, report)
    assert len(kept) == len(reading.rows) - len(report.dropped)
    assert not kept.duplicated(KEY).any()
    assert list(kept.columns) == list(DTYPES)
    if reading.kind is Kind.PROTEGE:
        counted = kept[kept["unit"].isin(["foyers", "personnes", "enfants"])]
        assert not counted["value"].between(1, 4).any()
    return True


@cache
def _before() -> pd.DataFrame:
    rows = read_file("f_2023.csv", csv_bytes(table(iris()[:6])), territory()).rows
    return rows.assign(period=2023, source="old")


@MODERATE
@given(content=st.binary(max_size=400), declared=DECLARED)
def test_random_bytes(content: bytes, declared: Declared | None) -> None:
    survives("f_2020.csv", content, declared)
    survives("f.xlsx", b"PK\x03\x04" + content, declared)
    survives("f.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + content, declared)


@MODERATE
@given(seed=st.integers(0, 10**6), declared=DECLARED)
def test_random_edits_of_a_table(seed: int, declared: Declared | None) -> None:
    draw = random.Random(seed)
    lines = _edited(draw)
    separator = draw.choice(";,\t|")
    encoding = draw.choice(["utf-8", "utf-8-sig", "utf-16"])
    survives("f_2024.csv", csv_bytes(lines, separator, encoding), declared)
    content = bytearray(csv_bytes(lines))
    for _ in range(draw.randrange(6)):
        content[draw.randrange(len(content))] = draw.randrange(256)
    survives("f.csv", bytes(content[: draw.randrange(1, len(content))]), declared)


def _edited(draw: random.Random) -> list[list[Any]]:
    """A good table, then some blows: cells, columns and lines."""
    source = draw.choice(["socle", "insee", "long"])
    lines = table(iris()) if source == "socle" else producer_file(draw.choice([2016, 2018, 2020]))
    if source == "long":
        header = ["type_zone", "code_zone", "variable", "valeur", "statut", "date_ref"]
        lines = [header, *(["iris", code, "A", 412, "diffuse", 2024] for code in iris())]
    for _ in range(draw.randrange(14)):
        row = draw.randrange(len(lines))
        if lines[row]:
            lines[row][draw.randrange(len(lines[row]))] = draw.choice(CELLS)
    if draw.random() < 0.3:
        gone = draw.randrange(len(lines[0]))
        lines = [line[:gone] + line[gone + 1 :] for line in lines]
    if draw.random() < 0.3:
        twin = draw.randrange(len(lines[0]))
        lines = [[*line, line[twin] if twin < len(line) else ""] for line in lines]
    if draw.random() < 0.3:
        lines.insert(draw.randrange(len(lines)), list(draw.choice(lines)))
    if draw.random() < 0.2:
        draw.shuffle(lines)
    return lines


@MODERATE
@given(seed=st.integers(0, 10**6), declared=DECLARED)
def test_random_edits_of_a_workbook(seed: int, declared: Declared | None) -> None:
    draw = random.Random(seed)
    names = ["LISEZMOI", "IRIS", "QPV", "HISTO", "ZONES", "DICO", "Feuil1"]
    draw.shuffle(names)
    chosen = names[: draw.randrange(1, 5)]
    sheets = {name: readme() if name == "LISEZMOI" else _edited(draw) for name in chosen}
    content = xlsx_bytes(sheets)
    survives("f.xlsx", content, declared)
    survives("f.xlsx", content[: draw.randrange(1, len(content))], declared)
    survives("f.xlsx", _part_damaged(content, draw), declared)


def _part_damaged(content: bytes, draw: random.Random) -> bytes:
    """A whole archive with one part emptied, cut or twisted."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(buffer, "w") as target:
        victim = draw.choice(source.namelist())
        for name in source.namelist():
            part = source.read(name)
            if name == victim:
                half = part[: len(part) // 2]
                part = draw.choice([b"", half, part.replace(b"1", b"x"), b"<x" + part])
            target.writestr(name, part)
    return buffer.getvalue()


def test_the_fuzz_also_sees_files_that_are_kept() -> None:
    declared = Declared(kind=Kind.PROTEGE, reference_date=date(2024, 12, 31))
    assert survives("f.csv", csv_bytes(table(iris())), declared)
    assert survives("f.xlsx", xlsx_bytes({"LISEZMOI": readme(), "IRIS": table(iris())}), None)
