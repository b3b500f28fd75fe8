"""Insee through Melodi: totals only, secrets kept, pages all read, at the pace allowed."""

import json

import pytest

from ctg_data.errors import SourceChanged, SourceUnavailable
from ctg_data.model import Level
from ctg_data.sources import insee_melodi, registry
from ctg_data.sources.base import Reading
from ctg_data.sources.http import Http, base_address
from ctg_data.sources.melodi import EVERY, SEPARATOR, Melodi
from tests import standin_data
from tests.standin import Reply, StandIn
from tests.standin_data import AGES, COMMUNE, EPCI, seen

PLACE = standin_data.territory()
AGE_SET, POP = "DS_RP_TD_POPULATION_AGESEX_PRINC", {"RP_MEASURE": "POP", "SEX": "_T"}
HERE = f"2026-COM-{COMMUNE}"


def dataset(name: str) -> registry.Dataset:
    every = [one for source in registry.sources().values() for one in source.datasets]
    return next(one for one in every if one.id == name)


def page(observations: list[dict], **paging: object) -> bytes:
    return json.dumps({"observations": observations, "paging": paging}).encode()


def read(name: str, observations: list[dict] | bytes) -> Reading:
    content = observations if isinstance(observations, bytes) else page(observations)
    return insee_melodi.read(dataset(name), content, PLACE, "x:y@z")


def ages(value: float = 10.5, geo: str = HERE, year: int = 2023, **more: object) -> list[dict]:
    return [seen(geo, year, value, AGE=age, **{**POP, **more}) for age in AGES]


def test_under_three_is_the_sum_of_three_ages() -> None:
    frame = read(AGE_SET, ages()).frame
    [young] = frame[frame["variable"] == "enfants_moins_3_recensement"].itertuples()
    assert (young.value, young.unit, young.status) == (31.5, "enfants", "diffuse")
    assert (young.level, young.code, young.vintage, young.period) == (
        "commune",
        COMMUNE,
        2026,
        2023,
    )
    bands = frame[frame["variable"] == "population_age"]
    assert dict(zip(bands["category"], bands["value"], strict=True)) == {
        **{f"{low}-{low + 4}": 52.5 for low in range(0, 95, 5)},
        "95+": 63,
    }


def test_one_secret_age_makes_the_sum_a_secret() -> None:
    told = ages()
    told[1] = seen(HERE, 2023, 3, AGE="Y1", CONF_STATUS="C", **POP)
    frame = read(AGE_SET, told).frame
    hidden = frame[frame["status"] == "secret_cellule"]
    assert set(hidden["variable"]) == {"enfants_moins_3_recensement", "population_age"}
    assert hidden["value"].isna().all(), "a secret never comes with its value"
    assert set(hidden["category"]) == {"total", "0-4"}


def test_a_blank_age_makes_the_sum_missing() -> None:
    told = ages()
    told[2] = seen(HERE, 2023, None, AGE="Y2", **POP)
    frame = read(AGE_SET, told).frame
    young = frame[frame["variable"] == "enfants_moins_3_recensement"]
    assert young["status"].tolist() == ["non_disponible"]


def test_other_dimensions_must_be_at_their_total() -> None:
    told = ages() + ages(SEX="F") + ages(RP_MEASURE="POPH") + ages(PCS="1") + ages(PCS="_T")[:0]
    told += [{**one, "dimensions": {**one["dimensions"], "FREQ": "M"}} for one in ages()]
    reading = read(AGE_SET, told)
    young = reading.frame[reading.frame["variable"] == "enfants_moins_3_recensement"]
    assert young["value"].tolist() == [31.5]
    assert reading.rejected == {"détail que le tableau de bord n'emploie pas": 4 * len(AGES)}


def test_an_incomplete_band_is_not_made() -> None:
    told = [one for one in ages() if one["dimensions"]["AGE"] not in ("Y7", "Y_GE100")]
    bands = set(read(AGE_SET, told).frame["category"])
    assert not bands & {"5-9", "95+"}
    assert "10-14" in bands


def test_ages_no_longer_given_one_by_one() -> None:
    told = [one for one in ages() if one["dimensions"]["AGE"] not in ("Y0", "Y1")]
    with pytest.raises(SourceChanged, match="âges un par un"):
        read(AGE_SET, told)


