"""The register as offer: counted by hand here, and never a 0 for what is not known."""

import pandas as pd
import pytest

from ctg_data.assembly import assemble as assembly
from ctg_data.catalogue.structures.declared import kinds
from ctg_data.model import Status
from ctg_data.offer.counts import Offer, rows as offer_rows
from ctg_data.offer.measures import series
from ctg_data.offer.offered import offered
from ctg_data.offer.reach import VARIABLE, reach, served
from ctg_data.register.model import Register, Structure
from ctg_data.register.store import in_force
from tests.register_files import config, outlines

HERE = "00123"
ZONES = {"iris": "001230101", "quartier": "FQ01", "qpv_2015": "hors", "qpv_2024": "QN00001M"}
KEY = ["level", "code", "period"]


def one(identifier="A1", kind="eaje", **facts):
    """A structure open since 2015."""
    told = {"commune": HERE, "zones": ZONES, "spans": (("2015", ""),)}
    told |= {"name": identifier, "source_date": "2022-12-31"}
    return Structure(identifier, kind, **(told | facts))


def rows_of(*structures, complete=("eaje",), since=2020):
    made = Register(structures, dict.fromkeys(complete, since))
    return offer_rows(Offer(made, "registre"), config())


def value(rows, variable, level, code, year, category="total"):
    found = rows[
        (rows["variable"] == variable)
        & (rows["category"] == category)
        & (rows["level"] == level)
        & (rows["code"] == code)
        & (rows["period"] == year)
    ]
    if not len(found):
        return "no row"
    (row,) = found.to_dict("records")
    if pd.isna(row["value"]):
        assert row["status"] == Status.NON_DISPONIBLE
        return None
    exact = row["status"] == Status.DIFFUSE
    return row["value"] if exact else (row["status"], row["value"])


def least(number):
    return ("minimum", number)


def test_a_zone_has_what_stands_in_it_and_a_true_zero_elsewhere():
    rows = rows_of(one(places=30), one("A2", places=12, zones=ZONES | {"iris": "001230102"}))
    told = [value(rows, "structures", "iris", f"0012301{n}", 2021, "eaje") for n in ("01", "02")]
    assert told == [1, 1]
    assert value(rows, "structures", "iris", "001230801", 2021, "eaje") == 0
    assert value(rows, "structures", "commune", HERE, 2021, "eaje") == 2
    assert value(rows, "places_eaje_implantees", "quartier", "FQ01", 2021) == 42
    assert value(rows, "places_eaje_implantees", "qpv", "QN00001M", 2023) == "no row"
    assert value(rows, "structures", "qpv", "QP000001", 2021, "eaje") == 0


def test_a_list_that_is_not_full_is_never_a_zero():
    rows = rows_of(one(), one("B1", "laep"))
    exact = rows[rows["status"] == "diffuse"]
    assert set(exact[exact["variable"] == "structures"]["category"]) == {"eaje"}
    assert value(rows, "structures", "commune", HERE, 2022, "laep") == least(1)
    assert value(rows, "structures", "commune", HERE, 2021, "laep") == "no row"
    assert value(rows, "structures", "iris", "001230801", 2022, "laep") == least(0)
    assert value(rows, "dispositifs_parentalite", "commune", HERE, 2022) == least(1)
    known = rows_of(one(), complete=())
    assert value(known, "structures", "commune", HERE, 2022, "eaje") == least(1)
    assert not (known["status"] == "diffuse").any()
    assert value(rows, "structures", "commune", HERE, 2019, "eaje") == "no row"
    assert value(rows, "structures", "commune", HERE, 2023, "eaje") == "no row"


