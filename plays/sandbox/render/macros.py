"""Macros, tasks, layouts and editor panels; a macro it does not know is a labelled box."""

from plays.sandbox.render.blocks import Write
from plays.sandbox.render.context import Rendering
from plays.sandbox.render.markup import Element, parameter_of, visible_text
from plays.sandbox.web.hypertext import NOTHING, Html, fill, join

_COLOURS = {"grey", "red", "yellow", "green", "blue", "purple"}
_PANELS = {"info": "i", "tip": "✓", "note": "!", "warning": "×", "panel": ""}
_LAYOUTS = {
    *("two_equal", "two_left_sidebar", "two_right_sidebar"),
    *("three_equal", "three_with_sidebars", "four_equal", "five_equal"),
}


def _macro(element: Element, rendering: Rendering) -> Html:
    write = _MACROS.get(element.attributes.get("ac:name", ""), _unknown)
    return write(element, rendering)


def _body(macro: Element, rendering: Rendering) -> Html:
    rich = macro.find("ac:rich-text-body")
    if rich is not None:
        return rendering.inside(rich)
    plain = macro.find("ac:plain-text-body")
    if plain is not None:
        return fill('<pre class="code">{text}</pre>', text=visible_text(plain))
    return NOTHING


def _status(macro: Element, rendering: Rendering) -> Html:
    colour = parameter_of(macro, "colour").lower()
    colour = colour if colour in _COLOURS else "grey"
    title = parameter_of(macro, "title") or colour
    return fill(
        '<span class="lozenge" data-colour="{colour}">{title}</span>', colour=colour, title=title
    )


def _panel(macro: Element, rendering: Rendering) -> Html:
    kind = macro.attributes["ac:name"]
    title = parameter_of(macro, "title")
    return fill(
        '<div class="panel" data-kind="{kind}"><span class="panel-icon" aria-hidden="true">{icon}'
        '</span><div class="panel-body">{title}{body}</div></div>',
        kind=kind,
        icon=_PANELS[kind],
        title=fill('<p class="panel-title">{t}</p>', t=title) if title else NOTHING,
        body=_body(macro, rendering),
    )


def _expand(macro: Element, rendering: Rendering) -> Html:
    title = parameter_of(macro, "title") or rendering.texts("expand")
    return fill(
        '<details class="expand"><summary>{title}</summary><div>{body}</div></details>',
        title=title,
        body=_body(macro, rendering),
    )


def _code(macro: Element, rendering: Rendering) -> Html:
    label = " · ".join(
        filter(None, [parameter_of(macro, "title"), parameter_of(macro, "language")])
    )
    head = fill('<div class="code-label">{label}</div>', label=label) if label else NOTHING
    return fill(
        '<div class="code-block">{head}{body}</div>', head=head, body=_body(macro, rendering)
    )


def _toc(macro: Element, rendering: Rendering) -> Html:
    lines = (
        fill('<li data-level="{n}"><a href="#{a}">{t}</a></li>', n=h.level, a=h.anchor, t=h.text)
        for h in rendering.headings.values()
    )
    return fill(
        '<nav class="toc" aria-label="{name}"><ul>{lines}</ul></nav>',
        name=rendering.texts("toc"),
        lines=join(lines),
    )


def _anchor(macro: Element, rendering: Rendering) -> Html:
    return fill('<span id="{id}"></span>', id=parameter_of(macro, "").strip().replace(" ", "-"))


def _transparent(macro: Element, rendering: Rendering) -> Html:
    return _body(macro, rendering)


def _details(macro: Element, rendering: Rendering) -> Html:
    return fill('<div class="details">{body}</div>', body=_body(macro, rendering))


def _unknown(macro: Element, rendering: Rendering) -> Html:
    name = macro.attributes.get("ac:name", "?")
    facts = (
        fill("<li>{name}: {value}</li>", name=p.attributes.get("ac:name", ""), value=_value(p))
        for p in macro.find_all("ac:parameter")
    )
    return fill(
        '<div class="macro"><div class="macro-name">{name}</div><ul>{facts}</ul>{body}</div>',
        name=rendering.texts("macro", name=name),
        facts=join(facts),
        body=_body(macro, rendering),
    )


