"""Korean particles that follow the last sound of the word before them: 을/를, 이/가, 은/는, 과/와,
(으)로.

A sentence is translated with both, `%(id)s을(를)`, since what stands before is known only when it
is filled in. Source: 국립국어원, 표준국어대사전 (by the final consonant, and 로 behind ㄹ).
"""

from __future__ import annotations

import re

# By how it is written in a translation: behind a final consonant, behind a vowel.
_PAIRS = {
    "을(를)": ("을", "를"),
    "이(가)": ("이", "가"),
    "은(는)": ("은", "는"),
    "과(와)": ("과", "와"),
    "와(과)": ("과", "와"),
    "(으)로": ("으로", "로"),
    "(이)": ("이", ""),
}
_RIEUL = 8  # the number of ㄹ among the final consonants
_OTHER = 1  # any other of them: which one does not matter
_FIRST, _LAST, _FINALS = ord("가"), ord("힣"), 28
# How digits and Latin letters end when they are read: ㄹ, another consonant, or a vowel.
_DIGITS = dict.fromkeys("178", _RIEUL) | dict.fromkeys("036", _OTHER)
_LETTERS = dict.fromkeys("lr", _RIEUL) | dict.fromkeys("mn", _OTHER)
# Latin words whose last sound their spelling does not tell keep both.
_UNCLEAR = frozenset("bcdgkpqtx")
_CLOSING = "\"'”’`)]}」』>*_ "
_BOTH = re.compile("|".join(re.escape(pair) for pair in sorted(_PAIRS, key=len, reverse=True)))


def with_particles(text: str) -> str:
    """`text` with each `을(를)` and the like as the word before it asks for.

    >>> with_particles("페이지 4711을(를) 버전 5과(와) “활동”(으)로")
    '페이지 4711을 버전 5와 “활동”으로'
    """
    return _BOTH.sub(lambda found: _fitting(found, text), text)


def _fitting(found: re.Match[str], text: str) -> str:
    final = _final(text[: found.start()])
    if final is None:
        return found.group()
    behind_consonant, behind_vowel = _PAIRS[found.group()]
    is_vowel = final == 0 or (final == _RIEUL and found.group() == "(으)로")
    return behind_vowel if is_vowel else behind_consonant


def _final(before: str) -> int | None:
    """The final consonant of the last sound, 0 for none; None where it cannot be told."""
    word = before.rstrip(_CLOSING)
    last = word[-1:]
    if not last:
        return None
    if _FIRST <= ord(last) <= _LAST:
        return (ord(last) - _FIRST) % _FINALS
    if last.isascii() and last.isdigit():
        return _DIGITS.get(last, 0)
    if not (last.isascii() and last.isalpha()):
        return None
    is_spelled = last.isupper() or len(re.split(r"[^A-Za-z]", word)[-1]) == 1
    if is_spelled:  # an abbreviation: its last letter is read by its name
        return _LETTERS.get(last.lower(), 0)
    if last in _UNCLEAR:
        return None
    return _LETTERS.get(last, 0) if last != "r" else 0
