"""An invented answer of the CAF to a request (FED): the file to try its import with.

One line a figure, as a city may receive it: protégé, with one count of 3 that has no business
there.  Children come from the invented socle, crèches from the invented register.
"""

from typing import Any

import numpy as np
from fabrique_tables import Row

COLUMNS = ["type_zone", "code_zone", "version_geo", "date_ref", "variable", "valeur", "statut"]
COLUMNS += ["fictif"]
SCHOOL = ("6-10", "11-14", "15-17")
TRAP = 3
ONCE = {  # of the whole commune: about how many for a hundred households or structures
    "mesures_mediation": ("foyers_selon_composition", "monoparent", 0.05),
    "rendez_vous_droits": ("foyers_rsa_socle", "total", 0.22),
    "familles_accompagnees": ("foyers_selon_composition", "monoparent", 0.09),
    "assistants_maternels_actifs": ("enfants_couverts", "0-2", 0.08),
}


def answer(exact: list[Row], places: list[Row], year: int, seed: int) -> list[Row]:
    """Its lines."""
    rng = np.random.default_rng(seed)
    known = {
        (one["level"], one["code"], one["vintage"], one["variable"], one["category"]): one["value"]
        for one in exact
        if one["period"] == year
    }
    wanted = [zone for zone in dict.fromkeys(key[:3] for key in known) if _is_asked(*zone)]
    rows = []
    for zone in wanted:
        children = sum(known[*zone, "enfants_couverts", part] for part in SCHOOL)
        for variable, share in (("enfants_clas", 0.06), ("enfants_pre", 0.035)):
            rows.append(
                _line(zone, year, variable, round(children * share * rng.uniform(0.7, 1.4)))
            )
    commune = next(zone for zone in wanted if zone[0] == "commune")
    for variable, (of, part, share) in ONCE.items():
        told = round(known[*commune, of, part] * share * rng.uniform(0.9, 1.1))
        rows.append(_line(commune, year, variable, told))
    rows += _offer(commune, places, year, rng)
    last = next(one for one in reversed(rows) if one["type_zone"] == "qpv")
    return [one | {"valeur": TRAP, "statut": "diffuse"} if one is last else one for one in rows]


def _is_asked(level: str, code: str, vintage: int) -> bool:
    return level == "commune" or (level == "qpv" and vintage == 2024)


def _offer(zone: Any, places: list[Row], year: int, rng: np.random.Generator) -> list[Row]:
    """Crèches that had the bonus among those of the register, hours of leisure."""
    day = f"{year}-12-31"
    creches = sum(
        one["type"] == "eaje"
        and one["psu"] == "oui"
        and one["commune"] == zone[1]
        and one["ouverture"] <= day < (one["fermeture"] or "9999")
        for one in places
    )
    hours = int(rng.integers(380, 460)) * 1000
    return [
        _line(zone, year, "eaje_bonus_handicap", round(creches * rng.uniform(0.4, 0.6))),
        _line(zone, year, "heures_alsh", hours),
        _line(zone, year, "heures_alsh/complement_inclusif", round(hours * 0.031)),
    ]


def _line(zone: Any, year: int, variable: str, value: int) -> Row:
    level, code, vintage = zone
    hidden = 0 < value < 5
    return {
        "type_zone": level,
        "code_zone": code,
        "version_geo": vintage,
        "date_ref": f"{year}-12-31",
        "variable": variable,
        "valeur": "" if hidden else value,
        "statut": "secret" if hidden else "diffuse",
        "fictif": "oui",
    }
