"""An update from end to end, against the stand-in: what it keeps, what it says, what it spares."""

import dataclasses
import subprocess
import sys

import pandas as pd
import pytest

from ctg_data import __main__
from ctg_data.errors import StoreError, UserError
from ctg_data.sources import http, registry
from ctg_data.store.session import Store
from ctg_data.territory import config as territory
from ctg_data.update import run as update
from tests import ROOT, standin_bpe, standin_data
from tests.standin import BROKEN, QUOTA, Reply, StandIn
from tests.standin_data import COMMUNE, EPCI, NEAR

PLACE = standin_data.territory()


@pytest.fixture
def filled(server: StandIn) -> StandIn:
    standin_data.fill(server)
    return server


def run(store: Store, *sources: str, place=PLACE, progress=lambda step: None) -> update.Summary:
    """Update without ever waiting."""
    return update.run(place, store, sources, progress, pause=lambda seconds: None)


def values(store: Store, **key: object) -> dict[int, float]:
    """Value by year of one series."""
    frame, _ = store.observations(PLACE.id)
    for name, wanted in {"category": "total", **key}.items():
        frame = frame[frame[name] == wanted]
    return dict(zip(frame["period"], frame["value"], strict=True))


def test_everything_comes_and_is_cited(filled: StandIn, store: Store) -> None:
    steps: list[str] = []
    summary = run(store, progress=lambda step: steps.append(str(step)))
    assert [str(one) for one in summary.outcomes if one.failed] == []
    assert {one.state for one in summary.outcomes} == {"a_jour"}
    frame, citations = store.observations(PLACE.id)
    assert set(frame["source"]) <= set(citations)
    assert {registry.source_of(one) for one in citations} == set(registry.sources())
    assert not frame.duplicated(["variable", "level", "code", "period", "category"]).any()
    assert len(steps) == 2 * len(registry.sources())
    assert steps[1].startswith(f"[1/{len(registry.sources())}] Foyers allocataires")
    assert "à jour, " in steps[1]
    assert "dernière année 2024" in steps[1]
    several = f"{len(registry.sources())}\u00a0sources"
    assert str(summary).startswith(f"Essai-Ville\u00a0: {several} à jour")


def test_figures_keep_their_rounding_and_boundaries(filled: StandIn, store: Store) -> None:
    run(store, "caf_allocataires", "caf_taux_couverture")
    frame, citations = store.observations(PLACE.id)
    ours = frame[(frame["code"] == COMMUNE) & (frame["variable"] == "foyers_rsa")]
    assert ours["period"].tolist() == [2022, 2023, 2024]
    assert ours["vintage"].tolist() == [2023, 2024, 2025]
    assert set(ours["status"]) == {"arrondi"}
    cited = citations[ours["source"].iloc[0]]
    assert cited.id.startswith("caf_allocataires:s_ben_com_f@")
    assert cited.period == "décembre 2022 à décembre 2024"
    assert len(cited.retrieved_on) == len("2026-11-23")
    exact = frame[(frame["level"] == "departement") & (frame["variable"] == "foyers_rsa")]
    assert exact["status"].tolist() == ["diffuse"], "December alone, and exact"
    assert values(store, variable="taux_couverture", level="commune", code=NEAR) == {2023: 110.4}


def test_current_series_wins_over_history(filled: StandIn, store: Store) -> None:
    run(store, "caf_taux_couverture")
    rates = values(store, variable="taux_couverture", level="epci", code=EPCI)
    assert rates[2022] == 57.1
    assert rates[2021] == 56.4
    assert sorted(rates) == list(range(2017, 2024))


def test_the_stale_copy_is_never_asked(filled: StandIn, store: Store) -> None:
    run(store, "caf_allocataires")
    assert filled.paths("-copy") == []


def test_only_the_places_of_the_territory_are_asked(filled: StandIn, store: Store) -> None:
    run(store, "caf_allocataires", "caf_quotient_familial")
    clauses = {one.get("where") for one in filled.asked if "s_ben_com_f/exports" in one.path}
    assert clauses == {'numcomdo="00100" or numcomdo="00101" or numcomdo="00102"'}
    frame, _ = store.observations(PLACE.id)
    assert set(frame.loc[frame["level"] == "commune", "code"]) == {"00100", "00101", "00102"}
    assert set(frame.loc[frame["level"] == "iris", "code"]) == {"001000101", "001000102"}
    assert set(frame.loc[frame["level"] == "qpv", "code"]) == {"QN00001N", "QN00002M"}


