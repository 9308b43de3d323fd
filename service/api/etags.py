"""ETags: unchanged answers cost no body, and nobody overwrites what they have not seen."""

from apiflask import APIFlask
from flask import Response, request

from service.api.problems import Problem


def add_etags(app: APIFlask) -> None:
    """Tag every JSON answer to a GET, and answer 304 to who has it already."""

    @app.after_request
    def _tag(response: Response) -> Response:
        taggable = request.method == "GET" and response.status_code == 200
        if taggable and response.is_json and not response.is_streamed:
            response.add_etag()
            response.make_conditional(request)
        return response


def version_wanted(version: int) -> int:
    """The version that a change is for: `If-Match: "v3"` if it is given, else the present one."""
    if not request.if_match:
        return version
    if not request.if_match.contains(f"v{version}"):
        detail = f"it is at version {version} now; read it again and repeat the change"
        raise Problem(412, "changed-meanwhile", detail)
    return version


def changed_meanwhile() -> Problem:
    """The answer when somebody else was quicker."""
    return Problem(412, "changed-meanwhile", "somebody changed it just now; read it again")
