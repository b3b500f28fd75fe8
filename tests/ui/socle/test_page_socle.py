"""The page « Le socle annuel » as its readers meet it: city, statistician, and the way back."""

import html
import io
import re

import pytest
from openpyxl import load_workbook

from ctg_data.assembly import assemble as assembly
from ctg_data.errors import UserError
from ctg_data.socle import imports as socle, protect as socle_protect
from ctg_data.socle.model import files as socle_model
from ctg_data.socle.protect import Protected
from ctg_data.store.session import Store
from tests.pages import Reader, behind_the_gate, bodies, data_of, sent
from tests.socle_files import counts, workbook
from ui.frame.jobs import Job
from ui.socle import view as socle_view, works as importing

pytestmark = pytest.mark.long


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    """Long works are done before the page goes on; masking has its own tests."""
    monkeypatch.setattr(importing.JOBS, "_known", {})
    monkeypatch.setattr(assembly, "assemble", lambda *_: None)

    def start(territory, kind, work):
        begun = importing.JOBS._known[territory] = Job(kind)
        importing.JOBS._run(begun, work)
        return begun

    monkeypatch.setattr(importing.JOBS, "start", start)


@pytest.fixture
def reader(monkeypatch):
    """Someone of the city, who contributes to the data of the fictional territory."""
    return Reader(monkeypatch, data_of(fictional=True))


@pytest.fixture
def statistician(monkeypatch):
    monkeypatch.setenv("CTG_ROLE", "statisticien")
    return Reader(monkeypatch, data_of(fictional=True))


def press(reader, label):
    """Press a button by its words."""
    (button,) = [one for one in reader.app.button if one.label == label]
    return button.click().run()


def give(reader, name, content):
    """Drop a file on the page."""
    reader.open("socle")
    reader.app.session_state[socle_view.FILE] = (name, content)
    return reader.app.run()


def plain(app):
    """What is read: neither tags nor the spaces of French typography."""
    text = html.unescape(re.sub(r"<[^>]+>", "", bodies(app)))
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def without(column, content):
    """The same workbook, one column taken out of its sheets of figures."""
    book = load_workbook(io.BytesIO(content))
    for sheet in book.worksheets[1:]:
        sheet.delete_cols([cell.value for cell in sheet[1]].index(column) + 1)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def imports():
    with Store.open() as store:
        return socle.imports(store, data_of(fictional=True).territory)


def test_the_page_says_what_to_do_first(reader):
    app = reader.open("socle")
    assert not app.exception
    assert "Aucun socle n'a encore été importé" in plain(app)
    assert "seul un fichier protégé par la CAF" in plain(app)


