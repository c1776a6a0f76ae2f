"""Calls the API once for each conformance case, and prints what came back as a line of JSON."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from connectors.secrets import list_secrets, new_client


def main() -> None:
    """Read the cases' requests, and print a line for each."""
    if len(sys.argv) != 3:  # noqa: PLR2004
        sys.exit("usage: main.py BASE_URL CASES_FILE")
    base_url, cases_file = sys.argv[1:]
    for case in json.loads(Path(cases_file).read_text(encoding="utf-8"))["cases"]:
        request = case["request"]
        with new_client(base_url, request["credential"]) as client:
            outcome = list_secrets(client, int(request["team_id"]), request["connector_identifier"])
        print(json.dumps({"name": case["name"], "outcome": asdict(outcome)}))


if __name__ == "__main__":
    main()
