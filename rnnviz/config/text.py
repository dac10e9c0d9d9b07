"""What a visitor's text is made of: characters as a reader sees them, in any script."""

import unicodedata

import regex

_UNWELCOME = regex.compile(r"[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]")
_VISIBLE = regex.compile(r"[\p{L}\p{N}\p{P}\p{S}\p{M}]")
_LONGEST_CLUSTER = 16  # code points; the longest emoji in Unicode has 10


def graphemes(text: str) -> tuple[str, ...]:
    """Split into grapheme clusters: "é", a family emoji or a Devanagari syllable is one character."""
    return tuple(regex.findall(r"\X", text))


def composed(text: str) -> str:
    """Return the text in Unicode's composed form (NFC), so that what looks the same is the same."""
    return unicodedata.normalize("NFC", text)


def fault(text: str, longest: int) -> str | None:
    """Say what to change before the text can be read by a network, or None if nothing needs to change."""
    if control := _UNWELCOME.search(text):
        return f"remove the invisible control character U+{ord(control[0]):04X}"
    if not _VISIBLE.search(text):
        return f"type 1 to {longest} characters, at least one of them visible"
    clusters = graphemes(text[: longest * _LONGEST_CLUSTER + 1])
    if len(clusters) > longest:
        return f"keep 1 to {longest} characters"
    if blank := next((c for c in clusters if not _VISIBLE.search(c) and not c.isspace()), None):
        return f"remove the invisible character U+{ord(blank[0]):04X}"
    if any(len(cluster) > _LONGEST_CLUSTER for cluster in clusters):
        return f"stack at most {_LONGEST_CLUSTER - 1} marks on one character"
    return None


def quoted(value: object, longest: int = 24) -> str:
    """Show any value inside a sentence: short, on one line, with nothing invisible in it."""
    shown = graphemes(_UNWELCOME.sub("·", str(value)[: longest * _LONGEST_CLUSTER]))
    kept = "".join(cluster[:_LONGEST_CLUSTER] for cluster in shown[:longest])
    return f"“{kept}{'…' if len(shown) > longest else ''}”"
