"""The panel's addresses and a bare view; never part of the product."""

from django.urls import include, path

from . import bare

urlpatterns = [
    path("bench/authed/", bare.authed),
    path("", include("controlpanel.urls")),
]
