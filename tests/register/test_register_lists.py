"""Lists of structures as cities write them: places, points, contacts, titles, types, twins."""

import io

import openpyxl
import pytest

from ctg_data import __main__
from ctg_data.errors import UserError
from ctg_data.offer.counts import Offer, rows as offer_rows
from ctg_data.register import choices as register_choices, imports as register
from ctg_data.register.contacts import telephone
from ctg_data.register.headers import meaning
from ctg_data.register.types import Aside, Guess, kind_of
from ctg_data.store.session import Store
from tests.register_files import as_csv, config, creche
from tests.zonings.test_zonings import plain

PLACE = config()
HERE, NEAR = PLACE.commune, PLACE.neighbours[0]
FULL = {"liste_complete_depuis": "2020", "ouverture": "2010"}


def examined(*lines, name="essai.csv", store=None, content=b""):
    return register.examine(name, content or as_csv(list(lines)), config(), store)


def only(*lines):
    seen = examined(*lines)
    assert not seen.report.refused, seen.report.messages
    (one,) = seen.register.structures
    return one


def told(seen, rule):
    return plain(" ".join(f"{one.text} {one.done}" for one in seen.report.of(rule)))


@pytest.mark.parametrize(
    "written",
    [HERE.label, HERE.label.upper(), HERE.code, HERE.code.lstrip("0"), f"00000 {HERE.label} CEDEX"],
)
def test_a_commune_is_known_by_its_name_or_a_code_that_lost_its_zero(written) -> None:
    seen = examined(creche(commune=written, **FULL))
    assert not seen.report.refused, seen.report.messages
    assert [one.commune for one in seen.register.structures] == [HERE.code]
    rows = offer_rows(Offer(seen.register, "x"), PLACE)
    here = rows[(rows["level"] == "commune") & (rows["variable"] == "structures")]
    assert set(here[here["category"] == "eaje"]["value"]) == {1.0}


def test_a_neighbour_and_another_departement_are_elsewhere() -> None:
    assert only(creche(commune=NEAR.label)).commune == NEAR.code
    assert only(creche(commune="75112", iris="", quartier="", qpv_2024="")).commune == "75056"
    away = only(creche(commune="Paris", code_postal="75012", iris="", quartier="", qpv_2024=""))
    assert away.commune == "Paris (75012)"
    assert only(creche(commune=away.commune, iris="", quartier="", qpv_2024="")) == away


@pytest.mark.parametrize("written", ["Bourg-Perdu", "00999", f"{HERE.label[:-2]}x"])
def test_an_unknown_commune_is_refused_with_its_line_and_never_elsewhere(written) -> None:
    seen = examined(creche(), creche(id="A2", commune=written, **FULL))
    assert seen.report.refused
    assert "Ligne 3" in told(seen, "commune_inconnue")


def test_one_remark_tells_all_the_lines_of_one_word() -> None:
    lines = [creche(id=f"A{rank}", type="Bibliobus", commune="") for rank in range(4)]
    lines += [creche(id=f"B{rank}", commune="Bourg-Perdu") for rank in range(4)]
    seen = examined(*lines, creche())
    assert told(seen, "type_inconnu").startswith("Lignes 2, 3, 4 et 5 : le type « Bibliobus »")
    assert told(seen, "commune_inconnue").startswith("Lignes 6, 7, 8 et 9 : la commune")
    assert len(seen.report.of("type_inconnu")) == len(seen.report.of("commune_inconnue")) == 1
    assert [one.what for one in seen.asked] == ["communes", "type"]


def test_a_point_says_where_a_structure_of_an_unknown_commune_stands() -> None:
    line = creche(commune="Bourg-Perdu", longitude="-7,496752", latitude="46,200216")
    assert only(line).commune == HERE.code


def test_the_code_wins_over_the_name_and_it_is_told() -> None:
    seen = examined(creche(commune=NEAR.label, code_insee=HERE.code))
    assert not seen.report.refused
    assert seen.register.structures[0].commune == HERE.code
    assert "ne sont pas la même commune" in told(seen, "commune_lue")


def test_a_full_list_of_elsewhere_is_told_to_count_zero() -> None:
    seen = examined(creche(commune=NEAR.code, iris="", quartier="", qpv_2024="", **FULL))
    assert "compté 0" in told(seen, "aucune_ici")


