"""A territory is a folder of data: opening it is the only way to know which place is shown.

Nothing in the code names a place.  ``territoire/territoires.toml`` lists the folders and the
default one; ``territoire.toml`` says the codes, ``convention.toml`` what was signed.  Every
problem of a folder is told at once, in French, with its file and key.
"""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ctg_data.errors import TerritoryError, all_problems
from ctg_data.files.toml import read_toml
from ctg_data.model import Level
from ctg_data.nearest import strangers
from ctg_data.observations import variables
from ctg_data.release import policy
from ctg_data.release.policy import Policy
from ctg_data.territory import keys as territory_keys

ROOT = Path(__file__).resolve().parents[2] / "territoire"
INDEX = "territoires.toml"
ENVIRONMENT = "CTG_TERRITOIRE"

CODE_FORMS = {
    Level.IRIS: r"\d[\dAB]\d{7}",
    Level.COMMUNE: r"\d[\dAB]\d{3}",
    Level.EPCI: r"\d{9}",
    Level.DEPARTEMENT: r"\d[\dAB]\d?",
    Level.REGION: r"\d{2}",
}
# The letter closing a 2024 code: new, contour changed, identical.
QPV_FORMS = {2015: r"QP(\d{3}|02[AB])\d{3}", 2024: r"QN(\d{3}|02[AB])\d{2}[NMI]"}


@dataclass(frozen=True)
class Zone:
    """A place in one vintage of its boundaries; ``communes`` are those it lies in."""

    level: Level
    code: str
    vintage: int
    label: str
    communes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Party:
    """One signatory."""

    id: str
    name: str
    short: str


@dataclass(frozen=True)
class TerritoryConfig:
    """Everything a territory folder declares, its figures apart (``embedded.embedded``)."""

    id: str
    label: str
    fictional: bool
    folder: Path
    commune: Zone
    epci: Zone
    departement: Zone
    region: Zone
    france: Zone
    neighbours: tuple[Zone, ...]
    epci_members: tuple[Zone, ...]
    iris: tuple[Zone, ...]
    qpv: tuple[Zone, ...]
    quartiers: tuple[Zone, ...]
    parties: tuple[Party, ...]
    convention: dict[str, Any] = field(compare=False)
    secret: dict[str, dict[str, Any]] = field(compare=False)
    labels: Mapping[tuple[str, str], str] = field(compare=False)
    references: tuple[Zone, ...]
    competence: Mapping[str, str] = field(default_factory=dict, compare=False)  # added, by code
    holes: tuple[str, ...] = ()  # what producers do not publish here, and why, in French
    comparables: tuple[Zone, ...] = ()  # far communes to compare with: never mapped nor ranked
    comparables_choice: str = ""  # how they were proposed, in French

    @property
    def policy(self) -> Policy:
        """What the convention forbids, and what the CAF decides of the rest."""
        return Policy.of(self.secret)

    def zones(self, level: Level, vintage: int | None = None) -> tuple[Zone, ...]:
        """The zones of one level, of one generation when ``vintage`` is given."""
        known: dict[Level, tuple[Zone, ...]] = {
            Level.IRIS: self.iris,
            Level.QPV: self.qpv,
            Level.QUARTIER: self.quartiers,
            Level.COMMUNE: (self.commune, *self.neighbours),
        }
        found = known.get(level) or tuple(one for one in self.references if one.level == level)
        return tuple(one for one in found if vintage in (None, one.vintage))


def territory_names(root: Path = ROOT) -> dict[str, str]:
    """Every territory that can be opened: its id and its label."""
    return {name: str(entry.get("label", name)) for name, entry in _index(root)[1].items()}


def open_territory(name: str | None = None, root: Path = ROOT) -> TerritoryConfig:
    """Open a territory: by name, else by ``CTG_TERRITOIRE``, else the default one.

    Raises:
        TerritoryError: no such territory, or its folder cannot be used; says why and what to do.
    """
    default, declared = _index(root)
    asked = name or os.environ.get(ENVIRONMENT) or default
    if asked not in declared:
        raise TerritoryError(
            f"Le territoire « {asked} » n'existe pas. Territoires connus : "
            f"{', '.join(sorted(declared)) or 'aucun'}. Corrigez {ENVIRONMENT} ou « defaut » "
            f"dans {INDEX}, ou déclarez-y le nouveau territoire."
        )
    folder = root / str(declared[asked].get("dossier", asked))
    return _Reader(asked, folder).read()


