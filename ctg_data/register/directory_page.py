"""The directory as a page to print: A4, it stands alone, names both parties and nobody else."""

from collections.abc import Sequence
from datetime import date
from html import escape

from ctg_data import fr
from ctg_data.catalogue.structures.declared import kinds
from ctg_data.register import directory
from ctg_data.register.directory import Listing
from ctg_data.register.model import Register, Structure
from ctg_data.territory.config import TerritoryConfig

NOTHING = Listing()
STYLE = """
@page { size: A4; margin: 14mm }
* { box-sizing: border-box }
body { font: 15px/1.45 "Source Sans 3", "Source Sans Pro", system-ui, sans-serif; color: #1B2733;
  max-width: 900px; margin: 2rem auto; padding: 0 1rem }
header { display: flex; flex-wrap: wrap; gap: .6rem; align-items: center;
  border-bottom: 1px solid #D5DBE1; padding-bottom: .7rem }
.party { border: 1px solid #00476F; border-radius: 3px; color: #00476F; font-weight: 650;
  padding: .3rem .7rem }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 1rem 0 .2rem }
h2 { font-size: 1.2rem; margin: 1.4rem 0 .3rem; border-bottom: 2px solid #00476F }
h3 { font-size: 1.05rem; margin: 0 } p { margin: .2rem 0 } .soft { color: #4F5B66 }
article { padding: .6rem 0; border-bottom: 1px solid #E3E8EC; break-inside: avoid }
dl { display: grid; grid-template-columns: 6.5rem 1fr; gap: .1rem .6rem; margin: .3rem 0 }
dt { color: #4F5B66 } dd { margin: 0; overflow-wrap: anywhere }
.mark { background: #FFF4D6; border-left: 5px solid #B36B00; padding: .4rem .7rem }
@media (max-width: 480px) { dl { grid-template-columns: 1fr } dt { margin-top: .2rem } }
@media print { body { margin: 0; max-width: none; font-size: 10.5pt } }
"""


def to_html(
    found: Listing,
    register: Register,
    config: TerritoryConfig,
    title: str,
    where: str,
    today: date,
    published: Listing = NOTHING,
) -> bytes:
    """Write the page; what lists publish and the city does not confirm stands apart, at its end."""
    parties = "".join(f'<span class="party">{escape(one.short)}</span>' for one in config.parties)
    parts = [
        '<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_text(title)} – {_text(config.label)}</title><style>{STYLE}</style></head><body>",
        f"<header>{parties}</header>",
        f"<h1>{_text(title)}</h1>",
        f'<p class="soft">{_text(where)} · édité le {fr.day(today)}</p>',
        _marks(found, config),
        *(
            _section(head, some, register, config, today)
            for head, some in (
                (where, found.here),
                ("Desservent aussi cette zone", found.serving),
                ("Ailleurs", found.elsewhere),
                ("Lieu non précisé", found.unplaced),
                (f"{where} : publié, non confirmé par la Ville", published.here),
                ("Ailleurs : publié, non confirmé par la Ville", published.elsewhere),
                ("Publié, non confirmé par la Ville, lieu non précisé", published.unplaced),
            )
        ),
        f'<p class="soft">{_text(_mention(config))}</p>',
        "</body></html>",
    ]
    return "\n".join(part for part in parts if part).encode()


def _marks(found: Listing, config: TerritoryConfig) -> str:
    told = []
    if config.fictional:
        told.append("Territoire fictif : noms, adresses et numéros sont inventés.")
    if found.open_lists:
        told.append("Liste non exhaustive : d'autres lieux peuvent exister.")
    return "".join(f'<p class="mark">{_text(text)}</p>' for text in told)


def _section(
    title: str,
    some: Sequence[Structure],
    register: Register,
    config: TerritoryConfig,
    today: date,
) -> str:
    if not some:
        return ""
    cards = "".join(_card(one, register, config, today) for one in some)
    return f"<h2>{_text(title)} ({len(some)})</h2>{cards}"


def _card(one: Structure, register: Register, config: TerritoryConfig, today: date) -> str:
    facts = "".join(
        f"<dt>{_text(head)}</dt><dd>{_text(text)}</dd>"
        for head, text in directory.facts(one, config)
    )
    warned = directory.caution(one, register, today)
    mark = f"<p><strong>{_text(warned)}</strong></p>" if warned else ""
    return (
        f'<article><h3>{_text(one.name)}</h3><p class="soft">{_text(kinds()[one.kind].label)}</p>'
        f'<dl>{facts}</dl>{mark}<p class="soft">{_text(directory.origin(one))}</p></article>'
    )


def _mention(config: TerritoryConfig) -> str:
    names = " et ".join(one.name for one in config.parties)
    return (
        f"Annuaire établi dans le cadre de la convention territoriale globale entre {names}. "
        "Il ne contient aucune donnée personnelle."
    )


def _text(text: str) -> str:
    return escape(fr.spaced(text))
