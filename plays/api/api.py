"""The API as a whole: its errors are problem details, and its OpenAPI document says all of it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import conditional_page
from ninja import NinjaAPI, Router, Schema
from ninja.decorators import decorate_view
from ninja.errors import HttpError, ValidationError

from plays.api.access import READS, Refused
from plays.api.answers import ProblemAnswer
from plays.problems import CONTENT_TYPE, problem

View = TypeVar("View", bound=Callable[..., Any])
PROBLEM = "#/components/responses/Problem"
DESCRIPTION = """Reads what the product knows, and acts on it.

Lists go on with `next_cursor`. Answers have an `ETag`: send it as `If-None-Match` and an unchanged
answer is 304. What acts takes an `Idempotency-Key`: the same call with the same key, within a day,
is answered as before and not made twice. After 503 send the same again in `Retry-After` seconds."""


class Api(NinjaAPI):
    """Ninja's, with problems in its document."""

    def get_openapi_schema(self, **options: Any) -> Any:
        """OpenAPI 3.1; the same for everyone."""
        document = super().get_openapi_schema(path_prefix="/api/", **options)
        for path in document["paths"].values():
            if path.pop("head", None):  # the same as get
                _add_etag(path["get"])
            for operation in path.values():
                _add_problems(operation)
        document["components"]["responses"] = {"Problem": _problem_response()}
        document["components"]["schemas"]["ProblemAnswer"] = ProblemAnswer.json_schema()
        return document


def reads(router: Router, path: str, answer: Any, **options: Any) -> Callable[[View], View]:
    """An address that is read: GET and HEAD, with an ETag, kept by nobody in between. A parameter
    that it does not have is refused: a filter that is left out would answer more than was asked.
    """

    def decorate(view: View) -> View:
        view = decorate_view(_private, conditional_page)(_refusing_unknown(view))
        added = router.api_operation(["GET", "HEAD"], path, response=answer, auth=READS, **options)
        return added(view)

    return decorate


def _refusing_unknown(view: View) -> View:
    @functools.wraps(view)
    def answer(request: HttpRequest, **values: Any) -> Any:
        known = {
            parameter
            for name, value in values.items()
            for parameter in (type(value).model_fields if isinstance(value, Schema) else [name])
        }
        if unknown := sorted(request.GET.keys() - known):
            errors = [{"loc": ("query", name), "msg": "no such parameter"} for name in unknown]
            raise ValidationError(errors)
        return view(request, **values)

    # Ninja looks for the names in annotations where the function was made: here, not in its room.
    answer.__signature__ = inspect.signature(view, eval_str=True)  # type: ignore[attr-defined]
    return answer  # type: ignore[return-value]


def _private(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ["Authorization", "Cookie"])
        return response

    return answer


def _add_problems(operation: dict[str, Any]) -> None:
    """What each may answer beside what it says itself."""
    responses = operation["responses"]
    takes = bool(operation.get("parameters")) or "requestBody" in operation
    extra = {400: "requestBody" in operation, 401: True, 403: True, 404: takes, 422: takes}
    for status, may_be in {**extra, 503: True}.items():
        if may_be:
            responses.setdefault(status, {"$ref": PROBLEM})


def _add_etag(operation: dict[str, Any]) -> None:
    text = {"schema": {"type": "string"}}
    operation["responses"][200]["headers"] = {"ETag": text}
    operation["responses"][304] = {"description": "Unchanged since the `If-None-Match` sent"}


def _problem_response() -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/ProblemAnswer"}
    return {
        "description": "What is wrong (RFC 9457)",
        "headers": {
            "Retry-After": {"description": "with 503: seconds", "schema": {"type": "integer"}}
        },
        "content": {CONTENT_TYPE: {"schema": schema}},
    }


def make_api() -> Api:
    """With no page of documentation: it would load scripts from elsewhere."""
    api = Api(
        title="Play Sync",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        openapi_url=None,
        urls_namespace="plays-api",
    )
    api.add_exception_handler(Refused, _on_refusal)
    api.add_exception_handler(HttpError, _on_http_error)
    api.add_exception_handler(ValidationError, _on_wrong_fields)
    api.add_exception_handler(Http404, _on_nothing_there)
    return api


def _on_refusal(_request: HttpRequest, error: Any) -> HttpResponse:
    response: HttpResponse = error.response
    return response


def _on_http_error(_request: HttpRequest, error: Any) -> HttpResponse:
    response = problem(error.status_code, error.message)
    if error.status_code == 503:
        response["Retry-After"] = "60"
    return response


def _on_wrong_fields(_request: HttpRequest, error: Any) -> HttpResponse:
    errors = [
        {"field": ".".join(map(str, one["loc"])), "message": str(one["msg"])}
        for one in error.errors
    ]
    return problem(422, "; ".join(f"{e['field']}: {e['message']}" for e in errors), errors=errors)


def _on_nothing_there(_request: HttpRequest, error: Any) -> HttpResponse:
    return problem(404, str(error) or "there is nothing here")
