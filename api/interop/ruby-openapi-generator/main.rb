# frozen_string_literal: true

# Lists secrets for each case of a file, with a client that OpenAPI Generator generated.

# A warning, such as of a deprecation, ends the program, in the generated code as well.
module Warning
  def self.warn(message, **)
    raise message if message.include?(__dir__)
  end
end

require 'json'
$LOAD_PATH.unshift(File.join(__dir__, 'client', 'lib'))
require 'connector_secrets'

# What a response says, as the conformance cases describe it.
Outcome = Struct.new(:status, :body, :retry_after_seconds, :rate_limit, keyword_init: true)

# Lists the secrets of one connector.
def call(base_url, credential, team_id, connector_identifier)
  api = new_api(base_url, credential)
  list, status = api.list_connector_secrets_with_http_info(team_id, connector_identifier)
  Outcome.new(status: status, body: list.to_hash)
rescue ConnectorSecrets::ApiError => e
  raise unless e.code.to_i >= 400 # There is no response.

  failed(api.api_client, e)
end

# One client for each credential. Keep it in a program that has one credential.
def new_api(base_url, credential)
  configuration = ConnectorSecrets::Configuration.new do |c|
    c.scheme, c.host = base_url.chomp('/').split('://', 2)
    c.access_token = credential # An API key, too: the client adds the word Bearer.
    c.timeout = 30 # It waits without end unless it is told how long.
  end
  ConnectorSecrets::ConnectorSecretsApi.new(ConnectorSecrets::ApiClient.new(configuration))
end

# Takes what an error says from its envelope, which the client leaves as text, and from its headers.
def failed(client, error)
  envelope = client.convert_to_type(JSON.parse(error.response_body, symbolize_names: true), 'ErrorEnvelope')
  limit = number(error, 'X-RateLimit-Limit')
  remaining = number(error, 'X-RateLimit-Remaining')
  Outcome.new(
    status: error.code,
    body: envelope.to_hash,
    retry_after_seconds: number(error, 'Retry-After'),
    rate_limit: limit && remaining && { limit: limit, remaining: remaining }
  )
end

# Reads a header. A date in Retry-After counts as none.
def number(error, name)
  Integer(error.response_headers[name] || '', 10, exception: false)
end

abort 'usage: ruby main.rb BASE_URL CASES_FILE' unless ARGV.length == 2
base_url, cases_file = ARGV
JSON.parse(File.read(cases_file, encoding: 'UTF-8'), symbolize_names: true)[:cases].each do |kase|
  request = kase[:request]
  outcome = call(base_url, request[:credential], Integer(request[:team_id]), request[:connector_identifier])
  puts JSON.generate(name: kase[:name], outcome: outcome.to_h)
end
