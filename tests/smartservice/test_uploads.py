"""No page takes an endless file."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from smartservice import uploads

pytestmark = pytest.mark.django_db


def test_a_file_beyond_any_use_is_refused_while_it_is_read(client, monkeypatch):
    monkeypatch.setattr(uploads, "MAX_BYTES", 100_000)

    answer = client.post(reverse("accounts:feedback"), {"file": SimpleUploadedFile("чек.pdf", b"0" * 100_001)})

    assert answer.status_code == 400


def test_a_file_within_the_bound_is_read(client, monkeypatch):
    monkeypatch.setattr(uploads, "MAX_BYTES", 100_000)

    answer = client.post(reverse("accounts:feedback"), {"file": SimpleUploadedFile("чек.pdf", b"0" * 100_000)})

    assert answer.status_code == 200