def _index(root: Path) -> tuple[str, dict[str, dict[str, Any]]]:
    """The default territory and every declared one."""
    index = read_toml(root / INDEX)
    default, declared = index.get("defaut"), index.get("territoires")
    tables = isinstance(declared, dict) and all(isinstance(one, dict) for one in declared.values())
    if not isinstance(default, str) or not tables:
        raise TerritoryError(
            f"{INDEX} : il manque « defaut » (le nom d'un territoire) ou une table "
            "[territoires.NOM] par territoire. Ajoutez ce qui manque."
        )
    known = {"defaut": None, "territoires": dict.fromkeys(declared or (), territory_keys.PLACE)}
    if faults := [f"{INDEX}, clé « {key} » : {text}" for key, text in strangers(index, known)]:
        raise TerritoryError(all_problems(f"{INDEX} ne peut pas être lu :", faults))
    return default, declared or {}


class _Reader:
    """Reads one folder; problems are gathered and raised together at the end."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder, self.problems = name, folder, list[str]()
        self.raw, self.convention = self._file("territoire.toml"), self._file("convention.toml")
        self._stop_on_problems()
        for key, text in strangers(self.raw, territory_keys.TERRITORY):
            self._note(key, text)
        for key, text in strangers(self.convention, territory_keys.CONVENTION):
            self._note(key, text, "convention.toml")

    def read(self) -> TerritoryConfig:
        fixed = {level: self._administrative(level) for level in list(Level)[3:]}
        parts = {
            "neighbours": self._named("voisines", Level.COMMUNE),
            "epci_members": self._named("membres_epci", Level.COMMUNE),
            "iris": self._named("iris", Level.IRIS, (fixed[Level.COMMUNE].code,)),
            "quartiers": self._named("quartiers", Level.QUARTIER, (fixed[Level.COMMUNE].code,)),
            "qpv": tuple(self._qpv(place, entry) for place, entry in self._tables("qpv")),
            "comparables": self._named("comparables", Level.COMMUNE),
        }
        members = tuple(zone.code for zone in parts["epci_members"])
        epci = fixed[Level.EPCI]
        fixed[Level.EPCI] = Zone(epci.level, epci.code, epci.vintage, epci.label, members)
        parties = tuple(self._party(place, entry) for place, entry in self._tables("partie"))
        config = TerritoryConfig(
            id=self.name,
            label=str(self._need(self.raw, "label", str, "")),
            fictional=bool(self._need(self.raw, "fictif", bool, "")),
            folder=self.folder,
            **{str(level): zone for level, zone in fixed.items()},  # type: ignore[arg-type]
            **parts,  # type: ignore[arg-type]
            parties=parties,
            convention=self._check_convention(),
            secret=self._secret(),
            labels=_labels(fixed.values(), *parts.values()),
            references=tuple(fixed[level] for level in list(Level)[4:]),
            holes=tuple(map(str, self.raw.get("manques", []))),
            comparables_choice=str(self.raw.get("choix_comparables", "")),
        )
        self._check_unique(parts["qpv"])
        self._stop_on_problems()
        return config

    def _file(self, name: str) -> dict[str, Any]:
        try:
            return read_toml(self.folder / name)
        except TerritoryError as problem:
            self.problems.append(str(problem))
            return {}

    def _stop_on_problems(self) -> None:
        if self.problems:
            heading = f"Le territoire « {self.name} » ne peut pas être ouvert :"
            raise TerritoryError(all_problems(heading, self.problems))

    def _note(self, key: str, text: str, file: str = "territoire.toml") -> None:
        self.problems.append(f"{self.folder.name}/{file}, clé « {key} » : {text}")

    def _need(
        self, table: Any, key: str, kind: type, place: str, file: str = "territoire.toml"
    ) -> Any:
        """The value under ``key``, or an empty one of its kind and a problem noted."""
        value = table.get(key) if isinstance(table, dict) else None
        whole = f"{place}.{key}".strip(".")
        if value is None:
            self._note(whole, "absente. Ajoutez-la ; le dossier « exemple » en montre une.", file)
        elif not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self._note(whole, f"{FRENCH_KINDS[kind]} est attendu, reçu « {value} ».", file)
        else:
            return value
        return kind()

    def _tables(self, key: str) -> list[tuple[str, dict[str, Any]]]:
        entries = self._need(self.raw, key, list, "")
        return [(f"{key}[{rank}]", entry) for rank, entry in enumerate(entries, start=1)]

    def _vintage(self, family: str) -> int:
        return int(self._need(self.raw.get("millesimes", {}), family, int, "millesimes"))

    def _zone(
        self, level: Level, code: str, label: str, vintage: int, communes: Iterable[str] = ()
    ) -> Zone:
        form = QPV_FORMS.get(vintage) if level.has_generations else CODE_FORMS.get(level)
        if level.has_generations and form is None:
            self._note(code, f"la génération {vintage} des QPV est inconnue (2015 ou 2024).")
        elif form and code and not re.fullmatch(form, code):
            self._note(code, f"ce n'est pas un code de niveau « {level} » ({vintage or '?'}).")
        return Zone(level, code, vintage, label, tuple(communes))

    def _administrative(self, level: Level) -> Zone:
        table, place = self._need(self.raw, str(level), dict, ""), str(level)
        code = str(self._need(table, "code", str, place))
        label = str(self._need(table, "label", str, place))
        communes = (code,) if level is Level.COMMUNE else ()
        return self._zone(level, code, label, self._vintage("administratif"), communes)

    def _named(self, key: str, level: Level, communes: tuple[str, ...] = ()) -> tuple[Zone, ...]:
        table = self._need({"comparables": {}} | self.raw, key, dict, "")
        if not table:  # a commune may have no quartier of its own, and then no vintage of them
            return ()
        vintage = self._vintage("administratif" if level is Level.COMMUNE else str(level))
        return tuple(
            self._zone(level, code, str(label), vintage, communes or (code,))
            for code, label in table.items()
        )

    def _qpv(self, place: str, entry: dict[str, Any]) -> Zone:
        code = str(self._need(entry, "code", str, place))
        label = str(self._need(entry, "label", str, place))
        communes = self._need(entry, "communes", list, place)
        vintage = int(self._need(entry, "millesime", int, place))
        return self._zone(Level.QPV, code, label, vintage, map(str, communes))

    def _party(self, place: str, entry: dict[str, Any]) -> Party:
        return Party(*(str(self._need(entry, key, str, place)) for key in ("id", "nom", "sigle")))

    def _secret(self) -> dict[str, dict[str, Any]]:
        table = self._need(self.raw, "secret", dict, "")
        for key, text in policy.faults(table, variables()):
            self._note(f"secret.{key}", text)
        return dict(table)

    def _check_convention(self) -> dict[str, Any]:
        file = "convention.toml"
        self._need(self.convention, "titre", str, "", file)
        self._need(self.convention, "dates", dict, "", file)
        for rank, axis in enumerate(self._need(self.convention, "axe", list, "", file), start=1):
            place = f"axe[{rank}]"
            for key in ("id", "titre", "theme"):
                self._need(axis, key, str, place, file)
            for objective in self._need(axis, "objectif", list, place, file):
                self._need(objective, "id", str, f"{place}.objectif", file)
                self._need(objective, "texte", str, f"{place}.objectif", file)
        return self.convention

    def _check_unique(self, qpv: tuple[Zone, ...]) -> None:
        codes = [zone.code for zone in qpv]
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            self._note(f"qpv.{code}", "ce code est déclaré deux fois ; gardez-en un.")


FRENCH_KINDS = {str: "un texte", int: "un nombre entier", bool: "true ou false"} | {
    list: "une liste",
    dict: "une table",
}


def _labels(*families: Iterable[Zone]) -> dict[tuple[str, str], str]:
    return {(str(zone.level), zone.code): zone.label for family in families for zone in family}
