"""A plain HTTP client for the sandbox's API: no code of the product between test and wire."""

import pytest
import requests


class Api:
    """REST calls with good credentials; `page` and `put` know the v2 page routes by heart."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.session = requests.Session()
        self.session.auth = (sandbox.email, sandbox.token)

    def call(self, method, path, **options):
        options.setdefault("timeout", 20)
        return self.session.request(method, self.sandbox.url + path, **options)

    def get(self, path, **query):
        return self.call("GET", path, params=query)

    def page(self, page_id, **query):
        return self.get(f"/api/v2/pages/{page_id}", **{"body-format": "storage"} | query)

    def put(self, page_id, number, body="<p>new</p>", **changes):
        title = self.sandbox.store.page(page_id).title
        payload = update(page_id, number, title=title, body=body) | changes
        return self.call("PUT", f"/api/v2/pages/{page_id}", json=payload)

    def put_v1(self, page_id, number, body="<p>new</p>", **changes):
        payload = {
            "id": page_id,
            "type": "page",
            "title": self.sandbox.store.page(page_id).title,
            "version": {"number": number},
        }
        if body is not None:
            payload["body"] = {"storage": {"value": body, "representation": "storage"}}
        return self.call("PUT", f"/rest/api/content/{page_id}", json=payload | changes)

    def create(self, title, body="<p>x</p>", **changes):
        payload = {
            "spaceId": self.sandbox.store.space.id,
            "status": "current",
            "title": title,
            "body": storage(body),
        }
        return self.call("POST", "/api/v2/pages", json=payload | changes)


def update(page_id, number, *, title, body, message="why"):
    return {
        "id": page_id,
        "status": "current",
        "title": title,
        "body": storage(body),
        "version": {"number": number, "message": message},
    }


def storage(value):
    """A body in the flat shape; one that has a shape already keeps it."""
    return {"representation": "storage", "value": value} if isinstance(value, str) else value


def title_of(response):
    """The sentence of a v2 error."""
    return response.json()["errors"][0]["title"]


@pytest.fixture
def api(sandbox):
    client = Api(sandbox)
    yield client
    client.session.close()


@pytest.fixture
def page_id(sandbox):
    return sandbox.add_page("Action Log", "<p>old</p>", page_id="786433")
