from django.urls import include, path

from controlpanel.maintenance.views import healthz, metrics, readyz
from controlpanel.teams import views as team_views
from controlpanel.ui.views import columns, words

urlpatterns = [
    path("", team_views.home, name="home"),
    path("account/", include("controlpanel.accounts.urls")),
    path("t/<slug:slug>/", include("controlpanel.teams.urls")),
    path("t/<slug:slug>/", include("controlpanel.live.urls")),
    path("t/<slug:slug>/", include("vms.urls")),
    path("teams/new/", team_views.team_create, name="team-create"),
    path("invitations/<str:token>/", team_views.invitation_accept, name="invitation-accept"),
    path("columns.css", columns, name="columns"),
    path("words.js", words, name="words"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]
handler500 = "controlpanel.maintenance.failures.server_error"