def test_a_structure_without_a_place_may_stand_in_any_zone_and_the_commune_is_right():
    rows = rows_of(one(places=30), one("A2", places=10, zones={}))
    assert value(rows, "structures", "iris", "001230101", 2021, "eaje") == least(1)
    assert value(rows, "structures", "iris", "001230801", 2021, "eaje") == least(0)
    assert value(rows, "structures", "commune", HERE, 2021, "eaje") == 2
    assert value(rows, "places_eaje_implantees", "commune", HERE, 2021) == 40


def test_places_that_are_not_told_leave_a_lower_bound():
    rows = rows_of(one(), one("A2", places=10, zones=ZONES | {"iris": "001230102"}))
    assert value(rows, "places_eaje_implantees", "iris", "001230101", 2021) == least(0)
    assert value(rows, "places_eaje_implantees", "iris", "001230102", 2021) == 10
    assert value(rows, "places_eaje_implantees", "commune", HERE, 2021) == least(10)


def test_a_structure_next_door_is_not_ours():
    rows = rows_of(one(places=30), one("A2", places=10, commune="00124", zones={}))
    assert value(rows, "structures", "commune", HERE, 2021, "eaje") == 1
    assert value(rows, "structures", "iris", "001230101", 2021, "eaje") == 1


def test_closed_then_open_again_is_two_periods():
    spans = (("2005", "2020-06-30"), ("2022-09-25", ""))
    rows = rows_of(one(spans=spans), since=2019)
    told = [value(rows, "structures", "commune", HERE, year, "eaje") for year in range(2019, 2023)]
    assert told == [1, 0, 0, 1]


def test_without_an_opening_date_it_counts_from_its_source_on():
    rows = rows_of(one(spans=()), one("A2", spans=(("", "2021-03-01"),), source_date="2020-01-01"))
    told = [value(rows, "structures", "commune", HERE, year, "eaje") for year in (2020, 2021, 2022)]
    assert told == [1, 0, 1]


def test_leisure_places_are_the_most_of_an_address_by_age_then_summed():
    hall = {"kind": "alsh", "address": "1 rue de l'École"}
    first = one("L1", **hall, sessions={("mercredi", "3-5"): 20, ("mercredi", "6-11"): 30})
    second = one("L2", **hall, sessions={("mercredi", "3-5"): 24, ("mercredi", "6-11"): 10})
    other = one("L3", "alsh", address="9 quai", sessions={("mercredi", "3-5"): 5})
    rows = rows_of(first, second, other, complete=("alsh", "alsh_ados"))
    assert value(rows, "places_alsh_mercredi", "commune", HERE, 2021, "3-5") == 24 + 5
    assert value(rows, "places_alsh_mercredi", "commune", HERE, 2021, "6-11") == 30
    assert value(rows, "places_alsh_mercredi", "commune", HERE, 2021) == 59
    assert value(rows, "places_alsh_vacances", "commune", HERE, 2021) == 0
    assert value(rows, "places_alsh_mercredi", "commune", HERE, 2021, "12-17") == 0


def test_parents_find_up_to_five_kinds_of_help():
    five = tuple(kind.id for kind in kinds().values() if kind.parents)
    assert len(five) == 5
    rows = rows_of(one("P1", "laep"), one("P2", "laep"), one("P3", "clas"), complete=five)
    assert value(rows, "dispositifs_parentalite", "commune", HERE, 2021) == 2
    assert value(rows, "dispositifs_parentalite", "quartier", "FQ02", 2021) == 0
    assert value(rows, "dispositifs_parentalite", "iris", "001230101", 2021) == 2


def test_priority_districts_without_anything_for_the_young_are_named_and_counted():
    youth = tuple(kind.id for kind in kinds().values() if kind.jeunes)
    rows = rows_of(one("J1", "ps_jeunes", zones=ZONES | {"qpv_2015": "QP000003"}), complete=youth)
    assert value(rows, "zones_sans_offre_12_25", "qpv", "QP000003", 2021) == 0
    assert value(rows, "zones_sans_offre_12_25", "qpv", "QP000001", 2021) == 1
    assert value(rows, "zones_sans_offre_12_25", "commune", HERE, 2021) == 5
    lost = rows_of(one("J1", "ps_jeunes", zones={}), complete=youth)
    assert value(lost, "zones_sans_offre_12_25", "commune", HERE, 2021) == ("maximum", 6)