def test_bytes_are_kept_with_address_and_date_and_read_from_there(
    filled: StandIn, store: Store
) -> None:
    run(store, "caf_taux_couverture")
    kept = store.latest("caf_taux_couverture", PLACE.id, "txcouv_pe_com")
    assert kept.content.startswith(b"\xef\xbb\xbfannee;numcom")
    assert kept.address.startswith(f"{filled.address}/caf/catalog/datasets/txcouv_pe_com/exports")
    assert kept.modified == "2026-01-16T08:00:00+00:00"
    assert store.state("caf_taux_couverture", PLACE.id).modified == kept.modified


def test_a_second_update_changes_nothing(filled: StandIn, store: Store) -> None:
    run(store)
    before = store.fingerprint(PLACE.id)
    summary = run(store)
    assert {one.state for one in summary.outcomes} == {"inchange"}
    assert store.fingerprint(PLACE.id) == before
    filled.datasets["s_ben_com_f"].rows[0]["indfoy_rsa"] = 4_995
    assert [one.state for one in run(store, "caf_allocataires").outcomes] == ["a_jour"]
    assert store.fingerprint(PLACE.id) != before


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        pytest.param(Reply(503), "est en panne (réponse 503", id="down"),
        pytest.param(Reply.json(QUOTA, 429), "nombre d'appels autorisés", id="quota by day"),
        pytest.param(Reply(200, BROKEN, "text/csv"), "s'est interrompu avant la fin", id="cut"),
        pytest.param(
            Reply(200, b"<!DOCTYPE html><p>Bonjour", "text/html"), "une page web", id="html"
        ),
        pytest.param(
            Reply(200, b"dtreffre;numcomdo\n2024-12;00100\n", "text/csv"), "incomplet", id="short"
        ),
    ],
)
def test_a_failed_source_leaves_its_figures_and_says_so(
    filled: StandIn, store: Store, reply: Reply, words: str
) -> None:
    run(store, "caf_allocataires", "insee_naissances")
    before, cited = store.observations(PLACE.id)
    filled.plan("s_ben_com_f/exports", reply, times=http.ATTEMPTS if reply.status == 503 else 1)
    summary = run(store, "caf_allocataires", "insee_naissances")
    [failed] = summary.failed
    assert failed.source.id == "caf_allocataires"
    assert words in failed.problems[0]
    assert "Les pages gardent la copie du" in failed.problems[0]
    after, still = store.observations(PLACE.id)
    pd.testing.assert_frame_equal(before, after)
    assert cited == still
    state = store.state("caf_allocataires", PLACE.id)
    assert words in state.error
    assert [one.state for one in summary.outcomes if not one.failed] == ["inchange"]
    run(store, "caf_allocataires")
    assert store.state("caf_allocataires", PLACE.id).error == ""


def test_a_source_that_never_answered(filled: StandIn, store: Store) -> None:
    filled.plan("/insee/", Reply(500), times=4 * http.ATTEMPTS)
    summary = run(store, "insee_naissances", "caf_iris")
    assert [one.state for one in summary.outcomes] == ["echec", "a_jour"]
    assert "Rien n'en avait encore été reçu" in summary.outcomes[0].problems[0]
    assert store.state("insee_naissances", PLACE.id).last_success is None
    assert "1\u00a0source en échec" in str(summary)


def test_a_source_with_nothing_for_the_territory_has_answered(store: Store) -> None:
    """A portal that the territory does not have: it is not awaited for ever, nor ever failing."""
    without = standin_data.territory(folder=ROOT / "sans-portail")
    store.record_failure(PLACE.id, "portail_local", "La source ne répond pas.")
    assert not store.state("portail_local", PLACE.id).answered
    assert [one.state for one in run(store, "portail_local", place=without).outcomes] == [
        "inchange"
    ]
    state = store.state("portail_local", PLACE.id)
    assert (state.answered, state.nothing, state.error) == (True, True, "")


