"""Telephones as people dial them: a spreadsheet takes them for numbers and drops their zero."""

import re

BETWEEN = re.compile(r"\s*(?:/|;|\||,|\bou\b|\bet\b|\n)\s*")
ABROAD = re.compile(r"(?:\+|00)?33(?:\(0\)|0)?")


def telephone(text: str) -> tuple[str, bool]:
    """A telephone, written by pairs, and whether it is one for sure.

    >>> telephone("235000001"), telephone("33235000002"), telephone("02.35.00.00.01")
    (('02 35 00 00 01', True), ('02 35 00 00 02', True), ('02 35 00 00 01', True))
    >>> telephone("+33 (0)2 35 00 00 01 / 3646"), telephone("2,35E+08"), telephone("")
    (('02 35 00 00 01 / 36 46', True), ('2,35E+08', False), ('', True))
    """
    parts = [part for part in BETWEEN.split(text.strip()) if part]
    read = [_one(part) for part in parts]
    if not all(read):
        return text.strip(), not text.strip()
    return " / ".join(read), True


def _one(text: str) -> str:
    digits = re.sub(r"[\s.\-_  ]", "", text.casefold().removeprefix("tel").lstrip(". :"))
    bare = digits.replace("(", "").replace(")", "")
    if re.fullmatch(r"[1-9]\d{8}", bare):
        bare = f"0{bare}"
    elif (found := ABROAD.match(digits)) and re.fullmatch(r"[1-9]\d{8}", digits[found.end() :]):
        bare = f"0{digits[found.end() :]}"
    if re.fullmatch(r"0[1-9]\d{8}|\d{4}", bare) or re.fullmatch(r"11\d|15|1[78]", bare):
        return " ".join(bare[at : at + 2] for at in range(0, len(bare), 2))
    return ""
