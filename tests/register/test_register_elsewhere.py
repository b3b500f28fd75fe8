"""The list of a whole département: lines of other communes are counted, told, and asked about."""

import csv
import io
from collections import Counter

import pytest

from ctg_data import __main__
from ctg_data.errors import UserError
from ctg_data.register import choices as register_choices, imports as register
from ctg_data.store.session import Store
from tests.register_files import as_csv, config, creche
from tests.zonings.test_zonings import plain

PLACE = config()
HERE, NEAR = PLACE.commune, PLACE.neighbours[0]
FAR = [f"Village {letter}{letter}ville" for letter in "abcdefghijklmnop"]
NOWHERE = {"iris": "", "quartier": "", "qpv_2024": ""}


def department(*more, far=FAR) -> bytes:
    """Some 200 lines: six of the commune and of a neighbour, the others of everywhere."""
    lines = [creche(id="", nom=f"Ici {rank}", commune=HERE.label) for rank in range(4)]
    lines += [creche(id="", nom=f"Près {rank}", commune=NEAR.label, **NOWHERE) for rank in range(2)]
    for rank in range(190 if far else 0):
        kind = "Bibliobus" if rank % 2 else "eaje"  # what is not known elsewhere is not asked
        name = far[rank * rank % len(far)]
        lines.append(creche(id="", nom=f"Loin {rank}", commune=name, type=kind, **NOWHERE))
    return as_csv([*lines, *more])


def examined(content, store=None, choices=(), name="departement.csv"):
    return register.examine(name, content, PLACE, store, choices)


def told(seen, rule):
    return plain(" ".join(f"{one.text} {one.done}" for one in seen.report.of(rule)))


def elsewhere(content: bytes) -> Counter[str]:
    """Lines by far commune, counted here."""
    rows = csv.DictReader(io.StringIO(content.decode()), delimiter=";")
    return Counter(row["commune"] for row in rows if row["commune"] in FAR)


def test_nothing_is_set_aside_as_long_as_nobody_says_so() -> None:
    content = department()
    seen = examined(content)
    assert seen.report.refused
    (asked,) = seen.asked
    counted = elsewhere(content)
    assert asked.what == "communes"
    assert list(asked.offered) == sorted(counted, key=lambda one: (-counted[one], one))
    assert f"190 lignes d'autres communes ({len(counted)} communes)" in plain(asked.text)
    assert not seen.report.of("commune_ecartee")


def test_what_is_set_aside_is_counted_named_and_remembered(store: Store) -> None:
    content = department()
    said = [("commune", name, "") for name in examined(content, store).asked[0].offered]
    register_choices.keep(store, PLACE.id, said)
    seen = examined(content, store)
    assert not seen.report.refused, seen.report.messages
    assert seen.asked == ()
    names = {one.name for one in seen.register.structures}
    assert names == {"Ici 0", "Ici 1", "Ici 2", "Ici 3", "Près 0", "Près 1"}
    counted = elsewhere(content)
    text = told(seen, "commune_ecartee")
    assert f"190 lignes d'autres communes ({len(counted)} communes) ne sont pas reprises" in text
    name, count = max(counted.items(), key=lambda one: (one[1], one[0]))
    assert f"({count})" in text
    assert name in plain(text)
    # another year, one more commune: it is asked about, the others are not
    seen = examined(department(creche(id="", commune="Xyzzy-Plage", **NOWHERE)), store)
    assert seen.report.refused
    assert [one.offered for one in seen.asked] == [("Xyzzy-Plage",)]
    register_choices.forget(store, PLACE.id, "commune", FAR[0].upper())
    assert FAR[0] in examined(content, store).asked[0].offered


@pytest.mark.parametrize(
    "written",
    [HERE.label + "n", HERE.label[1:], f"{HERE.label} centre", NEAR.label.replace("o", "u", 1)],
)
def test_a_name_near_a_known_one_is_asked_and_never_set_aside_with_the_others(written) -> None:
    content = department(creche(id="", nom="Celle-ci", commune=written))
    seen = examined(content)
    (far, close) = seen.asked
    assert written not in far.offered
    assert (close.what, close.text) == ("commune", written)
    every = [("commune", name, "") for name in far.offered]
    assert examined(content, choices=every).report.refused
    meant = HERE if HERE.code in close.offered else NEAR
    seen = examined(content, choices=[*every, ("commune", written, meant.code)])
    assert not seen.report.refused, seen.report.messages
    assert meant.code in {x.commune for x in seen.register.structures if x.name == "Celle-ci"}
    assert f"est lue {plain(meant.label)}" in told(seen, "commune_lue")


def test_a_code_alone_is_refused_with_its_line_whatever_is_set_aside() -> None:
    line = creche(id="", commune="00999", **NOWHERE)
    content = department(line, far=[])
    seen = examined(content)
    assert seen.report.refused
    assert seen.asked == ()
    assert "Ligne 8" in told(seen, "commune_inconnue")
    assert "fusionné" in told(seen, "commune_inconnue")
    assert "code Insee d'aujourd'hui" in told(seen, "commune_inconnue")


