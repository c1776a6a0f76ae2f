"""Lists secrets for each case of a file, with a client that OpenAPI Generator generated."""

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypedDict

from connector_secrets_client import (
    ApiClient,
    ApiException,
    Configuration,
    ConnectorSecretsApi,
    ErrorEnvelope,
)


class Request(TypedDict):
    """What the operation is called with."""

    team_id: str
    connector_identifier: str
    credential: str


class RateLimit(TypedDict):
    """How many requests an hour are allowed, and how many are left."""

    limit: int
    remaining: int


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an answer says."""

    status: int
    body: dict[str, Any]
    retry_after_seconds: int | None = None
    rate_limit: RateLimit | None = None


def call(base_url: str, request: Request) -> Outcome:
    """List the secrets of one connector."""
    # One client a call, as each case has its own credential. A program with one credential keeps its client.
    # The path, with its slash, is put after the host. An API key is an access token, too.
    configuration = Configuration(host=base_url.rstrip("/"), access_token=request["credential"])
    # urllib3 would sleep as long as Retry-After says, up to a day. The generator forgot the type of the setting.
    configuration.retries = False  # type: ignore[assignment]
    api = ConnectorSecretsApi(ApiClient(configuration))
    try:
        answer = api.list_connector_secrets_with_http_info(
            int(request["team_id"]),
            request["connector_identifier"],
            _request_timeout=30.0,  # It waits without end if it is not told how long, and refuses an int.
        )
    except ApiException as error:
        return failed(api.api_client, error)
    return Outcome(status=answer.status_code, body=api.api_client.sanitize_for_serialization(answer.data))


def failed(client: ApiClient, error: ApiException) -> Outcome:
    """Take what an error says from its envelope and its headers."""
    envelope = error.data
    if not isinstance(envelope, ErrorEnvelope):
        raise error  # The status is not in the document, or the body is not what it says, as a proxy's page.
    limit, remaining = number(error, "X-RateLimit-Limit"), number(error, "X-RateLimit-Remaining")
    return Outcome(
        status=error.status,
        body=client.sanitize_for_serialization(envelope),
        retry_after_seconds=number(error, "Retry-After"),
        rate_limit=None if limit is None or remaining is None else {"limit": limit, "remaining": remaining},
    )


def number(error: ApiException, name: str) -> int | None:
    """Read a header, which the generated client leaves as text. A date in Retry-After counts as none."""
    value = (error.headers or {}).get(name, "")
    return int(value) if value.removeprefix("-").isdecimal() else None


def main() -> None:
    """Print a line of JSON for each case of the file."""
    if len(sys.argv) != 3:  # noqa: PLR2004
        sys.exit("usage: main.py BASE_URL CASES_FILE")
    base_url, cases_file = sys.argv[1:]
    for case in json.loads(Path(cases_file).read_text(encoding="utf-8"))["cases"]:
        outcome = call(base_url, case["request"])
        print(json.dumps({"name": case["name"], "outcome": asdict(outcome)}))


if __name__ == "__main__":
    main()
