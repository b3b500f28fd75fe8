"""The long works on the socle of a territory: an import, or a protection."""

from ui.frame.jobs import Jobs

IMPORT, PROTECT = "import", "protect"
JOBS = Jobs(
    "socle",
    "Le travail s'est arrêté pour une raison imprévue. Rien n'a été importé à moitié : ce qui "
    "était là est resté tel quel. Réessayez ; si cela recommence, prévenez la personne qui "
    "administre le tableau de bord.",
)
