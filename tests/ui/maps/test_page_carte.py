"""The map page: what a reader chooses, sees, points at, and may quote."""

import json
import re
from html import unescape

import pytest

from ctg_data import fr
from ctg_data.model import SIGN_WORDS, Level, Sign
from ctg_data.territory import embedded
from geo.maps import ground
from tests.pages import Reader, behind_the_gate, bodies, config, data_of, figures
from ui.blocks import zone_card
from ui.maps import view as map_view, words as map_words
from ui.maps.view import Question

PHONE = 390


@pytest.fixture(scope="module", params=[False, True], ids=["real", "fictional"])
def data(request):
    return data_of(fictional=request.param)


@pytest.fixture(scope="module")
def reader(data, tmp_path_factory):
    """The page as it opens, for tests that look and choose nothing."""
    with pytest.MonkeyPatch.context() as settings:
        settings.setenv("CTG_HOME", str(tmp_path_factory.mktemp("home")))
        found = Reader(settings, data)
        app = found.open("carte")
    assert not app.exception
    assert not app.error
    return found


@pytest.fixture(scope="module")
def page(reader):
    return reader.app


def opened(monkeypatch, data):
    app = Reader(monkeypatch, data).open("carte")
    assert not app.exception
    assert not app.error
    return app


def value(app, key: str):
    return app.selectbox(key=key).value


def drawn(app) -> dict[str, str]:
    """What is pointed at on the map: the words of each zone, by code."""
    (figure,) = figures(app)
    return {
        row[0]: row[2]
        for trace in figure["data"]
        if trace["type"] == "choropleth"
        for row in trace.get("customdata", [])
    }


def text_of(app) -> str:
    return unescape(bodies(app)).replace("\u202f", " ").replace("\u00a0", " ")


def test_it_opens_on_a_rate_at_the_finest_level(data, page):
    offered = map_view.offered(data)
    indicator = data.indicator(value(page, "mesure"))
    assert not indicator.is_count
    finest = min((levels[0] for levels in offered.values()), key=map_view.ORDER.index)
    assert value(page, "niveau") == str(finest)


def test_only_what_can_be_drawn_is_offered(data):
    made = ground.open_ground(data.territory)
    for measure, levels in map_view.offered(data).items():
        table = data.table(data.indicator(measure))
        for level in levels:
            assert table.where(level=str(level)).shown
            assert made.layer(level)


def test_every_measure_level_and_reference_is_a_map_with_its_words(data):
    """All the questions the page can be asked, without Streamlit."""
    seen = 0
    for measure, levels in map_view.offered(data).items():
        for level in levels:
            years = map_view.years(data, measure, level)
            period, vintage = next(iter(years.items()))
            options = list(map_view.references(data, measure, period).values())
            # each in its turn: a reference changes limits and words, all the rest is one code
            for against in [None, *options[seen % max(1, len(options)) :][:1]]:
                asked = Question(measure, level, vintage, period, against)
                found = map_view.picture(data, asked, "")
                zones = len(map_view.matter(data, asked).layer.spots)
                numbered = zones - len(found.hidden) - len(found.missing)
                assert numbered > 0
                when = map_view.matter(data, asked).year.moment(period).when
                assert map_words.answer(data, asked).startswith(f"{fr.capital(when)}, ")
                assert "Légende" in map_words.legend_html(data, asked)
                seen += 1
    assert seen > 20


def test_classes_are_the_same_whatever_the_year(data, monkeypatch):
    app = opened(monkeypatch, data)
    app.selectbox(key="niveau").select("qpv").run()
    words = []
    years = map_view.years(data, value(app, "mesure"), Level.QPV)
    for year in list(map(str, years))[:4]:
        app.selectbox(key="annee").select(year).run()
        legend = re.search(r'<section class="ctg-legend".*?</section>', text_of(app))[0]
        words.append(
            [x for x in re.findall(r"<span>(.*?)</span>", legend) if x not in SIGN_WORDS.values()]
        )
    assert all(one == words[0] for one in words)


def test_the_selector_says_a_year_as_sure_as_it_is(data, monkeypatch):
    """« vers 2020 » wherever a comparison alone tells the year of some figure of that year."""
    app = opened(monkeypatch, data)
    seen = set()
    for level in ("qpv", "iris"):
        app.selectbox(key="niveau").select(level).run()
        rows = data.table(data.indicator(value(app, "mesure"))).where(level=level).frame
        rows = rows[rows["value"].notna()]
        vague = set(rows.loc[rows["dating"] == "comparaison", "period"])
        for one in app.selectbox(key="annee").options:
            year = re.fullmatch(r"(vers )?(\d{4})", one)
            if year:
                assert bool(year[1]) is (int(year[2]) in vague), one
                seen.add(bool(year[1]))
    assert seen == {True, False} if not data.territory.fictional else seen


