"""A national BPE, invented, of two million lines: how long it takes to read, and in what memory.

    python -m benchmarks.bpe [lines]

Makes the parquet (one block only: the worst case) and the ZIP, then reads each in a fresh process
from a server of this machine, as an update does.  Prints the seconds, the memory at its highest
above the idle process, and what each is of the promise (60 s, 500 MiB).
"""

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

PROMISED = 60.0, 500.0  # seconds, MiB
LINES = 2_000_000
BLOCK = 50_000
KEPT = 71  # communes of a large intercommunality


def communes() -> list[str]:
    return [f"{number:05}" for number in range(1, 35_001)]


def _columns(count: int, chance: random.Random) -> dict[str, list[object]]:
    """Some lines, column by column, as wide as Insee's."""
    from ctg_data.sources.bpe_file import COLUMNS
    from ctg_data.sources.bpe_types import facilities

    read, others = sorted(facilities()), [f"B{number}" for number in range(201, 327)]
    codes = communes()
    places = [chance.choice(codes) for _ in range(count)]
    told: dict[str, list[object]] = {
        name: [f"{name} {number % 997}" for number in range(count)] for name in COLUMNS
    }
    told |= {f"AUTRE_{rank}": [f"valeur {rank}"] * count for rank in range(30)}
    told |= {
        "AN": [2025] * count,
        "DEPCOM": list(places),
        "TYPEQU": [chance.choice(read if chance.random() < 0.1 else others) for _ in places],
        "NOMRS": [f"ÉTABLISSEMENT INVENTÉ {chance.random():.9f}" for _ in places],
        "LIBVOIE": [f"RUE INVENTÉE {chance.random():.6f}" for _ in places],
        "SIRET": [f"{chance.randrange(10**13):014}" for _ in places],
        "LONGITUDE": [chance.random() for _ in places],
        "LATITUDE": [45 + chance.random() for _ in places],
        "DCIRIS": [f"{code}0101" for code in places],
        "STATUT_DIFFUSION": ["O"] * count,
        "QUALITE_XY": ["B"] * count,
        **{f"QUALI_{zone}": ["1"] * count for zone in ("IRIS", "QP2024", "QP2015")},
    }
    return told


def _blocks(lines: int) -> Iterator[dict[str, list[object]]]:
    chance = random.Random(1)
    for first in range(0, lines, BLOCK):
        yield _columns(min(BLOCK, lines - first), chance)


def make(folder: Path, lines: int) -> list[Path]:
    """Both files; the CSV never stands on the disk by itself."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    whole, packed = folder / "BPE25.parquet", folder / "BPE25.zip"
    tables = []
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("BPE25.csv", "w", force_zip64=True) as file,
    ):
        for rank, columns in enumerate(_blocks(lines)):
            tables.append(pa.table(columns))
            text = pd.DataFrame(columns).to_csv(sep=";", index=False, header=rank == 0)
            file.write(text.encode())
    table = pa.concat_tables(tables).combine_chunks()
    pq.write_table(table, whole, row_group_size=lines)
    return [whole, packed]


def measure(path: Path) -> dict[str, float]:
    """Read one file; the memory at its highest is that of the whole process, less its start."""
    from ctg_data.sources import bpe_file, insee_bpe

    assert insee_bpe  # what an update has loaded already
    before, begun, worked = _peak(), time.perf_counter(), time.process_time()
    found = bpe_file.read_file(path, set(communes()[:KEPT]), set())
    told = {"s": time.perf_counter() - begun, "cpu": time.process_time() - worked}
    return {**told, "mib": _peak() - before, "lines": found.count, "kept": len(found.lines)}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    if len(sys.argv) > 2:
        print(json.dumps(measure(Path(sys.argv[2]))))
        return
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else LINES
    with tempfile.TemporaryDirectory(prefix="ctg-bpe-") as folder:
        making = [
            sys.executable,
            "-c",
            "import sys, pathlib; from benchmarks import bpe; "
            f"bpe.make(pathlib.Path({folder!r}), {lines})",
        ]
        subprocess.run(making, check=True)
        for path in sorted(Path(folder).iterdir()):
            again = [sys.executable, "-m", "benchmarks.bpe", "mesure", str(path)]
            told = json.loads(subprocess.run(again, check=True, capture_output=True).stdout)
            seconds, mib = PROMISED
            print(
                f"{path.name}: {path.stat().st_size / 2**20:.0f} MiB, {told['lines']:.0f} lines, "
                f"{told['kept']:.0f} kept: {told['s']:.1f} s, {told['s'] / seconds:.2f} of the "
                f"promise ({told['cpu']:.1f} s of work), +{told['mib']:.0f} MiB, "
                f"{told['mib'] / mib:.2f} of it"
            )


if __name__ == "__main__":
    main()
