"""Files as answers: handed out under a name, to be kept and not shown."""

from flask import Response

from service.jobs.asking import JobFile


def file_answer(file: JobFile) -> Response:
    """The file of a job."""
    return download(file.path.read_bytes(), file.name, "application/octet-stream")


def csv_answer(text: str, name: str) -> Response:
    """A spreadsheet."""
    return download(text.encode(), name, "text/csv; charset=utf-8")


def download(content: bytes, name: str, content_type: str) -> Response:
    """Bytes that the browser saves under this name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=content_type, headers=headers)
