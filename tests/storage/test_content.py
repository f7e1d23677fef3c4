"""People's cells are read as a person reads them; what is no text is told, never empty."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from plays.storage import Unreadable
from plays.storage.read.content import read_content
from plays.storage.scan.page import scan
from tests.storage.pages import pages

KIM, LEE = "557058:1", "557058:2"
PEOPLE = {KIM: "김영희", LEE: "이민수"}
URL = "https://x.example/wiki/spaces/AX/pages/7/D07"


def mention(account: str) -> str:
    return f'<ac:link><ri:user ri:account-id="{account}" /></ac:link>'


def macro(name: str, inside: str = "") -> str:
    return f'<ac:structured-macro ac:name="{name}">{inside}</ac:structured-macro>'


def parameter(name: str, value: str) -> str:
    return f'<ac:parameter ac:name="{name}">{value}</ac:parameter>'


def body(text: str) -> str:
    return f"<ac:rich-text-body>{text}</ac:rich-text-body>"


FILE = '<ri:attachment ri:filename="보고서.pdf" />'
ADF = (
    '<ac:adf-extension><ac:adf-node type="panel"><ac:adf-attribute key="panel-type">note'
    "</ac:adf-attribute><ac:adf-content><p>안쪽</p></ac:adf-content></ac:adf-node>"
    "<ac:adf-fallback><p>안쪽</p></ac:adf-fallback></ac:adf-extension>"
)
PLAIN = "<ac:plain-text-link-body><![CDATA[위로]]></ac:plain-text-link-body>"
CARD = f'<a href="{URL}" data-card-appearance="inline">{{}}</a>'


def read(source: str, titles: dict[str, str] | None = None) -> str | Unreadable:
    return read_content(scan(source).root).text(PEOPLE, (titles or {}).get)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p />", ""),
        ("<p>김영희</p>", "김영희"),
        (f"<p>{mention(KIM)}</p>", "김영희"),
        (f"<p>{mention(KIM)}, {mention(LEE)}</p>", "김영희, 이민수"),
        (f"<p>{mention(KIM)}{mention(LEE)} 님</p>", "김영희 이민수 님"),
        ('<ac:link><ri:user ri:userkey="557058:2" /></ac:link>', "이민수"),
        (macro("profile", parameter("user", f'<ri:user ri:account-id="{KIM}" />')), "김영희"),
        (macro("jira", parameter("key", "AX-101")), "AX-101"),
        (f"<p>보기: {macro('jira', parameter('key', 'AX-1'))}</p>", "보기: AX-1"),
        (f"<ac:link>{FILE}</ac:link>", "보고서.pdf"),
        (f"<ac:link>{FILE}<ac:link-body>이 파일</ac:link-body></ac:link>", "이 파일"),
        (f"<ac:image ac:alt='x'>{FILE}</ac:image>", "보고서.pdf"),
        ('<ac:image><ri:url ri:value="https://e.example/%EA%B7%B8.png" /></ac:image>', "그.png"),
        (macro("view-file", parameter("name", FILE)), "보고서.pdf"),
        ('<time datetime="2026-12-04" />', "2026-12-04"),
        ('<time datetime="2026-12-04" /><time datetime="2026-12-05" />', "2026-12-04 2026-12-05"),
        (CARD.format(URL), URL),
        (CARD.format("D07 소개"), "D07 소개"),
        (f"<a href='{URL}'>여기</a>", "여기"),
        ('<ac:link><ri:page ri:content-title="D07" /></ac:link>', "D07"),
        (f"<ac:link ac:anchor='위'>{PLAIN}</ac:link>", "위로"),
        ("<ac:link ac:anchor='위' />", "위"),
        (macro("info", parameter("title", "제목") + body("<p>본문</p>")), "제목 본문"),
        (macro("expand", body("<p>a</p><p>b</p>")), "a b"),
        (macro("code", "<ac:plain-text-body><![CDATA[a < b]]></ac:plain-text-body>"), "a < b"),
        (macro("anchor", parameter("", "x")) + "<p>글</p>", "글"),
        (macro("details", parameter("hidden", "true") + body("<p>x</p>")) + "글", "글"),
        (ADF, "안쪽"),
        (macro("status", parameter("title", "진행 중")), "진행 중"),
        ('<ac:emoticon ac:name="tick" ac:emoji-fallback="✅" /> 끝', "✅ 끝"),
        ('<ac:emoticon ac:name="tick" />', ":tick:"),
        ("<ul><li>a</li><li>b</li></ul>", "a b"),
        ("<p>a<br />b</p><ac:placeholder>여기에</ac:placeholder>", "a b"),
        ("<ac:inline-comment-marker ac:ref='1'>글</ac:inline-comment-marker>", "글"),
    ],
)  # fmt: skip
def test_what_a_person_reads_is_read(source, text):
    assert read(source) == text


def test_a_card_reads_as_the_title_of_its_page_where_that_is_known():
    assert read(CARD.format(URL), {URL: "D07 세미나"}) == "D07 세미나"


@pytest.mark.parametrize(
    ("source", "what"),
    [
        (mention("557058:9"), "ri:user"),
        (f"<p>{mention(KIM)}, {mention('gone')}</p>", "ri:user"),
        (macro("jira", parameter("jqlQuery", "project = AX")), "jira"),
        (macro("toc"), "toc"),
        ("<p>글 " + macro("our-own-chart") + "</p>", "our-own-chart"),
        ("<ac:image><ri:unheard-of /></ac:image>", "ac:image"),
        ("<ac:link><ri:content-entity ri:content-id='1' /></ac:link>", "ac:link"),
        ("<ac:something-new />", "ac:something-new"),
    ],
)
def test_what_is_no_text_is_told_and_never_empty(source, what):
    content = read_content(scan(source).root)

    assert content.text(PEOPLE) == Unreadable(what)
    assert f"[{what}]" in content.summary(PEOPLE)


@given(page=pages())
@settings(max_examples=60, deadline=None)
def test_any_page_can_be_read(page):
    content = read_content(scan(page).root)

    assert isinstance(content.text(PEOPLE), str | Unreadable)
    assert isinstance(content.summary(), str)