def test_a_zone_chosen_in_the_list_opens_its_card_and_is_ringed(data, monkeypatch):
    app = opened(monkeypatch, data)
    words = drawn(app)
    hidden = SIGN_WORDS[Sign.SECRET]
    code = next(one for one in words if words[one] not in SIGN_WORDS.values())
    app.selectbox(key="zone").select(code).run()
    card = re.search(r'<article class="ctg-zone">.*?</article>', text_of(app), re.DOTALL)[0]
    zone = next(one for one in data.territory.iris if one.code == code)
    assert f"<h2>{zone.label}</h2>" in card
    assert words[code].replace("\u00a0", " ").split(" ")[0].replace("\u202f", " ") in card
    assert data.territory.commune.label in card  # where it lies
    (figure,) = figures(app)
    ring = [
        one for one in figure["data"] if one.get("marker", {}).get("line", {}).get("width") == 3
    ]
    assert [one["locations"] for one in ring] == [[code]]
    assert hidden not in card.split("Aussi")[0]


def test_a_hidden_zone_is_named_on_the_map_in_the_note_and_on_its_card(data, page):
    words = drawn(page)
    hidden = [code for code, text in words.items() if text == SIGN_WORDS[Sign.SECRET]]
    assert hidden, "the opening map hides at least one zone"
    text = text_of(page)
    for code in hidden:
        assert data.label("iris", code) in re.search(r"<dt>Note</dt>.*?</dd>", text)[0]
    assert f"{len(hidden)} zone" in text
    zone = next(one for one in data.territory.iris if one.code == hidden[0])
    card = zone_card.card_html(data, value(page, "mesure"), zone, int(value(page, "annee")))
    assert SIGN_WORDS[Sign.SECRET] in re.search(r'<article class="ctg-zone">.*', card)[0]


def test_the_zone_stays_when_the_measure_and_the_year_change(data, monkeypatch):
    app = opened(monkeypatch, data)
    chosen = data.territory.iris[3].code
    app.selectbox(key="zone").select(chosen).run()
    assert value(app, "zone") == chosen
    other = next(one for one, levels in map_view.offered(data).items()
                 if Level.IRIS in levels and one != value(app, "mesure"))  # fmt: skip
    app.selectbox(key="mesure").select(other).run()
    assert value(app, "zone") == chosen
    level = next(one for one in map_view.offered(data)[other] if one is not Level.IRIS)
    app.selectbox(key="niveau").select(str(level)).run()
    assert value(app, "zone") == ""  # no such zone at that level: dropped, not refused


def test_the_table_under_the_map_is_html_and_has_every_zone(data, page):
    table = re.search(r"<table .*?</table>", bodies(page), re.DOTALL)[0]
    assert len(re.findall(r'<th scope="row"', table)) == len(data.territory.iris)
    assert "<caption" in table


def test_it_says_what_is_needed_to_quote(page):
    text = text_of(page)
    for word in ("Lecture", "Champ", "Source", "Note"):
        assert f"<dt>{word}</dt>" in text


def test_a_plan_is_called_a_plan_and_true_outlines_are_not(data, page):
    text = text_of(page)
    plan = not data.territory.fictional
    assert ("Schéma, sans échelle." in text) is plan
    assert (map_words.SCHEMATIC in text) is plan


def test_the_generation_of_qpv_is_that_of_the_figures_and_the_break_is_said(monkeypatch):
    data = data_of(fictional=True)
    measure = next(one for one in map_view.offered(data)
                   if len(set(map_view.years(data, one, Level.QPV).values())) == 2)  # fmt: skip
    years = map_view.years(data, measure, Level.QPV)
    assert set(years.values()) == {2015, 2024}
    for period, vintage in years.items():
        asked = Question(measure, Level.QPV, vintage, period)
        codes = map_view.matter(data, asked).layer.spots
        assert {one[:2] for one in codes} == {"QP" if vintage == 2015 else "QN"}
        said = " ".join(map_words.remarks(data, asked))
        assert f"contours de {vintage}" in said
        assert "ne se comparent pas" in said
        shown = set(map_view.matter(data, asked).table.frame["vintage"])
        assert shown == {vintage}, "two generations in one table"


def test_gaps_compare_with_the_same_year_only():
    data = data_of(fictional=True)
    measure = next(
        one for one, levels in map_view.offered(data).items()
        if levels[0] is Level.IRIS and not data.indicator(one).is_count
        and len(map_view.years(data, one, Level.IRIS)) > 1
        and all(map_view.references(data, one, year).get("commune")
                for year in map_view.years(data, one, Level.IRIS))
    )  # fmt: skip
    indicator = data.indicator(measure)
    for period, vintage in map_view.years(data, measure, Level.IRIS).items():
        commune = map_view.references(data, measure, period).get("commune")
        asked = Question(measure, Level.IRIS, vintage, period, commune)
        reference = fr.number(data.cell(indicator, commune, period).value, indicator.decimals)
        (words, *_) = [one.words for one in map_view.picture(data, asked, "").legend]
        assert "moins de 0,60 fois" in words
        figure = map_view.picture(data, asked, "").figure.to_json()
        assert f"({reference})" in json.dumps(json.loads(figure), ensure_ascii=False)


