from django.http import HttpRequest, HttpResponse


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def team_create(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
