"""Addresses."""

from django.urls import include, path, re_path
from django.views.i18n import set_language

from plays.views import (
    access,
    acknowledging,
    audit,
    health,
    session,
    setup,
    status,
    weekly,
)
from plays.views.calendar import calendar
from plays.views.digest import digest
from plays.views.events import events
from plays.views.funnel import funnel
from plays.views.importing import importing, play_db
from plays.views.jobs import acts, job, jobs, outcome, recovery
from plays.views.mappings import batches, columns, history, mapping, mappings, sheet
from plays.views.me import me
from plays.views.pauses import pauses
from plays.views.plays import edit, overview, play, plays, saved_views, word
from plays.views.reconcile import reconcile
from plays.views.search import search
from plays.views.team import rules, targets
from plays.views.todo import todo

app_name = "plays"

urlpatterns = [
    path("", overview.dashboard, name="dashboard"),
    path("search/", search.search, name="search"),
    path("funnel/", funnel.funnel, name="funnel"),
    path("views/save/", saved_views.view_save, name="view_save"),
    path("views/<int:pk>/forget/", saved_views.view_forget, name="view_forget"),
    path("plays/", plays.plays, name="plays"),
    path("plays/add/", edit.play_add, name="play_add"),
    path("plays/csv/", plays.plays_csv, name="plays_csv"),
    path("plays/import/", importing.plays_import, name="plays_import"),
    path("plays/import/play-db/", play_db.play_db_read, name="play_db_read"),
    path("plays/import/plays.csv", importing.plays_export, name="plays_export"),
    re_path(r"^plays/(?P<play_id>[^\x00]+)/edit/$", edit.play_edit, name="play_edit"),
    re_path(r"^plays/(?P<play_id>[^\x00]+)/word/$", word.play_word, name="play_word"),
    re_path(r"^plays/(?P<play_id>[^\x00]+)/status/$", edit.play_status, name="play_status"),
    re_path(
        r"^plays/(?P<play_id>[^\x00]+)/status/end/$",
        edit.play_status_end,
        name="play_status_end",
    ),
    re_path(r"^plays/(?P<play_id>[^\x00]+)/$", play.play, name="play"),
    path("me/", me.me, name="me"),
    path("me/names/", me.me_names, name="me_names"),
    path("digest/", digest.digest, name="digest"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/csv/", jobs.jobs_csv, name="jobs_csv"),
    path("jobs/retry/", acts.jobs_retry, name="jobs_retry"),
    path("jobs/cancel/", acts.jobs_cancel, name="jobs_cancel"),
    path("jobs/recovery/", recovery.recovery, name="recovery"),
    path("jobs/recovery/since/", recovery.recover_since, name="recover_since"),
    path("jobs/recovery/missing/", recovery.recover_missing, name="recover_missing"),
    path("jobs/recovery/all/", recovery.recover_all, name="recover_all"),
    path("jobs/<int:pk>/", job.job, name="job"),
    path("jobs/<int:pk>/preview/", job.job_preview, name="job_preview"),
    path("jobs/<int:pk>/retry/", acts.job_retry, name="job_retry"),
    path("events/", events.events, name="events"),
    path("events/csv/", events.events_csv, name="events_csv"),
    path("events/accept/", events.events_accept, name="events_accept"),
    path("events/<int:pk>/", events.event, name="event"),
    path("events/<int:pk>/accept/", events.event_accept, name="event_accept"),
    path("mappings/", mappings.mappings, name="mappings"),
    path("mappings/history/", history.mapping_history, name="mapping_history"),
    path("mappings/history/<int:pk>/undo/", mapping.mapping_undo, name="mapping_undo"),
    path("mappings/missing/<str:part>/", batches.make_missing, name="make_missing"),
    path("mappings/made/<int:pk>/", batches.page_batch, name="page_batch"),
    path("mappings/made/<int:pk>/again/", batches.page_batch_again, name="page_batch_again"),
    path("mappings/csv/", sheet.mapping_sheet, name="mapping_sheet"),
    path("mappings/csv/download/", sheet.mapping_csv, name="mapping_csv"),
    re_path(
        r"^mappings/(?P<part>project_todo|play_db|action_log)/$", mapping.mapping, name="mapping"
    ),
    path("mappings/<str:part>/columns/", columns.columns, name="columns"),
    path("mappings/columns/<int:pk>/undo/", columns.columns_undo, name="columns_undo"),
    re_path(
        r"^mappings/(?P<part>live_doc|play_todo)/(?P<play_id>[^\x00]+)/$",
        mapping.mapping,
        name="play_mapping",
    ),
    path("pauses/", pauses.pauses, name="pauses"),
    path("pauses/begin/", pauses.pause_begin, name="pause_begin"),
    path("pauses/<int:pk>/end/", pauses.pause_end, name="pause_end"),
    path("reconcile/", reconcile.state, name="reconcile"),
    path("reconcile/look/", reconcile.look, name="reconcile_look"),
    path("reconcile/act/", reconcile.act, name="reconcile_act"),
    path("reconcile/done/<int:pk>/", reconcile.done, name="reconcile_done"),
    path("site/try-now/", pauses.site_try_now, name="site_try_now"),
    path("audit/", audit.audit, name="audit"),
    path("audit/csv/", audit.audit_csv, name="audit_csv"),
    path("todo/", todo.todo, name="todo"),
    path("todo/read/", todo.todo_read_all, name="todo_read_all"),
    re_path(r"^todo/(?P<play_id>[^\x00]+)/create/$", todo.todo_create, name="todo_create"),
    re_path(r"^todo/(?P<play_id>[^\x00]+)/read/$", todo.todo_read, name="todo_read"),
    path("acknowledge/<str:subject>/<int:pk>/", acknowledging.acknowledge_it, name="acknowledge"),
    path("acknowledge/<int:pk>/end/", acknowledging.acknowledge_end, name="acknowledge_end"),
    path("acts/<int:pk>/", outcome.act, name="act"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/key/", calendar.calendar_key, name="calendar_key"),
    path("calendar.ics", calendar.calendar_ics, name="calendar_ics"),
    path("digest/page/", digest.report_write, name="report_write"),
    path("rules/", rules.rules, name="rules"),
    path("rules/targets/", targets.targets, name="targets"),
    path("weekly/", weekly.weekly, name="weekly"),
    path("weekly/run/", weekly.weekly_run, name="weekly_run"),
    path("weekly/schedule/", weekly.weekly_schedule, name="weekly_schedule"),
    path("weekly/dry-run/", weekly.weekly_plan, name="weekly_plan"),
    path("weekly/<int:pk>/", weekly.weekly_result, name="weekly_result"),
    path("status/", status.status, name="status"),
    path("status/test-alert/", status.test_alert, name="test_alert"),
    path("status/checks/", status.status_checks, name="status_checks"),
    path("weekly/findings/<int:pk>/", weekly.weekly_answer, name="weekly_answer"),
    path("login/", session.login, name="login"),
    path("login/sso/", session.sso, name="sso"),
    path("login/sso/done/", session.sso_done, name="sso_done"),
    path("logout/", session.logout, name="logout"),
    path("me/mails/", me.me_mails, name="me_mails"),
    path("me/password/", session.password, name="password"),
    path("me/log-out-everywhere/", session.everywhere, name="log_out_everywhere"),
    path("setup/", setup.setup, name="setup"),
    path("setup/look/", setup.setup_look, name="setup_look"),
    path("access/", access.access, name="access"),
    path("access/tokens/make/", access.token_make, name="token_make"),
    path("access/tokens/<int:pk>/revoke/", access.token_revoke, name="token_revoke"),
    path("access/let-in/", access.let_in_again, name="let_in"),
    path("theme/", session.theme, name="theme"),
    path("language/", set_language, name="language"),
    path("api/", include("plays.api.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
