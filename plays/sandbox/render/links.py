"""Things in a line that point elsewhere: links, mentions, images, emoji, dates, comment marks."""

import re
from datetime import date
from urllib.parse import quote

from plays.sandbox.render.blocks import Write
from plays.sandbox.render.context import Rendering
from plays.sandbox.render.markup import Element, visible_text
from plays.sandbox.web.hypertext import NOTHING, Html, fill, safe_url

_EMOTICONS = {
    "smile": "🙂", "sad": "🙁", "cheeky": "😛", "laugh": "😄", "wink": "😉",
    "thumbs-up": "👍", "thumbs-down": "👎", "information": "ℹ️", "tick": "✅", "cross": "❌",
    "warning": "⚠️", "plus": "➕", "minus": "➖", "question": "❓", "light-on": "💡",
    "light-off": "🔅", "yellow-star": "⭐", "red-star": "🌟", "green-star": "✳️",
    "heart": "❤️", "broken-heart": "💔",
}  # fmt: skip
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_LINK_BODIES = ("ac:link-body", "ac:plain-text-link-body")


def _anchor(element: Element, rendering: Rendering) -> Html:
    url = safe_url(element.attributes.get("href", ""))
    inside = rendering.inside(element)
    if not url:
        return fill("<span>{inside}</span>", inside=inside)
    is_card = "data-card-appearance" in element.attributes
    return _linked(url, inside, "smart-link" if is_card else "link")


def _link(element: Element, rendering: Rendering) -> Html:
    target = next((t for t in element.elements() if t.tag.startswith("ri:")), None)
    fragment = element.attributes.get("ac:anchor", "")
    if target is None:
        label = _label(element, rendering) or fill("{text}", text=fragment)
        return _linked("#" + quote(fragment.replace(" ", "-")), label, "link")
    write = _TARGETS.get(target.tag, _named_only)
    return write(target, _label(element, rendering), fragment, rendering)


def _label(element: Element, rendering: Rendering) -> Html:
    body = next((child for child in element.elements() if child.tag in _LINK_BODIES), None)
    return rendering.inside(body) if body is not None else NOTHING


def _page_link(target: Element, label: Html, fragment: str, rendering: Rendering) -> Html:
    title = target.attributes.get("ri:content-title", "")
    url = rendering.around.page_url(title, target.attributes.get("ri:space-key", ""))
    label = label or fill("{title}", title=title or fragment)
    if not url:
        return fill(
            '<span class="missing-link" title="{why}">{label}</span>',
            why=rendering.texts("no_such_title", title=title),
            label=label,
        )
    return _linked(url + ("#" + quote(fragment.replace(" ", "-")) if fragment else ""), label)


def _mention(target: Element, label: Html, fragment: str, rendering: Rendering) -> Html:
    attributes = target.attributes
    names = ("ri:account-id", "ri:userkey", "ri:username")
    account = next(filter(None, map(attributes.get, names)), "")
    return fill('<span class="mention">@{name}</span>', name=rendering.around.person(account))


def _attachment(target: Element, label: Html, fragment: str, rendering: Rendering) -> Html:
    name = target.attributes.get("ri:filename", "")
    shown = label or fill("{name}", name=name)
    return fill(
        '<span class="attachment">{word}: {shown}</span>',
        word=rendering.texts("attachment"),
        shown=shown,
    )


def _outside(target: Element, label: Html, fragment: str, rendering: Rendering) -> Html:
    url = safe_url(target.attributes.get("ri:value", ""))
    label = label or fill("{url}", url=url)
    return _linked(url, label) if url else fill("<span>{label}</span>", label=label)


def _named_only(target: Element, label: Html, fragment: str, rendering: Rendering) -> Html:
    names = (v for k, v in target.attributes.items() if k in ("ri:space-key", "ri:content-title"))
    return fill("<span>{shown}</span>", shown=label or " ".join(names))


_TARGETS = {
    "ri:page": _page_link,
    "ri:user": _mention,
    "ri:attachment": _attachment,
    "ri:url": _outside,
}


def _linked(url: str, label: Html, name: str = "link") -> Html:
    return fill(
        '<a class="{name}" href="{url}" rel="noopener noreferrer">{label}</a>',
        name=name,
        url=url,
        label=label,
    )


def _image(element: Element, rendering: Rendering) -> Html:
    target = next(element.elements(), None)
    given = target.attributes if target is not None else {}
    name = given.get("ri:filename") or given.get("ri:value") or ""
    shown = element.attributes.get("ac:alt") or name
    return fill(
        '<span class="image-placeholder">{word}: {shown}</span>',
        word=rendering.texts("image"),
        shown=shown,
    )


def _emoticon(element: Element, rendering: Rendering) -> Html:
    attributes = element.attributes
    name = attributes.get("ac:name", "")
    short = attributes.get("ac:emoji-shortname") or f":{name}:"
    shown = attributes.get("ac:emoji-fallback") or _EMOTICONS.get(name) or short
    return fill('<span class="emoji" title="{short}">{shown}</span>', short=short, shown=shown)


def _time(element: Element, rendering: Rendering) -> Html:
    written = element.attributes.get("datetime", "")
    shown = visible_text(element).strip() or written
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", written):
        shown = _date(written, rendering.around.language)
    return fill(
        '<time class="date" datetime="{written}">{shown}</time>', written=written, shown=shown
    )


def _date(written: str, language: str) -> str:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return written
    if language == "ko":
        return f"{day.year}년 {day.month}월 {day.day}일"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _comment_mark(element: Element, rendering: Rendering) -> Html:
    return fill('<mark class="comment">{inside}</mark>', inside=rendering.inside(element))


def _hint(element: Element, rendering: Rendering) -> Html:
    return fill('<em class="hint">{inside}</em>', inside=rendering.inside(element))


LINKS: dict[str, Write] = {
    "a": _anchor,
    "ac:link": _link,
    "ac:image": _image,
    "ac:emoticon": _emoticon,
    "time": _time,
    "ac:inline-comment-marker": _comment_mark,
    "ac:placeholder": _hint,
}