def cells(content):
    book = load_workbook(io.BytesIO(content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


@pytest.mark.parametrize("series", socle.Series)
def test_each_page_gives_the_model_of_its_own_files(series, reader):
    other = next(one for one in socle.Series if one is not series)
    models = [
        cells(socle_model.model(data_of(fictional=True).territory, one)) for one in (series, other)
    ]
    reader.open(str(series))
    offered = [cells(one) for one in reader.files if one.startswith(b"PK")]
    assert [one in offered for one in models] == [True, False]


def test_the_fictional_file_is_read_reported_imported_and_undone(reader):
    reader.open("socle")
    app = press(reader, "Essayer avec un fichier fictif")
    assert "Fichier accepté" in plain(app)
    assert "fictif" in plain(app)
    assert not imports(), "nothing is written before it is confirmed"
    app = press(reader, "Importer ce fichier")
    assert not app.exception
    assert "importé et masqué" in plain(app)
    (done,) = imports()
    assert done.kind == "protégé"
    assert "en place" in plain(app)
    (sure,) = app.checkbox
    sure.check().run()
    app = press(reader, "Annuler cet import")
    assert [one.state for one in imports()] == [socle.UNDONE]
    assert "annulé, valeurs oubliées" in plain(app)
    again = [one.proto.label for one in app.get("download_button")]
    assert "Compte rendu (CSV)" in again, "the report of an import outlives it"
    assert "Import 1 : importé le" in plain(app)
    assert "IRIS < commune" in plain(app)
    assert "Secret : 1 cellule" not in plain(app)


def test_the_answer_of_the_fiction_goes_from_report_to_import_on_its_own_page(reader):
    app = reader.open("fed")
    assert "Aucune réponse à une demande (FED) n'a encore été importée" in plain(app)
    press(reader, "Essayer avec un fichier fictif")
    reader.open("socle")
    assert "Importer ce fichier" not in [one.label for one in reader.app.button]
    reader.open("fed")
    press(reader, "Essayer avec un fichier fictif")
    app = press(reader, "Importer ce fichier")
    assert not app.exception
    assert "Réponse 2024 importée et masquée" in plain(app)
    (done,) = imports()
    assert (done.series, done.state) == ("fed", socle.ACTIVE)
    assert "1 réponse est en place" in plain(app)
    (sure,) = app.checkbox
    sure.check().run()
    press(reader, "Annuler cet import")
    assert [one.state for one in imports()] == [socle.UNDONE]


def test_an_exact_file_is_refused_to_the_city_with_the_reason(reader):
    app = give(reader, "EXACT.xlsx", workbook(counts(3)))
    assert "ne doit pas quitter la CAF" in plain(app)
    (button,) = [one for one in app.button if one.label == "Importer ce fichier"]
    assert button.disabled
    assert not imports()


def test_what_names_a_secret_is_for_the_statistician_alone(reader, monkeypatch):
    content = workbook(counts(3), kind="protégé")
    app = give(reader, "P.xlsx", content)
    assert "Secret : 1 cellule" not in plain(app)
    assert "pour le statisticien de la CAF seul" in plain(app)
    monkeypatch.setenv("CTG_ROLE", "statisticien")
    app = give(Reader(monkeypatch, data_of(fictional=True)), "P.xlsx", content)
    assert "Secret : 1 cellule" in plain(app)


def test_no_count_of_the_file_is_sent_with_its_report(statistician):
    """Canaries: primes of the file, found nowhere in the page that judges it."""
    rows = counts(3)
    first = next(code for code in rows if code.startswith("QN"))
    rows[first] = {**rows[first], "PERCOU": 70_003, "ENF": 7_919}
    app = give(statistician, "EXACT.xlsx", workbook(rows))
    assert "Fichier accepté" in plain(app)
    numbers, text = sent(app)
    assert not {70_003.0, 7_919.0} & numbers
    assert "70003" not in text


def test_a_year_already_there_asks_before_it_is_replaced(reader):
    give(reader, "UN.xlsx", workbook(counts(60), kind="protégé"))
    press(reader, "Importer ce fichier")
    app = give(reader, "DEUX.xlsx", workbook(counts(61), kind="protégé"))
    (button,) = [one for one in app.button if one.label == "Importer ce fichier"]
    assert button.disabled
    (box,) = [one for one in app.checkbox if one.label.startswith("Remplacer")]
    app = box.check().run()
    press(reader, "Importer ce fichier")
    assert [one.state for one in imports()] == [socle.ACTIVE, socle.REPLACED]


def test_a_date_and_a_column_that_the_file_lacks_are_asked_for(reader):
    """What nothing in the file tells is given on the page; the import then goes on."""
    undated = workbook(counts(60), kind="protégé", **{"Date de référence": ""})
    app = give(reader, "socle.xlsx", without("AM", undated))
    app = app.text_input(key="socle-date").set_value("fin 2024").run()
    assert "Cette date ne se lit pas" in plain(app)
    app = app.text_input(key="socle-date").set_value("31/12/2024").run()
    assert "Fichier refusé" in plain(app)
    app = app.checkbox(key="socle-absent-AM").check().run()
    assert "Fichier accepté" in plain(app)
    press(reader, "Importer ce fichier")
    assert [one.year for one in imports()] == [2024]


def test_an_unreadable_file_is_one_of_the_designed_states(reader):
    app = give(reader, "lettre.pdf", b"%PDF-1.7 a letter")
    assert not app.exception
    assert "Fichier illisible" in plain(app)


def test_a_failure_is_told_and_nothing_is_half_imported(reader, monkeypatch):
    give(reader, "P.xlsx", workbook(counts(60), kind="protégé"))

    def broken(*_args, **_more):
        raise RuntimeError("the power went off")

    monkeypatch.setattr(socle, "import_file", broken)
    app = press(reader, "Importer ce fichier")
    assert "Rien n'a été importé" in plain(app)
    assert "the power" not in plain(app)
    assert not imports()


def test_the_statistician_makes_the_protected_file(statistician, monkeypatch):
    made = Protected(
        "SOCLE_PROTEGE.xlsx",
        b"PK protected",
        {"number": "ab" * 8, "audit": {"attacked": 12, "seconds": 0.4}, "witness": None},
        None,
        30,
        4,
        (),
    )
    monkeypatch.setattr(socle_protect, "protect_file", lambda *a, **k: made)
    give(statistician, "EXACT.xlsx", workbook(counts(3)))
    app = press(statistician, "Faire le fichier protégé")
    assert not app.exception
    assert "30 chiffres diffusés, 4 couverts par le secret" in plain(app)
    labels = [one.proto.label for one in app.get("download_button")]
    assert "Télécharger le fichier protégé" in labels
    assert "Son manifeste" in labels


def test_a_protection_that_fails_is_told_once_where_it_was_asked(statistician, monkeypatch):
    def broken(*_args, **_more):
        raise UserError("Tableau refusé : une somme ne tient pas.\n- QPV, ligne 3")

    monkeypatch.setattr(socle_protect, "protect_file", broken)
    give(statistician, "EXACT.xlsx", workbook(counts(3)))
    app = press(statistician, "Faire le fichier protégé")
    assert not app.exception
    assert plain(app).count("Tableau refusé : une somme ne tient pas.") == 1
    assert "Rien n'a été importé" not in plain(app)
    assert [one.value for one in app.code] == ["- QPV, ligne 3"]


def test_the_city_has_no_panel_to_protect(reader):
    give(reader, "EXACT.xlsx", workbook(counts(3)))
    assert "Que peut-on envoyer à la ville" not in plain(reader.app)


def test_the_evolutions_page_reads_the_last_two_years(monkeypatch):
    app = Reader(monkeypatch, data_of(fictional=False)).open("evolutions")
    assert not app.exception
    assert "Qu'est-ce qui a changé dans la commune" in plain(app)
    assert "Lecture" in plain(app)
    assert len(app.get("plotly_chart")) >= 1


def test_the_evolutions_page_leads_to_the_years_its_zones_are_known_for(monkeypatch):
    app = Reader(monkeypatch, data_of(fictional=False)).open("evolutions")
    told = bodies(app)
    years = app.selectbox(key="annees")
    offered = next(one for one in years.options[1:] if f"« {one} »".replace(" ", "\u202f") in told)
    app = years.select(offered).run()
    assert not app.exception
    assert "Aucun chiffre sous la commune" not in bodies(app)
    assert f"évolution en % de {offered.replace('–', ' à ')}" in bodies(app).replace("\u202f", " ")


def test_the_evolutions_page_draws_the_whole_series_of_a_place(monkeypatch):
    app = Reader(monkeypatch, data_of(fictional=False)).open("evolutions")
    assert "Et depuis plus longtemps ?" in plain(app)
    (box,) = [one for one in app.selectbox if one.label == "Série"]
    assert box.options[0] == "Foyers allocataires"
    title = data_of(fictional=False).indicator("AD01A").title
    app = box.select_index(box.options.index(title)).run()
    assert not app.exception
    assert f"{title}, " in plain(app)


def test_the_evolutions_page_says_when_one_year_is_known(reader):
    app = reader.open("evolutions")
    assert not app.exception
    assert "Une seule année connue" in plain(app)


def test_a_figure_leads_back_to_its_line_and_its_fingerprint_to_the_statistician(monkeypatch):
    """The whole way: import, gate, page; the last masking of the file is that of the engine."""
    territory = data_of(fictional=True).territory
    content = workbook(counts(60), kind="protégé")
    with Store.open() as store:
        socle.import_file("P.xlsx", content, territory, store)
        received, citations = store.observations(territory.id)
    data = behind_the_gate(territory, received, citations)
    app = Reader(monkeypatch, data).open("socle")
    assert not app.exception
    box = next(one for one in app.selectbox if one.label == "Indicateur")
    app = box.select(data.indicator("CTX02").id).run()
    assert "P.xlsx, feuille « COMMUNE », ligne 2, colonne « A »" in plain(app)
    assert "empreinte" not in plain(app)
    monkeypatch.setenv("CTG_ROLE", "statisticien")
    app = Reader(monkeypatch, data).open("socle")
    box = next(one for one in app.selectbox if one.label == "Indicateur")
    assert "empreinte" in plain(box.select(data.indicator("CTX02").id).run())
