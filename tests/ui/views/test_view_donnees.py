"""The state of a source in words: one sentence for each thing that can have happened."""

from datetime import UTC, datetime, timedelta

import pytest

from ctg_data.sources import registry
from ctg_data.store.session import SourceState
from ctg_data.workspace import SourceLine
from ui.views.donnees import received, state

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SOURCE = next(iter(registry.sources().values()))


def line(years=(), **told) -> SourceLine:
    known = SourceState(SOURCE.id, "essai", **told) if told else None
    return SourceLine(SOURCE, known, tuple(years), len(years), ())


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (line(), "En attente de la première mise à jour"),
        (line([2023]), "Fournie, jamais mise à jour"),
        (line([2023], last_attempt=NOW, last_success=NOW), "À jour"),
        (
            line([2023], last_attempt=NOW, last_success=NOW, error="Un jeu manque.\nDétail"),
            "En partie à jour : Un jeu manque.",
        ),
        (
            line([2023], last_attempt=NOW, last_success=NOW - timedelta(1), error="Ne répond pas."),
            "En échec : Ne répond pas.",
        ),
        (line(last_attempt=NOW, error="Ne répond pas."), "En échec : Ne répond pas."),
        (line(last_attempt=NOW), "Interrogée : rien n'y est publié pour ce territoire"),
    ],
)
def test_each_state_has_its_words(one, words):
    assert state(one, NOW) == words


def test_an_old_copy_says_its_age():
    old = NOW - timedelta(days=500)
    assert state(line([2023], last_attempt=old, last_success=old), NOW) == (
        "À jour il y a 500 jours : à revoir"
    )


def test_the_day_of_the_copy_is_that_of_the_last_success():
    assert received(line([2023], last_success=NOW)) == "23\u00a0novembre 2026"
    assert received(line()) == "–"
