"""Django's admin: who may edit what, and that it goes through the sync."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse

from plays.models import AuditEntry, PageMappingChange, Play, SyncJob
from plays.rules.planner import Part
from tests.factories import make_job, make_mapping, make_page, make_play, make_user
from tests.world import LIVE_DOC

pytestmark = pytest.mark.django_db

NO_INLINES = {
    f"{inline}-{what}_FORMS": 0
    for inline in ("aliases", "quarter_goals")
    for what in ("TOTAL", "INITIAL")
}
READ_ONLY = ("action", "event", "syncjob", "syncattempt", "page", "quartercount", "site")


@pytest.fixture
def at_desk(client, admin_user):
    client.force_login(admin_user)
    return client


@pytest.fixture
def at_root(client):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return client


@pytest.mark.parametrize("model", READ_ONLY)
def test_what_the_sync_writes_is_only_read(at_root, model):
    make_job()

    assert at_root.get(reverse(f"admin:plays_{model}_changelist")).status_code == 200
    assert at_root.get(reverse(f"admin:plays_{model}_add")).status_code == 403


def test_django_q2s_own_pages_are_gone():
    apps = {model._meta.app_label for model in admin.site._registry}

    assert apps == {"plays", "auth"}


def test_an_admin_edits_a_play_and_it_is_noted(at_desk, admin_user):
    play = make_play()

    response = at_desk.post(
        reverse("admin:plays_play_change", args=[play.pk]),
        {
            "play_id": "another",
            "name": "새 이름",
            "is_active": "on",
            **NO_INLINES,
            "override_status": "Y",
            "override_reason": "휴가",
        },
    )

    assert response.status_code == 302
    edited = Play.objects.get(pk=play.pk)
    assert (edited.name, edited.play_id, edited.override_status) == ("새 이름", play.play_id, "")
    entry = AuditEntry.objects.get()
    assert (entry.by, entry.play, entry.details["name"]) == (
        admin_user,
        play,
        [play.name, "새 이름"],
    )
    assert not SyncJob.objects.exists()  # nothing that the status depends on has changed


def test_a_play_is_made(at_desk):
    response = at_desk.post(
        reverse("admin:plays_play_add"),
        {
            "play_id": "NEW_1",
            "name": "새 Play",
            "is_active": "on",
            **NO_INLINES,
        },
    )

    assert response.status_code == 302
    assert AuditEntry.objects.get().play == Play.objects.get(play_id="NEW_1")


def test_a_play_is_never_deleted(at_root):
    play = make_play()

    assert at_root.post(reverse("admin:plays_play_delete", args=[play.pk])).status_code == 403


def test_a_mapping_is_changed_through_the_sync(at_desk, admin_user, confluence_settings, sandbox):
    job = make_job(mapping=make_mapping(Part.LIVE_DOC, page=make_page()), state="failed")
    page_id = sandbox.add_page("EXT Live", LIVE_DOC)

    response = map_to(at_desk, job.mapping, f" {page_id} ")

    assert response.status_code == 302
    job = SyncJob.objects.get(pk=job.pk)
    assert (job.mapping.page.page_id, job.state) == (page_id, "pending")
    assert (job.mapping.page.title, job.mapping.page.state) == ("EXT Live", "ok")
    change = PageMappingChange.objects.get(new_page__page_id=page_id)
    assert (change.by, change.reason) == (admin_user, "옮김")
    assert "EXT Live" in at_desk.get(reverse("admin:plays_pagemapping_changelist")).text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("https://wiki.example/x", "페이지"),
        ("내 페이지", "페이지"),
        ("88888888", "페이지 ID를 확인"),
    ],
)
def test_what_cannot_be_mapped_is_refused_with_the_form(
    at_desk, confluence_settings, sandbox, given, said
):
    mapping = make_mapping(Part.LIVE_DOC)

    response = map_to(at_desk, mapping, given)

    assert response.status_code == 200
    assert said in response.text.partition("errorlist")[2][:400]
    mapping.refresh_from_db()
    assert mapping.page is None


def test_a_page_in_the_trash_is_refused_by_its_name(at_desk, confluence_settings, sandbox):
    page_id = sandbox.add_page("EXT Live", LIVE_DOC)
    sandbox.set_status(page_id, "trashed")

    assert (
        "휴지통에 있는 페이지입니다." in map_to(at_desk, make_mapping(Part.LIVE_DOC), page_id).text
    )


def map_to(client, mapping, page_id):
    return client.post(
        reverse("admin:plays_pagemapping_change", args=[mapping.pk]),
        {
            "page_id": page_id,
            "reason": "옮김",
            "changes-TOTAL_FORMS": 0,
            "changes-INITIAL_FORMS": 0,
        },
        headers={"Accept-Language": "ko"},
    )


@pytest.mark.parametrize(("who", "status"), [("pm", 302), ("staff", 302), ("admin_user", 200)])
def test_only_admins_enter(client, request, who, status):
    client.force_login(request.getfixturevalue(who))

    assert client.get(reverse("admin:index")).status_code == status


def test_an_admin_makes_nobody_a_superuser_and_leaves_superusers_alone(at_desk):
    person, root = make_user("PM"), make_user(is_superuser=True, is_staff=True)
    fields = {"username": "kim", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    dates = {"date_joined_0": "2026-11-23", "date_joined_1": "09:00"}
    permission = Permission.objects.get(codename="delete_user")

    changed = at_desk.post(
        reverse("admin:auth_user_change", args=[person.pk]),
        {**fields, **dates, "user_permissions": [permission.pk]},
    )
    refused = at_desk.post(reverse("admin:auth_user_change", args=[root.pk]), {**fields, **dates})
    password = at_desk.get(reverse("admin:auth_user_password_change", args=[root.pk]))

    person = User.objects.get(pk=person.pk)
    assert (changed.status_code, person.username) == (302, "kim")
    assert not person.is_superuser
    assert not person.is_staff  # opens nothing here, and is not asked
    assert not person.user_permissions.exists()
    assert (refused.status_code, password.status_code) == (403, 403)


@pytest.mark.parametrize("root", [False, True])
def test_nobody_takes_their_own_rights_away_so_an_admin_is_always_left(client, admin_user, root):
    admin_user.is_superuser = root
    admin_user.save(update_fields=["is_superuser"])
    client.force_login(admin_user)
    page = reverse("admin:auth_user_change", args=[admin_user.pk])
    dates = {"date_joined_0": "2026-11-23", "date_joined_1": "09:00"}

    changed = client.post(page, {"username": "kim", **dates})
    deleted = client.post(reverse("admin:auth_user_delete", args=[admin_user.pk]), {"post": "yes"})
    picked = {"action": "delete_selected", "_selected_action": admin_user.pk, "post": "yes"}
    client.post(reverse("admin:auth_user_changelist"), picked)

    left = User.objects.get(pk=admin_user.pk)
    assert (changed.status_code, deleted.status_code) == (302, 403)
    assert (left.username, left.is_active, left.is_superuser) == ("kim", True, root)
    assert left.groups.get().name == "Admin"
    assert "changed by another admin" in client.get(page, headers={"Accept-Language": "en"}).text


def test_another_admins_role_is_taken_and_counts_from_their_next_page(at_desk, client):
    other = make_user("Admin")
    page = reverse("admin:auth_user_change", args=[other.pk])
    fields = {
        "username": other.username,
        "is_active": "on",
        "groups": [Group.objects.get(name="PM").pk],
    }
    dates = {"date_joined_0": "2026-11-23", "date_joined_1": "09:00"}

    at_desk.post(page, {**fields, **dates})

    client.force_login(other)
    assert client.get(reverse("admin:index")).status_code == 302
    assert client.get(reverse("plays:dashboard")).status_code == 200
    assert client.get(reverse("plays:plays_import")).status_code == 403


def test_the_list_of_people_tells_their_groups(at_root):
    make_user("Staff")
    listed = at_root.get(reverse("admin:auth_user_changelist"))
    assert '<td class="field-in_groups">Staff</td>' in listed.text


def test_admin_pages_carry_the_colours_of_the_screens(at_desk):
    assert "plays/admin.css" in at_desk.get(reverse("admin:index")).text


def test_no_word_of_ours_changes_what_djangos_own_forms_say(at_root):
    page = at_root.get(reverse("admin:auth_user_add"), headers={"Accept-Language": "ko"})
    person = at_root.get(
        reverse("admin:auth_user_change", args=[make_user().pk]), headers={"Accept-Language": "ko"}
    )
    assert page.status_code == 200
    assert "진행 중" not in person.text
    assert "활성" in person.text


def test_a_list_to_read_says_so_in_plain_korean(at_root):
    shown = at_root.get(reverse("admin:plays_action_changelist"), headers={"Accept-Language": "ko"})
    assert "(조회 전용)" in shown.text
    assert "보기위한" not in shown.text


def test_aliases_are_given_in_the_admin_and_noted(at_desk):
    play = make_play()
    form = {"name": play.name, "is_active": "on", **NO_INLINES}
    form |= {"aliases-TOTAL_FORMS": 1, "aliases-0-name": "SEM", "aliases-0-play": play.pk}

    response = at_desk.post(reverse("admin:plays_play_change", args=[play.pk]), form)

    assert response.status_code == 302
    assert [alias.name for alias in play.aliases.all()] == ["SEM"]
    assert AuditEntry.objects.filter(details={"aliases": ["", "SEM"]}).exists()


def test_an_id_that_names_a_play_already_is_refused_in_the_admin(at_desk):
    play = make_play()
    play.aliases.create(name="SEM")
    form = {"play_id": "SEM", "is_active": "on", **NO_INLINES}

    response = at_desk.post(reverse("admin:plays_play_add"), form)

    assert response.status_code == 200
    assert Play.objects.count() == 1


def test_djangos_admin_has_the_products_navigation(client, admin_user):
    client.force_login(admin_user)

    page = client.get(reverse("admin:index")).text

    navigation = page.partition('class="product-nav"')[2].partition("</nav>")[0]
    for name in ("dashboard", "me", "jobs", "mappings", "rules"):
        assert f'href="{reverse(f"plays:{name}")}"' in navigation
    assert "product-nav" not in client.get(reverse("admin:index") + "plays/play/?_popup=1").text
