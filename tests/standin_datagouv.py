"""The stand-in's data.gouv.fr: data sets, their files, and stable addresses that lead to them.

As on the true site, a stable address (``/datasets/r/ID``) answers by a redirection whose target
holds the day, and a data set that nobody knows by 404 in JSON.
"""

from dataclasses import dataclass, field
from typing import Any

KINDS = {"csv": "text/csv", "json": "application/json", "zip": "application/zip"}


@dataclass
class File:
    """One file of a data set."""

    title: str
    path: str  # under « fichiers/ »
    content: bytes
    told: dict[str, Any] = field(default_factory=dict)


@dataclass
class Published:
    """What the site holds: files by data set, and what stable addresses lead to."""

    sets: dict[str, list[File]] = field(default_factory=dict)
    stable: dict[str, File] = field(default_factory=dict)

    def every(self) -> dict[str, File]:
        """Each file by its path."""
        files = [one for several in self.sets.values() for one in several]
        return {one.path: one for one in (*files, *self.stable.values())}


def answer(published: Published, path: str, address: str) -> Any:
    """Answer one request, or nothing when it is of something else."""
    from tests.standin import Reply

    parts = path.strip("/").split("/")
    if path.startswith("/datasets/r/"):
        file = published.stable.get(parts[2])
        where = file and f"/datagouv/fichiers/{file.path}"
        return Reply(302, headers={"Location": where}) if where else None
    if path.startswith("/fichiers/"):
        file = published.every().get(path.removeprefix("/fichiers/"))
        if file is None:
            return None
        return Reply(200, file.content, KINDS.get(file.path.rsplit(".", 1)[-1], "text/plain"))
    if len(parts) == 2 and parts[0] == "datasets":
        if parts[1] not in published.sets:
            return Reply.json({"message": "Not Found"}, 404)
        return Reply.json(_described(parts[1], published.sets[parts[1]], address))
    return None


def _described(slug: str, files: list[File], address: str) -> dict[str, Any]:
    resources = [
        {
            "id": f"00000000-0000-4000-8000-{rank:012}",
            "title": one.title,
            "format": one.path.rsplit(".", 1)[-1],
            "filetype": "file",
            "type": "main",
            "url": f"{address}/datagouv/fichiers/{one.path}",
            "last_modified": "2026-11-23T04:00:00.000000+00:00",
            **one.told,
        }
        for rank, one in enumerate(files)
    ]
    return {"id": "0" * 24, "slug": slug, "title": "Jeu fictif", "resources": resources}