def _value(parameter: Element) -> str:
    text = visible_text(parameter).strip()
    targets = [t for link in parameter.elements() for t in [link, *link.elements()]]
    titles = (target.attributes.get("ri:content-title", "") for target in targets)
    return text or next(filter(None, titles), "")


def _adf_extension(element: Element, rendering: Rendering) -> Html:
    # The content stands here twice; the fallback is the half in storage format.
    fallback = element.find("ac:adf-fallback")
    return fill(
        '<div class="panel" data-kind="panel"><div class="panel-body">{body}</div></div>',
        body=rendering.inside(fallback if fallback is not None else element),
    )


def _task_list(element: Element, rendering: Rendering) -> Html:
    lines = join(
        _task(child, rendering)
        if child.tag == "ac:task"
        else fill("<li>{inside}</li>", inside=_task_list(child, rendering))
        for child in element.elements()
    )
    return fill('<ul class="tasks">{lines}</ul>', lines=lines)


def _task(task: Element, rendering: Rendering) -> Html:
    done = _child_text(task, "ac:task-status") == "complete"
    body = task.find("ac:task-body")
    return fill(
        '<li class="task" data-done="{done}">{box}<div class="task-body">{body}</div></li>',
        done=str(done).lower(),
        box=_checkbox(task, done, rendering),
        body=rendering.inside(body) if body is not None else "",
    )


def _checkbox(task: Element, done: bool, rendering: Rendering) -> Html:
    task_id = _child_text(task, "ac:task-id")
    around = rendering.around
    body = task.find("ac:task-body")
    name = " ".join(visible_text(body).split()) if body is not None else ""
    state = fill(
        'class="checkbox" role="checkbox" aria-checked="{done}" aria-label="{name}"',
        done=str(done).lower(),
        name=name or rendering.texts("task"),
    )
    if not (around.tick_url and task_id):
        return fill('<span {state} aria-disabled="true"></span>', state=state)
    return fill(
        '<form class="tick" method="post" action="{url}">'
        '<input type="hidden" name="pageId" value="{page}">'
        '<input type="hidden" name="taskId" value="{task}">'
        '<button type="submit" name="status" value="{next}" {state}></button></form>',
        url=around.tick_url,
        page=around.page_id,
        task=task_id,
        next="incomplete" if done else "complete",
        state=state,
    )


def _child_text(element: Element, tag: str) -> str:
    child = element.find(tag)
    return visible_text(child).strip() if child is not None else ""


def _layout_section(element: Element, rendering: Rendering) -> Html:
    kind = element.attributes.get("ac:type", "")
    return fill(
        '<div class="columns" data-kind="{kind}">{inside}</div>',
        kind=kind if kind in _LAYOUTS else "fixed-width",
        inside=rendering.inside(element),
    )


def _layout_cell(element: Element, rendering: Rendering) -> Html:
    return fill('<div class="column">{inside}</div>', inside=rendering.inside(element))


def _nothing(element: Element, rendering: Rendering) -> Html:
    return NOTHING


_MACROS: dict[str, Write] = {
    **dict.fromkeys(_PANELS, _panel),
    **dict.fromkeys(["code", "noformat"], _code),
    **dict.fromkeys(["excerpt", "section", "column", "div", "span"], _transparent),
    "status": _status,
    "expand": _expand,
    "toc": _toc,
    "anchor": _anchor,
    "details": _details,
}

MACRO_ELEMENTS: dict[str, Write] = {
    **dict.fromkeys(["ac:structured-macro", "ac:macro"], _macro),
    **dict.fromkeys(["ac:parameter", "ac:adf-attribute", "script", "style"], _nothing),
    "ac:adf-extension": _adf_extension,
    "ac:task-list": _task_list,
    "ac:layout-section": _layout_section,
    "ac:layout-cell": _layout_cell,
}
