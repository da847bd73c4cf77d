"""What a foreign answer said, in a few words that a message may quote."""

from lamis.base.http import Answer


def gist(answer: Answer) -> str:
    """The beginning of the body in words, for people: never more than a line."""
    text = " ".join(bytes(answer.body[:400]).decode(errors="replace").split())
    if not text:
        return f"an empty answer with status {answer.status}"
    if text.startswith("<"):
        return f"a web page with status {answer.status}"
    return f"“{text[:80]}”" if text.isprintable() else "unreadable bytes"
