"""C++ as text: blanking comments and strings, and finding function bodies by their braces."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r'//[^\n]*'
    r'|/\*.*?\*/'
    r'|R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'",
    re.DOTALL,
)
_PREPROCESSOR = re.compile(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", re.MULTILINE)
_SCOPE = re.compile(r"\bnamespace\b|\bextern\s*$")
_TYPE = re.compile(r"\b(class|struct|union|enum)\b")


def _blank(match):
    return re.sub(r"[^\n]", " ", match.group(0))


def without_prose(text):
    """The text with comments and literals as spaces; lines and columns stay where they are."""
    return _TOKEN.sub(_blank, text)


def without_comments(text):
    """The text with comments as spaces, literals kept."""
    keep = lambda match: _blank(match) if match.group(0)[0] == "/" else match.group(0)
    return _TOKEN.sub(keep, text)


@dataclass(frozen=True)
class Function:
    line: int  # of the first line of its head
    length: int  # lines from the head to the closing brace
    head: str
    statements: int  # semicolons in the body; a table that is returned has one


def functions(text):
    """Every function body outside of other functions; lambdas count with what holds them."""
    code = _PREPROCESSOR.sub(_blank, without_prose(text))
    found, stack, start = [], [], 0
    for at, char in enumerate(code):
        if char == "{":
            head = code[start:at]
            stack.append((_kind(head, stack), start + len(head) - len(head.lstrip()), head))
            start = at + 1
        elif char == "}":
            kind, begin, head = stack.pop() if stack else ("block", 0, "")
            if kind == "function":
                found.append(_function(code, begin, at, head))
            start = at + 1
        elif char == ";":
            start = at + 1
    return found


def _function(code, begin, end, head):
    line = code.count("\n", 0, begin) + 1
    last = code.count("\n", 0, end) + 1
    statements = code.count(";", begin, end)
    return Function(line, last - line + 1, " ".join(head.split()), statements)


def _kind(head, stack):
    outer = stack[-1][0] if stack else "scope"
    if outer in ("function", "block", "data"):
        return "block"
    if _SCOPE.search(head):
        return "scope"
    before_body = re.sub(r"\([^()]*\)", "", head)
    if re.search(r"(?<![=!<>])=\s*$", head) or re.search(r"[^=!<>]=[^=]", before_body):
        return "data" if "operator" not in head else "function"
    if "(" in head:
        return "function"
    return "scope" if _TYPE.search(head) else "data"
