"""The figures a territory folder carries: published ones, or an invented socle.

Each file of ``donnees/`` is the long table of ``observations`` plus who produced the row, in
which data set and under which licence, so that a file still says where it comes from when it
travels alone.  ``sources.toml`` says it once for all; both must agree.
"""

from collections.abc import Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from ctg_data import dating
from ctg_data.built_once import built_once
from ctg_data.dating import Dating
from ctg_data.errors import TerritoryError, all_problems
from ctg_data.files.declared import place, read_text
from ctg_data.files.toml import read_toml
from ctg_data.model import Citation
from ctg_data.nearest import strangers
from ctg_data.observations import DTYPES, MASKED, validate, variables
from ctg_data.territory.config import TerritoryConfig
from ctg_data.territory.embedded_checks import faults as cell_faults, repeated
from ctg_data.territory.keys import SOURCE
from ctg_data.territory.source_card import SourceCard

COLUMNS = [*MASKED, "producer", "dataset", "licence"]
DATED = list(dating.DEFAULTS)  # both or neither: columns of a file named otherwise than its years
FICTIONAL_MARK = "fictif"  # the column that says it in every row of an invented file
NATURES = ("public", "socle")
SOURCE_KEYS = tuple(key for key in SOURCE if key != "note")


def embedded(territory: TerritoryConfig) -> tuple[pd.DataFrame, dict[str, Citation]]:
    """Every figure of the folder, checked, and the citation of each source by its id.

    Raises:
        TerritoryError: every problem of every file at once, with line, column and remedy.
    """
    problems: list[str] = []
    cards = _cards(territory, problems)
    folder = territory.folder / "donnees"
    if not folder.exists() and not problems:  # a new commune: everything comes from updates
        return validate(pd.DataFrame(columns=list(DTYPES))), {}
    named = None if cards is None else tuple(cards.items())
    texts = tuple((path, *_text(path)) for path in sorted(folder.glob("*.csv")))
    frame = _checked(territory.label, territory.fictional, texts, named, tuple(problems))
    return frame.copy(), {name: card.citation for name, card in (cards or {}).items()}


@built_once(4)
def _checked(
    label: str,
    fictional: bool,
    texts: tuple[tuple[Path, str, str], ...],
    named: tuple[tuple[str, SourceCard], ...] | None,
    told: tuple[str, ...],
) -> pd.DataFrame:
    """The figures of files whose text, or what is wrong with it, is given; ``told``: faults known.

    Files of a folder are read at each opening, and judged again only when one of them changed.
    """
    problems, tables = list(told), []
    cards = None if named is None else dict(named)
    for path, text, fault in texts:
        table = None if fault else _read(path, text, fictional, problems)
        problems += [fault] if fault else []
        if table is not None:
            problems += [f"{place(path)}, {text}" for text in cell_faults(table, cards)]
            tables.append(table.assign(file=path.name))
    if not problems and tables:
        problems += repeated(pd.concat(tables))
    if problems or not tables:
        raise TerritoryError(
            all_problems(
                f"Les chiffres embarqués de « {label} » ne peuvent pas être lus :",
                problems or ["donnees : aucun fichier CSV dans ce dossier. Remettez-les en place."],
            )
        )
    frame = _periods(pd.concat(tables, ignore_index=True))
    for column in ("value", "base"):
        frame[column] = pd.to_numeric(frame[column].replace("", pd.NA))
    return validate(frame)


def _text(path: Path) -> tuple[str, str]:
    """The text of a file, or what is wrong with it."""
    try:
        return read_text(path), ""
    except TerritoryError as problem:
        return "", str(problem)


def _cards(territory: TerritoryConfig, problems: list[str]) -> dict[str, SourceCard] | None:
    """The declared sources; None, and what is wrong with them noted beside the rest."""
    try:
        return source_cards(territory)
    except TerritoryError as problem:
        problems.append(str(problem))
        return None


def sources_without_rows(territory: TerritoryConfig) -> list[str]:
    """Titles of the sources declared of which ``donnees/`` holds no row."""
    bearing = set(embedded(territory)[0]["source"].unique())
    cards = source_cards(territory)
    return [card.citation.title for name, card in cards.items() if name not in bearing]


