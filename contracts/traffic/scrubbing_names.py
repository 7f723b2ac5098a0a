"""People's names: learnt from what says that it is one, replaced word by word wherever they are."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from contracts.traffic.scrubbing_drawn import Drawn
from contracts.traffic.scrubbing_words import HUMP, folded, ordinary, prose

__all__ = ["Names"]

_MARKS = "".join(
    re.escape(chr(code))
    for code in range(0x300, 0x3100)
    if unicodedata.category(chr(code)) in ("Mn", "Mc")
)
_WORD = re.compile(rf"(?:[^\W\d_][{_MARKS}\u200c\u200d]*)+")
_TELLING = 6  # letters from which on a name is found within a longer word
_SPLIT = re.compile(r"(?<!\w)([^\W\d_]{1,2})['\u2019\u02bc]([^\W\d_]{3,})")
_MOST_WORDS = 6
_LONGEST = 200  # characters of a name; what is longer is something else


@dataclass(frozen=True)
class _Part:
    """What a word stands for: parts of names in a row, each by its key, or its first letter."""

    keys: tuple[str, ...]
    initial: int = -1


class Names:
    """Knows names, and a substitute for each word of them.

    ``told`` is called with each substitute that is put in.
    """

    def __init__(self, drawn: Drawn) -> None:
        self._drawn = drawn
        self._parts: dict[str, _Part] = {}
        self._last: dict[str, bool] = {}  # of each word: whether it is a family name
        self._given: dict[str, str] = {}
        self._issued: dict[str, str] = {}
        self._unspaced: dict[str, tuple[str, ...]] = {}  # in scripts that do not part words
        self._pattern: re.Pattern[str] | None = None
        self._lengths: list[int] = []  # of the long ones, the longest first

    def __len__(self) -> int:
        return len(self._last)

    def learn(self, name: str) -> None:
        """Take a text for a name: the whole of it, and its words, but for the ordinary ones."""
        if len(name) > _LONGEST or "@" in name:
            return
        words = [one[0] for one in _WORD.finditer(unicodedata.normalize("NFC", name))]
        if len(words) > _MOST_WORDS:
            return
        told = [one for one in words if folded(one) not in ordinary() and _tells(one, words)]
        for index, word in enumerate(told):
            self._learn_word(word, last=index > 0 and index == len(told) - 1)
        for split in _SPLIT.finditer(name):  # O'Brien is obrien in the names of accounts
            self._learn_word(split[1] + split[2], last=True)
        cased = [folded(one) for one in told if _cased(one)]
        if len(cased) > 1:
            self._join(cased[0], cased[-1])

    def _learn_word(self, word: str, *, last: bool) -> None:
        key = folded(word)
        if not _cased(word):
            return self._learn_unspaced(word)
        if key in self._last:
            return None
        self._put(key, _Part((key,)))
        return self._know(key, last=last)

    def _put(self, key: str, part: _Part) -> None:
        self._parts.setdefault(key, part)
        if len(key) >= _TELLING and len(key) not in self._lengths:
            self._lengths = sorted((*self._lengths, len(key)), reverse=True)

    def _know(self, key: str, *, last: bool) -> None:
        self._last.setdefault(key, last)
        if taken := self._issued.pop(key, None):  # it stood for another: that one gets a new one
            del self._given[taken]

    def _learn_unspaced(self, word: str) -> None:
        """Learn a word of a script in which others may be written close to it."""
        pieces = {word: (word,)}
        if len(word) in (3, 4) and unicodedata.name(word[0], "").startswith(("CJK", "HANGUL")):
            # A family name of one or two characters, and a given name of one or two.
            cut = 2 if len(word) == 4 else 1
            pieces |= {word[:2]: (word[:2],), word[cut:]: (word[cut:],)}
        for piece, keys in pieces.items():
            self._know(piece, last=piece == word[:2])
            for form in ("NFC", "NFD", "NFKC"):
                self._unspaced[unicodedata.normalize(form, piece)] = keys
        self._pattern = None

    def _join(self, first: str, last: str) -> None:
        """Learn how both are written as one, as in the names of accounts."""
        for joined, keys in ((first + last, (first, last)), (last + first, (last, first))):
            self._put(joined, _Part(keys))
        if len(last) > 2:
            self._put(first[0] + last, _Part((first, last), 0))
        if len(first) > 2:
            self._put(first + last[0], _Part((first, last), 1))

    def replaced(self, text: str, told: Callable[[str], None]) -> str:
        """Return the text with each word of a name replaced, in the case that it is in."""
        if self._unspaced:
            if self._pattern is None:  # made when it is needed: there may be many names
                longest_first = sorted(self._unspaced, key=len, reverse=True)
                self._pattern = re.compile("|".join(map(_close, longest_first)))
            text = self._pattern.sub(lambda hit: self._close_one(hit[0], told), text)
        if not self._parts:
            return text
        spoken = " " in text
        return _WORD.sub(
            lambda word: word[0] if spoken and word[0] in prose() else self._word(word[0], told),
            text,
        )

    def _close_one(self, text: str, told: Callable[[str], None]) -> str:
        keys = self._unspaced[text]
        told(keys[0])
        return "".join(map(self._substitute, keys))

    def _word(self, word: str, told: Callable[[str], None]) -> str:
        key = folded(word)
        if key in ordinary():
            return word
        if found := self._known(word, key):
            told(key)
            return found
        for end in range(1, 4):  # Smiths; and Russian or Greek words, which have many endings
            stem = key[:-end]
            inflected = word[-end:] == "s" if key.isascii() or end == 1 else not _latin(word)
            if len(stem) > 3 and inflected and (found := self._known(word[:-end], stem)):
                told(stem)
                return found + word[-end:]
        humps = HUMP.findall(word)
        if len(humps) > 1 and "".join(humps) == word and not word.isupper():
            new = [self._known(one, folded(one)) for one in humps]
            if any(new):
                told(key)
                return "".join(one or hump for one, hump in zip(new, humps, strict=True))
        return self._within(word, key, told)

    def _within(self, word: str, key: str, told: Callable[[str], None]) -> str:
        """Replace a long name that is a part of a longer word."""
        plain = unicodedata.normalize("NFC", word)
        if len(key) != len(plain) or len(key) > _LONGEST:
            return word
        for length in self._lengths:
            for at in range(len(key) - length + 1):
                piece = key[at : at + length]
                if found := self._known(plain[at : at + length], piece):
                    told(piece)
                    rest = self._word(plain[at + length :], told)
                    return plain[:at] + found + rest
        return word

    def _known(self, word: str, key: str) -> str:
        """Return what stands in place of a word, in its case; empty where it is no name."""
        part = self._parts.get(key)
        if part is None or (len(key) == 2 and word.islower()):
            return ""
        whole = [self._substitute(one) for one in part.keys]
        if part.initial >= 0:
            whole[part.initial] = whole[part.initial][0]
        made = "".join(whole)
        if len(whole) > 1 and not word[1:].islower():
            return made if not word.isupper() else made.upper()
        if word.isupper() and len(word) > 1:
            return made.upper()
        return made.lower() if word.islower() else made.capitalize()

    def _substitute(self, key: str) -> str:
        if key not in self._given:
            drawn = self._drawn.name(key, self._last[key], self._fits)
            self._given[key] = drawn
            self._issued[folded(drawn)] = key
        return self._given[key]

    def _fits(self, drawn: str) -> bool:
        """Return whether it stands for nobody yet, and says nobody's name."""
        key = folded(drawn)
        if key in self._issued or key in ordinary() or drawn in self._last:
            return False
        return not any(one in key for one in self._last if len(one) > 2)


def _cased(word: str) -> bool:
    return word.lower() != word.upper()


def _latin(word: str) -> bool:
    return unicodedata.name(word[0], "").startswith("LATIN")


def _tells(word: str, words: list[str]) -> bool:
    """Return whether a word alone says who it is: a letter does not, unless there is no other."""
    return len(word) > 1 or (len(words) == 1 and not _cased(word))


def _close(word: str) -> str:
    """Return the pattern of a word that others may stand close to: a short one only among CJK."""
    if len(word) > 2 or unicodedata.name(word[0], "").startswith(tuple(_DENSE)):
        return re.escape(word)
    return rf"(?<!\w){re.escape(word)}(?!\w)"


_DENSE = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI")
