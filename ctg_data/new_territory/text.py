"""The files of a new territory, as text: what is known, and what is left to fill in."""

from collections.abc import Mapping
from datetime import date

from ctg_data.files.toml import quoted
from ctg_data.new_territory.draft import Draft

HEAD = """# {name} : les codes, les zones, les signataires et les réglages du secret.
# Fait le {day} à partir de geo.api.gouv.fr, de l'IGN et de l'ANCT.  À relire, puis à compléter :
# les deux parties, et convention.toml.
"""


SOURCES = """# D'où viennent les chiffres embarqués dans donnees/.  Aucun pour l'instant : la
# commande « python -m ctg_data update » reçoit les données ouvertes, qui disent leur source.
"""


def territory_toml(draft: Draft, settings: str, today: date) -> str:
    """``territoire.toml``: codes and names from the producers, settings of secrecy as elsewhere."""
    lines = [HEAD.format(name=draft.name, day=today.isoformat())]
    lines += [f"label = {quoted(draft.name)}", "fictif = false", ""]
    lines += ["# Ce qui manque, et pourquoi : la page « Données » le dit."]
    lines += ["manques = [", *(f"  {quoted(one)}," for one in draft.holes), "]", ""]
    lines += [f"choix_comparables = {quoted(draft.comparables_choice)}", ""]
    if not draft.qpv:
        lines += ["qpv = []", ""]
    lines += ["[millesimes]", f"administratif = {today.year}", f"iris = {today.year}", ""]
    places = {"commune": (draft.code, draft.name), "epci": ("", "Aucune intercommunalité")}
    for level, (code, name) in (places | draft.places | {"france": ("FRANCE", "France")}).items():
        lines += [f"[{level}]", f"code = {quoted(code)}", f"label = {quoted(name)}", ""]
    for one in draft.qpv:
        lines += ["[[qpv]]", *(f"{key} = {quoted(value)}" for key, value in one.items()), ""]
    department = draft.places["departement"][1]
    for identifier, name, mark in (
        ("caf", f"Caisse d'allocations familiales ({department})", f"CAF ({department})"),
        ("ville", f"Commune : {draft.name}", draft.name),
    ):
        lines += ["[[partie]]", f"id = {quoted(identifier)}", f"nom = {quoted(name)}"]
        lines += [f"sigle = {quoted(mark)}", ""]
    for key, table in (
        ("voisines", draft.neighbours),
        ("comparables", draft.comparables),
        ("membres_epci", draft.members),
        ("quartiers", {}),
        ("iris", draft.iris),
    ):
        lines += [f"[{key}]", *_table(table), ""]
    return "\n".join(lines) + "\n" + settings


def convention_toml(draft: Draft) -> str:
    """``convention.toml``, empty: what was signed is known of the parties alone."""
    return f"""# La convention territoriale globale, dans ses mots.  À remplir : le dossier
# « exemple » montre une convention entière (axes, objectifs, dates, actions).
titre = "Convention territoriale globale"
statut = "à compléter"
collectivite = {quoted(draft.name)}
axe = []

[dates]
"""


def entry_toml(name: str, label: str, folder: str) -> str:
    """The lines of ``territoires.toml`` that declare a territory."""
    return f"[territoires.{name}]\nlabel = {quoted(label)}\ndossier = {quoted(folder)}\n"


def _table(rows: Mapping[str, str]) -> list[str]:
    return [f"{quoted(code)} = {quoted(name)}" for code, name in sorted(rows.items())]
