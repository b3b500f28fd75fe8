"""Limits laid over the map: a line and a letter, where the zones lie, and no zone changed by it."""

import json
from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest
import shapely
from shapely.geometry import shape

from ctg_data.errors import TerritoryError
from ctg_data.model import Level
from geo.maps import ground, layers, limits, overlay, palette, strokes
from tests.pages import config, data_of
from tests.ui.maps.test_map_views import several
from ui.blocks import states
from ui.maps import (
    base as map_base,
    limits as map_limits,
    print as map_print,
    view as map_view,
    words as map_words,
)


def outlines_of(file: str) -> dict[str, shapely.Geometry]:
    read = json.loads((layers.STATIC / "exemple" / file).read_text("utf-8"))
    return {one["properties"]["code"]: shape(one["geometry"]) for one in read["features"]}


@pytest.fixture(scope="module")
def data():
    return data_of(fictional=True)


@pytest.fixture(scope="module")
def asked(data):
    return replace(several(data, Level.IRIS), limits=limits.COMPETENCE)


def test_quartiers_both_generations_and_competence_zones_are_at_hand(data):
    found = {one.id: one for one in map_base.grounds(data).limits}
    assert set(found) == {"quartier-2024", "qpv-2015", "qpv-2024", "competence"}
    for one in found.values():
        assert {tag.code for tag in one.tags} == set(outlines_of(one.file))
        wide = map_base.grounds(data).layer(Level.IRIS).frame
        least = 0.9 * limits.APART * (wide[2] - wide[0])
        spots = [shapely.Point(tag.x, tag.y) for tag in one.tags]
        assert all(a.distance(b) > least for a, b in combinations(spots, 2)), "letters collide"


def test_a_competence_zone_is_the_ground_its_structure_names(data):
    drawn, known = outlines_of("competence.json"), data.structures()
    shapes = outlines_of("iris-2024.json") | outlines_of("quartier-2024.json")
    named = [one for one in known if one.competence]
    assert len(named) == len(drawn) > 4
    for one in named:
        whole = shapely.union_all([shapes[code] for code in one.competence])
        zone = drawn[f"ZC-{one.id}"]
        assert zone.symmetric_difference(whole).area < 0.02 * whole.area


def test_the_zones_under_the_lines_stay_as_they_were(data, asked):
    bare = map_view.picture(data, replace(asked, limits=""), "").figure
    over = map_view.picture(data, asked, "").figure
    added = [one for one in over.data if one not in bare.data]
    assert [one for one in over.data if one not in added] == list(bare.data)
    assert [one.type for one in added] == ["choropleth"] * 2 + ["scattergeo"] * 2
    for one in added[:2]:
        assert one.colorscale[0][1] == palette.CLEAR
        assert one.hoverinfo == "skip"
        assert set(one.locations) == set(outlines_of("competence.json"))
    assert over.data[-1].meta == strokes.NARROW, "the style sheet finds a phone's letters last"


def test_each_letter_is_named_in_the_legend_on_the_sheet_and_credited(data, asked):
    laid = map_limits.of(map_base.grounds(data), limits.COMPETENCE)
    assert laid is not None
    legend = map_words.legend_html(data, asked).replace("\u00a0", " ")
    printed = map_print.printed(data, asked, "", date(2026, 11, 25)).decode()
    for letter, tag in zip(overlay.letters(laid), laid.tags, strict=True):
        assert f"{letter} {tag.name}" in legend
        assert f">{letter}</tspan>" in printed
    told = " ".join(map_words.remarks(data, asked))
    assert "Ville de Fictiville (fictif), 31 décembre 2024" in told.replace("\u00a0", " ")
    assert f'stroke="{palette.PIN}"' in printed


def test_none_over_a_plan_nor_over_themselves(data):
    plan = ground.open_ground(config(fictional=False))
    assert plan.limits == ()
    made = map_base.grounds(data)
    layer = made.layer(Level.QPV, 2015)
    assert set(map_limits.offered(made, layer)) == {"quartier-2024", "qpv-2024", "competence"}
    assert map_limits.offered(made, replace(layer, schematic=True)) == {}


def test_a_level_without_any_figure_says_why_it_is_no_map(data, monkeypatch):
    told: list[tuple[str, ...]] = []
    monkeypatch.setattr(states, "show", lambda *words: told.append(words))
    map_words.silent_levels(data)
    assert told == []
    monkeypatch.setattr(map_view, "offered", lambda data: {"any": (Level.IRIS, Level.COMMUNE)})
    map_words.silent_levels(data)
    assert [title for _, title, _ in told] == [
        f"{one.label} : aucun chiffre à cette échelle" for one in (Level.QPV, Level.QUARTIER)
    ]
    assert all("Limites par-dessus" in text for _, _, text in told)


def test_letters_go_on_after_z():
    many = layers.Limits("x", "X", "x.json", tuple(layers.Tag(str(i), "", 0, 0) for i in range(28)))
    assert overlay.letters(many)[-3:] == ["Z", "AA", "AB"]


def test_a_file_that_says_nothing_of_its_author_is_refused(tmp_path):
    place = replace(config(fictional=True), folder=tmp_path)
    kept = config(fictional=True).folder / "contours" / limits.DRAWN
    read = json.loads(kept.read_text("utf-8"))
    read["features"][0]["properties"]["auteur"] = ""
    (tmp_path / "contours").mkdir()
    (tmp_path / "contours" / limits.DRAWN).write_text(json.dumps(read), "utf-8")
    layers = ground.open_ground(config(fictional=True)).layers
    with pytest.raises(TerritoryError, match="objet 1 : « auteur » est à dire"):
        limits.made(place, [one for one in layers if one.level is Level.IRIS])
