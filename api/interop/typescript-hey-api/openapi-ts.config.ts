import { defineConfig } from "@hey-api/openapi-ts";

export default defineConfig({
  input: "../../openapi.client.yaml",
  output: "src/generated",
  plugins: [
    "@hey-api/typescript",
    "@hey-api/client-fetch",
    // Checks what is sent, and the lists that come back.
    "zod",
    // No client of its own, which would call production without a credential wherever ours is forgotten.
    { name: "@hey-api/sdk", client: false, validator: true },
    // Makes int64 a bigint. It does so by default; without this plugin int64 is a number, and wrong above 2^53.
    { name: "@hey-api/transformers", bigInt: true },
  ],
});