def test_works_are_those_decided_at_the_last_date_and_not_a_zero_when_not_told():
    early = ("eaje", "rpe", "laep")
    told = rows_of(one(works="oui"), one("A2", works="non"), complete=early)
    works = "structures_projet_travaux"
    assert value(told, works, "commune", HERE, 2022) == 1
    assert value(told, works, "commune", HERE, 2021) == "no row"
    silent = rows_of(one(works="oui"), one("A2"), complete=early)
    assert value(silent, works, "commune", HERE, 2022) == least(1)


def test_the_fictional_register_gives_the_places_of_each_zone_and_every_series():
    known = in_force(config(), None)
    rows = offer_rows(Offer(known, "registre"), config())
    ours = rows[rows["variable"] == "places_eaje_implantees"].set_index(KEY)["value"]
    assert len(ours) > 200
    (last,) = ours.index.get_level_values("period").unique().sort_values()[-1:]
    here = [one for one in known.open_in(last) if one.kind == "eaje" and one.commune == HERE]
    assert here
    for zone in config().iris:
        counted = sum(one.places or 0 for one in here if one.zones.get("iris") == zone.code)
        assert ours["iris", zone.code, last] == counted
    declared = {(line.variable, line.category) for line in series()}
    assert set(zip(rows["variable"], rows["category"], strict=True)) == {
        *declared,
        ("zones_sans_offre_12_25", "total"),
    }


def people(**known):
    """A census of the fictional commune in 2022: 100 inhabitants an IRIS unless told."""
    codes = [zone.code for zone in config().iris]
    return pd.DataFrame(
        {
            "variable": "population_municipale",
            "level": "iris",
            "code": codes,
            "period": 2022,
            "category": "total",
            "value": [known.get(code, 100.0) for code in codes],
        }
    )


def test_two_zones_that_overlap_serve_their_people_once():
    made = Register(
        (
            one("C1", "centre_social", competence=("FQ01", "001230201")),
            one("C2", "evs", competence=("001230201", "001230104")),
        ),
        {"centre_social": 2020, "evs": 2020},
    )
    rows = reach(made, config(), people(), outlines(), "registre")
    assert set(rows["period"]) == {2022}
    assert value(rows, VARIABLE, "commune", HERE, 2022) == 500
    assert value(rows, VARIABLE, "quartier", "FQ02", 2022) == 100
    assert value(rows, VARIABLE, "iris", "001230801", 2022) == 0


def test_a_zone_that_cuts_an_iris_takes_its_share_of_the_ground():
    shares = served([one(competence=("QN00001M",))], config(), outlines())
    assert shares is not None
    assert any(0.02 < share < 0.98 for share in shares.values())
    assert all(0 <= share <= 1 for share in shares.values())


@pytest.mark.parametrize("competence", [(), ("QN00001M",)])
def test_a_competence_zone_that_cannot_be_told_is_no_zero(competence):
    made = Register(
        (one("C1", "centre_social", competence=competence),), {"centre_social": 2020, "evs": 2020}
    )
    rows = reach(made, config(), people(), (), "registre")
    assert value(rows, VARIABLE, "commune", HERE, 2022) is None


def test_the_offer_goes_through_the_gate_and_is_cited():
    place = config()
    found = offered(place, None, people())
    assert set(found.rows["source"]) == set(found.citations)
    release = assembly.assemble(place).gated.release
    cell = release.where(variable="structures", category="centre_social").cell("commune", HERE)
    assert (cell.value, cell.period) == (4, 2024)
    closed = release.where(variable="structures", category="centre_social")
    assert closed.cell("commune", HERE, 2020).value == 3
