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
    "attachment": ("첨부 파일", "Attachment"),
    "expand": ("자세히 보기", "Click here to expand…"),
    "toc": ("목차", "Contents"),
    "macro": ("매크로: {name}", "Macro: {name}"),
    "task": ("할 일", "Task"),
    "difference": ("변경 내용", "Changes"),
    "no_difference": ("두 버전의 내용이 같습니다.", "The two versions say the same."),
    "too_many_lines": ("처음 {n}줄만 보여 줍니다.", "Only the first {n} lines are shown."),
    "unchanged_lines": ("같은 줄 {n}개", "{n} unchanged lines"),
    # Every screen
    "product": ("Confluence 샌드박스", "Confluence sandbox"),
    "sandbox_note": (
        "이 컴퓨터에만 있는 연습용 사이트입니다. 끄면 내용이 모두 사라집니다.",
        "A practice site on this machine only. Its content is gone when it stops.",
    ),
    "skip": ("본문으로 건너뛰기", "Skip to content"),
    "to_tree": ("페이지 트리", "Page tree"),
    "search": ("검색", "Search"),
    "search_for": ("제목, 내용 또는 페이지 ID", "Title, text or page id"),
    "create": ("만들기", "Create"),
    "overview": ("개요", "Overview"),
    "content": ("콘텐츠", "Content"),
    "space": ("스페이스", "Space"),
    "breadcrumbs": ("현재 위치", "Breadcrumbs"),
    # A page
    "written_by": ("작성자 {name}", "By {name}"),
    "updated": ("{when}에 {name} 님이 수정", "Updated {when} by {name}"),
    "version_n": ("버전 {n}", "Version {n}"),
    "edit": ("편집", "Edit"),
    "history": ("페이지 기록", "Page history"),
    "more": ("더 보기", "More actions"),
    "page_id": ("페이지 ID", "Page ID"),
    "copy_hint": ("한 번 누르면 모두 선택됩니다", "One click selects all of it"),
    "short_link": ("짧은 링크", "Short link"),
    "add_child": ("하위 페이지 만들기", "Create child page"),
    "archive": ("보관", "Archive"),
    "trash": ("휴지통으로 이동", "Move to trash"),
    "restore": ("복원", "Restore"),
    "purge": ("영구 삭제", "Delete for good"),
    "live_doc": ("라이브 문서", "Live doc"),
    "view_restricted": ("API 계정 보기 제한", "View restricted for the API account"),
    "edit_restricted": ("API 계정 편집 제한", "Edit restricted for the API account"),
    "archived_note": (
        "보관된 페이지입니다. 제목은 계속 사용 중으로 취급됩니다.",
        "This page is archived. Its title stays taken.",
    ),
    "trashed_note": ("휴지통에 있는 페이지입니다.", "This page is in the trash."),
    "draft_note": ("아직 게시되지 않은 초안입니다.", "This is an unpublished draft."),
    "empty_page": ("아직 내용이 없습니다.", "There is nothing here yet."),
    "child_pages": ("하위 페이지", "Child pages"),
    "old_version": (
        "{when}에 {name} 님이 저장한 버전 {n}을 보고 있습니다.",
        "You are looking at version {n}, saved {when} by {name}.",
    ),
    "to_current": ("현재 버전 보기", "View current version"),
    # A space
    "all_pages": ("모든 페이지", "All pages"),
    "recently_updated": ("최근 업데이트", "Recently updated"),
    "title": ("제목", "Title"),
    "status": ("상태", "Status"),
    "version": ("버전", "Version"),
    "last_update": ("최종 수정", "Last update"),
    "by": ("수정한 사람", "By"),
    "status_current": ("게시됨", "Current"),
    "status_archived": ("보관됨", "Archived"),
    "status_trashed": ("휴지통", "Trashed"),
    "status_draft": ("초안", "Draft"),
    "page_count": ("페이지 {n}개", "{n} pages"),
    # History
    "when": ("저장 시각", "Saved"),
    "who": ("저장한 사람", "By"),
    "message": ("변경 메모", "Comment"),
    "compare": ("선택한 버전 비교", "Compare selected versions"),
    "choose": ("선택", "Select"),
    "actions": ("작업", "Actions"),
    "choose_two": ("비교할 버전 두 개를 선택하세요.", "Choose two versions to compare."),
    "choose_version": ("버전 {n} 선택", "Select version {n}"),
    "current": ("현재", "Current"),
    "changes": ("변경 내용", "Changes"),
    "revert": ("이 버전으로 되돌리기", "Restore this version"),
    "reverted": ("버전 {n}에서 복원", "Restored from version {n}"),
    "minor": ("사소한 편집", "Minor edit"),
    "comparison": ("버전 {a}과(와) 버전 {b} 비교", "Version {a} compared with version {b}"),
    "show_exact": ("자동으로 붙는 ID까지 보기", "Show the ids that saves add"),
    "hide_exact": ("자동으로 붙는 ID 숨기기", "Hide the ids that saves add"),
    "older": ("이전 변경", "Earlier change"),
    "newer": ("다음 변경", "Later change"),
    # Forms
    "edit_page": ("페이지 편집", "Edit page"),
    "new_page": ("새 페이지", "New page"),
    "body": ("본문 (저장소 형식)", "Body (storage format)"),
    "body_hint": (
        "저장하면 브라우저 편집기처럼 블록 ID와 표 너비가 붙고 공백이 정리됩니다.",
        "Saving rewrites the body as the browser editor does: ids, table widths, single spaces.",
    ),
    "your_name": ("저장하는 사람", "Your name"),
    "colleague": ("동료", "A colleague"),
    "parent": ("상위 페이지", "Parent page"),
    "no_parent": ("(없음)", "(none)"),
    "save": ("업데이트", "Update"),
    "publish": ("게시", "Publish"),
    "cancel": ("취소", "Cancel"),
    "save_over": ("버전 {n} 위에 저장", "Save over version {n}"),
    "conflict": (
        "편집하는 동안 {name} 님이 버전 {n}을 저장했습니다. 입력한 내용은 아래에 그대로 있습니다.",
        "{name} saved version {n} while you were editing. What you typed is still below.",
    ),
    "conflict_diff": (
        "그동안 바뀐 내용 보기",
        "See what changed meanwhile",
    ),
    "not_saved": ("저장하지 못했습니다: {why}", "Not saved: {why}"),
    "only_current": (
        "현재 게시된 페이지만 편집할 수 있습니다. 먼저 복원하세요.",
        "Only a current page can be edited. Restore it first.",
    ),
    "task_ticked": ("할 일 완료", "Ticked a task"),
    "task_unticked": ("할 일 완료 취소", "Unticked a task"),
    # Search and refusals
    "search_results": ("“{text}” 검색 결과", "Results for “{text}”"),
    "nothing_found": ("찾은 페이지가 없습니다.", "Nothing found."),
    "not_found": ("페이지를 찾을 수 없습니다", "Page not found"),
    "not_found_why": (
        "주소가 잘못되었거나 페이지가 삭제되었습니다.",
        "The address is wrong, or the page was deleted.",
    ),
    "refused": ("요청을 처리할 수 없습니다", "This request was refused"),
    "foreign_origin": (
        "다른 사이트에서 보낸 요청은 받지 않습니다.",
        "Requests that come from another site are not accepted.",
    ),
    "method_not_allowed": ("허용되지 않는 방법입니다.", "This method is not allowed here."),
    "to_home": ("스페이스 홈으로", "To the space home"),
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
