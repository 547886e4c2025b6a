"""The pages of a person's own account that are not django-allauth's."""

from allauth.account.views import PasswordResetView
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from controlpanel.lib.mail import MailNotSent

from .forms import ProfileForm, ResetPasswordForm
from .models import User
from .renaming import person_save
from .verification import TooManyMails, address_mail

THEME = "fluence_theme"
THEMES = frozenset({"light", "dark"})
ONE_YEAR = 365 * 24 * 3600


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change one's own name and time zone."""
    assert isinstance(request.user, User)  # noqa: S101 - LoginRequiredMiddleware let them in
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if form.is_valid() and _saved(request, form):
        messages.success(request, _("Profile saved."))
        return redirect("profile")
    return render(request, "account/profile.html", {"form": form})


def _saved(request: HttpRequest, form: ProfileForm) -> bool:
    try:
        person_save(request, form.instance)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    return True


@require_POST
def address_verify(request: HttpRequest) -> HttpResponse:
    """Send the mail whose link verifies one's own address."""
    assert isinstance(request.user, User)  # noqa: S101 - LoginRequiredMiddleware let them in
    try:
        address_mail(request.user, request)
    except TooManyMails:
        words = _("Several mails were sent within the hour. Look in the spam folder, or wait.")
        messages.error(request, words)
    except MailNotSent:
        words = _(
            "The mail could not be sent: the mail server does not answer. Try again in a few "
            "minutes, or ask whoever runs this console to vouch for your address."
        )
        messages.error(request, words)
    else:
        words = _("A mail is on its way to %(email)s. Open the link in it.")
        messages.success(request, words % {"email": request.user.email})
    return redirect("profile")


@method_decorator(login_not_required, name="dispatch")
class PasswordReset(PasswordResetView):  # type: ignore[misc]
    """As allauth's, and says so when the mail cannot be sent: alike for an address it knows not."""

    def form_valid(self, form: ResetPasswordForm) -> HttpResponse:
        try:
            response: HttpResponse = super().form_valid(form)
        except MailNotSent:
            words = _(
                "The mail could not be sent: the mail server does not answer. Try again in a few "
                "minutes, or ask whoever runs this console for a link."
            )
            form.add_error(None, words)
            response = self.form_invalid(form)
            response.status_code = 503
        return response


@require_POST
@login_not_required
def theme(request: HttpRequest) -> HttpResponse:
    """Remember a light or dark theme in a cookie; anything else follows the system again."""
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = redirect(back if is_ours else "home")
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(THEME, chosen, ONE_YEAR, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie(THEME, samesite="Lax")
    return response
