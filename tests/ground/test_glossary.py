"""The words explained on screen: those of the glossary, once a block, and their definitions."""

import re
from pathlib import Path

import pytest

from ctg_data import glossary
from ui.state import terms


def marked(text: str) -> list[str]:
    """The terms that a text explains, in order."""
    return re.findall(r'data-term="([^"]+)"', terms.html(text))


def test_every_row_of_the_glossary_is_read() -> None:
    text = glossary.PATH.read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert len(glossary.terms()) == len(rows) - 1, "all but the headings"
    assert all(one.definition and one.source for one in glossary.terms())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Foyers allocataires de la CAF", ["Foyer allocataire"]),
        ("assistants maternels des QPV", ["Assistant maternel", "QPV"]),
        ("un QPV, puis un QPV", ["QPV"]),
        ("le RSA et la prime d'activité", ["RSA, prime d&#x27;activité, AAH"]),
        ("un rsage, des qpv", []),
        ("QPV-2024", []),
    ],
)
def test_terms_are_found_as_written(text: str, expected: list[str]) -> None:
    assert marked(text) == expected


def test_the_text_is_left_as_it_was() -> None:
    text = "Les EAJE & les <QPV> : 12 places"
    assert re.sub(r"</?span[^>]*>", "", terms.html(text)).replace("\u00a0", " ") == (
        "Les EAJE &amp; les &lt;QPV&gt; : 12 places"
    )


def test_the_dictionary_cannot_close_its_script() -> None:
    script = terms.dictionary()
    assert "</" not in script
    assert all(one.name in script for one in glossary.terms() if one.explained)


def test_without_the_file_nothing_is_explained(tmp_path: Path) -> None:
    assert glossary.terms(tmp_path / "absent.md") == ()
