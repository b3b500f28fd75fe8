"""A territory is a folder of data; a faulty one says all that is wrong with it, in French."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from ctg_data.errors import TerritoryError
from ctg_data.model import Level
from ctg_data.territory import config as territory

EXAMPLE = "exemple"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the territories, free to be damaged."""
    copy = tmp_path / "territoire"
    shutil.copytree(territory.ROOT, copy, ignore=shutil.ignore_patterns("*.csv", "__pycache__"))
    return copy


@pytest.fixture
def edit(root: Path) -> Callable[[str, str, str], None]:
    """Replace a text, which must be there, in a file of the example."""

    def replace(name: str, old: str, new: str) -> None:
        path = root / EXAMPLE / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"the test is out of date: {old!r} is no longer in {name}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


def refused(root: Path, name: str = EXAMPLE) -> str:
    with pytest.raises(TerritoryError) as caught:
        territory.open_territory(name, root)
    return str(caught.value)


@pytest.mark.parametrize("name", list(territory.territory_names()))
def test_every_declared_territory_opens_whole(name: str) -> None:
    config = territory.open_territory(name)
    assert config.id == name
    assert config.commune.communes == (config.commune.code,)
    assert [zone.level for zone in config.references] == list(Level)[4:]
    assert {zone.vintage for zone in config.qpv} == {2015, 2024}
    assert len(config.parties) == 2
    assert all(party.name and party.short for party in config.parties)
    assert config.commune.code in config.epci.communes
    assert hash(config) == hash(territory.open_territory(name))


def test_a_folder_made_before_opens_with_the_mark_that_nothing_shows(root, edit):
    edit("territoire.toml", 'sigle = "CAF fictive"\n', 'sigle = "CAF fictive"\nlogo = "CAF"\n')
    assert territory.open_territory(EXAMPLE, root).parties[0].short == "CAF fictive"


@pytest.mark.parametrize("name", list(territory.territory_names()))
def test_every_zone_has_a_label_and_lies_in_a_known_commune(name: str) -> None:
    config = territory.open_territory(name)
    near = {config.commune.code, *(zone.code for zone in config.neighbours)}
    for zone in (*config.iris, *config.qpv, *config.quartiers, *config.references):
        assert config.labels[str(zone.level), zone.code] == zone.label != ""
    for zone in (*config.iris, *config.qpv, *config.quartiers):
        assert set(zone.communes) <= near
        assert config.commune.code in zone.communes


@pytest.mark.parametrize("name", list(territory.territory_names()))
def test_every_setting_of_the_secrecy_has_its_default_and_its_reason(name: str) -> None:
    secret = territory.open_territory(name).secret
    assert {"seuil_allocataires", "seuil_zone", "zeros", "sous_population"} <= secret.keys()
    for setting in secret.values():
        assert setting["valeur"] == setting["defaut"]
        assert setting["raison"].endswith(".")


@pytest.mark.parametrize("name", list(territory.territory_names()))
def test_the_convention_has_seven_axes_and_fifteen_objectives(name: str) -> None:
    convention = territory.open_territory(name).convention
    objectives = [one["id"] for axis in convention["axe"] for one in axis["objectif"]]
    assert len(convention["axe"]) == 7
    assert " ".join(objectives) == "1a 1b 1c 1d 2a 2b 3a 3b 3c 4a 4b 5a 6a 6b 7a"
    assert len(convention["orientation"]) == 7
    assert convention["dates"]["fin"].month == 12
    assert len(convention["echanges"]["regles"]) == 3


def test_the_real_territory_has_two_qpv_a_generation_and_twelve_neighbours() -> None:
    config = territory.open_territory()
    assert not config.fictional
    assert [len(config.zones(Level.QPV, vintage)) for vintage in (2015, 2024)] == [2, 2]
    assert (len(config.iris), len(config.neighbours), len(config.epci_members)) == (42, 12, 71)
    across = [zone for zone in config.qpv if len(zone.communes) == 2]
    assert [zone.vintage for zone in across] == [2015, 2024]


def test_the_environment_chooses_and_the_argument_overrides(monkeypatch) -> None:
    monkeypatch.setenv(territory.ENVIRONMENT, EXAMPLE)
    assert territory.open_territory().id == EXAMPLE
    default = next(name for name in territory.territory_names() if name != EXAMPLE)
    assert territory.open_territory(default).id == default


