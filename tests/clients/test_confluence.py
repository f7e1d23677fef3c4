"""Clients that we did not write work on the sandbox unchanged, as they do on Confluence."""

import json
import struct
import zlib

import pytest
from mcp import Client, StdioServerParameters

from tests.clients.conftest import CONFLUENCE_JS, HERE, MCP_ATLASSIAN, MD2CONF, run
from tests.mcp.conftest import run_apart

pytestmark = [pytest.mark.clients, pytest.mark.processes]
TABLE = "<table><tbody><tr><th>a</th></tr><tr><td>1</td></tr></tbody></table>"


def test_confluence_js_finds_each_answer_as_its_schemas_say(sandbox, node, npm, tmp_path):
    (tmp_path / "node_modules").symlink_to(npm(CONFLUENCE_JS))
    script = tmp_path / "page_life.mjs"
    script.write_text((HERE / "page_life.mjs").read_text())
    host = sandbox.url.removesuffix("/wiki")

    told = run([node, script, host, sandbox.email, sandbox.token, sandbox.homepage_id])

    told = json.loads(told)
    assert told["stored"] == "<p>two <strong>bold</strong></p>"
    assert (told["adf"], told["children"]) == ("paragraph", ["From JavaScript"])
    assert (told["versions"][0], told["found"]) == ("second", [told["id"]])
    assert sandbox.store.page(told["id"]).status == "trashed"


def test_mcp_atlassian_reads_searches_and_writes(sandbox, python_client):
    page = sandbox.add_page("Board", TABLE)
    server = StdioServerParameters(
        command=str(python_client(MCP_ATLASSIAN) / "mcp-atlassian"),
        env={
            "CONFLUENCE_URL": sandbox.url,
            "CONFLUENCE_USERNAME": sandbox.email,
            "CONFLUENCE_API_TOKEN": sandbox.token,
        },
    )

    async def work():
        async with Client(server) as client:
            calls = [
                ("confluence_search", {"query": "Board"}),
                ("confluence_get_page", {"page_id": page, "convert_to_markdown": False}),
                (
                    "confluence_update_page",
                    {"page_id": page, "title": "Board", "content": "<p>new</p>",
                     "content_format": "storage"},
                ),
                (
                    "confluence_create_page",
                    {"space_key": "AX", "title": "Made", "content": "# A\n\nb",
                     "parent_id": sandbox.homepage_id},
                ),
            ]  # fmt: skip
            return [await client.call_tool(name, arguments) for name, arguments in calls]

    found, read, _updated, _made = answers = run_apart(work)

    assert [answer.content[0].text for answer in answers if answer.is_error] == []
    assert page in found.content[0].text
    assert "<td>1</td>" in read.content[0].text
    assert sandbox.body(page) == "<p>new</p>"
    made = sandbox.store.find("Made")
    assert "<h1>A</h1>" in made.body


def test_markdown_to_confluence_publishes_a_page_and_its_picture(sandbox, python_client, tmp_path):
    sandbox.store.add_space("DS")  # it reads the second page of spaces, as any real site has
    source = tmp_path / "page.md"
    source.write_text("# Published\n\n**bold** ![picture](pic.png)\n\n| a |\n|---|\n| 1 |\n")
    (tmp_path / "pic.png").write_bytes(picture())
    publish = [
        python_client(MD2CONF) / "md2conf", source, "--domain", "127.0.0.1",
        "--api-url", f"{sandbox.url}/", "--username", sandbox.email,
        "--api-key", sandbox.token, "--space", "AX", "--root-page", sandbox.homepage_id,
    ]  # fmt: skip

    run(publish)
    version = sandbox.store.find("Published").version.number
    run(publish)

    page = sandbox.store.find("Published")
    assert page.version.number == version
    assert "<strong>bold</strong>" in page.body
    assert page.attachments["pic.png"].data == picture()


def picture():
    """A PNG of one dot."""

    def chunk(kind, data):
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    size = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    dot = zlib.compress(b"\0\xff\0\0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", dot) + chunk(b"IEND", b"")