POINT = (-7.496752, 46.200216)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("geo_point_2d", "46.200216, -7.496752"),
        ("Geo Point", "-7.496752, 46.200216"),
        ("coordonnées GPS", "46,200216 ; -7,496752"),
        ("geom", "POINT (-7.496752 46.200216)"),
        ("wkt", "SRID=4326;POINT(-7.496752 46.200216)"),
        ("geo_shape", '{"type": "Point", "coordinates": [-7.496752, 46.200216]}'),
        ("position", '{"lat": 46.200216, "lon": -7.496752}'),
    ],
)
def test_a_point_in_one_column_is_read(title, text) -> None:
    one = only(creche(**{title: text}))
    assert (one.longitude, one.latitude) == pytest.approx(POINT)
    assert one.zones["iris"] == "001230102"


def test_two_columns_of_one_point_are_no_repeat() -> None:
    shape = '{"type": "Point", "coordinates": [-7.496752, 46.200216]}'
    assert only(creche(geo_point_2d="46.200216, -7.496752", geo_shape=shape)).located


def test_a_cell_that_is_no_point_is_refused() -> None:
    assert "n'est pas un point" in told(
        examined(creche(geo_point_2d="voir plan")), "point_illisible"
    )


@pytest.mark.parametrize(
    ("epsg", "name"), [(2154, "Lambert 93"), (3946, "CC46"), (3857, "Mercator"), (27572, "II")]
)
def test_metres_are_read_in_the_projection_that_falls_here(epsg, name) -> None:
    """The expected metres come from pyproj, the degrees from the project."""
    import pyproj

    there = pyproj.Transformer.from_crs(4326, epsg, always_xy=True)
    x, y = there.transform(*POINT)
    for first, second in ((x, y), (y, x)):
        seen = examined(creche(x=f"{first:.2f}".replace(".", ","), y=f"{second:.2f}"))
        assert not seen.report.refused, seen.report.messages
        one = seen.register.structures[0]
        assert (one.longitude, one.latitude) == pytest.approx(POINT, abs=1e-5)
        assert name in told(seen, "coordonnees_metres")


def test_metres_of_nowhere_are_refused() -> None:
    assert "mètres" in told(examined(creche(x="12", y="5000")), "coordonnees_loin")


def test_contacts_complete_each_other() -> None:
    one = only(
        creche(
            **{"Téléphone": "199001234", "Portable": "06 12 34 56 78", "E-mail": "a@ville.exemple"},
            site_web="https://ville.exemple",
        )
    )
    assert one.contact == (
        "01 99 00 12 34 · 06 12 34 56 78 · a@ville.exemple · https://ville.exemple"
    )


def test_an_address_in_pieces_is_one() -> None:
    lines = {key: text for key, text in creche().items() if key != "adresse"}
    line = lines | {
        "Numéro voie": "3 bis",
        "Voie": "rue des Prés",
        "Complément d'adresse": "Bât. B",
    }
    assert only(line).address == "3 bis rue des Prés Bât. B"


def test_two_columns_that_say_otherwise_are_refused_and_the_same_twice_are_not() -> None:
    assert examined(creche(**{"Capacité": "31"})).report.of("colonne_repetee")
    assert not examined(creche(**{"Capacité": "30"})).report.refused


def test_the_column_named_as_in_the_model_wins_over_another_of_words() -> None:
    seen = examined(creche(**{"Catégorie": "Associative", "Dénomination": "SARL Essai"}))
    assert not seen.report.refused, seen.report.messages
    assert seen.register.structures[0].name == "Crèche d'essai"
    assert "« type » dit déjà" in told(seen, "colonne_ignoree")
    swapped = b"Cat\xc3\xa9gorie;type;nom\nAssociative;Cr\xc3\xa8che;Les Lutins\n"
    assert [one.kind for one in examined(content=swapped).register.structures] == ["eaje"]


def test_a_number_beside_a_street_is_its_own() -> None:
    line = {"type": "Crèche", "nom": "Les Lutins", "Numéro": "12", "Rue": "rue des Prés"}
    one = examined(line).register.structures[0]
    assert (one.address, one.id) == ("12 rue des Prés", "eaje-01")


def test_digits_of_a_workbook_are_text() -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["id", "type", "nom", "telephone", "code_insee", "iris"])
    page.append([12345678900011, "Crèche", "Les Lutins", 199001234, int(HERE.code), 1230101])
    page.append([None, "Crèche", "Les Prés", "33199005678", HERE.code, "001230101"])
    page.append([None, "Crèche", "Le Pré", "2,35E+08", HERE.code, "001230101"])
    stream = io.BytesIO()
    book.save(stream)
    seen = examined(name="liste.xlsx", content=stream.getvalue())
    assert not seen.report.refused, seen.report.messages
    found = seen.register.structures
    assert [one.contact for one in found] == ["01 99 00 12 34", "01 99 00 56 78", "2,35E+08"]
    assert (found[0].id, found[0].commune) == ("12345678900011", HERE.code)
    assert {one.zones["iris"] for one in found} == {"001230101"}
    assert "Ligne 4" in told(seen, "telephone_douteux")