def test_an_unknown_territory_names_those_that_exist(root: Path) -> None:
    message = refused(root, "atlantide")
    assert "« atlantide » n'existe pas" in message
    for name in territory.territory_names(root):
        assert name in message


def test_a_name_never_leaves_the_folder(root: Path) -> None:
    assert "n'existe pas" in refused(root, "../..")


def test_a_broken_toml_says_the_line(edit, root: Path) -> None:
    edit("territoire.toml", "fictif = true", "fictif = vrai")
    assert "exemple/territoire.toml, ligne 5, colonne" in refused(root)


def test_a_missing_file_and_a_broken_one_are_told_together(edit, root: Path) -> None:
    (root / EXAMPLE / "convention.toml").unlink()
    edit("territoire.toml", "[commune]", "[commune")
    message = refused(root)
    assert "exemple/convention.toml : fichier absent" in message
    assert "exemple/territoire.toml, ligne" in message


def test_a_file_in_another_encoding_is_told(root: Path) -> None:
    path = root / EXAMPLE / "convention.toml"
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1252", "replace"))
    assert "n'est pas en UTF-8" in refused(root)


FIRST = (
    '[secret.premier_zonage]\npar_variable = { foyers = "epci", foyers_allocataires = "iris" }\n'
)


def test_every_problem_is_told_at_once(edit, root: Path) -> None:
    edit("territoire.toml", 'label = "Fictiville-sur-Exemple (fictif)"\nfictif = true', "")
    edit("territoire.toml", 'code = "00123"', "code = 123")
    edit("territoire.toml", 'code = "QN00004N"', 'code = "QN0004"')
    edit("territoire.toml", 'code = "QP000002"', 'code = "QP000001"')
    edit("territoire.toml", 'valeur = "masques"', 'valeur = "parfois"')
    edit("territoire.toml", "valeur = 100", 'valeur = "cent"')
    edit("territoire.toml", "[secret.premier_zonage]\n", FIRST)
    edit("convention.toml", 'theme = "jeunesse"\n', "")
    message = refused(root)
    for fault in (
        "« secret.premier_zonage.par_variable.foyers » : nom inconnu",
        "« secret.premier_zonage.par_variable.foyers » : « epci » n'est pas un choix",
        "« label » : absente",
        "« fictif » : absente",
        "« commune.code » : un texte est attendu, reçu « 123 »",
        "« QN0004 » : ce n'est pas un code de niveau « qpv » (2024)",
        "« qpv.QP000001 » : ce code est déclaré deux fois",
        "« secret.zeros.valeur » : « parfois » n'est pas : masques, montres",
        "« secret.seuil_zone.valeur » : « cent » n'est pas comme « 100 »",
        "convention.toml, clé « axe[3].theme » : absente",
    ):
        assert fault in message


WRONG_KEYS = [
    ("territoire.toml", "[commune]\n", '[commune]\nlabbel = "x"\n', "commune.labbel", "label"),
    ("territoire.toml", "[[qpv]]\n", "[[qpv]]\ncommune = 1\n", "qpv[1].commune", "communes"),
    ("territoire.toml", "fictif = true\n", "fictif = true\nvoisine = 1\n", "voisine", "voisines"),
    ("territoire.toml", "[secret.zeros]\n", "[secret.zeros]\nvaleurs = 1\n", "", "valeur"),
    ("territoire.toml", "[secret.seuil_zone]\n", "[secret.seuil_zones]\n", "", "seuil_zone"),
    ("convention.toml", 'theme = "jeunesse"', 'themes = "jeunesse"', "axe[3].themes", "theme"),
    (
        "convention.toml",
        "[evaluation]\n",
        "[evaluation]\nbilans = 1\n",
        "evaluation.bilans",
        "bilan",
    ),
]


@pytest.mark.parametrize(("file", "before", "after", "key", "near"), WRONG_KEYS)
def test_a_key_that_nothing_reads_is_refused_with_the_nearest_one(
    edit, root: Path, file, before, after, key, near
) -> None:
    edit(file, before, after)
    message = refused(root)
    assert f"« {key}" in message
    assert f"clé inconnue. Vouliez-vous écrire « {near} » ?" in message


