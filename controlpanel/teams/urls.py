from django.urls import path

from .views import audit, invitations, members, settings

app_name = "teams"
urlpatterns = [
    path("members/", members.members, name="members"),
    path("members/<int:pk>/role/", members.member_role, name="member-role"),
    path("members/<int:pk>/remove/", members.member_remove, name="member-remove"),
    path("leave/", members.leave, name="leave"),
    path("invitations/", invitations.invitation_create, name="invitation-create"),
    path("invitations/<uuid:pk>/revoke/", invitations.invitation_revoke, name="invitation-revoke"),
    path("settings/", settings.settings, name="settings"),
    path("audit/", audit.audit, name="audit"),
    path("audit/<int:sequence>/", audit.audit_entry, name="audit-entry"),
]
