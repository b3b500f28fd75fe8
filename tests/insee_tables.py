"""Pages and files of insee.fr, as a stand-in gives them.  Every number here is invented.

A page is HTML that links to several files, of which one is wanted; an archive holds a table of
figures and its dictionary, as the true ones do.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence

from tests.standin import Reply

POPULATION, FAMILIES = 8647014, 8647008
BANDS = ("0014", "1529", "3044", "4559", "6074", "75P")
QN, LAKE = "QN00001N", "QN00002M"  # the two quarters of the invented territory
Rows = Sequence[Mapping[str, object]]
Sizes = Sequence[tuple[str, float]]  # IRIS, and a number its figures are made of


def page(*files: str) -> bytes:
    """A page of figures: text, and links to files."""
    links = "".join(f'<li><a class="lien" href="{one}">Télécharger</a></li>' for one in files)
    return (
        f"<!doctype html><html><body><h1>Page inventée</h1><ul>{links}</ul></body></html>".encode()
    )


def table(rows: Rows, encoding: str = "utf-8") -> bytes:
    """A CSV as Insee writes it."""
    heading = list(rows[0])
    lines = [heading, *([str(row[name]) for name in heading] for row in rows)]
    return "\r\n".join(";".join(line) for line in lines).encode(encoding) + b"\r\n"


def archive(**members: bytes) -> bytes:
    """A ZIP of some members, « __ » standing for the point of their name."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(name.replace("__", "."), content)
    return held.getvalue()


def dictionary(**said: str) -> bytes:
    """The list of variables that comes with a table."""
    return table([{"COD_VAR": code, "LIB_VAR_LONG": text} for code, text in said.items()])


def put(
    site: dict[str, Reply], number: int, file: str, content: bytes, *others: str, name: str = ""
) -> None:
    """Publish one page and the file it leads to; ``others`` are links to nothing of use."""
    link = f"/fr/statistiques/fichier/{number}/{file}"
    site[f"/fr/statistiques/{number}"] = Reply(200, page(*others, link), "text/html")
    site[link] = Reply(200, content, "application/zip")


HERE = (("001000101", 100.5), ("001000102", 50.25), ("990010101", 7.0))
ALONE = (("001000101", 30.75), ("001000102", 10.25), ("990010101", 1.0))


def people(prefix: str = "P22_", sizes: Sizes = HERE, **changes: object) -> list[dict[str, object]]:
    """Lines of the census by IRIS: two of the territory, one of elsewhere."""
    rows: list[dict[str, object]] = []
    for code, size in sizes:
        ages = {f"{prefix}POP{band}": size for band in BANDS}
        whole = {f"{prefix}POP": 6 * size, f"{prefix}POP0019": size + 20}
        place = {"IRIS": code, "COM": code[:5], "TYP_IRIS": "H", "LAB_IRIS": "1"}
        rows.append({**place, **whole, **ages})
    rows[0].update(changes)
    return rows


def families(
    prefix: str = "C22_", sizes: Sizes = ALONE, **changes: object
) -> list[dict[str, object]]:
    """Lines of families by IRIS, of the same places."""
    rows: list[dict[str, object]] = []
    for code, alone in sizes:
        parts = {f"{prefix}COUPAENF": 2 * alone, f"{prefix}FAMMONO": alone}
        parts |= {f"{prefix}COUPSENF": 3 * alone, f"{prefix}FAM": 6 * alone}
        rows.append({"IRIS": code, "COM": code[:5], **parts})
    rows[0].update(changes)
    return rows


def census(
    site: dict[str, Reply], year: int = 2022, sizes: Sizes = HERE, alone: Sizes = ALONE
) -> None:
    """The two pages of the census by IRIS, in one edition."""
    two = f"{year % 100:02}"
    for number, stem, rows in (
        (POPULATION, "base-ic-evol-struct-pop", people(f"P{two}_", sizes)),
        (FAMILIES, "base-ic-couples-familles-menages", families(f"C{two}_", alone)),
    ):
        folder = f"/fr/statistiques/fichier/{number}"
        held = {
            f"meta_{stem}-{year}__CSV": dictionary(IRIS="Code"),
            f"{stem}-{year}__CSV": table(rows),
        }
        others = (f"{folder}/{stem}-{year}_xlsx.zip", f"{folder}/{stem}-{year}-com_csv.zip")
        put(site, number, f"{stem}-{year}_csv.zip", archive(**held), *others)


QUARTERS = (QN, LAKE, "QN09901A")


def quarters(
    codes: Sequence[str] = QUARTERS, **columns: Sequence[object]
) -> list[dict[str, object]]:
    """Lines of a file on quarters: two of the territory, one of elsewhere."""
    return [
        {
            "CODGEO": code,
            "LIBGEO": f"Quartier inventé {rank}",
            **{name: values[rank] for name, values in columns.items()},
        }
        for rank, code in enumerate(codes)
    ]


CAF = {
    "A": (1200, 640, 90),
    "PERCOU": (3100, 1500, 200),
    "AI": (500, 300, 40),
    "AM": (300, "s", 10),
    "ACSSENF": (100, 40, 10),
    "ACAVENF": (300, 200, 30),
    "AC3ENF": (80, 45, 4),
    "ENF_2": (220, 110, "nd"),
    "A_NETUD_24": (60, "", 8),
    "AAAH": (150, 70, 9),
    "APPA": (400, 210, 20),
    "ARSAS": (420, 190, 30),
}
SEEKERS = {"ABC": (800, 300, 40), "ABC_25": (90, 35, "nd"), "A": (500, 180, 20)}
INCOMES = {"TP60": ("48,5", "", "30,1"), "DISP_Q2": ("12 950", "13100", "15000")}
PEOPLE = {"POP_MUN": (5200, 2100, 900), "TX_TOT_0A24": ("42,5", "39,9", "35")}
REFERENCE = {"P20_POP": (5150, 2080, 880)}


def quarters_of(site: dict[str, Reply], codes: Sequence[str] = QUARTERS) -> None:
    """The pages on the QPV of 2024."""
    communes = table([{"CODGEO": "00100", "A": 99_999}])
    caf = archive(
        data_CAF_COM__csv=communes,
        meta_CAF__csv=dictionary(A="Nombre d'allocataires", PERCOU="Personnes couvertes"),
        data_CAF_QP24__csv=table(quarters(codes, **CAF)),
    )
    put(site, 8682381, "beneficiaires_CAF_31-12-2024_QP24.zip", caf, *["/fr/statistiques/1"])
    seekers = archive(DEFM2024_QP24__csv=table(quarters(codes, **SEEKERS), "cp1252"))
    put(site, 8644871, "DEFM2024_QP24_csv.zip", seekers)
    incomes = archive(FILO_QP24__csv=table(quarters(codes, **INCOMES)))
    put(site, 8243167, "revenus_pauvrete_2021_qp24_v2_csv.zip", incomes)
    here = archive(DEMO_2022__csv=table(quarters(codes, **PEOPLE)))
    put(site, 8742545, "estimations-demographiques_2022_QPV2024_csv.zip", here)
    put(site, 8210600, "pop_QPV24.csv", table(quarters(codes, **REFERENCE)))


def fill(site: dict[str, Reply]) -> None:
    """Publish everything that the sources ask for."""
    census(site)
    quarters_of(site)
