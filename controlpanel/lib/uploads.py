"""No form of the panel asks for a file: what is sent all the same is not taken in."""

from typing import Any, Never

from django.core.exceptions import BadRequest
from django.core.files.uploadhandler import FileUploadHandler


class NoFiles(FileUploadHandler):
    """Refuses a request at the first file in it, before anything of that is kept."""

    def new_file(self, *_: Any, **__: Any) -> Never:
        raise BadRequest("a file that nobody asked for")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Never called: no file begins."""

    def file_complete(self, file_size: int) -> None:
        """Never called: no file begins."""
