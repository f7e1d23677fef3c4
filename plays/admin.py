"""Django's own admin: Plays, page mappings and users are edited, what the sync writes is read."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_q.models import Failure, OrmQ, Schedule, Success

from plays.models import (
    Action,
    Event,
    Page,
    PageMapping,
    PageMappingChange,
    Play,
    PlayAlias,
    QuarterCount,
    QuarterGoal,
    Site,
    SyncAttempt,
    SyncJob,
)
from plays.models.mapping import PartChoice
from plays.models.play import OVERRIDE_FIELDS
from plays.rules.problems import FieldProblem
from plays.sync.access.people import note_deleted, note_password, note_person, state_of
from plays.sync.mappings.page_reference import BadReference, page_id_of
from plays.sync.naming import free_play_id
from plays.sync.plays.goals import GOAL_FIELDS

# Every command imports this file: what writes Plays and pages is imported where it is used.

admin.site.site_header = admin.site.site_title = "Play Sync"
admin.site.index_title = _("Edit")

# django-q2's tables only wake workers and record nothing, and groups are made by `migrate`.
for model in (Failure, OrmQ, Schedule, Success, Group):
    if admin.site.is_registered(model):
        admin.site.unregister(model)
admin.site.unregister(User)


class ReadOnlyInline(admin.TabularInline):  # type: ignore[type-arg]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that only the sync writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Under a title of our own: Django's Korean one for lists to read has its numbers wrong."""
        title = _("%(rows)s, to read") % {"rows": self.opts.verbose_name_plural}
        return super().changelist_view(request, {"title": title, **(extra_context or {})})


class PlayAdminForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Play
        fields = "__all__"  # noqa: DJ007 - the admin's fieldsets say which

    def clean_play_id(self) -> str:
        try:
            return free_play_id(self.cleaned_data["play_id"])
        except FieldProblem as problem:
            raise forms.ValidationError(problem.at("play_id").told(gettext)) from problem


class AliasInline(admin.StackedInline):  # type: ignore[type-arg]
    """Other ids by which events, files and pages name the Play."""

    model = PlayAlias
    extra = 1


class GoalInline(ReadOnlyInline):
    """What held in each quarter; this one and the next are changed on the Play's own page."""

    template = "admin/edit_inline/stacked.html"  # a table's head has a cell without a name
    model = QuarterGoal
    fields = readonly_fields = ("year", "quarter", *GOAL_FIELDS)


