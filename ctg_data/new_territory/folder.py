"""The folder of a new commune, made from what producers publish on it.

What could not be had is told, in the folder itself and on the page « Données »: « aucun QPV » is
written only after the whole national list was read, and stays « inconnus » when it could not be.
The folder is opened before it is put in place, and nothing that exists is ever replaced.
"""

import json
import re
import shutil
import time
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ctg_data import fr
from ctg_data.decision import proposed as decision
from ctg_data.errors import SourceUnavailable, TerritoryError, UserError
from ctg_data.model import Level
from ctg_data.new_territory import comparables, zones as territory_zones
from ctg_data.new_territory.draft import Draft
from ctg_data.new_territory.text import SOURCES, convention_toml, entry_toml, territory_toml
from ctg_data.new_territory.zones import Ground
from ctg_data.sources import contours, contours_ign, contours_qpv, geo_api, registry
from ctg_data.sources.base import ARRONDISSEMENTS
from ctg_data.sources.http import Http, base_address, host
from ctg_data.sources.wfs import Wfs
from ctg_data.territory import config as territory
from ctg_data.territory.config import CODE_FORMS, INDEX, TerritoryConfig
from geo.outlines import cells, checks, formats

LARGE = 10_000  # inhabitants: under it the Cnaf publishes no coverage rate of the commune
DETAILS = "nom,code,population,departement,region,epci"


def create(
    code: str,
    name: str = "",
    root: Path = territory.ROOT,
    *,
    pause: Callable[[float], None] = time.sleep,
) -> tuple[TerritoryConfig, Draft]:
    """Make the folder of a commune, open it, and declare it.

    Raises:
        UserError: the code is not a commune's, the folder exists, a producer is away.
    """
    if not re.fullmatch(CODE_FORMS[Level.COMMUNE], code):
        raise UserError(
            f"« {code} » n'est pas un code de commune : 5 caractères sont attendus, ceux de "
            "l'Insee (et non le code postal)."
        )
    _check_whole(code)
    with Http(pause=pause) as http:
        draft = ask(http, code)
    folder_name = name or "-".join(cells.plain(draft.name).split())
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", folder_name):
        raise UserError(f"« {folder_name} » : un dossier s'écrit en minuscules, sans espace.")
    if (root / folder_name).exists() or folder_name in territory.territory_names(root):
        raise UserError(
            f"Le territoire « {folder_name} » existe déjà : rien n'a été écrit. Choisissez un "
            "autre nom avec --dossier."
        )
    try:
        return _write(draft, folder_name, root), draft
    except OSError as error:
        raise UserError(
            f"Le dossier ne peut pas être écrit dans {root} ({error.strerror}). Demandez le droit "
            "d'écrire là où l'application est installée."
        ) from error


def _check_whole(code: str) -> None:
    """Refuse one arrondissement: a convention is signed with a commune."""
    for whole, parts in ARRONDISSEMENTS.items():
        if code in parts:
            raise UserError(
                f"{code} est un arrondissement municipal de la commune {whole}, qui signe la "
                f"convention : faites le dossier de la commune entière, « territoire nouveau "
                f"{whole} ». Ses IRIS et ses quartiers y sont, arrondissement par arrondissement."
            )


def ask(http: Http, code: str) -> Draft:
    """Everything producers say of a commune; only its identity is indispensable."""
    draft = _identity(http, code)
    wfs = Wfs(http, base_address("IGN"))
    clients = SimpleNamespace(http=http, wfs=wfs, datagouv=base_address("DATAGOUV"))
    for what, step in (
        ("Les communes de l'intercommunalité", lambda: _members(http, draft)),
        ("Les communes voisines", lambda: _neighbours(wfs, draft)),
        ("Les IRIS", lambda: _iris(wfs, draft)),
        ("Les QPV de 2024", lambda: _qpv(2024, clients, draft)),
        ("Les QPV de 2015", lambda: _qpv(2015, clients, draft)),
        ("Les communes semblables", lambda: _comparables(http, draft)),
    ):
        try:
            step()
        except UserError as problem:
            female = "e" * ("communes" in what)
            draft.holes.append(
                f"{what} sont inconnu{female}s : {problem} Ce n'est pas qu'il n'y en a pas. "
                "Recommencez plus tard, ou complétez territoire.toml."
            )
    draft.holes += _unpublished(draft)
    return draft


