"""The words of the trade, read from ``GLOSSAIRE.md``: one list for readers and for the screen.

A term in bold there is explained on screen where it is met; the others are everyday words whose
meaning here is given in the glossary alone.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PATH = Path(__file__).resolve().parents[1] / "GLOSSAIRE.md"
ROW = re.compile(r"^\| (?P<term>.+?) \| .*? \| (?P<definition>.+?) \| (?P<source>.+?) \|$")
BOLD = re.compile(r"\*\*(.+?)\*\*")
MARKS = re.compile(r"\*\*|`")


@dataclass(frozen=True)
class Term:
    """One entry: its words as written, what it means, who says so, which words are explained."""

    name: str
    definition: str
    source: str
    explained: tuple[str, ...] = ()


@cache
def terms(path: Path = PATH) -> tuple[Term, ...]:
    """Every entry of the glossary, in its order; empty when the file did not come along."""
    if not path.is_file():
        return ()
    rows = [ROW.match(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return tuple(
        Term(
            name=MARKS.sub("", row["term"]),
            definition=MARKS.sub("", row["definition"]),
            source=MARKS.sub("", row["source"]),
            explained=tuple(BOLD.findall(row["term"])),
        )
        for row in rows
        if row and not row["term"].startswith(("terme", "---"))
    )


@cache
def explained() -> dict[str, Term]:
    """Terms by the words that are explained on screen, the longest first."""
    found = {word: term for term in terms() for word in term.explained}
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


@cache
def pattern() -> re.Pattern[str] | None:
    """What to look for in a text: each term, singular or plural; capitals of an acronym count."""
    words = [_form(word) for word in explained()]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(words)})(?![\w-])") if words else None


def named(found: str) -> Term | None:
    """The entry that explains words met in a text.

    >>> named("assistants maternels") is named("Assistant maternel") is not None
    True
    """
    return next(
        (term for word, term in explained().items() if re.fullmatch(_form(word), found)), None
    )


def _form(word: str) -> str:
    parts = [part if part.isupper() else _plural(part) for part in word.split(" ")]
    return r"[ \u00a0\u202f]".join(parts)


def _plural(part: str) -> str:
    first, rest = re.escape(part[:1]), re.escape(part[1:])
    either = f"[{part[:1].lower()}{part[:1].upper()}]" if part[:1].isalpha() else first
    return f"{either}{rest}" if part.endswith("s") else f"{either}{rest}s?"
