"""What an update is about to do is told before it does it."""

from dataclasses import replace

import pytest

from ctg_data.sources import registry
from ctg_data.sources.http import ADDRESSES
from ctg_data.territory import portal
from ctg_data.update import due
from ctg_data.update.asking import asking, machine
from tests.pages import config

PLACE = config(fictional=False)
SOURCES = due.declared(PLACE, None)


def test_each_producer_and_each_machine_is_told_once() -> None:
    told = asking(SOURCES, PLACE)
    assert len(set(told.producers)) == len(told.producers) > 3
    assert len(set(told.hosts)) == len(told.hosts)
    ours = portal.of(PLACE)
    known = [*ADDRESSES.values(), *([ours.address] if ours else [])]
    assert set(told.hosts) <= {one.split("/")[2] for one in known}
    asked = {one.address for one in SOURCES} & set(ADDRESSES)
    assert {ADDRESSES[one].split("/")[2] for one in asked} <= set(told.hosts)
    assert all(machine(one, PLACE) for one in SOURCES), "that of the territory's portal included"


def test_the_machine_is_the_one_that_will_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    source = registry.source("caf_iris")
    monkeypatch.setenv("CTG_URL_CAF", "http://relais.example:8080/caf")
    assert machine(source, PLACE) == "relais.example"
    monkeypatch.setenv("CTG_URL_CAF", "relais")
    assert machine(source, PLACE) == ""
    assert asking([source], PLACE).hosts == ()


def test_the_time_grows_with_what_is_asked() -> None:
    one = SOURCES[0]
    many = replace(one, datasets=one.datasets * 40)
    assert asking([one], PLACE).minutes == 1
    assert asking([many], PLACE).minutes == round(3 * len(many.datasets) / 60) > 5
