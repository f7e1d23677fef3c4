"""The words of the sandbox's screens, in Korean and English."""

import re

_TEXTS = {
    # What stands inside a page
    "ill_formed": (
        "본문이 올바른 저장소 형식이 아니어서 원본을 그대로 보여 줍니다: {why}",
        "This body is not well-formed storage format, so here is its source: {why}",
    ),
    "too_deep": (
        "본문이 너무 깊게 중첩되어 원본을 그대로 보여 줍니다.",
        "This body is nested too deeply to show, so here is its source.",
    ),
    "no_such_title": (
        "제목이 “{title}”인 페이지가 없습니다",
        "There is no page titled “{title}”",
    ),
    "table": ("표", "Table"),
    "image": ("이미지", "Image"),
    "expand": ("자세히 보기", "Click here to expand…"),
    "toc": ("목차", "Contents"),
    "macro": ("매크로: {name}", "Macro: {name}"),
    "task": ("할 일", "Task"),
    "difference": ("변경 내용", "Changes"),
    "no_difference": ("두 버전의 내용이 같습니다.", "The two versions say the same."),
    "too_many_lines": ("처음 {n}줄만 보여 줍니다.", "Only the first {n} lines are shown."),
    "unchanged_lines": ("같은 줄 {n}개", "{n} unchanged lines"),
}


class Texts:
    """The words of one language: `texts("edit")`."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._index = 1 if language == "en" else 0

    def __call__(self, key: str, **values: object) -> str:
        return _TEXTS[key][self._index].format_map(values)


def preferred_language(accept_language: str) -> str:
    """The language that a browser likes best of those we speak; Korean where it names neither."""
    ranked = []
    for position, part in enumerate(accept_language.split(",")):
        match = re.fullmatch(r"\s*(ko|en)\b[\w-]*\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?))?\s*", part)
        if match and float(match[2] or 1) > 0:
            ranked.append((-float(match[2] or 1), position, match[1]))
    return min(ranked)[2] if ranked else "ko"