@pytest.mark.parametrize("text", ["3646", "+33 1 99 00 12 34", "0033199001234", "01-99-00-12-34"])
def test_telephones_are_written_by_pairs(text) -> None:
    read, sure = telephone(text)
    assert sure
    assert read in ("36 46", "01 99 00 12 34")


@pytest.mark.parametrize(
    ("title", "column"),
    [
        *(("Type d'établissement", "type"), ("Nom de l'établissement", "nom")),
        *(("Capacité d'accueil", "places"), ("Nombre de places", "places"), ("Ville", "commune")),
        *(("Dénomination", "nom"), ("Tél.", "contact:tel"), ("E-mail", "contact:mail")),
        *(("Code INSEE", "commune:code"), ("CODE POSTAL", "commune:postal")),
        *(("Nom du gestionnaire", "gestionnaire"), ("Horaires d'ouverture", "horaires")),
        *(("Adresse de la structure", "adresse"), ("Latitude", "latitude"), ("X_L93", "longitude")),
        *(("N° tél", "contact:tel"), ("Courriel de contact", "contact:mail")),
        *(("Nombre de places agréées", "places"), ("Nombre de places libres", None)),
        *(("Capacité d'accueil (nombre de places)", "places"), ("Coordonnées (lat, lon)", "point")),
        *(("Mail du directeur", None),),
        *(("Nom du directeur", None), ("Enfants inscrits", None), ("Couleur", None)),
    ],
)
def test_usual_titles_are_read(title, column) -> None:
    assert meaning(title, {}) == column


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *(("Crèche familiale", "eaje"), ("Multi-accueil", "eaje"), ("Halte-garderie", "eaje")),
        *(("Micro-crèche", "eaje"), ("Établissement d'accueil du jeune enfant", "eaje")),
        *(("Accueil de jeunes enfants", "eaje"), ("Accueil de jeunes", "accueil_jeunes")),
        *(("RAM", "rpe"), ("RPE Nord", "rpe"), ("Relais Petite Enfance (RPE)", "rpe")),
        *(("ALSH", "alsh"), ("Centres de loisirs", "alsh"), ("ALSH ados", "alsh_ados")),
        *(("EVS", "evs"), ("LAEP", "laep"), ("Centre social et culturel", "centre_social")),
        *(("PMI", "pmi"), ("MAM", "mam"), ("Maison d'assistantes maternelles", "mam")),
        *(("Ludothèque", "ludotheque"), ("Point-justice", "point_acces")),
        *(("France Services", "france_services"), ("Service de médiation familiale", None)),
    ],
)
def test_usual_types_are_read(text, kind) -> None:
    found = kind_of(text)
    assert not isinstance(found, Guess | Aside)
    assert found.id == (kind or "mediation_familiale")


@pytest.mark.parametrize("text", ["Médiation numérique", "Rampe", "Bibliobus", "Évasion"])
def test_a_name_that_only_looks_like_a_type_is_asked(text) -> None:
    assert isinstance(kind_of(text), Guess)


TWIN = {key: text for key, text in creche().items() if key != "id"}


def test_two_lines_of_one_structure_count_once_and_it_is_told() -> None:
    other = TWIN | {"nom": "CRECHE D'ESSAI", "adresse": "1, r. de l'Essai 00000 Ici"}
    seen = examined(TWIN, other | {"places": "", "remarque": "occasionnel"})
    assert not seen.report.refused
    (one,) = seen.register.structures
    assert (one.places, one.note) == (30, "occasionnel")
    assert "Lignes 2 et 3" in told(seen, "doublon")


def test_two_lines_that_contradict_each_other_are_refused_with_what_differs() -> None:
    seen = examined(TWIN, TWIN | {"places": "12"})
    assert "pas les mêmes places" in told(seen, "doublon_contredit")
    assert seen.report.refused


def test_the_reader_may_say_that_they_are_two() -> None:
    seen = examined(creche(), creche(id="A2"))
    assert len(seen.register.structures) == 2
    assert seen.report.of("doublon_possible")
    assert not seen.report.refused


