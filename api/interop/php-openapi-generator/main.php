<?php

// Calls the API once for each conformance case, and prints what came back as a line of JSON.

declare(strict_types=1);

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

require __DIR__ . '/secrets.php';

if ($argc !== 3) {
    fwrite(STDERR, "usage: php main.php BASE_URL CASES_FILE\n");
    exit(64);
}
$file = json_decode(file_get_contents($argv[2]), flags: JSON_THROW_ON_ERROR);
foreach ($file->cases as $case) {
    $request = $case->request;
    $outcome = listSecrets($argv[1], $request->credential, (int) $request->team_id, $request->connector_identifier);
    // The models write themselves.
    echo json_encode(['name' => $case->name, 'outcome' => $outcome], JSON_THROW_ON_ERROR), "\n";
}
