"""The root of the addresses; the product's own are in plays.urls."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("plays.urls")),
]
