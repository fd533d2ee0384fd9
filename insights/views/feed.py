"""The private feed of nights, as apps for podcasts read it, and the page on which its address is made and revoked."""

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.feedgenerator import Enclosure, Rss201rev2Feed
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from capture.core.errors import Refusal
from capture.models import AuthedRequest, User
from capture.services.accounts import count_secret_request
from capture.services.byte_ranges import serve_file
from insights.forms import find_evening
from insights.listen_text import describe_night_episode, name_of_night
from insights.models import ListenFeed
from insights.services.feeds import NightEpisode, create_feed, feed_episodes, feed_owner, night_episode, revoke_feed
from insights.services.listening import SOUND_TYPE

ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"


class PrivateFeed(Rss201rev2Feed):
    """RSS 2.0 with what apps for podcasts read beside it: how long each night is, and that nobody is to list it."""

    def rss_attributes(self) -> dict[str, str]:
        """Return the attributes of the root."""
        return {**super().rss_attributes(), "xmlns:itunes": ITUNES}

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        """Write what is said of the whole."""
        super().add_root_elements(handler)
        handler.addQuickElement("itunes:block", "yes")
        handler.addQuickElement("itunes:explicit", "false")

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, object]) -> None:
        """Write what is said of a night."""
        super().add_item_elements(handler, item)
        handler.addQuickElement("itunes:duration", str(item["seconds"]))


@never_cache
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Give the feed to whoever knows its address. Nothing of what was said is written in it, nor names of topics."""
    try:
        user = _owner(request, secret)
    except Refusal as refusal:
        return _come_later(refusal)
    with translation.override(user.mail_language), timezone.override(user.time_zone):
        address = settings.STILLNOTE_URL + reverse("feed", args=[secret])
        written = PrivateFeed(
            title=_("Stillnote, your nights"),
            link=settings.STILLNOTE_URL + reverse("listen"),
            description=_("What you said at night, in your own voice."),
            language=user.mail_language,
            feed_url=address,
        )
        for episode in feed_episodes(user):
            _add_night(written, episode, secret)
        content = written.writeString("utf-8")
    return HttpResponse(content, content_type="application/rss+xml; charset=utf-8")


def _add_night(written: PrivateFeed, episode: NightEpisode, secret: str) -> None:
    evening = episode.evening.isoformat()
    address = settings.STILLNOTE_URL + reverse("feed_sound", args=[secret, evening])
    written.add_item(
        title=name_of_night(episode.evening),
        link=settings.STILLNOTE_URL + reverse("listen"),
        description=describe_night_episode(len(episode.ideas), episode.topics),
        pubdate=episode.ended_at,
        unique_id=f"stillnote-night-{evening}",
        unique_id_is_permalink=False,
        enclosures=[Enclosure(address, str(episode.sound.size), SOUND_TYPE)],
        seconds=round(episode.sound.seconds),
    )


@require_safe
def feed_sound(request: HttpRequest, secret: str, evening: str) -> HttpResponseBase:
    """Play a night to whoever knows the feed's address, or a part of it."""
    try:
        episode = night_episode(_owner(request, secret), find_evening(evening))
    except Refusal as refusal:
        return _come_later(refusal)
    if episode is None:
        raise Http404
    return serve_file(request, episode.sound, SOUND_TYPE, f'"{episode.sound.version}"')


def _owner(request: HttpRequest, secret: str) -> User:
    """Return whose feed it is, and count the request: of its own, or of who tries secrets. Raises Refusal, Http404."""
    user = feed_owner(secret)
    count_secret_request(request, "feed", user)
    if user is None:
        raise Http404
    return user


def _come_later(refusal: Refusal) -> HttpResponse:
    return HttpResponse(status=refusal.status, headers={"Retry-After": str(refusal.retry_after)})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def feed_settings(request: AuthedRequest) -> HttpResponse:
    """Say whether there is a feed; on POST make its address anew, and show it, this once."""
    return _make_address(request) if request.method == "POST" else _show_settings(request)


@reauthentication_required
def _make_address(request: AuthedRequest) -> HttpResponse:
    """Make an address for who said the password just now: whoever has it hears without logging in."""
    return _show_settings(request, settings.STILLNOTE_URL + reverse("feed", args=[create_feed(request.user)]))


def _show_settings(request: AuthedRequest, new: str = "") -> HttpResponse:
    given = ListenFeed.objects.filter(user=request.user).first()
    return render(request, "insights/feed_settings.html", {"new": new, "given": given})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def feed_revoke(request: AuthedRequest) -> HttpResponse:
    """Ask whether the feed's address is to go; on POST revoke it."""
    if request.method != "POST":
        return render(request, "insights/revoke_feed.html")
    revoke_feed(request.user)
    messages.success(request, _("The address is nobody's any more. What an app has fetched stays in it."))
    return redirect("feed_settings")
