"""How much of a sent file is written to the disk before anybody looks at it."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import TemporaryFileUploadHandler

MAX_BYTES = 64 * 1024 * 1024


class BoundedUpload(TemporaryFileUploadHandler):
    """Django bounds every part of a form but its files: one endless file would fill the disk from any page."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> Any:
        """Write the piece down; RequestDataTooBig, answered with 400, once the file is beyond any use."""
        if start + len(raw_data) > MAX_BYTES:
            self.file.close()
            raise RequestDataTooBig("a file is too large")
        return super().receive_data_chunk(raw_data, start)
