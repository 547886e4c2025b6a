from django.urls import path

from .views import listens

app_name = "live"
urlpatterns = [path("events/", listens, name="events")]
