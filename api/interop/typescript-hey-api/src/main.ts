import { readFile } from "node:fs/promises";

import { listSecrets, newClient } from "./secrets.js";

interface CasesFile {
  cases: {
    name: string;
    request: {
      team_id: string;
      connector_identifier: string;
      scheme: "BearerAuth" | "ApiKeyAuth";
      credential: string;
    };
  }[];
}

const [baseUrl, casesFile] = process.argv.slice(2);
if (baseUrl === undefined || casesFile === undefined) {
  console.error("usage: node dist/main.js BASE_URL CASES_FILE");
  process.exit(64);
}

const { cases }: CasesFile = JSON.parse(await readFile(casesFile, "utf8"));

for (const { name, request } of cases) {
  const client = newClient(baseUrl, request.credential);
  const outcome = await listSecrets(
    client,
    // Number() would turn a team above 2^53 into another team.
    BigInt(request.team_id),
    request.connector_identifier,
  );
  console.log(JSON.stringify({ name, outcome }, writable));
}

/** JSON.stringify refuses the bigint that the client makes of an int64. The client itself has read it as a number. */
function writable(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
