"""Encrypted connections: whom we trust, and that the time limit holds there too."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from plays import confluence
from plays.confluence import Confluence
from tests.confluence.samples import v2_page
from tests.confluence.test_wire import drips_headers, drips_the_body
from tests.confluence.wire import Raw, Reply, Wire
from tests.conftest import missing


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    program = shutil.which("openssl")
    if program is None:
        missing("no openssl to make a certificate with")
        raise AssertionError
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    made = ["-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", path, "-out", f"{path}.crt"]
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([program, "req", "-x509", *made, *names], check=True, capture_output=True)
    with path.open("a") as both:
        both.write(Path(f"{path}.crt").read_text())
    return path


@pytest.fixture
def secure(certificate: Path) -> Iterator[Wire]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = Wire(tls=context)
    yield server
    server.close()


def test_a_certificate_that_nobody_vouches_for_gets_nothing_from_us(secure: Wire) -> None:
    with (
        Confluence(secure.url, token="a-secret-token") as client,
        pytest.raises(confluence.Unreachable, match="certificate is not trusted") as caught,
    ):
        client.update_page("123", title="T", body="", version=4)
    assert not caught.value.sent
    assert secure.asked == []


@pytest.mark.parametrize("misbehave", [drips_the_body, drips_headers])
def test_a_company_certificate_is_trusted_and_dripping_is_not(
    secure: Wire, certificate: Path, monkeypatch: pytest.MonkeyPatch, misbehave: Raw
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", f"{certificate}.crt")
    secure.will(Reply(body=v2_page()), misbehave)
    with Confluence(secure.url, token="a-secret-token", timeout=0.6) as client:
        assert client.get_page("123").body == "<p>x</p>"
        started = time.monotonic()
        with pytest.raises(confluence.NoAnswer, match="no whole answer in time"):
            client.get_page("123")
    assert 0.5 < time.monotonic() - started < 1.4
    assert len({asked.connection for asked in secure.asked}) == 1
