<?php

// Lists secrets for each case of a file, with a client that OpenAPI Generator generated.

declare(strict_types=1);

use ConnectorSecrets\Api\ConnectorSecretsApi;
use ConnectorSecrets\ApiException;
use ConnectorSecrets\Configuration;
use ConnectorSecrets\Model\ErrorEnvelope;
use GuzzleHttp\Client;

// A warning or a deprecation ends the program, in the generated code as well.
set_error_handler(static function (int $level, string $message, string $file, int $line): never {
    throw new ErrorException($message, 0, $level, $file, $line);
});

// Guzzle comes with Composer, or with Debian's package.
require is_file(__DIR__ . '/vendor/autoload.php') ? __DIR__ . '/vendor/autoload.php' : 'GuzzleHttp/autoload.php';
spl_autoload_register(static function (string $class): void {
    $file = __DIR__ . '/client/lib/' . strtr(substr($class, strlen('ConnectorSecrets\\')), '\\', '/') . '.php';
    if (str_starts_with($class, 'ConnectorSecrets\\') && is_file($file)) {
        require $file;
    }
});

/** Returns what a response says, as the conformance cases describe it. */
function call(string $baseUrl, string $credential, int $teamId, string $connectorIdentifier): array
{
    // An API key is an access token, too. The client adds the word Bearer.
    $configuration = (new Configuration())->setHost(rtrim($baseUrl, '/'))->setAccessToken($credential);
    // Guzzle waits without end unless it is told how long. It retries nothing.
    $api = new ConnectorSecretsApi(new Client(['connect_timeout' => 5, 'timeout' => 30]), $configuration);
    try {
        [$list, $status] = $api->listConnectorSecretsWithHttpInfo($teamId, $connectorIdentifier);
        return ['status' => $status, 'body' => $list, 'retry_after_seconds' => null, 'rate_limit' => null];
    } catch (ApiException $error) {
        $envelope = $error->getResponseObject();
        if (!$envelope instanceof ErrorEnvelope) {
            throw $error; // There is no response, or its status is not in the document.
        }
        $limit = number($error, 'X-RateLimit-Limit');
        $remaining = number($error, 'X-RateLimit-Remaining');
        return [
            'status' => $error->getCode(),
            'body' => $envelope,
            'retry_after_seconds' => number($error, 'Retry-After'),
            'rate_limit' => $limit === null || $remaining === null ? null : ['limit' => $limit, 'remaining' => $remaining],
        ];
    }
}

/** Reads a header, which the client leaves as text. A date in Retry-After counts as none. */
function number(ApiException $error, string $name): ?int
{
    $value = filter_var(array_change_key_case($error->getResponseHeaders())[strtolower($name)][0] ?? null, FILTER_VALIDATE_INT);
    return $value === false ? null : $value;
}

if ($argc !== 3) {
    fwrite(STDERR, "usage: php main.php BASE_URL CASES_FILE\n");
    exit(64);
}
$file = json_decode(file_get_contents($argv[2]), flags: JSON_THROW_ON_ERROR);
foreach ($file->cases as $case) {
    $request = $case->request;
    $outcome = call($argv[1], $request->credential, (int) $request->team_id, $request->connector_identifier);
    // The models write themselves.
    echo json_encode(['name' => $case->name, 'outcome' => $outcome], JSON_THROW_ON_ERROR), "\n";
}
