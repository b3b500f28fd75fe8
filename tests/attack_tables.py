"""Random small tables of many kinds, as TABLE.json objects, for the attacker to try."""

import itertools
import random


def axes_names(shape):
    """Return the cells of a table with margins, one axis per entry: `a0|b1`, `*` for a total."""
    axes = [
        [*(f"{letter}{i}" for i in range(n)), "*"] for letter, n in zip("abcd", shape, strict=False)
    ]
    return ["|".join(names) for names in itertools.product(*axes)]


def axis_relations(names):
    """Return the relations saying that each total is the sum of its parts, axis by axis."""
    rows = []
    for name in names:
        keys = name.split("|")
        for place in (i for i, key in enumerate(keys) if key == "*"):
            parts = [
                other
                for other in names
                if other.split("|")[place] != "*"
                and all(
                    a == b or i == place
                    for i, (a, b) in enumerate(zip(keys, other.split("|"), strict=True))
                )
            ]
            terms = {name: -1, **dict.fromkeys(parts, 1)}
            rows.append({"id": f"{name} axe {place}", "terms": terms})
    return rows


def totals(names, inner):
    """Return the value of every cell from those without a total in their name."""
    return {
        name: sum(
            value
            for leaf, value in inner.items()
            if all(k in ("*", own) for k, own in zip(name.split("|"), leaf.split("|"), strict=True))
        )
        for name in names
    }


def small(draw):
    """Return a count as small zones have them: often 0 to 4, sometimes more."""
    return (
        draw.choice([0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12])
        if draw.random() < 0.8
        else draw.randint(5, 20)
    )


def crossed(draw):
    """Two or three axes with margins: zones × categories × years."""
    shape = draw.choice([(2, 2), (3, 2), (2, 3), (3, 3), (4, 2), (2, 2, 2), (3,), (4,)])
    names = axes_names(shape)
    value = totals(names, {name: small(draw) for name in names if "*" not in name})
    return value, axis_relations(names)


def nested(draw):
    """A tree of zones, each total published, under two categories and their sum."""
    tree = draw.choice(
        [
            {"T": ["A", "B"], "A": ["A1", "A2"], "B": ["B1", "B2"]},
            {"T": ["A", "B", "C"], "A": ["A1", "A2"]},
            {"T": ["A", "B"], "A": ["A1", "A2", "A3"]},
        ]
    )
    leaves = [z for z in {k for kids in tree.values() for k in kids} if z not in tree]
    cats = draw.choice([["c"], ["c", "d"]])
    value = {f"{z}|{c}": small(draw) for z in sorted(leaves) for c in cats}
    relations = []
    for parent in reversed(list(tree)):
        for c in cats:
            value[f"{parent}|{c}"] = sum(value[f"{kid}|{c}"] for kid in tree[parent])
            terms = {f"{parent}|{c}": -1, **{f"{kid}|{c}": 1 for kid in tree[parent]}}
            relations.append({"id": f"{parent}|{c}", "terms": terms})
    if len(cats) > 1:
        for zone in sorted({name.split("|")[0] for name in value}):
            value[f"{zone}|*"] = sum(value[f"{zone}|{c}"] for c in cats)
            terms = {f"{zone}|*": -1, **{f"{zone}|{c}": 1 for c in cats}}
            relations.append({"id": f"{zone}|*", "terms": terms})
    return value, relations


def overlapping(draw):
    """Two outlines of the same quarters, tied by virtual atoms."""
    atoms = {f"atome {i}": small(draw) for i in range(4)}
    value = dict(atoms)
    value["2015 X"] = atoms["atome 0"] + atoms["atome 1"]
    value["2015 Y"] = atoms["atome 2"] + atoms["atome 3"]
    value["2024 X"] = atoms["atome 0"] + atoms["atome 1"] + atoms["atome 2"]
    value["ville"] = sum(atoms.values())
    relations = [
        {"id": "x", "terms": {"2015 X": -1, "atome 0": 1, "atome 1": 1}},
        {"id": "y", "terms": {"2015 Y": -1, "atome 2": 1, "atome 3": 1}},
        {"id": "z", "terms": {"2024 X": -1, "atome 0": 1, "atome 1": 1, "atome 2": 1}},
        {"id": "v", "terms": {"ville": -1, **dict.fromkeys(atoms, 1)}},
    ]
    return value, relations


