"""REST v2: inline tasks. Ticking one is a new version of its page."""

from __future__ import annotations

from plays.sandbox.content.entities import Page, TaskRecord, account_id
from plays.sandbox.content.tasks import with_status
from plays.sandbox.content.updates import editable_page
from plays.sandbox.rest.paging import collection
from plays.sandbox.rest.shapes_v2 import task_shape
from plays.sandbox.server.errors import ApiError, wrong_type
from plays.sandbox.server.messages import Request, Response, json_response
from plays.sandbox.server.router import Router

READ, WRITE = "read:task:confluence", "write:task:confluence"
ROUTES = Router("/wiki/api/v2")


@ROUTES.add("GET", "/tasks", READ)
def get_tasks(request: Request) -> Response:
    """Tasks of all visible current pages, filtered as the query asks."""
    store = request.store
    _check_status(request.one("status", "complete"))
    rows = [
        record
        for record in store.tasks.all()
        if not store.page(record.page_id).view_restricted
        and _is_wanted(request, record, store.page(record.page_id))
    ]
    return collection(request, rows, lambda record: _shape(request, record))


@ROUTES.add("PUT", "/tasks/{id}", WRITE)
def put_task(request: Request) -> Response:
    """Tick a task or take the tick away."""
    record, status = _task_of(request), request.json().get("status")
    _check_status(status)
    page = editable_page(request.store, record.page_id)
    if status != record.status:
        body = with_status(page.body, record.local_id, str(status))
        request.store.save(page.id, body=body, by=request.store.email)
    return json_response(_shape(request, record))


def _is_wanted(request: Request, record: TaskRecord, page: Page) -> bool:
    facts = {
        "task-id": record.id,
        "page-id": record.page_id,
        "space-id": page.space_id,
        "status": record.status,
        "assigned-to": record.assignee,
        "created-by": account_id(record.created_by),
        "completed-by": account_id(record.completed_by) if record.completed_by else None,
    }
    if not record.body.strip() and not request.flag("include-blank-tasks", default=True):
        return False
    return all(not (wanted := request.many(name)) or fact in wanted for name, fact in facts.items())


def _check_status(status: object) -> None:
    if status not in {"complete", "incomplete"}:
        raise wrong_type("status", status, "one of [complete, incomplete]")


def _task_of(request: Request) -> TaskRecord:
    task_id = request.params["id"]
    if not task_id.isdecimal():
        raise wrong_type("id", task_id, "long")
    record = request.store.tasks.get(task_id)
    if record is None or request.store.page(record.page_id).view_restricted:
        raise ApiError(404, f"Cannot find a task with id [{task_id}]")
    return record


def _shape(request: Request, record: TaskRecord) -> dict[str, object]:
    page = request.store.page(record.page_id)
    return task_shape(record, page.space_id, body_format=request.one("body-format"))
