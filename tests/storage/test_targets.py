"""Addresses of one page are one target; ids, titles, spaces and sites tell pages apart."""

from __future__ import annotations

import pytest

from plays.storage.scan.targets import Target, target_of

SITE = "https://x.example"


@pytest.mark.parametrize(
    ("address", "target"),
    [
        (f"{SITE}/pages/7", Target(host="x.example", id="7")),
        (f"{SITE}/pages/007/Title", Target(host="x.example", id="7")),
        (f"{SITE}:443/pages/7", Target(host="x.example", id="7")),
        ("http://x.example:80/pages/7", Target(host="x.example", id="7")),
        (f"{SITE}:8090/pages/7", Target(host="x.example:8090", id="7")),
        ("http://127.0.0.1:8090/pages/7", Target(host="localhost:8090", id="7")),
        ("/pages/7", Target(id="7")),
        (f"{SITE}/spaces/AX/pages/7", Target(host="x.example", id="7", space="ax")),
        (f"{SITE}/pages/edit-v2/7", Target(host="x.example", id="7")),
        (f"{SITE}/x/BwA", Target(host="x.example", id="7")),
        (f"{SITE}/display/AX/A+b", Target(host="x.example", space="ax", title="a b")),
        (f"{SITE}/pages/viewpage.action?pageId=07", Target(host="x.example", id="7")),
        (
            f"{SITE}/pages/viewpage.action?title=A+b&spaceKey=AX",
            Target(host="x.example", space="ax", title="a b"),
        ),
        (f"{SITE}/pages/viewpage.action?title=A", Target(host="x.example", title="a")),
    ],
)
def test_an_address_leads_to_a_page_by_id_or_title(address, target):
    assert target_of(address) == target


PAGE = Target(host="x.example", id="7", space="ax", title="a")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (Target(host="x.example", id="7"), True),
        (Target(id="7"), True),
        (Target(host="y.example", id="7"), False),
        (Target(id="8", title="a"), False),
        (Target(title="a"), True),
        (Target(title="A", space="AX"), True),
        (Target(title="a", space="bx"), False),
        (Target(title="b"), False),
        (Target(), False),
        (Target(address="https://x.example/other"), False),
    ],
)
def test_two_targets_are_one_page_or_two(other, same):
    assert PAGE.is_same(other) is same


def test_without_id_and_title_nothing_is_the_same_but_an_address_itself():
    assert not Target(host="x.example").is_same(Target(host="x.example"))
    assert target_of(f"{SITE}/other").is_same(target_of(f"{SITE}/other"))
