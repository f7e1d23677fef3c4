"""Addresses of the API."""

from django.urls import path

from plays.api import views

urlpatterns = [path("events", views.events, name="api_events")]
