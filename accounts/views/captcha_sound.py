"""«Прослушать код»: what the link beside a picture plays."""

from datetime import timedelta

from captcha.models import CaptchaStore
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import captcha_sound as sounds
from accounts.client_ip import client_ip, subscriber
from safeguards import throttle
from safeguards.throttle import Limit

LISTENS = Limit("captcha.sound", 60, timedelta(minutes=10))
# Opened by itself the sound is a page of the browser's own, with a player in it.
POLICY = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
TOO_OFTEN = "Звук запрашивали слишком часто. Повторите через несколько минут."


@never_cache
@require_safe
def captcha_sound(request: HttpRequest, key: str) -> HttpResponse:
    """The sound of a picture that still stands; the counter is all that it writes."""
    now = timezone.now()
    picture = CaptchaStore.objects.filter(hashkey=key, expiration__gt=now).first()
    if picture is None:
        raise Http404
    if not throttle.take(LISTENS, subscriber(client_ip(request)), now):
        return HttpResponse(TOO_OFTEN, status=429, content_type="text/plain; charset=utf-8")
    sound = sounds.wav(key=key, text=picture.challenge)
    return HttpResponse(sound, content_type="audio/wav", headers={"Content-Security-Policy": POLICY})
