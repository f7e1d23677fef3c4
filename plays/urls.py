"""Addresses."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path, re_path
from django.utils.module_loading import import_string
from django.views.i18n import set_language

from plays.api.door import api

app_name = "plays"


def screen(name: str) -> Callable[..., HttpResponseBase]:
    """The view `name` in plays.views. Its first request imports it, so that a command, or another
    screen, need not wait for all of them.
    """

    def view(request: HttpRequest, **arguments: object) -> HttpResponseBase:
        response: HttpResponseBase = import_string(f"plays.views.{name}")(request, **arguments)
        return response

    return view


urlpatterns = [
    path("", screen("plays.overview.dashboard"), name="dashboard"),
    path("search/", screen("search.search.search"), name="search"),
    path("funnel/", screen("funnel.funnel.funnel"), name="funnel"),
    path("views/save/", screen("plays.saved_views.view_save"), name="view_save"),
    path("views/<int:pk>/forget/", screen("plays.saved_views.view_forget"), name="view_forget"),
    path("plays/", screen("plays.plays.plays"), name="plays"),
    path("plays/add/", screen("plays.edit.play_add"), name="play_add"),
    path("plays/csv/", screen("plays.plays.plays_csv"), name="plays_csv"),
    path("plays/import/", screen("importing.importing.plays_import"), name="plays_import"),
    path("plays/import/play-db/", screen("importing.play_db.play_db_read"), name="play_db_read"),
    path("plays/import/plays.csv", screen("importing.importing.plays_export"), name="plays_export"),
    re_path(
        r"^plays/(?P<play_id>[^\x00]+)/edit/$", screen("plays.edit.play_edit"), name="play_edit"
    ),
    re_path(
        r"^plays/(?P<play_id>[^\x00]+)/word/$", screen("plays.word.play_word"), name="play_word"
    ),
    re_path(
        r"^plays/(?P<play_id>[^\x00]+)/status/$",
        screen("plays.edit.play_status"),
        name="play_status",
    ),
    re_path(
        r"^plays/(?P<play_id>[^\x00]+)/status/end/$",
        screen("plays.edit.play_status_end"),
        name="play_status_end",
    ),
    re_path(r"^plays/(?P<play_id>[^\x00]+)/$", screen("plays.play.play"), name="play"),
    path("me/", screen("me.me.me"), name="me"),
    path("me/names/", screen("me.me.me_names"), name="me_names"),
    path("digest/", screen("digest.digest.digest"), name="digest"),
    path("jobs/", screen("jobs.jobs.jobs"), name="jobs"),
    path("jobs/csv/", screen("jobs.jobs.jobs_csv"), name="jobs_csv"),
    path("jobs/retry/", screen("jobs.acts.jobs_retry"), name="jobs_retry"),
    path("jobs/cancel/", screen("jobs.acts.jobs_cancel"), name="jobs_cancel"),
    path("jobs/recovery/", screen("jobs.recovery.recovery"), name="recovery"),
    path("jobs/recovery/since/", screen("jobs.recovery.recover_since"), name="recover_since"),
    path("jobs/recovery/missing/", screen("jobs.recovery.recover_missing"), name="recover_missing"),
    path("jobs/recovery/all/", screen("jobs.recovery.recover_all"), name="recover_all"),
    path("jobs/<int:pk>/", screen("jobs.job.job"), name="job"),
    path("jobs/<int:pk>/preview/", screen("jobs.job.job_preview"), name="job_preview"),
    path("jobs/<int:pk>/retry/", screen("jobs.acts.job_retry"), name="job_retry"),
    path("events/", screen("events.events.events"), name="events"),
    path("events/csv/", screen("events.events.events_csv"), name="events_csv"),
    path("events/accept/", screen("events.events.events_accept"), name="events_accept"),
    path("events/<int:pk>/", screen("events.events.event"), name="event"),
    path("events/<int:pk>/accept/", screen("events.events.event_accept"), name="event_accept"),
    path("mappings/", screen("mappings.mappings.mappings"), name="mappings"),
    path("mappings/history/", screen("mappings.history.mapping_history"), name="mapping_history"),
    path(
        "mappings/history/<int:pk>/undo/",
        screen("mappings.mapping.mapping_undo"),
        name="mapping_undo",
    ),
    path(
        "mappings/missing/<str:part>/", screen("mappings.batches.make_missing"), name="make_missing"
    ),
    path("mappings/made/<int:pk>/", screen("mappings.batches.page_batch"), name="page_batch"),
    path(
        "mappings/made/<int:pk>/again/",
        screen("mappings.batches.page_batch_again"),
        name="page_batch_again",
    ),
    path("mappings/csv/", screen("mappings.sheet.mapping_sheet"), name="mapping_sheet"),
    path("mappings/csv/download/", screen("mappings.sheet.mapping_csv"), name="mapping_csv"),
    re_path(
        r"^mappings/(?P<part>project_todo|play_db|action_log)/$",
        screen("mappings.mapping.mapping"),
        name="mapping",
    ),
    path("mappings/<str:part>/columns/", screen("mappings.columns.columns"), name="columns"),
    path(
        "mappings/columns/<int:pk>/undo/",
        screen("mappings.columns.columns_undo"),
        name="columns_undo",
    ),
    re_path(
        r"^mappings/(?P<part>live_doc|play_todo)/(?P<play_id>[^\x00]+)/$",
        screen("mappings.mapping.mapping"),
        name="play_mapping",
    ),
    path("pauses/", screen("pauses.pauses.pauses"), name="pauses"),
    path("pauses/begin/", screen("pauses.pauses.pause_begin"), name="pause_begin"),
    path("pauses/<int:pk>/end/", screen("pauses.pauses.pause_end"), name="pause_end"),
    path("reconcile/", screen("reconcile.reconcile.state"), name="reconcile"),
    path("reconcile/look/", screen("reconcile.reconcile.look"), name="reconcile_look"),
    path("reconcile/act/", screen("reconcile.reconcile.act"), name="reconcile_act"),
    path("reconcile/done/<int:pk>/", screen("reconcile.reconcile.done"), name="reconcile_done"),
    path("site/try-now/", screen("pauses.pauses.site_try_now"), name="site_try_now"),
    path("audit/", screen("audit.audit"), name="audit"),
    path("audit/csv/", screen("audit.audit_csv"), name="audit_csv"),
    path("todo/", screen("todo.todo.todo"), name="todo"),
    path("todo/read/", screen("todo.todo.todo_read_all"), name="todo_read_all"),
    re_path(
        r"^todo/(?P<play_id>[^\x00]+)/create/$", screen("todo.todo.todo_create"), name="todo_create"
    ),
    re_path(r"^todo/(?P<play_id>[^\x00]+)/read/$", screen("todo.todo.todo_read"), name="todo_read"),
    path(
        "acknowledge/<str:subject>/<int:pk>/",
        screen("acknowledging.acknowledge_it"),
        name="acknowledge",
    ),
    path(
        "acknowledge/<int:pk>/end/", screen("acknowledging.acknowledge_end"), name="acknowledge_end"
    ),
    path("acts/<int:pk>/", screen("jobs.outcome.act"), name="act"),
    path("calendar/", screen("calendar.calendar.calendar"), name="calendar"),
    path("calendar/key/", screen("calendar.calendar.calendar_key"), name="calendar_key"),
    path("calendar.ics", screen("calendar.calendar.calendar_ics"), name="calendar_ics"),
    path("digest/page/", screen("digest.digest.report_write"), name="report_write"),
    path("rules/", screen("team.rules.rules"), name="rules"),
    path("rules/targets/", screen("team.targets.targets"), name="targets"),
    path("weekly/", screen("weekly.weekly"), name="weekly"),
    path("weekly/run/", screen("weekly.weekly_run"), name="weekly_run"),
    path("weekly/schedule/", screen("weekly.weekly_schedule"), name="weekly_schedule"),
    path("weekly/dry-run/", screen("weekly.weekly_plan"), name="weekly_plan"),
    path("weekly/<int:pk>/", screen("weekly.weekly_result"), name="weekly_result"),
    path("status/", screen("status.status"), name="status"),
    path("status/test-alert/", screen("status.test_alert"), name="test_alert"),
    path("status/checks/", screen("status.status_checks"), name="status_checks"),
    path("weekly/findings/<int:pk>/", screen("weekly.weekly_answer"), name="weekly_answer"),
    path("login/", screen("session.login"), name="login"),
    path("login/sso/", screen("session.sso"), name="sso"),
    path("login/sso/done/", screen("session.sso_done"), name="sso_done"),
    path("logout/", screen("session.logout"), name="logout"),
    path("me/mails/", screen("me.me.me_mails"), name="me_mails"),
    path("me/password/", screen("session.password"), name="password"),
    path("me/log-out-everywhere/", screen("session.everywhere"), name="log_out_everywhere"),
    path("setup/", screen("setup.setup"), name="setup"),
    path("setup/look/", screen("setup.setup_look"), name="setup_look"),
    path("access/", screen("access.access"), name="access"),
    path("access/tokens/make/", screen("access.token_make"), name="token_make"),
    path("access/tokens/<int:pk>/revoke/", screen("access.token_revoke"), name="token_revoke"),
    path("access/let-in/", screen("access.let_in_again"), name="let_in"),
    path("theme/", screen("session.theme"), name="theme"),
    path("language/", set_language, name="language"),
    path("api/<path:address>", api),
    path("healthz", screen("health.healthz"), name="healthz"),
    path("readyz", screen("health.readyz"), name="readyz"),
    path("metrics", screen("health.metrics"), name="metrics"),
]
