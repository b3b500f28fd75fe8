"""The manifest beside a release: what was sent, and how it resisted the attack.

Public, like the release.  Everything in it is computed from the release or drawn at random: a
hash of the confidential table would be an oracle (four unknown counts are 256 tries).
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ctg_data.disclosure.engine.audit.verdict import Verdict
from ctg_data.disclosure.engine.release.content import PUBLISHED, SUPPRESSED, VIRTUAL, Release
from ctg_data.files.outputs import write_json


def manifest_path(release: Path) -> Path:
    """Return where the manifest of a release stands: `RELEASE.manifest.json`.

    >>> manifest_path(Path("sorties/RELEASE.json")).as_posix()
    'sorties/RELEASE.manifest.json'
    """
    return release.parent / f"{release.name.removesuffix('.json')}.manifest.json"


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def manifest(path: Path, release: Release, verdict: Verdict, policy: dict[str, Any]) -> dict:
    """Return the manifest of the release written at `path`.

    Args:
        path: the file that was written.
        release: what it holds.
        verdict: what the audit of it found.
        policy: min_count, min_population and zeros, as the CAF settled them.
    """
    return {
        "release": path.name,
        "sha256": sha256(path),
        "number": secrets.token_hex(8),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "policy": policy,
        "counts": {
            "cells": len(release.ids),
            "published": int((release.status == PUBLISHED).sum()),
            "suppressed": int((release.status == SUPPRESSED).sum()),
            "virtual": int((release.status == VIRTUAL).sum()),
            "relations": len(release.relation_ids),
            "ratios": len(release.ratios),
        },
        "audit": {
            "verdict": verdict.as_json()["verdict"],
            "attacked": verdict.checked,
            "leaks": len(verdict.leaks),
            "already_public": len(verdict.public),
            "undecided": len(verdict.undecided),
            "hypotheses": verdict.hypotheses,
            "seconds": round(verdict.seconds, 3),
        },
    }


def write_manifest(path: Path, release: Release, verdict: Verdict, policy: dict[str, Any]) -> Path:
    """Write the manifest beside the release, in one go, and return its path.

    Raises:
        UserError: the file cannot be written.
    """
    target = manifest_path(path)
    write_json(target, manifest(path, release, verdict, policy))
    return target
