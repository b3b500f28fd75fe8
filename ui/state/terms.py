"""Text with its terms explained: what the glossary says, under the finger or the pointer."""

import json
from html import escape

from ctg_data import fr, glossary


def html(text: str) -> str:
    """French text as HTML; the first mention of each term of the glossary opens its definition.

    The definitions are sent once, with the first page (``dictionary``), not with each mention.
    """
    text = fr.spaced(text)
    pattern = glossary.pattern()
    if pattern is None:
        return escape(text)
    told, start, known = list[str](), 0, set[str]()
    for found in pattern.finditer(text):
        term = glossary.named(found[0])
        if term is None or term.name in known:
            continue
        known.add(term.name)
        told.append(escape(text[start : found.start()]))
        key = escape(term.name, quote=True)
        told.append(
            f'<span class="ctg-term" role="button" tabindex="0" data-term="{key}">'
            f"{escape(found[0])}</span>"
        )
        start = found.end()
    return "".join(told) + escape(text[start:])


def dictionary() -> str:
    """The definitions as a script, for ``lecteur.js``."""
    words = {one.name: fr.spaced(one.definition) for one in glossary.terms() if one.explained}
    return f"window.__ctg_terms={json.dumps(words, ensure_ascii=False)};".replace("</", "<\\/")