def inclusions(draw):
    """Sub-populations (≤), households and persons (coefficients), a virtual residual."""
    lone, couples = small(draw), small(draw)
    value = {"seuls": lone, "couples": couples, "personnes": lone + 2 * couples}
    value["non localisé"] = draw.choice([0, 0, 1, 3, 6])
    value["foyers"] = lone + couples + value["non localisé"]
    value["avec AAH"] = draw.randint(0, couples)
    relations = [
        {"id": "personnes", "terms": {"personnes": -1, "seuls": 1, "couples": 2}},
        {"id": "foyers", "terms": {"foyers": -1, "seuls": 1, "couples": 1, "non localisé": 1}},
        {"id": "dont", "terms": {"avec AAH": 1, "couples": -1}, "sense": "<="},
    ]
    if draw.random() < 0.5:
        value["plus de deux"] = draw.randint(0, 3)
        value["majorant"] = lone + 3 * couples + value["plus de deux"]
        terms = {"majorant": 1, "seuls": -1, "couples": -3}
        relations.append({"id": "au moins", "terms": terms, "sense": ">="})
    return value, relations


KINDS = (crossed, nested, overlapping, inclusions)


def random_table(seed, *, plain=False):
    """Return a TABLE.json object, and the `truth` behind what its source may have hidden.

    `plain` leaves out externals, ratios, needs and keeps.
    """
    draw = random.Random(seed)
    value, relations = draw.choice(KINDS)(draw)
    zeros = draw.choice(["shown", "masked"])
    least = draw.choice([5, 5, 5, 3, 11])
    cells = [{"id": name, "value": count} for name, count in value.items()]
    for cell in cells:
        if cell["id"].startswith(("atome", "non localisé")):
            cell["virtual"] = True
    table = {
        "policy": {"min_count": least, "min_population": 100, "zeros": zeros},
        "cells": cells,
        "relations": relations,
        "derived": [],
        "keep": [],
        "sensitive": [],
        "truth": dict(value),
    }
    if not plain:
        decorate(draw, table, value)
    return table


def decorate(draw, table, value):
    """Add, at random, rounded or exact externals, needs, universes, ratios and cells to keep."""
    free = [cell for cell in table["cells"] if not cell.get("virtual")]
    for cell in free:
        cell |= option(draw, cell["value"])
        if cell["value"] is None and value[cell["id"]] == 0 and table["policy"]["zeros"] == "shown":
            # Where zeros are shown, nobody hides one.
            cell["value"] = 0
    if draw.random() < 0.1:
        table["sensitive"] = [draw.choice(free)["id"]]
    names = sorted(value)
    for number in range(draw.choice([0, 0, 1, 2])):
        num, den = draw.sample(names, 2)
        if value[den]:
            figure = {"id": f"part {number}", "num": {num: 1}, "den": {den: 1}}
            offset = draw.choice([0, 0, -1])
            table["derived"].append(figure | {"offset": offset, "decimals": draw.choice([0, 1, 2])})
    if draw.random() < 0.2:
        big = sorted(cell["id"] for cell in free if (cell["value"] or 0) >= 8)
        table["keep"] = draw.sample(big, min(len(big), draw.choice([1, 2])))


def option(draw, count):
    """Return what one cell has besides its value, most often nothing."""
    dice = draw.random()
    if dice < 0.06:
        mode = draw.choice(["nearest", "down"])
        return {"external": True, "rounded": {"base": 5, "mode": mode}}
    if dice < 0.09:
        return {"external": True} if count >= 5 else {}
    if dice < 0.11:
        return {"external": "suppressed"}
    if dice < 0.13:
        return {"need": {"min_width": draw.choice([2, 5, 10]), "only": draw.random() < 0.5}}
    if dice < 0.15:
        return {"universe": draw.choice([60, 99, 100, 400])}
    if dice < 0.17:
        return {
            "rounded": {"base": draw.choice([3, 5, 10]), "mode": draw.choice(["nearest", "down"])}
        }
    if dice < 0.20:
        return {"value": None} if count < 5 else {"base": min(count, draw.choice([2, 4, 6]))}
    return {"mask_ub": 4} if dice < 0.22 and count < 5 else {}
