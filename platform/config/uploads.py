"""Files in a form: no page takes any, so none reaches memory or the disk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class NoFiles(FileUploadHandler):
    """Drops files, and refuses a form with more than DATA_UPLOAD_MAX_MEMORY_SIZE of them before it is read.

    Django's own limit leaves files out: anybody could make it write gigabytes to the temporary folder.
    """

    def handle_raw_input(
        self, input_data: Any, meta: dict[str, str], content_length: int, boundary: Any, encoding: str | None = None
    ) -> None:
        """Look at the size before anything is parsed; raises RequestDataTooBig."""
        if content_length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig("The form is larger than DATA_UPLOAD_MAX_MEMORY_SIZE.")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """No file is opened for what comes."""
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Nothing is kept."""

    def file_complete(self, file_size: int) -> None:
        """There is no file."""
