"""What is said of a zoning of the city's own: its nature, who drew it, when and how."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Nature(StrEnum):
    """What the zones are; the two first are a level of the figures, the last is not."""

    QUARTIERS = "quartiers"
    SECTEURS = "secteurs_scolaires"
    COMPETENCE = "zones_competence"

    @property
    def label(self) -> str:
        """The nature as shown on screen."""
        return NATURES[self]

    @property
    def is_level(self) -> bool:
        """Whether figures may be given by these zones."""
        return self is not Nature.COMPETENCE


NATURES = {
    Nature.QUARTIERS: "Quartiers de la ville",
    Nature.SECTEURS: "Secteurs scolaires",
    Nature.COMPETENCE: "Zones de compétence de structures",
}


@dataclass(frozen=True)
class Told:
    """What whoever drops the file says of it; columns are guessed when they are not named."""

    nature: Nature
    author: str
    dated: str
    method: str
    code: str = ""
    name: str = ""
    encoding: str = ""  # of a shapefile's texts; judged by what reads when it is not said

    @property
    def vintage(self) -> int:
        """The year of these boundaries; 0 when the date is not one."""
        return 0 if self.wrong_date else date.fromisoformat(self.dated).year

    @property
    def wrong_date(self) -> str:
        """Why the date is not one, in French; "" when it is."""
        if not self.dated:
            return "date : à dire, celle des contours."
        try:
            day = date.fromisoformat(self.dated)
        except ValueError:
            return f"la date « {self.dated} » n'est pas une date (année-mois-jour)."
        if not date(1900, 1, 1) <= day <= date.today():
            return f"la date « {self.dated} » est à venir, ou trop ancienne."
        return ""
