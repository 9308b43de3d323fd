"""ETags: unchanged answers cost no body, and nobody overwrites what they have not seen."""

from collections.abc import Mapping
from typing import Any

from apiflask import APIFlask
from flask import Response, request

from service.api.shapes import Answer, AnyObject
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


def tagged(shown: AnyObject, status: int = 200, **headers: str) -> Answer:
    """An answer about something that has a version, with the tag that a change is made for."""
    return shown, status, {"ETag": f'"{_tag_of(shown)}"', **headers}


def check_unchanged(shown: Mapping[str, Any]) -> None:
    """Refuse a change whose `If-Match` names another state than this one."""
    if request.if_match and not request.if_match.contains(_tag_of(shown)):
        detail = f"it is at version {shown['version']} now; read it again and repeat the change"
        raise Refusal("changed-meanwhile", detail)


def changed_meanwhile() -> Refusal:
    """The answer when somebody else was quicker."""
    return Refusal("changed-meanwhile", "somebody changed it just now; read it again")


def _tag_of(shown: Mapping[str, Any]) -> str:
    # A course is shown with the role of the one who asks: a new role is a new state.
    role = shown.get("role")
    return f"v{shown['version']}-{role}" if role else f"v{shown['version']}"
