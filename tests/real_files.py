"""Read the real files named by ``CTG_REFERENCE``, to compare what is embedded with them.

Written apart from the connectors on purpose: two readings of the same file must agree.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from ctg_data.territory.config import TerritoryConfig

Key = tuple[str, str, str, str, int, str]  # source, variable, level, code, year of file, category
Figures = dict[Key, float | None]

BENEFITS = {
    "indfoy_ndur": "foyers_allocataires",
    "indnbp_ndur": "personnes_couvertes",
    "indfoy_rsa": "foyers_rsa",
    "indfoy_ppa": "foyers_prime_activite",
    "indfoy_ndural": "foyers_aide_logement",
    "indfoy_af": "foyers_af",
    "indfoy_ndurpaje": "foyers_paje",
}
COVERAGE = {
    "txcouv": "total",
    "txcouv_eaje": "eaje",
    "txcouv_am_ind": "assistants_maternels",
    "txcouv_prescol": "prescolarisation",
    "txcouv_gad_ind": "garde_domicile",
}
SCALES = {
    "nat": "france",
    "reg": "region",
    "dep": "departement",
    "epci": "epci",
    "com": "commune",
}
ALLOCATAIRES = {
    "A": "foyers_allocataires",
    "PERCOU": "personnes_couvertes",
    "AI": "foyers_selon_composition/isole",
    "AM": "foyers_selon_composition/monoparent",
    "ACSSENF": "foyers_selon_composition/couple_sans_enfant",
    "ACAVENF": "foyers_selon_composition/couple_avec_enfants",
    "AC3ENF": "couples_trois_enfants",
    "ENF": "enfants_couverts",
    "ENF_2": "enfants_couverts/0-2",
    "ENF_3_5": "enfants_couverts/3-5",
    "ENF_6_10": "enfants_couverts/6-10",
    "ENF_11_14": "enfants_couverts/11-14",
    "ENF_15_17": "enfants_couverts/15-17",
    "ENF_18_24": "enfants_couverts/18-24",
    "A_ETUD": "allocataires_etudiants",
    "A_NETUD_24": "allocataires_moins_25_non_etudiants",
    "AAL": "foyers_aide_logement",
    "APPA": "foyers_prime_activite",
    "ARSA": "foyers_rsa",
    "ARSAS": "foyers_rsa_socle",
    "AAAH": "foyers_aah",
    "APRES50": "foyers_dependance_50",
    "APRES100": "foyers_dependance_100",
    "POP_MUN": "population_municipale",
    "TX_TOT_0A24": "part_moins_25",
    "IND_JEUNE": "indice_jeunesse",
    "TP60": "taux_pauvrete",
    "DISP_Q2": "niveau_vie_median",
    "BREV": "taux_bas_revenus_declares",
    "PPSOC": "part_prestations_sociales",
}
SEEKERS = {
    "ABC": "demandeurs_emploi",
    "ABC_25": "demandeurs_emploi/0-25",
    "ABC_2649": "demandeurs_emploi/26-49",
    "ABC_50": "demandeurs_emploi/50+",
    "A": "demandeurs_emploi_categorie_a",
}
CENSUS = {
    "population": {
        "P19_POP": "population_municipale",
        "P19_POP0019": "population_moins_20",
        "P19_POP0014": "population_tranches/0-14",
        "P19_POP1529": "population_tranches/15-29",
        "P19_POP3044": "population_tranches/30-44",
        "P19_POP4559": "population_tranches/45-59",
        "P19_POP6074": "population_tranches/60-74",
        "P19_POP75P": "population_tranches/75+",
    },
    "familles": {
        "C19_FAM": "familles_toutes",
        "C19_FAMMONO": "familles_recensement/monoparentale",
        "C19_COUPAENF": "familles_recensement/couple",
    },
}


def published(folder: Path, config: TerritoryConfig) -> Figures:
    """Every figure of the real files that may be embedded, by source and key."""
    figures: Figures = {}
    for part in (_benefits, _coverage, _people, _incomes, _qpv, _seekers, _iris, _census, _bpe):
        figures.update(part(folder, config))
    return figures


def _rows(path: Path, separator: str = ";") -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file, delimiter=separator)


def _number(text: str) -> float | None:
    text = text.strip().replace("\u202f", "").replace(",", ".")
    return float(text) if text else None


def _named(name: str) -> tuple[str, str]:
    variable, _, category = name.partition("/")
    return variable, category or "total"


def _benefits(folder: Path, config: TerritoryConfig) -> Figures:
    [path] = (folder / "opendata").glob("caf_s_ben_com_f_*.csv")
    figures: Figures = {}
    sums: dict[tuple[int, str], float] = defaultdict(float)
    for row in _rows(path):
        year = int(row["dtreffre"][:4])
        for column, variable in BENEFITS.items():
            count = float(row[column])
            sums[year, variable] += count
            key = ("caf_s_ben_com_f", variable, "commune", row["numcomdo"], year, "total")
            figures[key] = count
    for (year, variable), count in sums.items():
        key = ("caf_s_ben_com_f_somme", variable, "epci", config.epci.code, year, "total")
        figures[key] = count
    return figures


def _coverage(folder: Path, config: TerritoryConfig) -> Figures:
    return {
        (
            f"caf_txcouv_pe_{row['echelle']}",
            "taux_couverture",
            SCALES[row["echelle"]],
            row["code"],
            int(row["annee"]),
            category,
        ): _number(row[column])
        for row in _rows(folder / "opendata" / "caf_txcouv_pe_2023.csv")
        for column, category in COVERAGE.items()
    }


def _people(folder: Path, config: TerritoryConfig) -> Figures:
    figures: Figures = {}
    ages: dict[Key, float] = defaultdict(float)
    for row in _rows(folder / "opendata" / "insee_rp2023_population_age5_sexe.csv"):
        low = int(row["age_min"])
        band = "95+" if low == 95 else f"{low}-{low + 4}"
        place = ("commune", row["code_commune"], int(row["millesime"]))
        ages["insee_rp2023_age", "population_age", *place, band] += float(row["population"])
    figures.update(ages)
    [path] = (folder / "opendata").glob("communes_*.csv")
    for row in _rows(path, ","):
        place = ("commune", row["code_commune"], 2023)
        key = ("insee_populations_2023", "population_municipale", *place, "total")
        figures[key] = float(row["population"])
    return figures


def _incomes(folder: Path, config: TerritoryConfig) -> Figures:
    [path] = (folder / "opendata").glob("insee_filosofi2023_communes_*.csv")
    names = {"MED_SL": "niveau_vie_median", "PR_MD60": "taux_pauvrete"}
    return {
        ("insee_filosofi_2023", variable, "commune", row["code_commune"], 2023, "total"): _number(
            row[column]
        )
        for row in _rows(path)
        for column, variable in names.items()
    }


def _qpv(folder: Path, config: TerritoryConfig) -> Figures:
    figures: Figures = {}
    for stem, word in (("demo", "demographie"), ("revn", "revenus")):
        [path] = (folder / "qpv").glob(f"*_{word}_*.csv")
        for row in _rows(path):
            for column in row.keys() & ALLOCATAIRES.keys():
                variable, category = _named(ALLOCATAIRES[column])
                year = int(row["millesime_fichier"])
                source = f"insee_qpv_{stem}_{year}"
                key = (source, variable, "qpv", row["CODGEO"], year, category)
                figures[key] = _number(row[column])
    return figures


def _seekers(folder: Path, config: TerritoryConfig) -> Figures:
    """Job seekers of the QPV: in this file the column A is not the allocataires."""
    [path] = (folder / "qpv").glob("*_insertion_*.csv")
    figures: Figures = {}
    for row in _rows(path):
        year = int(row["millesime_fichier"])
        for column, name in SEEKERS.items():
            variable, category = _named(name)
            key = (f"insee_qpv_ipro_{year}", variable, "qpv", row["CODGEO"], year, category)
            figures[key] = _number(row[column])
    return figures


def _iris(folder: Path, config: TerritoryConfig) -> Figures:
    [path] = (folder / "iris").glob("brut_*_caf_iris_2020.csv")
    figures: Figures = {}
    for row in _rows(path):
        for column in row.keys() & ALLOCATAIRES.keys():
            variable, category = _named(ALLOCATAIRES[column])
            key = ("insee_caf_iris_2020", variable, "iris", row["CODGEO"], 2020, category)
            figures[key] = _number(row[column])
    return figures


def _census(folder: Path, config: TerritoryConfig) -> Figures:
    """The census of 2019 by IRIS; a commune is the sum of its IRIS."""
    figures: Figures = {}
    sums: dict[Key, float] = defaultdict(float)
    for stem, columns in CENSUS.items():
        [path] = (folder / "offre").glob(f"insee_rp2019_{stem}_iris_*.csv")
        for row in _rows(path):
            for column, name in columns.items():
                variable, category = _named(name)
                source, value = f"insee_rp2019_iris_{stem}", float(row[column])
                figures[source, variable, "iris", row["IRIS"], 2019, category] = value
                sums[source, variable, "commune", row["IRIS"][:5], 2019, category] += value
    return figures | sums


BPE = {  # type of the edition of 2019 → part
    "D601": "enfants_handicapes_hebergement",
    "D602": "enfants_handicapes_services",
    "D701": "protection_enfance_hebergement",
    "D702": "protection_enfance_action_educative",
    "D703": "chrs",
    "D704": "centres_provisoires_hebergement",
    "D705": "cada",
    "D709": "autres_hebergements",
}


def _bpe(folder: Path, config: TerritoryConfig) -> Figures:
    """Establishments of social action of 2019, counted line by line."""
    figures: Figures = defaultdict(float)
    [path] = (folder / "offre").glob("bpe2019_action_sociale_*.csv")
    for row in _rows(path):
        key = ("insee_bpe_2019", "equipements", "commune", row["DEPCOM"], 2019)
        figures[(*key, BPE[row["TYPEQU"]])] += 1
    return dict(figures)
