"""ETags: unchanged answers cost no body, and nobody overwrites what they have not seen."""

from collections.abc import Mapping
from typing import Any

from apiflask import APIFlask
from flask import Response, request

from service.api.shapes import AnyObject, ApiAnswer
from service.classroom.refusals import Refusal


def add_etags(app: APIFlask) -> None:
    """Tag every JSON answer to a GET, and answer 304 to who has it already."""

    @app.after_request
    def _tag(response: Response) -> Response:
        taggable = request.method == "GET" and response.status_code == 200
        if taggable and response.is_json and not response.is_streamed:
            # What has a version carries its own tag.
            response.add_etag()
            response.make_conditional(request)
        return response


def tagged(shown: AnyObject, status: int = 200, **headers: str) -> ApiAnswer:
    """An answer about something that has a version, with the tag that a change is made for."""
    return shown, status, {"ETag": f'"{_tag_of(shown)}"', **headers}


def seen_version(shown: Mapping[str, Any]) -> int | None:
    """The version that the request's `If-Match` is for, None without one.

    Refused where that is another state than this one.
    """
    if not request.if_match:
        return None
    if not request.if_match.contains(_tag_of(shown)):
        detail = f"it is at version {shown['version']} now; read it again and repeat the change"
        raise Refusal("changed-meanwhile", detail)
    return int(shown["version"])


def _tag_of(shown: Mapping[str, Any]) -> str:
    # A course is shown with the role of the one who asks: a new role is a new state.
    role = shown.get("role")
    return f"v{shown['version']}-{role}" if role else f"v{shown['version']}"
