"""The OpenAPI document holds: whatever schemathesis sends is answered as it says, and never 5xx."""

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from plays.api.urls import api
from plays.models.api_token import Scope
from plays.sync.access.tokens import make_token
from tests.factories import make_action, make_attempt, make_job

EXAMPLES = 10  # of each operation and mode: a bound for CI
CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]
SCHEMA = schemathesis.openapi.from_dict(api.get_openapi_schema())
# Not syncadmin.wsgi's: that one watches alerts from a thread, in every test that follows.
SCHEMA.app = get_wsgi_application()
OPERATIONS = {operation.ok().label: operation.ok() for operation in SCHEMA.get_all_operations()}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_connection():
    """A request of its own server would close the connection that the test's rows are on."""
    for each in (request_started, request_finished):
        each.disconnect(close_old_connections)
    yield
    for each in (request_started, request_finished):
        each.connect(close_old_connections)


@pytest.fixture
def known():
    """What is there to be asked for: path parameters by name."""
    action = make_action()
    job = make_job(action=action, play=action.play, state="failed", last_error="PageNotFound")
    make_attempt(job, outcome="error", http_status=404, error="PageNotFound")
    return {"play_id": action.play.play_id, "job_id": job.pk, "run_id": 1}


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_fits_the_document(label, mode, known):
    operation, token = OPERATIONS[label], make_token("robot", list(Scope), by=None)[1]
    named = {name: value for name, value in known.items() if f"{{{name}}}" in label}
    strategy = operation.as_strategy(mode, path_parameters=named or None)

    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.generate],
    )
    @hypothesis.given(case=strategy)
    def answers(case):
        headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS)

    answers()
