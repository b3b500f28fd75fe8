"""Checks on the file as a whole: seen before, its year there already, its date."""

from ctg_data.socle.reading.findings import Findings
from ctg_data.socle.reading.outcome import source_id
from ctg_data.socle.reading.result import Series
from ctg_data.tabular.rules import message


def check(findings: Findings) -> None:
    """Run them all."""
    _seen(findings)
    _year(findings)
    _date(findings)
    if not len(findings.rows):
        text = "Aucune zone du territoire n'a été trouvée dans ce fichier."
        if findings.reading.listed:
            text = "Aucun chiffre dans ce fichier : ses zones sont là, ses colonnes sont vides."
            if findings.reading.declared.series is Series.FED:
                text = "Aucune colonne de ce fichier n'est attendue d'une demande (FED), ou toutes "
                text += "sont vides. Le modèle de réponse donne leurs noms."
        findings.messages.append(message("aucune_zone", text, done="fichier refusé"))


def _seen(findings: Findings) -> None:
    if (when := findings.known.get(findings.reading.sha256)) is not None:
        text = f"Fichier déjà importé le {when:%d/%m/%Y} (empreinte identique)."
        findings.messages.append(message("deja_importe", text, done="rien n'est importé deux fois"))


def _year(findings: Findings) -> None:
    name, year = source_id(findings.reading), findings.reading.year
    if year is None or name not in findings.there:
        return
    if findings.reading.sha256 in findings.known:  # replacing a file by itself changes nothing
        return
    when = f"{findings.there[name]:%d/%m/%Y}"
    what = "Ce fichier publié, édition" if findings.reading.by_edition else "Le socle"
    what = "Ce fichier publié," if findings.reading.published and what == "Le socle" else what
    if findings.reading.declared.replace:
        text = f"{what} {year}, importé le {when}, est remplacé comme confirmé ; il est conservé."
        findings.messages.append(message("colonne_confirmee", text, done="l'ancien est gardé"))
        return
    text = f"{what} {year} est déjà là, importé le {when} : confirmer le remplacement."
    done = "fichier refusé tant que le remplacement n'est pas confirmé"
    proposal = {"replace": "True"}
    findings.messages.append(message("annee_deja_la", text, done=done, proposal=proposal))


def _date(findings: Findings) -> None:
    when = findings.reading.reference_date
    if when is None:
        return
    if when > findings.today:
        text = f"La date de référence, {when:%d/%m/%Y}, est dans le futur."
        findings.messages.append(message("date_future", text, done="fichier refusé"))
    elif when.month != 12 and findings.reading.declared.series is Series.SOCLE:
        text = f"La date de référence est le {when:%d/%m/%Y} : les socles sont de décembre."
        findings.messages.append(message("date_inhabituelle", text, done="gardée"))