def test_a_renamed_column_is_named_and_nothing_is_taken(filled: StandIn, store: Store) -> None:
    run(store, "caf_allocataires")
    before, _ = store.observations(PLACE.id)
    data = filled.datasets["s_ben_com_f"]
    data.fields = {
        ("ind_rsa" if one == "indfoy_rsa" else one): kind for one, kind in data.fields.items()
    }
    for row in data.rows:
        row["ind_rsa"] = row.pop("indfoy_rsa")
    [failed] = run(store, "caf_allocataires").failed
    assert failed.state == "partiel"
    assert "n'a plus la colonne « indfoy_rsa » (reçues : dtreffre, numcomdo" in failed.problems[0]
    after, _ = store.observations(PLACE.id)
    pd.testing.assert_frame_equal(before, after)


def test_the_current_rates_away_history_does_not_take_their_place(
    filled: StandIn, store: Store
) -> None:
    run(store, "caf_taux_couverture")
    del filled.datasets["txcouv_pe_epci"]
    summary = run(store, "caf_taux_couverture")
    assert "txcouv_pe_epci" in summary.failed[0].problems[0]
    rates = values(store, variable="taux_couverture", level="epci", code=EPCI)
    assert rates[2022] == 57.1, "the copy of the current series still wins"
    assert rates[2023] == 58.1


def test_a_missing_history_is_told_but_is_no_failure(filled: StandIn, store: Store) -> None:
    del filled.datasets["txcouv_pe_reg_hist"]
    summary = run(store, "caf_taux_couverture")
    assert not summary.failed
    assert "txcouv_pe_reg_hist" in str(summary)


def test_a_year_no_longer_published_stays_with_its_citation(filled: StandIn, store: Store) -> None:
    run(store, "caf_allocataires")
    first = store.latest("caf_allocataires", PLACE.id, "s_ben_com_f").id[:12]
    data = filled.datasets["s_ben_com_f"]
    data.rows = [row for row in data.rows if row["dtreffre"] != "2022-12"]
    assert not run(store, "caf_allocataires").failed
    frame, citations = store.observations(PLACE.id)
    old = frame[(frame["level"] == "commune") & (frame["period"] == 2022)]
    assert set(old["source"]) == {f"caf_allocataires:s_ben_com_f@{first}"} <= set(citations)


def test_an_emptied_data_set_empties_nothing(filled: StandIn, store: Store) -> None:
    run(store, "caf_allocataires")
    before, _ = store.observations(PLACE.id)
    filled.datasets["s_ben_com_f"].rows = []
    summary = run(store, "caf_allocataires")
    assert "aucune ligne pour ce territoire" in str(summary)
    pd.testing.assert_frame_equal(before, store.observations(PLACE.id)[0])


