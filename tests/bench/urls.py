"""The panel's addresses and the yardsticks; never part of the product."""

from django.urls import include, path

from . import yardsticks

urlpatterns = [
    path("bench/authed/", yardsticks.authed),
    path("bench/list50/", yardsticks.list50),
    path("", include("controlpanel.urls")),
]