def test_a_point_in_the_territory_is_never_set_aside() -> None:
    point = {"longitude": "-7,496752", "latitude": "46,200216"}
    line = creche(nom="Au milieu", commune=FAR[0]) | point
    seen = examined(as_csv([line]), choices=[("commune", FAR[0], "")])
    assert not seen.report.refused, seen.report.messages
    assert [one.commune for one in seen.register.structures] == [HERE.code]
    away = line | {"longitude": "1,0", "latitude": "44,0"}
    seen = examined(as_csv([creche(), away]), choices=[("commune", FAR[0], "")])
    assert not seen.report.refused, seen.report.messages
    assert len(seen.register.structures) == 1


def test_a_commune_known_to_be_far_goes_with_the_others_when_they_are_asked() -> None:
    line = creche(id="", nom="Paris", commune="Paris", code_postal="75012", **NOWHERE)
    assert examined(department(line, far=[])).asked == ()
    (asked,) = examined(department(line)).asked
    assert "Paris" in asked.offered
    every = [("commune", name, "") for name in asked.offered]
    seen = examined(department(line), choices=every)
    assert len(seen.register.structures) == 6
    assert "191 lignes" in told(seen, "commune_ecartee")
    line = creche(nom="Ici", commune=HERE.label, **NOWHERE)
    seen = examined(as_csv([line]), choices=[("commune", HERE.label, "")])
    assert [one.commune for one in seen.register.structures] == [HERE.code], "ours is never aside"


def run(*arguments):
    return __main__.main(["structures", *arguments, "--territoire", PLACE.id])


def test_the_command_sets_aside_when_told_to(tmp_path, capsys) -> None:
    path = tmp_path / "departement.csv"
    path.write_bytes(department())
    assert run("verifier", str(path)) == 1
    assert "--autres-communes-de-cote" in capsys.readouterr().out
    assert run("importer", str(path), "--autres-communes-de-cote") == 0
    assert "190 lignes d'autres communes" in plain(capsys.readouterr().out)
    assert run("choix") == 0
    assert plain(capsys.readouterr().out).count("laissée de côté") == len(elsewhere(department()))


@pytest.mark.parametrize(
    ("name", "kind"), [("creches_2024.csv", "eaje"), ("Liste des ludothèques.csv", "ludotheque")]
)
def test_a_list_named_after_its_type_is_read_so_and_it_is_told(name, kind) -> None:
    seen = examined("Nom;Adresse\nLes Lutins;1 rue X\nLes Fées;2 rue X\n".encode(), name=name)
    assert not seen.report.refused, seen.report.messages
    assert [one.kind for one in seen.register.structures] == [kind, kind]
    assert "d'après ce nom" in told(seen, "type_de_la_liste")
    (asked,) = seen.asked
    assert (asked.what, asked.guess, asked.offered[0]) == ("liste", kind, kind)


@pytest.mark.parametrize("name", ["liste.csv", "creches et ludotheques.csv"])
def test_a_list_that_says_no_type_asks_it_and_remembers(name, store: Store) -> None:
    content = b"Nom;Adresse\nLes Lutins;1 rue X\n"
    seen = examined(content, store, name=name)
    assert seen.report.refused
    (asked,) = seen.asked
    assert (asked.what, asked.guess) == ("liste", "")
    register_choices.keep(store, PLACE.id, [("liste", asked.text, "rpe")])
    seen = examined(content, store, name=name.replace(".csv", "_2025.csv"))
    assert [one.kind for one in seen.register.structures] == ["rpe"]
    assert "comme vous l'avez dit" in told(seen, "type_de_la_liste")
    with pytest.raises(UserError, match="n'existe pas"):
        register_choices.keep(store, PLACE.id, [("liste", asked.text, "bus")])


def test_each_sheet_is_of_its_type(tmp_path, capsys) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    pages = [book.active, book.create_sheet(), book.create_sheet()]
    for page, title in zip(pages, ("Crèches", "Ludothèques", "Divers"), strict=True):
        page.title = title
        page.append(["Nom", "Adresse"])
        page.append([f"Celle de {title}", "1 rue X"])
    path = tmp_path / "petite enfance.xlsx"
    book.save(path)
    assert run("verifier", str(path)) == 1
    assert '--choix "liste:Divers=eaje"' in capsys.readouterr().out
    assert run("verifier", str(path), "--choix", "liste:Divers=-") == 0
    assert "1 ligne d'une liste que vous laissez de côté" in plain(capsys.readouterr().out)
    seen = examined(path.read_bytes(), choices=[("liste", "divers", "rpe")], name=path.name)
    kinds = {one.name: one.kind for one in seen.register.structures}
    assert kinds == {
        "Celle de Crèches": "eaje",
        "Celle de Ludothèques": "ludotheque",
        "Celle de Divers": "rpe",
    }
