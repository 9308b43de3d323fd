"""Headers on every answer: a content policy without inline code, and no sniffing or framing."""

from apiflask import APIFlask
from flask import Response, abort, request

from service.config import Config

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def add_security_headers(app: APIFlask, config: Config) -> None:
    """Refuse unknown host names, and send the headers with every answer."""

    @app.before_request
    def _known_host() -> None:
        if config.hosts and request.host.partition(":")[0] not in config.hosts:
            abort(400, f"this service is not {request.host}")

    @app.after_request
    def _headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", POLICY)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        if config.secure_cookies:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        if request.path.startswith("/api/"):
            headers.setdefault("Cache-Control", "private, no-cache")
        return response