@admin.register(Play)
class PlayAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A Play is never deleted, its actions hang on it: it is set inactive.

    Its id stays, since rows and events name it; its status is set by hand on its own page.
    """

    form = PlayAdminForm
    inlines = [AliasInline, GoalInline]
    list_display = ["play_id", "name", "owner", "priority", "cycle", "due_date", "is_active"]
    list_filter = ["is_active", "owner", "source", "channel", "priority", "cycle"]
    search_fields = ["play_id", "name", "owner", "aliases__name"]
    readonly_fields = OVERRIDE_FIELDS
    fieldsets = [
        (None, {"fields": ["play_id", "name", "owner", "is_active"]}),
        (None, {"fields": ["source", "channel", "priority", "cycle"]}),
        (None, {"fields": ["next_action", "due_date", "blocker", "notes"]}),
        (None, {"fields": tuple(OVERRIDE_FIELDS)}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Play | None = None) -> list[str]:
        return [*OVERRIDE_FIELDS, "play_id"] if obj else OVERRIDE_FIELDS

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Play, form: Any, change: bool) -> None:
        from plays.sync.plays.editing import note_edit

        before = {name: form.initial.get(name) for name in form.changed_data}
        super().save_model(request, obj, form, change)
        note_edit(obj, before, by=cast(User, request.user))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        from plays.sync.intake.receiving import accept_everything_now_known
        from plays.sync.plays.editing import alias_text, note_edit

        play = form.instance
        before = {"aliases": alias_text(play)}
        super().save_related(request, form, formsets, change)
        if note_edit(play, before, by=cast(User, request.user)):
            transaction.on_commit(accept_everything_now_known)  # noqa: TID251 - it asks no queue


class PageMappingForm(forms.ModelForm):  # type: ignore[type-arg]
    """The page by its Confluence id; empty takes the page away."""

    page_id = forms.CharField(label=_("Page ID or address"), required=False, max_length=2000)
    reason = forms.CharField(label=_("Why"), required=False, widget=forms.Textarea)

    class Meta:
        model = PageMapping
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.page:
            self.initial["page_id"] = self.instance.page.page_id

    def clean_page_id(self) -> str:
        """The id in an id or an address. A page that is not there or cannot play the part is
        refused with what to do, as on the mapping screen."""
        try:
            page_id = page_id_of(self.cleaned_data["page_id"], site=settings.CONFLUENCE_URL)
        except BadReference as refused:
            raise forms.ValidationError(str(refused)) from refused
        if page_id and page_id != self.initial.get("page_id", ""):
            self._look_at(page_id)
        return page_id

    def _look_at(self, page_id: str) -> None:
        from plays.sync.mappings.page_looks import examine

        try:
            check = examine(self.instance.part, page_id)
        except ImproperlyConfigured as error:
            raise forms.ValidationError(str(error)) from error
        if not check.is_fine:
            raise forms.ValidationError(f"{check.title} {check.problem} {check.advice}".strip())


class ChangeInline(ReadOnlyInline):
    """Who mapped what, when and why."""

    model = PageMappingChange
    fields = readonly_fields = ("at", "by", "old_page", "new_page", "reason")


@admin.register(PageMapping)
class PageMappingAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Mappings exist for every part and Play; only their page changes, through the sync."""

    form = PageMappingForm
    list_display = ["part", "play", "page"]
    list_filter = ["part"]
    list_select_related = ["play", "page"]
    search_fields = ["play__play_id", "play__name", "page__page_id", "page__title"]
    readonly_fields = ["part", "play"]
    fields = ["part", "play", "page_id", "reason"]
    inlines = [ChangeInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: PageMapping, form: Any, change: bool) -> None:
        from plays.sync.mappings.changing import change_page

        chosen, by = form.cleaned_data, cast(User, request.user)
        change_page(
            PartChoice(obj.part), obj.play, chosen["page_id"], by=by, reason=chosen["reason"]
        )
        obj.refresh_from_db()
        if obj.page:
            self.message_user(request, f"{obj}: {obj.page.title or obj.page.page_id}")


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]
    """Who is no superuser makes nobody one, and leaves superusers alone.

    Nobody takes their own access away, so somebody is always left who can give it. Django's "staff
    status" and single permissions open nothing here and would be taken for our groups: not shown.
    """

    filter_horizontal = ()  # its filters have no label that a screen reader may read
    readonly_fields = ("last_login", "date_joined")
    list_display = ("username", "in_groups", "last_name", "first_name", "email", "is_active")
    list_filter = ("groups", "is_active", "is_superuser")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("Groups"))
    def in_groups(self, person: User) -> str:
        names = [group.name for group in person.groups.all()]
        return ", ".join([gettext("Superuser"), *names] if person.is_superuser else names)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return super().get_fieldsets(request, obj)
        own = _("Your own rights are changed by another admin.") if obj == request.user else ""
        access = {"fields": ["is_active", "groups", "is_superuser"], "description": own}
        return [
            (None, {"fields": ["username", "password"]}),
            (_("Person"), {"fields": ["last_name", "first_name", "email"]}),
            (_("Rights"), access),
            (None, {"fields": ["last_login", "date_joined"]}),
        ]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs["widget"] = forms.CheckboxSelectMultiple
            kwargs["help_text"] = _(
                "PM sees everything, Staff also retries and starts, Admin also maps, edits and "
                "adds people. Without a group nobody sees anything."
            )
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        old = User.objects.filter(pk=obj.pk).first() if change else None
        form.before = state_of(old) if old else {}
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        note_person(form.instance, form.before, by=cast(User, request.user))

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        note_deleted(obj, by=cast(User, request.user))
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for person in queryset:
            note_deleted(person, by=cast(User, request.user))
        super().delete_queryset(request, queryset)

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """A page like Django's own; what it changes is noted."""
        before = User.objects.filter(pk=id).values_list("password", flat=True).first()
        response = super().user_change_password(request, id, form_url)
        person = User.objects.filter(pk=id).first()
        if person and person.password != before:
            note_password(person, by=cast(User, request.user))
        return response

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        if obj is not None and obj == request.user:
            return [*fields, "is_active", "groups", "is_superuser"]
        return fields if request.user.is_superuser else [*fields, "is_superuser"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_touch(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and obj == request.user:
            return False
        return self._may_touch(request, obj) and super().has_delete_permission(request, obj)

    @staticmethod
    def _may_touch(request: HttpRequest, obj: User | None) -> bool:
        return obj is None or bool(request.user.is_superuser) or not obj.is_superuser


@admin.register(Action)
class ActionAdmin(ReadOnlyAdmin):
    list_display = ["log_id", "play", "action_type", "title", "actor", "occurred_at"]
    list_filter = ["action_type"]
    list_select_related = ["play"]
    search_fields = ["log_id", "title", "play__play_id"]


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["event_id", "source", "type", "state", "received_at"]
    list_filter = ["state", "type"]
    search_fields = ["event_id"]


@admin.register(SyncJob)
class SyncJobAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "play", "state", "failures", "run_after", "last_error"]
    list_filter = ["state", "kind"]
    list_select_related = ["play"]
    search_fields = ["key"]


@admin.register(SyncAttempt)
class SyncAttemptAdmin(ReadOnlyAdmin):
    list_display = ["started_at", "page", "outcome", "http_status", "error", "calls"]
    list_filter = ["outcome"]
    list_select_related = ["page"]


@admin.register(Page)
class PageAdmin(ReadOnlyAdmin):
    list_display = ["page_id", "title", "state", "version", "written_at"]
    list_filter = ["state"]
    search_fields = ["page_id", "title"]


@admin.register(QuarterCount)
class QuarterCountAdmin(ReadOnlyAdmin):
    list_display = ["play", "year", "quarter", "activity", "signal", "brief", "s2", "s3"]
    list_filter = ["year", "quarter"]
    list_select_related = ["play"]


@admin.register(Site)
class SiteAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "paused_until", "stopped_at", "error"]