def test_without_any_number_below_or_at_the_commune_it_says_so(monkeypatch):
    place = config(fictional=False)
    table, citations = embedded.embedded(place)
    wide = table[table["level"].isin(["region", "france"])].reset_index(drop=True)
    app = Reader(monkeypatch, behind_the_gate(place, wide, citations)).open("carte")
    assert not app.exception
    assert "ctg-awaited" in bodies(app)
    assert app.get("page_link")


def test_the_same_figure_is_on_the_map_in_the_table_and_in_the_file(data, reader, page):
    measure = data.indicator(value(page, "mesure"))
    period = int(value(page, "annee"))
    cells = {
        zone.code: data.cell(measure, zone, period)
        for zone in data.territory.iris
        if data.cell(measure, zone, period).value is not None
    }
    (figure,) = figures(page)
    written, html = json.dumps(figure, ensure_ascii=False), bodies(page)
    for cell in cells.values():
        number = fr.number(cell.value, measure.decimals)
        assert f"<b>{number}</b>" in written
        assert f">{number}</td>" in html
        assert any(f";{number};" in one.decode("utf-8-sig") for one in reader.files)
    assert cells


# In the browser

pointed = pytest.mark.browser


def map_of(tab, path: str):
    page = tab.goto(path)
    page.locator(".scatterlayer text").first.wait_for(state="attached")
    return tab.settle()


def point_at(page, rank: int) -> str:
    """Click where the name of a zone is written; the letters of that name."""
    names = page.locator(".scattergeo:nth-last-child(2) text")
    name = names.nth(rank)
    box = name.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2 - 9, box["y"] + box["height"] / 2)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.up()
    return name.text_content() or ""


@pointed
@pytest.mark.parametrize("path", ["/carte", "/carte?territoire=exemple"])
def test_a_click_opens_the_card_and_stays_in_the_link(path, app_server, visit):
    tab = visit(app_server)
    page = map_of(tab, path)
    assert page.locator(".ctg-zone").count() == 0
    title = ""
    for rank in (3, 12, 3):  # another one, then the first again
        point_at(page, rank)
        page.wait_for_function(
            "before => (document.querySelector('.ctg-zone h2')?.innerText ?? before) !== before",
            arg=title,
        )
        tab.settle()
        title = page.locator(".ctg-zone h2").inner_text()
        assert title
        kept = page.evaluate("new URL(location).searchParams.get('zone')")
        assert kept == title
        assert page.get_by_role("combobox", name="Zone").input_value() == title
    again = map_of(visit(app_server), page.url.removeprefix(app_server.url))
    assert again.locator(".ctg-zone h2").inner_text() == title
    tab.check()


@pointed
@pytest.mark.parametrize("path", ["/carte", "/carte?territoire=exemple"])
def test_on_a_phone_nothing_is_clipped_and_the_page_scrolls_over_the_map(
    path,
    app_server,
    visit,
):
    tab = visit(app_server, PHONE)
    page = map_of(tab, path)
    assert tab.overflow() <= 0
    box = page.locator(".js-plotly-plot").bounding_box()
    assert box["width"] > 0.85 * PHONE
    assert box["height"] < PHONE
    frame = page.locator(".geolayer .bg rect").bounding_box()
    for side in ("width", "height"):  # the map fills its box: no empty band
        assert frame[side] == pytest.approx(box[side], abs=2)
    held = page.locator('.stVerticalBlock[class*="st-key-carte-"]')
    # even before it is drawn: a box that scrolls is out of reach of a keyboard
    assert held.evaluate("box => getComputedStyle(box).overflow") == "clip"
    shown = page.locator(".scattergeo:last-child text")
    assert shown.first.is_visible()
    assert not page.locator(".scattergeo:nth-last-child(2) text").first.is_visible()
    for one in shown.all():
        at = one.bounding_box()
        assert at["x"] >= 0
        assert at["x"] + at["width"] <= PHONE
    touch = page.evaluate(
        "getComputedStyle(document.querySelector('.geolayer .bg rect')).touchAction"
    )
    assert touch == "pan-y"
    tab.check()


@pointed
def test_outlines_come_by_address_and_once(app_server, visit):
    tab = visit(app_server)
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    page = map_of(tab, "/carte?territoire=exemple")
    outlines = [one for one in asked if "/contours/" in one]
    assert len(outlines) == len(set(outlines)) >= 2
    point_at(page, 5)
    page.wait_for_selector(".ctg-zone")
    assert [one for one in asked if "/contours/" in one] == outlines
    tab.check()
