"""Files on pages, as publishers send them: over REST v1, found over v2."""

FILES = {"file": ("a.txt", b"one", "text/plain")}
TOKEN = {"X-Atlassian-Token": "no-check"}


def test_a_file_is_sent_renamed_and_found(api, page_id):
    place = f"/rest/api/content/{page_id}/child/attachment"
    made = api.call("POST", place, files=FILES, data={"comment": "first"}, headers=TOKEN).json()
    att = made["results"][0]["id"]
    twice = api.call("POST", place, files=FILES, headers=TOKEN)
    renamed = {"title": "b.txt", "metadata": {"mediaType": "text/markdown"}}
    api.call("PUT", f"{place}/{att}", json=renamed)
    kept = {"key": "k", "value": {"n": 1}}
    api.call("POST", f"/api/v2/attachments/{att}/properties", json=kept)

    (facts,) = api.get(f"/api/v2/pages/{page_id}/attachments", filename="b.txt").json()["results"]
    assert made["results"][0]["extensions"]["fileSize"] == 3
    assert twice.status_code == 400
    assert (facts["id"], facts["fileSize"], facts["mediaType"]) == (att, 3, "text/markdown")
    (stored,) = api.get(f"/api/v2/attachments/{att}/properties", key="k").json()["results"]
    assert stored["value"] == {"n": 1}


def test_what_is_no_file_is_refused(api, page_id):
    place = f"/rest/api/content/{page_id}/child/attachment"

    assert api.call("POST", place, files=FILES).status_code == 403
    assert api.call("POST", place, json={}, headers=TOKEN).status_code == 415
    other = {"other": ("a.txt", b"x")}
    assert api.call("POST", place, files=other, headers=TOKEN).status_code == 400
    assert api.get("/api/v2/attachments/att9/properties").status_code == 404
