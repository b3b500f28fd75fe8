"""One policy: each of its keys changes what is shown, or it is not declared at all."""

import ast
import re
from dataclasses import fields

import pandas as pd
import pytest

from ctg_data.diagnosis import overlaps
from ctg_data.disclosure.adapter import confidential, gate
from ctg_data.disclosure.adapter.gate import as_published
from ctg_data.model import Citation
from ctg_data.release.policy import SETTINGS, Policy
from ctg_data.tabular.rules import message
from geo.outlines.places import Nesting
from tests import ROOT
from tests.drawing import read

SOCLE = Citation("socle", "CAF", "Socle", "2024", "", "interne", confidential=True)
OPEN = Citation("ouvert", "Cnaf", "Données ouvertes", "2024", "", "Licence Ouverte")
CITED = {"socle": SOCLE, "ouvert": OPEN}
IN_A = [Nesting(("qpv", "A", 2024), (("iris", "I", 0),), "IRIS dans QPV")]
# the table that each key bears on, and another value of the key
OTHERWISE = {
    "seuil_allocataires": ("A | 400 350 200 9 | 959", 10),
    "seuil_zone": ("A | 60 40 30 10 | 140", 150),
    "seuil_personnes": ("people", 30),
    "seuil_publie": ("open", 20),
    "zeros": ("A | 60 30 10 0 | 100", "montres"),
    "premier_zonage": ("two zonings", "iris"),
    "sous_population": ("A | 400 350 200 90 | 1040", "cellule"),
    "mode_arrondi": ("rounded", "inferieur"),
    "lecteur_concerne": ("large families", True),
}


def table(name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What the CAF gives and what producers publish, by a name of this page or by a drawing."""
    ours = read("A | 160 120 80 40 | 400")
    nothing = ours.iloc[:0]
    if name == "people":
        people = ours.iloc[:1].assign(
            variable="personnes_couvertes", category="total", unit="personnes", value=20
        )
        return pd.concat([ours, people.assign(base=pd.NA)]), nothing
    if name == "large families":
        parts = read("A | 2 150 1 2 | 155")
        large = {"variable": "couples_trois_enfants", "category": "total", "value": 2, "base": 2}
        return pd.concat([parts, parts.iloc[[1]].assign(**large)]), nothing
    if name == "open":
        return nothing, read("A | 60 30 12 8 | 110", source="ouvert")
    if name == "rounded":
        return nothing, read("A | 60 30 10 5 | 105", source="ouvert").assign(status="arrondi")
    if name == "two zonings":
        return pd.concat([ours, read("I | 158 90 50 20 | 318", level="iris")]), nothing
    return read(name), nothing


def release(name: str, policy: Policy) -> list[tuple[str, ...]]:
    ours, theirs = table(name)
    made = confidential.protect_socle(ours, theirs, policy, IN_A)
    frame = gate.release(as_published(theirs, policy), made, CITED, policy).release.frame
    columns = ["variable", "level", "category", "value"]
    return list(frame[columns].astype(str).itertuples(index=False, name=None))


def test_every_key_is_tried():
    assert OTHERWISE.keys() == SETTINGS.keys()
    told = {one.sets for one in SETTINGS.values()} | {"first_of"}
    assert told == {one.name for one in fields(Policy)}


@pytest.mark.parametrize("key", SETTINGS)
def test_a_key_that_changes_nothing_is_not_declared(key):
    name, value = OTHERWISE[key]
    changed = Policy.of({key: {"valeur": value}})
    assert changed != Policy()
    assert release(name, changed) != release(name, Policy())


@pytest.mark.parametrize(("zone", "sign"), [(149, True), (150, False), (120, True)])
def test_a_rate_obeys_the_threshold_of_the_territory(zone, sign):
    """120 allocataires are enough by the convention; the territory asks for 150."""
    from ctg_data.catalogue.indicators import catalogue, compute

    rsa = (
        read("A | 60 40 30 10 | 140")
        .iloc[[0]]
        .assign(
            variable="foyers_prime_activite",
            category="total",
            value=30,
            source="ouvert",
            level="iris",
        )
    )
    whole = rsa.assign(variable="foyers_allocataires", value=zone, base=zone)
    policy = Policy(min_population=150)
    nobody = confidential.Protection(rsa.iloc[:0], pd.DataFrame(columns=confidential.JOURNAL))
    made = gate.release(pd.concat([rsa, whole]), nobody, CITED, policy).release
    rate = compute(made, catalogue()["acces_aux_droits/part_prime_activite"]).frame
    assert (rate["sign"].tolist() == ["s"]) is sign


RAISED = Policy(min_count=7, min_population=150)
FIGURES = re.compile(
    r"(?:moins de|au moins|comptent)[\s\xa0\u202f]+(?:5|100)\b"
    r"|\b(?:5|100)[\s\xa0\u202f]+allocataires"
)


def test_no_sentence_writes_a_threshold_of_its_own():
    """Only the policy says 5 and 100: a territory that raises them is told its own."""
    found = []
    for path in (
        one for folder in ("ctg_data", "ui", "pages") for one in (ROOT / folder).rglob("*.py")
    ):
        tree = ast.parse(path.read_text("utf-8"))
        notes = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
        found += [
            f"{path.relative_to(ROOT)}:{one.lineno}"
            for one in ast.walk(tree)
            if isinstance(one, ast.Constant) and isinstance(one.value, str)
            if id(one) not in notes and FIGURES.search(one.value)
        ]
    assert not found


def test_what_a_territory_raises_is_told_where_it_matters():
    told = " ".join(f"{one.second} {one.why}" for one in overlaps.families(RAISED))
    told += message("zone_sous_seuil", "", policy=RAISED).rule
    told += message("petits_nombres", "", policy=RAISED).rule
    words = told.replace("\u202f", " ").replace("\xa0", " ")
    assert "moins de 7 allocataires" in words
    assert words.count("moins de 150") == 3
    assert not FIGURES.search(words)
