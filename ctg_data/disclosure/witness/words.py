"""The answer of the second witness, in French."""

from ctg_data import fr
from ctg_data.disclosure.witness.verdict import Witnessed


def sentence(told: Witnessed | None) -> str:
    """Say what was examined, and found; « non vérifié » where the witness was not called.

    >>> print(sentence(None).replace(fr.WIDE, " "))
    Contre-vérification : non vérifié.
    >>> " ".join(sentence(Witnessed(1, leaks=2, hidden=2, seconds=2)).split()[6:])
    '1 case examinée, 2 recalculables, en 2,0 s ; 2 tableaux non montrés pour cela.'
    """
    if told is None:
        return fr.spaced("Contre-vérification : non vérifié.")
    text = (
        "Contre-vérification par un second programme : "
        f"{fr.plural(told.examined, 'case examinée', 'cases examinées')}, "
        f"{fr.plural(told.leaks, 'recalculable')}, en {fr.number(told.seconds, 1)} s"
    )
    if told.undecided:
        text += f", {fr.plural(told.undecided, 'non tranchée', 'non tranchées')}"
    if told.hidden:
        tables = fr.plural(told.hidden, "tableau non montré", "tableaux non montrés")
        text += f" ; {tables} pour cela"
    return fr.spaced(text + ".")