def qpv_parts(territory: TerritoryConfig) -> pd.DataFrame:
    """For a QPV across several communes, the part of its counts that lies in ``commune``.

    The columns of the long table and ``commune``; empty when the folder says nothing of it, and
    then neither « hors QPV » nor a share of the commune may be computed for that QPV.
    """
    path = territory.folder / "parts_qpv.csv"
    if not path.exists():
        return pd.DataFrame(columns=[*DTYPES, "commune"])
    problems: list[str] = []
    text, fault = _text(path)
    problems += [fault] if fault else []
    raw = None if fault else _read(path, text, territory.fictional, problems, ["commune"])
    if raw is not None:
        faults = cell_faults(raw, _cards(territory, problems))
        problems += [f"{place(path)}, {text}" for text in faults]
    if problems or raw is None:
        raise TerritoryError("\n".join(problems))
    for column in ("value", "base"):
        raw[column] = pd.to_numeric(raw[column].replace("", pd.NA))
    communes = raw["commune"].unique()
    parts = [validate(raw[raw["commune"] == one]).assign(commune=one) for one in communes]
    return pd.concat(parts, ignore_index=True)


def source_cards(territory: TerritoryConfig) -> dict[str, SourceCard]:
    """Every source of ``sources.toml``, by id."""
    raw = read_toml(territory.folder / "sources.toml")
    place = f"{territory.folder.name}/sources.toml"
    problems = [
        f"{place}, source « {name} », clé « {key} » : absente ou d'un autre type. Écrivez-la en "
        "texte entre guillemets (vide si inconnue)."
        for name, entry in raw.items()
        for key in SOURCE_KEYS
        if not _is_told(entry, key)
    ]
    problems += [
        f"{place}, source « {name} » : nature « {entry['nature']} » inconnue ; "
        f"écrivez {' ou '.join(NATURES)}."
        for name, entry in raw.items()
        if isinstance(entry, dict) and entry.get("nature", "public") not in NATURES
    ]
    problems += [
        f"{place}, source « {name} », clé « {key} » : {text}"
        for name, entry in raw.items()
        if isinstance(entry, dict)
        for key, text in strangers(entry, SOURCE)
    ]
    if problems:
        raise TerritoryError(all_problems("Les sources ne peuvent pas être lues :", problems))
    return {name: _card(name, entry, territory.fictional) for name, entry in raw.items()}


def _is_told(entry: Any, key: str) -> bool:
    """Whether a source says ``key`` in words; the day it was consulted may be a date."""
    value = entry.get(key) if isinstance(entry, dict) else None
    return isinstance(value, str) or (key == "consulte_le" and isinstance(value, date))


def _card(name: str, entry: dict[str, Any], fictional: bool) -> SourceCard:
    citation = Citation(
        id=name,
        producer=entry["producteur"],
        title=entry["titre"],
        period=entry["periode"],
        retrieved_on=str(entry["consulte_le"]),
        licence=entry["licence"],
        href=entry["page"],
        fictional=fictional,
        confidential=entry["nature"] == "socle",
    )
    return SourceCard(citation, entry["jeu"], entry["nature"], entry.get("note", ""))


def _read(
    path: Path, text: str, fictional: bool, problems: list[str], more: Sequence[str] = ()
) -> pd.DataFrame | None:
    """The table that a text holds, or nothing and a problem noted: columns first, cells later."""
    try:
        raw = pd.read_csv(StringIO(text), dtype="string", keep_default_na=False)
    except ValueError as cause:  # of which every error of the parser is one
        problems.append(
            f"{place(path)} : ce n'est pas un CSV lisible (virgules) : {cause}. "
            "Remettez le fichier d'origine."
        )
        return None
    expected = [*COLUMNS, *([FICTIONAL_MARK] if fictional else []), *more]
    if set(DATED) & set(raw.columns):
        expected = [*expected, *DATED]
    missing = [name for name in expected if name not in raw.columns]
    extra = [str(name) for name in raw.columns if name not in expected]
    if missing or extra:
        told = [f"manque {', '.join(missing)}"] if missing else []
        told += [f"en trop {', '.join(extra)}"] if extra else []
        problems.append(
            f"{place(path)}, ligne 1 : colonnes inattendues ({' ; '.join(told)}). "
            f"Attendues : {', '.join(expected)}."
        )
        return None
    return dating.completed(raw)


def _periods(table: pd.DataFrame) -> pd.DataFrame:
    """Give a period of its own to what no year is known of: it is empty in the file."""
    unknown = table["dating"] == Dating.NON_ETABLI
    declared = variables()
    told = [
        str(dating.unestablished(int(edition), declared[name].nature, declared[name].unit))
        for name, edition in zip(
            table.loc[unknown, "variable"], table.loc[unknown, "edition"], strict=True
        )
    ]
    period = table["period"].copy()
    period[unknown] = told
    return table.assign(period=period)