def test_homonyms_at_two_addresses_are_two_and_keep_their_identifiers() -> None:
    lines = [TWIN, TWIN | {"adresse": "9 avenue de l'Essai", "places": "12"}]
    first = examined(*lines).register
    assert [one.id for one in first.structures] == ["eaje-01", "eaje-02"]
    found, messages = register.read_lines("essai.csv", as_csv(lines[::-1]))
    again = register.parse(found, config(), messages, first).register
    assert [(one.id, one.places) for one in again.structures] == [("eaje-02", 12), ("eaje-01", 30)]


def test_one_structure_in_two_periods_is_no_twin() -> None:
    lines = [TWIN | {"fermeture": "31/08/2020"}, TWIN | {"ouverture": "01/09/2020"}]
    assert not examined(*lines).report.of("doublon")


ODD = b"Sorte;Nom\nBibliobus;Le Bus\nCr\xc3\xa8che;Les Lutins\n"


def test_what_a_file_asks_is_offered_remembered_and_taken_back(store: Store) -> None:
    seen = examined(content=ODD, store=store)
    whole, asked = seen.asked
    assert (whole.what, whole.text) == ("liste", "essai")
    assert (asked.what, asked.text) == ("colonne", "type")
    assert "Sorte" in asked.offered
    register_choices.keep(store, PLACE.id, [("colonne", "Sorte", "type")])
    seen = examined(content=ODD, store=store)
    (asked,) = seen.asked
    assert (asked.what, asked.text) == ("type", "Bibliobus")
    register_choices.keep(store, PLACE.id, [("type", "Bibliobus", "ludotheque")])
    seen = examined(content=ODD.replace(b"Bibliobus", b"BIBLIOBUS"), store=store)
    assert not seen.report.refused, seen.report.messages
    assert [one.kind for one in seen.register.structures] == ["ludotheque", "eaje"]
    assert [one.meaning for one in register_choices.in_force(store, PLACE.id)] == [
        "type",
        "ludotheque",
    ]
    register_choices.forget(store, PLACE.id, "type", "bibliobus")
    assert [one.text for one in examined(content=ODD, store=store).asked] == ["Bibliobus"]
    with pytest.raises(UserError, match="Aucun choix"):
        register_choices.forget(store, PLACE.id, "type", "bibliobus")


def test_a_type_may_be_left_aside(store: Store) -> None:
    register_choices.keep(
        store, PLACE.id, [("colonne", "Sorte", "type"), ("type", "Bibliobus", "")]
    )
    seen = examined(content=ODD, store=store)
    assert [one.name for one in seen.register.structures] == ["Les Lutins"]
    assert "« Bibliobus »" in told(seen, "type_ecarte")


def test_choices_are_kept_all_or_none_and_not_by_a_reader(store: Store, monkeypatch) -> None:
    with pytest.raises(UserError, match=r"«.bus.» n'existe pas"):
        register_choices.keep(
            store, PLACE.id, [("type", "A", "eaje"), ("type", "Bibliobus", "bus")]
        )
    assert register_choices.in_force(store, PLACE.id) == []
    monkeypatch.setenv("CTG_ROLE", "lecteur")
    with pytest.raises(UserError, match="lecteur"):
        register_choices.keep(store, PLACE.id, [("type", "A", "eaje")])


def run(*arguments):
    return __main__.main(["structures", *arguments, "--territoire", PLACE.id])


def test_the_command_offers_remembers_and_forgets(tmp_path, capsys) -> None:
    path = tmp_path / "liste.csv"
    path.write_bytes(ODD)
    assert run("verifier", str(path)) == 1
    assert '--choix "colonne:Sorte=type"' in capsys.readouterr().out
    column, aside = ("--choix", "colonne:Sorte=type"), ("--choix", "type:Bibliobus=-")
    assert run("verifier", str(path), *column) == 1
    assert '--choix "type:Bibliobus=ludotheque"' in capsys.readouterr().out
    assert run("verifier", str(path), *column, *aside) == 0
    assert run("choix") == 0
    assert "Aucun choix" in capsys.readouterr().out
    assert run("importer", str(path), *column, *aside) == 0
    assert run("choix") == 0
    assert "Bibliobus" in capsys.readouterr().out
    path.write_bytes(ODD.replace(b"Les Lutins", b"Les Loutres"))
    assert run("importer", str(path)) == 0, "the next file needs no word"
    assert run("oublier", "type", "bibliobus") == 0
    assert run("verifier", str(path)) == 1
    assert run("verifier", str(path), "--choix", "bus") == 2
    assert run("verifier", str(path), "--choix", "type:Bibliobus=bus") == 2
    assert run("verifier", str(tmp_path / "absent.csv")) == 2
