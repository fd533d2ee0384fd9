"""Settings, and whether the service is well."""

from django.conf import settings as django_settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from capture.core.errors import Refusal
from capture.maintenance.leftovers import counted_leftovers
from capture.models import AuthedRequest, Look, User
from capture.services.doors import Door, closed_doors, open_door
from config.accounts.browser_sessions import end_other_sessions
from config.forms import AboutYou, Languages, LookChoice, NewPassword
from config.http.problem_types import KINDS
from config.ops import disk_usage
from config.ops.checks import check_names
from config.ops.database_version import NotReady, Version, database_version
from insights.services import digests
from insights.services.feeds import revoke_feed


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: AuthedRequest) -> HttpResponse:
    """Show a user's settings, and take the one about the person."""
    about = AboutYou(request.POST or None, instance=request.user)
    try:
        is_valid = request.method == "POST" and about.is_valid()
    except Refusal as refusal:
        return _too_many_passwords(request, refusal)
    if is_valid:
        about.save()
        messages.success(request, _("Saved."))
        return redirect("settings")
    return _render_settings(request, about, NewPassword(request.user))


@login_required
@require_POST
def choose_languages(request: AuthedRequest) -> HttpResponse:
    """Take which languages a user speaks, asked where they look first."""
    chosen = Languages(request.POST, instance=request.user)
    if not chosen.is_valid():
        messages.error(request, " ".join(map(str, chosen.errors["languages"])))
        return redirect("settings")
    chosen.save()
    messages.success(request, _("Saved."))
    return redirect("today")


@login_required
@require_POST
def choose_look(request: AuthedRequest) -> HttpResponse:
    """Take how pages look to a user; where no look of that name is drawn, theirs stays."""
    chosen = LookChoice(request.POST, instance=request.user)
    if chosen.is_valid():
        chosen.save()
    return redirect("settings")


@login_required
@require_POST
def change_password(request: AuthedRequest) -> HttpResponse:
    """Give the user the password of their choice; their other sessions end."""
    form = NewPassword(request.user, request.POST)
    try:
        is_valid = form.is_valid()
    except Refusal as refusal:
        return _too_many_passwords(request, refusal)
    if not is_valid:
        return _render_settings(request, AboutYou(instance=request.user), form)
    update_session_auth_hash(request, form.save())
    end_other_sessions(request.user, request.session.session_key or "")
    revoke_feed(request.user)  # by its address somebody may hear without logging in
    messages.success(request, _("Your password is changed."))
    return redirect("settings")


def _too_many_passwords(request: AuthedRequest, refusal: Refusal) -> HttpResponse:
    said = _("Too many passwords were tried. The next one is taken in %(seconds)d s.")
    messages.error(request, said % {"seconds": refusal.retry_after})
    user = User.objects.get(pk=request.user.pk)  # a form that was being checked may have changed the other
    page = _render_settings(request, AboutYou(instance=user), NewPassword(user))
    page.status_code, page["Retry-After"] = refusal.status, str(refusal.retry_after)
    return page


def _render_settings(request: AuthedRequest, about: AboutYou, password: NewPassword) -> HttpResponse:
    plan = digests.plan_of(request.user)
    page = {"about": about, "password": password, "plan": plan, "looks": Look.choices}
    return render(request, "settings.html", page)


@login_required
@require_safe
def health_page(request: AuthedRequest) -> HttpResponse:
    """Show what hinders the service, and what takes room: to the machine's owner, of the whole of it."""
    now = timezone.now()
    page: dict[str, object] = {"own": disk_usage.user_growth(request.user, now)}
    if django_settings.ORIGINALS_MONTHS:
        page |= {"months": django_settings.ORIGINALS_MONTHS, "gone": disk_usage.count_removed_originals(request.user)}
    if request.user.is_superuser:
        page["unknown_settings"] = [message.msg for message in check_names()]
        page |= {"everybodys": disk_usage.machine_growth(now), "leftovers": counted_leftovers()}
        try:
            page["kinds"] = disk_usage.used_room()
        except Refusal as refusal:
            page["unknown"] = refusal.sentence_in(_)
    return render(request, "health.html", page)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def doors_page(request: AuthedRequest) -> HttpResponse:
    """Show the machine's owner what a restored copy does not do yet, and open what they say."""
    if not request.user.is_superuser:
        raise Http404
    asked = request.POST.get("open")
    if asked:
        for door in Door:
            if asked in {door, "all"}:
                open_door(door)
        return redirect("doors")
    closed = closed_doors()
    doors = [(door, not closed or door not in closed.doors) for door in Door]
    return render(request, "doors.html", {"doors": doors, "since": closed and closed.since})


@require_safe
def problem_page(request: HttpRequest, kind: str) -> HttpResponse:
    """Say what a kind of problem means: the address that is its `type`."""
    if kind not in KINDS:
        raise Http404
    return render(request, "problem.html", {"kind": kind, "problem": KINDS[kind]})


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that this process is alive."""
    del request
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer whether memos can be taken: the database is there and is of this version."""
    del request
    try:
        is_current = database_version() is Version.CURRENT
    except Error:
        return HttpResponse("The database cannot be reached.", status=503, content_type="text/plain")
    except NotReady as newer:
        return HttpResponse(str(newer), status=503, content_type="text/plain")
    if not is_current:
        return HttpResponse("The database waits for `manage.py migrate`.", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")