@pytest.mark.parametrize(
    ("geo", "level", "code", "vintage"),
    [
        (HERE, "commune", COMMUNE, 2026),
        (f"COM-{COMMUNE}", "commune", COMMUNE, 2025),
        (f"2025-EPCI-{EPCI}", "epci", EPCI, 2025),
        ("2025-DEP-00", "departement", "00", 2025),
        ("2025-REG-00", "region", "00", 2025),
        ("2025-FRANCE-F", "france", "FRANCE", 2025),
    ],
)
def test_places_and_their_boundaries(geo: str, level: str, code: str, vintage: int) -> None:
    told = [seen(geo, 2023, 5_000, POPREF_MEASURE="PMUN")]
    [found] = read("DS_POPULATIONS_REFERENCE", told).frame.itertuples()
    assert (found.level, found.code, found.vintage) == (level, code, vintage)


@pytest.mark.parametrize("geo", ["2025-COM-99999", "2025-FRANCE-FM", "2025-AAV2020-001", "X"])
def test_places_of_elsewhere_are_left_aside(geo: str) -> None:
    reading = read("DS_POPULATIONS_REFERENCE", [seen(geo, 2023, 1, POPREF_MEASURE="PMUN")])
    assert reading.frame.empty
    assert reading.rejected == {"lieu ou année hors du territoire": 1}


def test_municipal_population_alone() -> None:
    told = [
        seen(HERE, 2023, value, POPREF_MEASURE=kind) for kind, value in (("PMUN", 9), ("PTOT", 10))
    ]
    frame = read("DS_POPULATIONS_REFERENCE", told).frame
    assert frame["value"].tolist() == [9]


def test_births_and_incomes() -> None:
    births = read("DS_ETAT_CIVIL_NAIS_COMMUNES", [seen(HERE, 2024, 120, EC_MEASURE="LVB")]).frame
    assert births[["variable", "unit", "value"]].to_numpy().tolist() == [
        ["naissances_domiciliees", "naissances", 120]
    ]
    told = [
        seen(HERE, 2023, 21_500, FILOSOFI_MEASURE="MED_SL", UNIT_MEASURE="EUR_YR"),
        seen(HERE, 2023, 18.5, FILOSOFI_MEASURE="PR_MD60", UNIT_MEASURE="PT"),
        seen(HERE, 2023, 0.4, FILOSOFI_MEASURE="GINI", UNIT_MEASURE="PT"),
    ]
    frame = read("DS_FILOSOFI_CC", told).frame
    assert dict(zip(frame["variable"], frame["value"], strict=True)) == {
        "niveau_vie_median": 21_500,
        "taux_pauvrete": 18.5,
    }


def test_a_value_of_another_unit_is_refused() -> None:
    told = seen(HERE, 2023, 21.5, FILOSOFI_MEASURE="MED_SL")
    told["attributes"]["UNIT_MULT"] = "3"
    with pytest.raises(SourceChanged, match="UNIT_MULT"):
        read("DS_FILOSOFI_CC", [told])


@pytest.mark.parametrize("value", ["12", -1, True])
def test_a_value_that_is_no_number(value: object) -> None:
    with pytest.raises(SourceChanged, match="autre chose qu'un nombre"):
        read("DS_POPULATIONS_REFERENCE", [seen(HERE, 2023, value, POPREF_MEASURE="PMUN")])


def test_a_missing_dimension_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"« POPREF_MEASURE » \(reçues : FREQ, GEO"):
        read("DS_POPULATIONS_REFERENCE", [seen(HERE, 2023, 1)])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<html>", "page web"),
        (b'{"observations": [', "s'interrompt"),
        (b'{"title": "x"}', "ne donne plus d'« observations »"),
        (b"[]", "ne donne plus d'« observations »"),
    ],
)
def test_what_is_no_answer(content: bytes, words: str) -> None:
    with pytest.raises((SourceChanged, SourceUnavailable), match=words):
        read("DS_POPULATIONS_REFERENCE", content)


def test_levels_that_did_not_come_are_told() -> None:
    told = [seen(HERE, 2023, 1, POPREF_MEASURE="PMUN")]
    [note] = read("DS_POPULATIONS_REFERENCE", told).notes
    assert note.startswith("« DS_POPULATIONS_REFERENCE » : rien pour intercommunalité")