def test_no_network_at_all_is_told_once_a_machine(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    for name in (*http.ADDRESSES, "PORTAIL"):
        monkeypatch.setenv(f"CTG_URL_{name}", "http://127.0.0.1:9")
    summary = update.run(PLACE, store, pause=waits.append)
    assert len(summary.failed) == len(registry.sources())
    assert all("connexion impossible" in one.problems[0] for one in summary.failed)
    assert len([one for one in waits if one >= 4]) == 1, "a machine that is away is tried once"
    assert store.observations(PLACE.id)[0].empty


def test_an_unforeseen_shape_stops_neither_the_others_nor_the_update(
    filled: StandIn, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Surprised:
        fetch = staticmethod(update.READERS["geo_api"].fetch)

        @staticmethod
        def read(*args):
            raise KeyError("surprise")

    monkeypatch.setitem(update.READERS, "geo_api", Surprised)
    summary = run(store, "geo_communes", "insee_naissances")
    assert [one.state for one in summary.outcomes] == ["echec", "a_jour"]
    assert "n'a pas pu être lu (KeyError)" in summary.failed[0].problems[0]


def test_a_fictional_territory_is_never_updated(server: StandIn, store: Store) -> None:
    invented = dataclasses.replace(PLACE, fictional=True)
    with pytest.raises(UserError, match="territoire fictif"):
        run(store, place=invented)
    assert server.asked == []


def test_an_unknown_source_names_the_known_ones(store: Store) -> None:
    with pytest.raises(UserError, match=r"« x » n'existe pas.*caf_allocataires"):
        run(store, "x")


def test_an_address_that_is_not_one(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CTG_URL_CAF", "data.caf.fr")
    with pytest.raises(UserError, match="CTG_URL_CAF n'est pas une adresse"):
        run(store)


def test_the_journal_says_what_was_done(filled: StandIn, store: Store) -> None:
    run(store, "caf_iris")
    [entry] = store.journal(PLACE.id, "mise_a_jour")
    assert entry.details == {"sources": {"caf_iris": "a_jour"}}


# The command


@pytest.fixture
def command(filled: StandIn, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    monkeypatch.setattr(territory, "open_territory", lambda name=None: PLACE)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    return filled


def test_command_all_well(command: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    assert __main__.main(["update", "--source", "caf_iris", "--source", "insee_naissances"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("[1/2] RSA et aides au logement à l'IRIS\u00a0: à jour, ")
    assert "Essai-Ville\u00a0: 2\u00a0sources à jour." in told


def test_command_with_a_failure(command: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    del command.datasets["rsa_s_type_iris_f"]
    assert __main__.main(["update", "--source", "caf_iris"]) == 1
    assert "n'est plus au catalogue" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["update", "--source", "x"], "La source « x » n'existe pas"),
        (["update", "--fois", "2"], "argument inconnu\u00a0: --fois 2"),
        (["maj"], "'maj' n'existe pas"),
        ([], "il manque\u00a0: commande"),
        (["update", "--source"], "il manque une valeur"),
        (["update", "--si-plus-vieux"], "il manque une valeur"),
        (["update", "--si-plus-vieux", "sept jours"], "sept jours"),
    ],
)
def test_command_badly_written(
    command: StandIn, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = __main__.main(arguments)
    except SystemExit as stop:
        code = stop.code
    assert code == 2
    assert words in capsys.readouterr().err


def test_command_help_is_french(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--help"], ["update", "--help"]):
        with pytest.raises(SystemExit) as stop:
            __main__.main(arguments)
        assert stop.value.code == 0
        told = capsys.readouterr().out
        assert told.startswith("utilisation : python -m ctg_data")
        assert "usage:" not in told
        assert "show this help" not in told


def test_command_with_an_unreadable_store(
    command: StandIn, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*args, **kwargs):
        raise StoreError("Le fichier est abîmé.")

    monkeypatch.setattr(Store, "open", refuse)
    assert __main__.main(["update"]) == 1
    assert capsys.readouterr().err == "Le fichier est abîmé.\n"


def test_an_update_does_not_load_the_secrecy_command() -> None:
    told = """
import sys
from ctg_data.__main__ import main
try:
    main(["--help"])
except SystemExit:
    print([name for name in ("scipy", "pandas", "sqlalchemy") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


def test_the_secrecy_command_is_reached(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        __main__.main(["secret", "--help"])
    assert stop.value.code == 0
    assert capsys.readouterr().out.startswith("utilisation : python -m ctg_data secret")


def test_an_edition_of_a_photograph_leaves_nothing_of_the_former_one(
    filled: StandIn, store: Store
) -> None:
    def shown() -> dict[int, float]:
        return values(store, variable="equipements", category="eaje", level="commune", code=COMMUNE)

    standin_bpe.publish(filled, [{**one, "AN": "2024"} for one in standin_bpe.lines()], "24")
    run(store, "insee_bpe", "insee_bpe_melodi")
    assert shown() == {2024: 2}
    standin_bpe.publish(filled)
    filled.observations["DS_BPE"] = [
        standin_bpe.counted("2026-FRANCE-F", "D502", 800, year=2026),
    ]
    run(store, "insee_bpe", "insee_bpe_melodi")
    assert shown() == {2025: 2}
    wider = values(store, variable="equipements", category="eaje", level="france")
    assert wider == {2026: 800}, "nor of the counts of another level"
    filled.site.clear()
    assert "Les pages gardent la copie" in str(run(store, "insee_bpe"))
    assert shown() == {2025: 2}
