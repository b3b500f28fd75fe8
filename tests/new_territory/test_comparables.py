"""Communes alike are proposed by criteria that are told; the list of a folder is renewed whole."""

import re
import tomllib
from datetime import date

import pytest

from ctg_data import __main__, fr
from ctg_data.errors import UserError
from ctg_data.new_territory import comparables, renewal as comparables_renew
from ctg_data.new_territory.comparables import Proposal
from ctg_data.sources.geo_api import Commune
from ctg_data.territory import config as territory
from tests.new_communes import make
from tests.pages import config
from tests.standin import Reply, StandIn
from tests.zone_files import HERE

MINE = Commune("10001", "Ici", "E1", 1000)
EVERY = [
    MINE,
    Commune("10002", "Voisine", "E1", 900),
    Commune("20001", "Centre sans quartier", "E2", 1000),
    Commune("20002", "Faubourg", "E2", 990),
    Commune("30001", "Centre avec quartier", "E3", 1400),
    Commune("30002", "Faubourg avec quartier", "E3", 1010),
    Commune("40001", "Trop grande", "E4", 2001),
    Commune("97101", "Outre-mer", "E5", 1000),
    Commune("13055", "Par arrondissement", "E6", 1000),
    Commune("50001", "Sans population", "E7", None),
]
WITH_QPV = {"10001", "30001", "30002", "97101"}


def names(with_qpv=WITH_QPV, mine=MINE) -> list[str]:
    return list(comparables.propose(EVERY, mine, {"10002"}, with_qpv).communes.values())


def test_the_likest_come_first_then_the_nearest_in_population():
    both, one, none = "Centre avec quartier", "Centre sans quartier", "Faubourg"
    assert names() == [both, one, "Faubourg avec quartier", none]
    assert names(set()) == [one, both, "Faubourg avec quartier", none], "size and centre alone"


def test_a_commune_overseas_is_compared_with_its_own():
    assert names(mine=EVERY[7]) == []
    assert comparables.propose(EVERY, EVERY[7], set(), WITH_QPV).told == ""


def test_the_criteria_are_told_with_their_date_and_how_many_meet_them():
    told = comparables.propose(EVERY, MINE, {"10002"}, WITH_QPV).told
    said = re.sub(r"\s", " ", told)
    assert re.sub(r"\s", " ", fr.day(date.today())) in said
    assert "double de 1 000 habitants : 4 communes" in said
    assert "est la plus peuplée de son intercommunalité et a un quartier prioritaire" in said
    assert "(1 sur 4)" in said
    assert "quartier" not in comparables.propose(EVERY, MINE, set(), set()).told


@pytest.mark.parametrize("fictional", [True, False])
def test_only_the_sentence_and_the_list_of_a_file_change(fictional):
    text = (config(fictional=fictional).folder / "territoire.toml").read_text(encoding="utf-8")
    found = Proposal({"20001": "L'« Une »", "2A004": 'Dite "Deux"'}, "Proposées : deux.")
    after = comparables_renew.rewritten(text, found)
    read, was = tomllib.loads(after), tomllib.loads(text)
    assert read.pop("comparables") == found.communes != was.pop("comparables")
    assert read.pop("choix_comparables") == found.told != was.pop("choix_comparables")
    assert read == was
    kept = [line for line in text.splitlines() if line.startswith("#")]
    assert [line for line in after.splitlines() if line.startswith("#")] == kept
    bare = "label = 'X'\n\n[commune]\ncode = '1'\n"
    assert tomllib.loads(comparables_renew.rewritten(bare, found))["comparables"] == found.communes


def _far(filled: StandIn) -> None:
    for code, people in (("00901", 11_000), ("00902", 13_000), ("00903", 40_000)):
        told = {"code": code, "nom": f"Loin {code}", "population": people, "codeEpci": code}
        filled.everywhere = [*(filled.everywhere or filled.communes), told]


def test_the_command_writes_the_list_and_tells_what_changed(
    filled,
    root,
    monkeypatch,
    capsys,
):
    made, _ = make(root)
    assert made.comparables == ()
    filled.communes[0]["population"] = 12_000
    _far(filled)
    monkeypatch.setattr(territory, "ROOT", root)
    assert __main__.main(["territoire", "semblables", HERE]) == 0
    told = capsys.readouterr().out
    assert "+ Loin 00901 (00901)" in told.replace("\u00a0", " ")
    after = territory.open_territory(made.id, root)
    assert [one.code for one in after.comparables] == ["00902", "00901"]  # nearest first
    assert "quartier prioritaire" in after.comparables_choice
    filled.everywhere = [one for one in filled.everywhere if one["code"] != "00901"]
    filled.plan("/datagouv/", Reply(404))
    assert __main__.main(["territoire", "semblables", made.id]) == 0
    told = capsys.readouterr().out
    assert "− Loin 00901" in told
    assert "quartiers prioritaires n'ont pas compté" in told


def test_what_cannot_be_renewed_is_refused_and_nothing_is_written(filled, root, capsys):
    made, _ = make(root)
    before = (made.folder / "territoire.toml").read_bytes()
    filled.plan("/geo/communes?", Reply(503), times=9)
    with comparables_renew.Http(pause=lambda seconds: None) as http, pytest.raises(UserError):
        comparables_renew.renew(made, http)
    assert (made.folder / "territoire.toml").read_bytes() == before
    with pytest.raises(UserError, match="est inventé"):
        comparables_renew.place(config(fictional=True).id, root)
    assert __main__.main(["territoire", "semblables", "nulle-part"]) == 2
    assert "nulle-part" in capsys.readouterr().err
