"""What an update tells while it runs and when it ends, in French."""

from dataclasses import dataclass

from ctg_data import fr
from ctg_data.sources.registry import Source
from ctg_data.territory.config import TerritoryConfig
from ctg_data.update.due import Spared


@dataclass(frozen=True)
class Outcome:
    """What became of one source.

    ``state``: ``a_jour`` | ``inchange`` | ``partiel`` (some of it failed) | ``echec``.
    """

    source: Source
    state: str
    rows: int = 0
    last_year: int | None = None
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    noun: str = "valeur"

    @property
    def failed(self) -> bool:
        """Whether something of this source could not be renewed."""
        return self.state in ("partiel", "echec")

    def __str__(self) -> str:
        words = {"a_jour": "à jour", "inchange": "inchangée", "partiel": "en partie à jour"}
        if self.state == "echec":
            return "en échec"
        size = fr.plural(self.rows, self.noun)
        last = f", dernière année {self.last_year}" if self.last_year else ""
        return f"{words[self.state]}, {size}{last}"


@dataclass(frozen=True)
class Progress:
    """One step of an update; ``outcome`` is ``None`` when the source is only being asked."""

    source: Source
    step: int
    total: int
    outcome: Outcome | None = None

    def __str__(self) -> str:
        told = "interrogation…" if self.outcome is None else str(self.outcome)
        return fr.spaced(f"[{self.step}/{self.total}] {self.source.title} : {told}")


@dataclass(frozen=True)
class Summary:
    """What became of every source asked."""

    territory: TerritoryConfig
    outcomes: tuple[Outcome, ...]
    notes: tuple[str, ...] = ()  # on all of them together: what the map now shows
    spared: tuple[Spared, ...] = ()  # left as they are, for they answered lately

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The sources of which something could not be renewed."""
        return tuple(one for one in self.outcomes if one.failed)

    def __str__(self) -> str:
        good = len(self.outcomes) - len(self.failed)
        head = f"{self.territory.label} : {fr.plural(good, 'source')} à jour"
        if self.spared and not self.outcomes:
            head = f"{self.territory.label} : rien à demander"
        if self.failed:
            head += f", {fr.plural(len(self.failed), 'source')} en échec ou en partie à jour"
        if self.spared:
            aside = ("source laissée telle quelle", "sources laissées telles quelles")
            head += f", {fr.plural(len(self.spared), *aside)}"
        lines = [f"{head}."]
        for one in self.outcomes:
            lines += [f"- {one.source.title} : {problem}" for problem in one.problems]
        for one in self.outcomes:
            lines += [f"  (à savoir) {note}" for note in one.notes]
        for left in self.spared:
            lines.append(f"  (récente) {left.source.title} : reçue le {fr.day(left.since)}.")
        lines += [f"  (carte) {note}" for note in self.notes]
        return fr.spaced("\n".join(lines))
