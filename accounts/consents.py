"""What a resident agreed to, and what he is asked about again because its text has changed since."""

from datetime import datetime

from accounts.models import Consent, ConsentKind, Page, PageVersion, User

DOCUMENTS = {ConsentKind.AGREEMENT: Page.AGREEMENT, ConsentKind.PERSONAL_DATA: Page.PERSONAL_DATA}
KINDS = {page: kind for kind, page in DOCUMENTS.items()}


def due(resident: User) -> list[PageVersion]:
    """The newest versions of documents that changed in earnest since he agreed; who never did is not asked."""
    given = Consent.objects.filter(user=resident, kind__in=DOCUMENTS).values_list("kind", "version")
    agreed: dict[str, int] = {}
    for kind, version in given:
        agreed[kind] = max(int(version), agreed.get(kind, 0))
    versions = list(PageVersion.objects.filter(page__in=DOCUMENTS.values()).order_by("number").defer("text"))
    return [
        newest
        for kind, page in DOCUMENTS.items()
        if kind in agreed and (newest := _newest_if_asked(versions, page, agreed[kind]))
    ]


def give(*, resident: User, shown: dict[Page, int], ip: str, now: datetime) -> None:
    """Write down that he agreed to these versions, and to no others than the page has shown."""
    Consent.objects.bulk_create(
        Consent(user=resident, kind=KINDS[page], version=str(number), given_at=now, ip=ip)
        for page, number in shown.items()
    )


def _newest_if_asked(versions: list[PageVersion], page: Page, agreed: int) -> PageVersion | None:
    later = [version for version in versions if version.page == page and version.number > agreed]
    return later[-1] if any(version.asks_again for version in later) else None