def _unpublished(draft: Draft) -> list[str]:
    """What the Cnaf does not publish of this commune, and what is shown in its place, if any."""
    told = []
    if draft.code in ARRONDISSEMENTS:
        told.append(
            "La Cnaf publie ses chiffres par arrondissement, et aucun de la commune entière : ceux "
            "de la commune restent vides, sans être zéro, tant que son fichier annuel (le socle) "
            "n'est pas importé."
        )
    if draft.population is not None and draft.population < LARGE:
        instead = (
            "ceux de l'intercommunalité sont montrés à la place, et nommés ainsi."
            if "epci" in draft.places
            else "aucun n'est montré, la commune n'étant dans aucune intercommunalité."
        )
        told.append(
            f"La commune a {fr.number(draft.population)} habitants. La Cnaf ne publie les taux de "
            f"couverture et les places d'accueil qu'au-dessus de {fr.number(LARGE)} : {instead}"
        )
    return told


def _identity(http: Http, code: str) -> Draft:
    base = base_address("GEO")
    answer = http.get(f"{base}/communes/{code}", {"fields": DETAILS})
    if answer.status == 404:
        raise UserError(
            f"{host(base)} ne connaît pas la commune {code}. Donnez son code Insee, et non son "
            "code postal ; une commune fusionnée a celui de la nouvelle."
        )
    try:
        told = json.loads(answer.content)
        known = told if isinstance(told, dict) and told.get("nom") else {}
        parts = {level: known.get(level) or {} for level in ("departement", "region", "epci")}
        people = known.get("population")
        draft = Draft(
            code,
            str(known["nom"]),
            people if isinstance(people, int) else None,
            {level: (str(one["code"]), str(one["nom"])) for level, one in parts.items() if one},
            ground=Ground(code),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise SourceUnavailable(
            f"{host(base)} n'a pas décrit la commune {code} (réponse {answer.status}). Réessayez "
            "plus tard."
        ) from error
    if missing := {"departement", "region"} - set(draft.places):
        raise SourceUnavailable(f"{host(base)} ne dit pas {', '.join(missing)} de {draft.name}.")
    return draft


def _members(http: Http, draft: Draft) -> None:
    if "epci" not in draft.places:
        draft.holes.append("La commune n'est dans aucune intercommunalité : pas de comparaison.")
        return
    place = SimpleNamespace(epci=SimpleNamespace(code=draft.places["epci"][0]))
    listed = next(one for one in registry.source("geo_communes").datasets if one.level == "epci")
    clients = SimpleNamespace(http=http, geo=base_address("GEO"))
    got = geo_api.fetch(listed, place, clients)  # type: ignore[arg-type]
    assert got is not None, "an intercommunalité that has a code is asked for"
    draft.members = {one.code: one.name for one in geo_api.communes(got.content)}


def _comparables(http: Http, draft: Draft) -> None:
    if draft.population:
        known = {*draft.members, *draft.neighbours}
        epci = draft.places.get("epci", ("", ""))[0]
        mine = geo_api.Commune(draft.code, draft.name, epci, draft.population)
        listed = geo_api.everywhere(http, base_address("GEO"))
        found = comparables.propose(listed, mine, known, draft.with_qpv)
        draft.comparables, draft.comparables_choice = found.communes, found.told


def _neighbours(wfs: Wfs, draft: Draft) -> None:
    draft.ground = Ground.asked(wfs, draft.code)
    names = draft.ground.names
    draft.neighbours = {code: name for code, name in names.items() if code != draft.code}


def _iris(wfs: Wfs, draft: Draft) -> None:
    found = territory_zones.iris(wfs, draft.ground)
    draft.iris = dict(found.names)
    draft.holes += found.holes


def _qpv(generation: int, clients: Any, draft: Draft) -> None:
    dataset = f"qpv_{generation}"
    if generation == 2024:
        source = registry.source("contours_qpv").datasets[0]
        content = contours_qpv.fetch(source, None, clients).content
    else:
        prefix = draft.places["departement"][0].zfill(3)
        where = [f"code_qp LIKE 'QP{prefix}%'"]
        content = clients.wfs.layer(contours_ign.NAMES[dataset], where=where).content
    raw = formats.read(content, dataset, contours.LAYERS[dataset].member)
    if generation == 2024:
        draft.with_qpv = comparables.communes_of(raw)
    known = {draft.code: draft.name, **draft.members}
    before = len(draft.qpv)
    for one in raw.features:
        communes = territory_zones.communes_of(one, draft.ground, known)
        if draft.code in communes:
            entry = {
                "code": cells.value(one.properties, checks.CODES[Level.QPV]),
                "label": cells.value(one.properties, ("lib_qp", "nom_qp")),
                "millesime": generation,
                "communes": sorted(communes),
            }
            draft.qpv.append(entry)
    if len(draft.qpv) == before:
        draft.holes.append(_without_qpv(generation, raw, draft.ground))


def _without_qpv(generation: int, raw: formats.Raw, ground: Ground) -> str:
    """Say that there is none, or that it could not be known."""
    if territory_zones.cannot_tell(raw.features, ground):
        return (
            f"Les QPV de {generation} sont inconnus : leur couche nomme les communes, qui ont pu "
            "changer de nom, et le contour de celle-ci n'a pas été reçu. Ce n'est pas qu'il n'y en "
            "a pas. Recommencez plus tard, ou complétez territoire.toml."
        )
    return (
        f"La commune n'a aucun quartier prioritaire de la génération {generation} : la liste "
        "a été lue en entier. Les pages par QPV restent vides, sans que ce soit un manque."
    )


def _write(draft: Draft, name: str, root: Path) -> TerritoryConfig:
    """Write beside, open, then put in place and declare; on any fault nothing is left."""
    trial = root / f".{name}.nouveau"
    shutil.rmtree(trial, ignore_errors=True)
    trial.mkdir()
    index = root / INDEX
    before = index.read_text(encoding="utf-8")
    try:
        settings = _settings(root)
        texts = {"territoire.toml": territory_toml(draft, settings, date.today())}
        texts |= {"convention.toml": convention_toml(draft), "sources.toml": SOURCES}
        texts |= _proposals(root)
        for file, text in texts.items():
            (trial / file).write_text(text, encoding="utf-8")
        (trial / INDEX).write_text(f'defaut = "x"\n{entry_toml("x", draft.name, ".")}', "utf-8")
        territory.open_territory("x", trial)
        (trial / INDEX).unlink()
        trial.rename(root / name)
        fresh = root / f".{INDEX}.nouveau"
        fresh.write_text(before.rstrip("\n") + "\n\n" + entry_toml(name, draft.name, name), "utf-8")
        fresh.replace(index)
    except BaseException:
        shutil.rmtree(trial, ignore_errors=True)
        raise
    return territory.open_territory(name, root)


def _settings(root: Path) -> str:
    """The settings of secrecy, as a territory already there writes them, with their reasons."""
    folders: Iterable[str] = territory.territory_names(root)
    for one in folders:
        path = territory.open_territory(one, root).folder / "territoire.toml"
        text = path.read_text(encoding="utf-8")
        if (start := text.find("[secret.")) >= 0:
            return text[start:]
    raise TerritoryError(f"{root} : aucun territoire ne donne les réglages du secret à reprendre.")


def _proposals(root: Path) -> dict[str, str]:
    """Weights and hypotheses, as a territory already there proposes them, to be discussed."""
    folders = [territory.open_territory(one, root) for one in territory.territory_names(root)]
    folders.sort(key=lambda one: one.fictional)
    found = [one.folder / decision.FILE for one in folders]
    path = next((one for one in found if one.exists()), None)
    return {decision.FILE: path.read_text("utf-8")} if path else {}
