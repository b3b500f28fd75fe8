"""The report of an import as each reader may see it, on screen and as files."""

from dataclasses import replace

from ctg_data import fr
from ctg_data.role import Role
from ctg_data.socle import imports as socle
from ctg_data.socle.imports import Imported
from ctg_data.tabular.report import Audience, Message, Report, Severity
from ctg_data.tabular.report_files import to_csv, to_html

__all__ = ["STATES", "headline", "outcome", "seen_by", "to_csv", "to_html", "where"]

STATES = {
    socle.ACTIVE: "en place",
    socle.REPLACED: "remplacé, gardé",
    socle.UNDONE: "annulé, valeurs oubliées",
}


def seen_by(report: Report, who: Role) -> Report:
    """The report without what is for the CAF's statistician alone.

    What stops the import is told to whoever tries it: it names no secret.
    """
    if who is Role.STATISTICIEN:
        return report
    opened = tuple(
        replace(one, audience=Audience.BOTH) if one.severity is Severity.REFUSED else one
        for one in report.messages
    )
    kept = tuple(one for one in opened if Audience.LEAD.reads(one))
    return replace(report, messages=kept)


def headline(report: Report) -> str:
    """The verdict and what kind of file it is, in one line."""
    told = [f"Nature : {report.kind}." if report.kind else ""]
    told += [f"Année : {report.year}." if report.year else ""]
    return fr.spaced(" ".join(filter(None, [report.summary(), *told])))


def where(message: Message, most: int = 4) -> str:
    """The places of a remark, the first ones."""
    shown = [str(place) for place in message.places[:most] if str(place)]
    more = len(message.places) - most
    shown += [f"et {fr.plural(more, 'autre endroit', 'autres endroits')}"] if more > 0 else []
    return " ; ".join(shown) or "tout le fichier"


def outcome(entry: Imported) -> str:
    """What became of a file since its report was made."""
    since = f" le {fr.day(entry.ended_at)}" if entry.ended_at else ""
    return fr.spaced(
        f"Import {entry.number} : importé le {fr.day(entry.at)} ({entry.role}) ; "
        f"{STATES[entry.state]}{since}."
    )