def test_every_key_that_nothing_reads_is_told_at_once(edit, root: Path) -> None:
    for file, before, after, *_ in WRONG_KEYS[2:4]:
        edit(file, before, after)
    assert refused(root).count("clé inconnue") == 2


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("valeur = 100", "valeur = 99", "« 99 » : la convention demande au moins 100"),
        ("valeur = 5", "valeur = 4", "« 4 » : la convention demande au moins 5"),
        ("defaut = 100", "defaut = 150", "« 150 » : l'application propose « 100 »"),
        ('choix = ["masques", "montres"]', 'choix = ["masques"]', "les choix sont : masques, mo"),
    ],
)
def test_a_threshold_is_raised_and_never_lowered(edit, root: Path, before, after, told) -> None:
    edit("territoire.toml", before, after)
    assert told in refused(root)


def test_a_qpv_of_an_unknown_generation_is_refused(edit, root: Path) -> None:
    edit("territoire.toml", "millesime = 2015", "millesime = 2018")
    assert "génération 2018 des QPV est inconnue" in refused(root)


def test_a_qpv_code_of_the_other_generation_is_refused(edit, root: Path) -> None:
    edit("territoire.toml", 'code = "QN00003I"', 'code = "QP000009"')
    assert "« QP000009 » : ce n'est pas un code de niveau « qpv » (2024)" in refused(root)


def test_a_commune_without_qpv_iris_or_quartier_still_opens(root: Path) -> None:
    path = root / EXAMPLE / "territoire.toml"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("[[qpv]]"), text.index("[[partie]]")
    text = "qpv = []\n" + text[:start] + text[end:]
    for table in ("quartiers", "iris"):
        start = text.index(f"[{table}]") + len(table) + 2
        text = text[:start] + text[text.index("\n\n", start) :]
    path.write_text(text, encoding="utf-8")
    config = territory.open_territory(EXAMPLE, root)
    assert (config.qpv, config.iris, config.quartiers) == ((), (), ())


def settings(name: str) -> list[tuple[str, int]]:
    """Every « key = value » line of a file of the example, zones of one line each aside."""
    lines = (territory.ROOT / EXAMPLE / name).read_text(encoding="utf-8").splitlines()
    plain = [i for i, line in enumerate(lines) if " = " in line and line[0].isalpha()]
    return [(name, rank) for rank in plain if not lines[rank].endswith("[")]


@pytest.mark.parametrize(
    ("name", "rank"), [*settings("territoire.toml"), *settings("convention.toml")]
)
def test_no_damage_to_one_line_ends_in_a_traceback(name: str, rank: int, root: Path) -> None:
    path = root / EXAMPLE / name
    lines = path.read_text(encoding="utf-8").splitlines()
    key = lines[rank].split(" = ")[0]
    for damage in ("", f"{key} = 7", f"{key} = []", f'{key} = "?"', f"{key} = {{ a = 1 }}"):
        damaged = [*lines[:rank], damage, *lines[rank + 1 :]]
        path.write_text("\n".join(damaged), encoding="utf-8")
        with suppress(TerritoryError):
            territory.open_territory(EXAMPLE, root)


@pytest.mark.parametrize("index", ["# rien", 'defaut = "exemple"', "defaut = 1\nterritoires = 2"])
def test_an_index_without_default_or_territory_is_told(index: str, root: Path) -> None:
    (root / territory.INDEX).write_text(index, encoding="utf-8")
    assert "il manque « defaut »" in refused(root)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('defaults = "x"\n', "« defaut »"),
        (f'[territoires.{EXAMPLE}]\ndosier = "x"\n', "« dossier »"),
    ],
)
def test_a_key_of_the_index_that_nothing_reads_is_refused_with_the_nearest(
    written: str, meant: str, root: Path
) -> None:
    path = root / territory.INDEX
    whole = path.read_text(encoding="utf-8")
    section, _, line = written.rpartition("]\n")
    if section:
        path.write_text(whole.replace(f"{section}]", f"{section}]\n{line}", 1), encoding="utf-8")
    else:
        path.write_text(written + whole, encoding="utf-8")
    told = refused(root)
    assert "clé inconnue" in told
    assert meant in told
    assert territory.INDEX in told


def test_a_folder_in_place_of_a_file_is_told(root: Path) -> None:
    (root / EXAMPLE / "convention.toml").unlink()
    (root / EXAMPLE / "convention.toml").mkdir()
    assert "convention.toml : le fichier ne peut pas être lu" in refused(root)
