"""Addresses of the API."""

from django.urls import path

from plays.api import status, views

urlpatterns = [
    path("events", views.events, name="api_events"),
    path("status", status.status, name="api_status"),
]
