"""Answers in JSON, told apart from a web page, from a sending cut short, from another shape."""

import json
from typing import Any

from ctg_data.errors import SourceChanged, SourceUnavailable


def is_web_page(content: bytes) -> bool:
    """Whether a page of a site came in place of data: maintenance, or a network that asks who.

    >>> is_web_page(b"  <!doctype html>"), is_web_page(b'{"a": 1}')
    (True, False)
    """
    return content.lstrip()[:1] == b"<"


def read(content: bytes, *, holding: str = "", broken: str, changed: str) -> dict[str, Any]:
    """The object that an answer holds.

    Args:
        content: the bytes received.
        holding: the name of a list that must be there, if any.
        broken: what to say when it is cut short.
        changed: what to say when it is of another shape.

    Raises:
        SourceUnavailable: it is cut short.
        SourceChanged: it is no object, or does not hold that list.
    """
    try:
        told = json.loads(content)
    except ValueError as error:
        raise SourceUnavailable(broken) from error
    if not isinstance(told, dict) or (holding and not isinstance(told.get(holding), list)):
        raise SourceChanged(changed)
    return told
