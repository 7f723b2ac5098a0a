"""What clients send by mistake or in malice, as data: names, query strings and headers.

Ordered by how much each is worth: a small budget takes them from the front.
"""

import string
from urllib.parse import quote

__all__ = ["HEADERS", "NAMES", "QUERIES", "SEGMENTS", "WORKSPACES"]

# Room names, to be percent-encoded as UTF-8.
NAMES: tuple[str, ...] = (
    "'",
    string.punctuation,
    "комната 房间 📞",
    "a\r\nX-Injected: by-active-calls-verify",
    "\x00",
    "null",
    "0" * 4000,
    "ß\u2028\u00ad\ufeff",
    "%",
    "..",
    '"',
    "{{7*7}}",
    "false",
    "../../etc/passwd",
    "' OR '1'='1",
    "a/b",
    "\r\n",
    ".",
    "\\",
    "${7*7}",
    "undefined",
    "__proto__",
    "constructor",
    "%s%n",
    "{0}",
    "[]",
    "*",
    "$where",
    "; DROP TABLE calls; --",
    "<script>alert(1)</script>",
    "<%= 7*7 %>",
    "#{7*7}",
    " ",
    "+",
    "?",
    "#",
    "true",
    "0",
    "-1",
    "NaN",
    "e\u0301",
    "\u202e\u05d0\u0628",
    "\ufffe",
    "\x7f\x1b",
    "%2F",
    "%00",
    "\u0130\u1e9e",
    "a" + "é" * 300,
    "~",
    "&=;",
    "@:",
    "`id`",
    "$(id)",
    "*)(uid=*",
)

# Path segments as they go on the wire: percent-encoded, and not UTF-8 when decoded.
SEGMENTS: tuple[str, ...] = ("%FF", "%C3%28", "%ED%A0%80", "%F8%88%80%80%80", "%c0%ae")

QUERIES: tuple[str, ...] = (
    "x=%00",
    "roomName=",
    "a=1&a=2",
    "%FF=%FF",
    "x[]=1&x[y]=2",
    "&&==&",
    "%",
    "limit=-1&offset=1e99&fields=*",
    "q=" + "0" * 2000,
    quote("{{7*7}}='"),
)

# Values of the header that names the workspace.
WORKSPACES: tuple[str, ...] = (
    "'",
    "0" * 4000,
    "{{7*7}}",
    "../",
    "null",
    "\xff\xfe",
    "%00",
    "*",
    "$ne",
)

# Of the headers that describe the connection or the body, none: they would ask for what follows.
HEADERS: tuple[tuple[str, str], ...] = (
    ("accept", "text/html"),
    ("accept", ";;;q=x"),
    ("accept-encoding", "identity;q=0, *;q=0"),
    ("accept-language", "*;q=nan, xx-" + "y" * 40),
    ("if-modified-since", "yesterday"),
    ("if-none-match", 'W/"'),
    ("range", "bytes=9-1"),
    ("cookie", "a=b;;=c; \xe9"),
    ("content-type", "application/json; charset=nonsense"),
    ("x-forwarded-for", "not-an-address, ,"),
    ("user-agent", ""),
    ("origin", "null"),
    ("traceparent", "00-zz"),
    ("accept-charset", "utf-7"),
    ("referer", "::"),
    ("forwarded", 'for="_'),
)
