"""What the `secret` commands print: a few French lines, the same for a person and a log."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ctg_data.disclosure.engine.audit.verdict import (
    BELOW,
    EXACT,
    INSIDE,
    NARROW,
    OPERAND,
    SHOWN,
    ZONE,
    Leak,
    Verdict,
)
from ctg_data.disclosure.engine.manifest import manifest_path
from ctg_data.fr import number, plural, spaced

LISTED = 20
"""Longer lists end with how many more there are; `--json` holds them all."""
KINDS = {
    EXACT: "valeur recalculable",
    INSIDE: "petit effectif certain",
    BELOW: "effectif sous le seuil certain",
    NARROW: "intervalle trop étroit",
    SHOWN: "effectif sous le seuil, publié tel quel",
    ZONE: "publiée sur une zone ou sous-population trop petite",
    OPERAND: "indicateur montré alors qu'une de ses cases est masquée",
}


@contextlib.contextmanager
def quiet_solver() -> Iterator[None]:
    """Keep out of the terminal what HiGHS prints from C, whatever its options say."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def listed(names: list[str]) -> list[str]:
    """Return at most LISTED lines, and how many more there would be."""
    lines = [f"  – {name}" for name in names[:LISTED]]
    if len(names) > LISTED:
        lines.append(f"  – et {number(len(names) - LISTED)} de plus (option « --json »).")
    return lines


def leak_text(leak: Leak) -> str:
    """Return one leak as a line."""
    if leak.kind == OPERAND:
        return f"« {leak.id} » : {KINDS[leak.kind]} ({leak.kind})"
    interval = number(leak.lo) if leak.lo == leak.hi else f"{number(leak.lo)} à {number(leak.hi)}"
    known = f", pour qui connaît « {leak.knowing} »" if leak.knowing else ""
    return f"« {leak.id} » : {KINDS[leak.kind]}, {interval} ({leak.kind}){known}"


def audit_text(verdict: Verdict) -> str:
    """Return the summary of an audit."""
    attacked = plural(verdict.checked, "cellule attaquée", "cellules attaquées")
    lines = [f"Audit : {attacked} en {number(verdict.seconds, 2)} s."]
    if verdict.leaks:
        lines.append(f"{plural(len(verdict.leaks), 'fuite')} : ne diffusez pas ce fichier.")
        lines += listed([leak_text(leak) for leak in verdict.leaks])
    if verdict.undecided:
        count = plural(len(verdict.undecided), "cellule indécise", "cellules indécises")
        lines.append(f"{count} : le calcul n'a pas abouti, rien ne dit qu'elles sont sûres.")
        lines += listed([f"« {name} »" for name in verdict.undecided])
    if verdict.safe:
        lines.append("Aucune fuite : aucun petit effectif ne se déduit de ce qui est diffusé.")
    if verdict.public:
        count = plural(len(verdict.public), "cellule déjà publique", "cellules déjà publiques")
        lines.append(f"{count} (par d'autres données, sans nous) :")
        lines += listed([leak_text(leak) for leak in verdict.public])
    if verdict.recomputable:
        count = plural(len(verdict.recomputable), "cellule masquée", "cellules masquées")
        lines.append(f"{count}, recalculable sans être sensible :")
        lines += listed([f"« {name} »" for name in verdict.recomputable])
    return spaced("\n".join(lines))


def protect_text(protection: Any, verdict: Verdict | None, out: Path | None) -> str:
    """Return the summary of a protection; `out` is None when nothing was written."""
    cells = plural(len(protection.release.ids), "cellule")
    masked = plural(len(protection.primary), "case masquée", "cases masquées")
    lines = [
        f"Tableau de {cells} : {masked} du fait des règles, "
        f"{plural(len(protection.complementary), 'case')} en complément, "
        f"{plural(len(protection.hidden_derived), 'indicateur retiré', 'indicateurs retirés')} "
        f"({number(protection.seconds, 2)} s).",
        *protection.warnings,
        *protection.widened,
    ]
    if protection.failed:
        count = plural(len(protection.failed), "cellule")
        lines.append(f"Protection impossible : {count} sans preuve. Rien n'a été écrit.")
        lines += listed([f"« {name} »" for name in protection.failed])
    if verdict:
        lines.append(audit_text(verdict))
    if out:
        lines.append(f"Diffusion écrite : {out}")
        lines.append(f"Procès-verbal : {manifest_path(out)}")
    elif verdict:
        lines.append("L'audit ne confirme pas la protection. Rien n'a été écrit.")
    return spaced("\n".join(lines))