# The client


class Clock:
    """A clock that only advances when told to wait."""

    def __init__(self) -> None:
        self.now, self.waits = 0.0, []

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def melodi(server: StandIn, clock: Clock):
    standin_data.fill(server)
    with Http(pause=clock.pause) as session:
        yield Melodi(session, base_address("INSEE"), pause=clock.pause, clock=clock)


ASKED = [[("GEO", f"COM-{COMMUNE}"), ("POPREF_MEASURE", "PMUN")]]


def test_one_request_is_kept_as_it_came(server: StandIn, melodi: Melodi) -> None:
    got = melodi.get("DS_POPULATIONS_REFERENCE", ASKED)
    assert json.loads(got.content)["paging"]["count"] == 2
    assert got.media_type == "application/json"
    assert dict(server.asked[0].params)["maxResult"] == "10000"


def test_no_more_than_thirty_requests_a_minute(melodi: Melodi, clock: Clock) -> None:
    melodi.get("DS_POPULATIONS_REFERENCE", ASKED * 4)
    assert clock.waits == pytest.approx([EVERY] * 3)
    assert EVERY >= 2


def test_every_page_is_read(server: StandIn, melodi: Melodi) -> None:
    server.page = 1
    got = melodi.get("DS_POPULATIONS_REFERENCE", ASKED)
    assert got.content.count(SEPARATOR) == 2
    assert [one.get("page") for one in server.asked] == ["", "2"]
    found = insee_melodi.read(dataset("DS_POPULATIONS_REFERENCE"), got.content, PLACE, "x")
    assert found.frame["period"].tolist() == [2022, 2023]


def test_pages_that_do_not_add_up(server: StandIn, melodi: Melodi) -> None:
    server.plan(
        "/insee/", Reply.json({"observations": [{}], "paging": {"count": 3, "isLast": True}})
    )
    with pytest.raises(SourceUnavailable, match="incomplet"):
        melodi.get("DS_POPULATIONS_REFERENCE", ASKED)


def test_pages_without_end(server: StandIn, melodi: Melodi) -> None:
    endless = {"observations": [{}], "paging": {"next": "…", "isLast": False}}
    server.plan("/insee/", Reply.json(endless), times=30)
    with pytest.raises(SourceUnavailable, match="incomplet"):
        melodi.get("DS_POPULATIONS_REFERENCE", ASKED)


def test_a_wider_place_that_is_refused_is_left_out(server: StandIn, melodi: Melodi) -> None:
    server.plan("FRANCE-F", Reply(400, b"{}"))
    got = melodi.get("DS_POPULATIONS_REFERENCE", [*ASKED, [("GEO", "FRANCE-F")]])
    assert json.loads(got.content)["paging"]["count"] == 2


def test_the_first_place_refused_is_a_failure(server: StandIn, melodi: Melodi) -> None:
    server.plan("/insee/", Reply(404, b"{}"))
    with pytest.raises(SourceChanged, match="ne connaît plus le jeu"):
        melodi.get("DS_POPULATIONS_REFERENCE", ASKED)
    server.plan("/insee/", Reply(403, b"{}"))
    with pytest.raises(SourceUnavailable, match="réponse 403"):
        melodi.get("DS_POPULATIONS_REFERENCE", ASKED)


def test_a_data_set_is_declared_whole_in_sources_toml() -> None:
    """A value of the dimension may be a part of a variable; the others are left out."""
    ask = {
        "dimension": "TF",
        "filters": {"RP_MEASURE": "FAM"},
        "wanted": {"A": "familles_recensement/monoparentale", "B": "familles_recensement/couple"},
    }
    declared = registry.Dataset("DS_INVENTED", Level.COMMUNE, ask=ask)
    told = [
        seen(HERE, 2023, value, TF=kind, RP_MEASURE="FAM")
        for kind, value in {"A": 300, "B": 700, "C": 90}.items()
    ]
    told.append(seen(HERE, 2023, 5, TF="A", RP_MEASURE="OTHER"))
    reading = insee_melodi.read(declared, page(told), PLACE, "x:y@z")
    got = dict(zip(reading.frame["category"], reading.frame["value"], strict=True))
    assert got == {"monoparentale": 300, "couple": 700}
    assert reading.rejected["détail que le tableau de bord n'emploie pas"] == 2
