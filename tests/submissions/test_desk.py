"""Things handed in: whoever comes second is told, a reader changes nothing, undoing is a line."""

from dataclasses import dataclass

import pytest

from ctg_data.errors import UserError
from ctg_data.store.records import HandedIn
from ctg_data.store.session import Store
from ctg_data.submissions.desk import Desk, Line, Overtaken, refuse_readers

KIND, HERE = "essai", "exemple"


@dataclass(frozen=True)
class Note:
    words: str
    before: int  # how many there were when it was judged


class Notes(Desk[Note, HandedIn]):
    """Notes kept as releases of the store, which nothing erases: the journal says what stands."""

    def history(self):
        lines = self.store.journal(HERE, KIND)
        gone = {line.details["number"] for line in lines if "gone" in line.details}
        added = [line for line in lines if "gone" not in line.details]
        return [
            HandedIn(
                number=line.details["number"],
                at=line.at,
                role="",
                sha256="",
                state="undone" if line.details["number"] in gone else "active",
            )
            for line in added
        ]

    def overtaken(self, given):
        return "" if len(self.history()) == given.before else "Quelqu'un est passé avant."

    def keep(self, given):
        number = self.store.keep_release(HERE, KIND, given.words, b"")
        if given.words == "panne":
            raise RuntimeError("the power went off")
        return Line(KIND, given.words, {"number": number})

    def standing(self, number):
        for one in self.history():
            if one.number == number and one.in_place:
                return one
        raise UserError("Rien à annuler.")

    def take_back(self, gone):
        return Line(KIND, "annulé", {"number": gone.number, "gone": True})


@pytest.fixture
def notes(store: Store) -> Notes:
    return Notes(store, HERE)


def kept(notes: Notes) -> tuple[int, int]:
    return len(notes.store.releases(HERE, KIND)), len(notes.store.journal(HERE, KIND))


def test_what_is_put_in_force_is_the_first_of_the_history(notes):
    assert notes.put_in_force(Note("un", 0)).in_place
    last = notes.put_in_force(Note("deux", 1))
    assert [one.number for one in notes.history()] == [last.number, last.number - 1]
    assert kept(notes) == (2, 2)


def test_whoever_comes_second_is_told_and_nothing_is_kept(notes):
    notes.put_in_force(Note("un", 0))
    with pytest.raises(Overtaken, match="avant"):
        notes.put_in_force(Note("deux", 0))
    assert kept(notes) == (1, 1)


def test_a_failure_while_it_is_kept_leaves_neither_bytes_nor_line(notes):
    with pytest.raises(RuntimeError, match="power"):
        notes.put_in_force(Note("panne", 0))
    assert kept(notes) == (0, 0)


def test_undoing_is_one_more_line_and_happens_once(notes):
    done = notes.put_in_force(Note("un", 0))
    assert notes.undo(done.number) == done
    assert [one.undone for one in notes.history()] == [True]
    with pytest.raises(UserError, match="Rien à annuler"):
        notes.undo(done.number)
    assert kept(notes) == (1, 2)


@pytest.mark.parametrize(
    ("who", "stopped"), [("lecteur", True), ("contributeur", False), ("statisticien", False)]
)
def test_only_a_reader_is_stopped_in_the_words_of_the_kind(monkeypatch, who, stopped):
    monkeypatch.setenv("CTG_ROLE", who)
    if not stopped:
        refuse_readers("non")
        return
    with pytest.raises(UserError, match=r"^non$"):
        refuse_readers("non")
