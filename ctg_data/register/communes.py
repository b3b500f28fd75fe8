"""The commune of a structure: by its code, by its name as cities write it, or told as unknown.

What is not known is never taken for « elsewhere »: a list said to be full would then show a false
zero.  The code wins over the name; another département is elsewhere for sure.
"""

import re
from dataclasses import dataclass

from ctg_data import fr
from ctg_data.sources.base import ARRONDISSEMENTS
from ctg_data.tabular.names import near, plain
from ctg_data.territory.config import TerritoryConfig, Zone

CODE = re.compile(r"\d[\dAB]\d{3}", re.IGNORECASE)
SHORT = re.compile(r"\d{3,5}(?:\.0)?")  # a spreadsheet drops the first zeros
POSTAL = re.compile(r"\b\d{5}\b")
ARTICLE = re.compile(r"^(?:le|la|les|l)\s+")
TOWN_OF = re.compile(r"^(?:ville|commune|mairie)(?: de la| de| du| des| d)? ")
SHORTENED = {
    **{"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"},
    **{
        "mt": "mont",
        "nd": "notre dame",
        "bg": "bourg",
        "vx": "vieux",
        "gd": "grand",
        "pt": "petit",
    },
}
WHOLE = {part: whole for whole, parts in ARRONDISSEMENTS.items() for part in parts}


@dataclass(frozen=True)
class Place:
    """A commune found: its code, or what was written when it is not known.

    Attributes:
        code: of the commune; as written when nothing known bears it.
        known: whether it may be compared with the territory's.
        note: a French sentence when something was put right, or is wrong.
    """

    code: str
    known: bool
    note: str = ""


def find(config: TerritoryConfig, text: str, code: str = "", postal: str = "") -> Place:
    """The commune that a line tells.

    Args:
        config: the territory.
        text: the cell of the commune: a name or a code.
        code: the cell of the code, when there is one beside.
        postal: the postcode.
    """
    by_code = _by_code(config, code or text)
    if code and by_code is None:
        return Place(code, known=False, note=f"« {code} » n'est pas un code de commune.")
    named = text if code else ""
    if by_code is not None:
        other = _by_name(config, named) if named and not SHORT.fullmatch(named) else ""
        if other and other != by_code.code:
            told = f"« {named} » et le code {by_code.code} ne sont pas la même commune."
            return Place(by_code.code, by_code.known, told)
        return by_code
    if not text:
        return _by_postcode(config, postal)
    found = _by_name(config, text)
    if found:
        return Place(found, known=True)
    inside = "".join(POSTAL.findall(text)[:1])
    if _away(config, postal or inside):  # kept with its postcode: that is what says so
        return Place(text if inside else f"{text} ({postal})", known=True)
    close = near(text, text, dict.fromkeys(one.label for one in _places(config)))
    also = f" Communes proches : {', '.join(close)}." if close else ""
    return Place(text, known=False, note=f"la commune « {text} » n'est pas connue.{also}")


def known_names(config: TerritoryConfig) -> dict[str, str]:
    """Every commune that a list may name here: its code, its name."""
    return {one.code: one.label for one in _places(config)}


def _places(config: TerritoryConfig) -> tuple[Zone, ...]:
    return (config.commune, *config.neighbours, *config.epci_members, *config.comparables)


def _by_code(config: TerritoryConfig, text: str) -> Place | None:
    """A code, its first zero given back; another département is elsewhere."""
    bare = re.sub(r"(?<=\d)[\s.](?=\d)", "", text.strip().removesuffix(".0")).upper()
    if SHORT.fullmatch(bare):
        bare = bare.zfill(5)
    if not CODE.fullmatch(bare):
        return None
    bare = WHOLE.get(bare, bare)
    known = {one.code for one in _places(config)}
    here = config.departement.code
    if bare in known or not bare.startswith(here):
        note = "" if bare == text else f"le code « {text} » est lu {bare}."
        return Place(bare, known=True, note=note if bare in known else "")
    told = (
        f"le code {bare} n'est ni celui de {config.commune.label} ni celui d'une commune voisine "
        "ou de son intercommunalité ; c'est peut-être un code postal, ou celui d'une commune qui a "
        "fusionné."
    )
    return Place(bare, known=False, note=told)


def _by_name(config: TerritoryConfig, text: str) -> str:
    """The code of the only commune that bears a name."""
    wanted = name_key(text)
    found = {one.code for one in _places(config) if name_key(one.label) == wanted}
    return found.pop() if wanted and len(found) == 1 else ""


def name_key(text: str) -> str:
    """A name of commune as it is compared.

    >>> name_key("49000 ANGERS CEDEX 2"), name_key("St-Étienne-du-Rouvray"), name_key("Havre (Le)")
    ('angers', 'saint etienne du rouvray', 'havre')
    >>> name_key("L'Haÿ les Roses"), name_key("Le Petit Quevilly"), name_key("Lyon 3e")
    ('hay les roses', 'petit quevilly', 'lyon')
    >>> name_key("Ville de N.-D. de Gravenchon"), name_key("Mt-Dore")
    ('notre dame de gravenchon', 'mont dore')
    """
    bare = re.sub(r"\((?:le|la|les|l'|\d\w?\d?)\)", " ", fr.bare(text))
    words = plain(re.sub(r"\bcedex\b.*", "", POSTAL.sub(" ", bare)))
    words = re.sub(r"\s+\d{1,2}(?:er|e|eme)?(?: arrondissement)?$", "", words)
    words = re.sub(r"\bn d\b", "nd", TOWN_OF.sub("", words))
    return ARTICLE.sub("", " ".join(SHORTENED.get(word, word) for word in words.split()))


def _away(config: TerritoryConfig, postal: str) -> bool:
    """Whether a postcode is of another département."""
    bare = postal.removesuffix(".0").strip()
    if re.fullmatch(r"\d{4}", bare):
        bare = f"0{bare}"
    here = config.departement.code.replace("A", "0").replace("B", "0")
    return bool(re.fullmatch(r"\d{5}", bare)) and not bare.startswith(here)


def _by_postcode(config: TerritoryConfig, postal: str) -> Place:
    """Nothing is said of the commune: it is the list's own, unless its postcode is of elsewhere."""
    if _away(config, postal):
        told = f"la commune est vide, et le code postal {postal} n'est pas du département."
        return Place("", known=False, note=told)
    return Place(config.commune.code, known=True)
