# The runtime of a Ruby function: the part between Lambda and your handler.
# It asks the Runtime API for an event, calls the handler, posts what came out, and asks for the next event.
require "json"
require "net/http"

$stdout.sync = true # what is printed is in the log at once

Context = Struct.new(:aws_request_id, :invoked_function_arn, :deadline_ms, keyword_init: true) do
  def function_name = ENV["AWS_LAMBDA_FUNCTION_NAME"]
  def function_version = ENV["AWS_LAMBDA_FUNCTION_VERSION"]
  def memory_limit_in_mb = ENV["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
  def log_group_name = ENV["AWS_LAMBDA_LOG_GROUP_NAME"]
  def log_stream_name = ENV["AWS_LAMBDA_LOG_STREAM_NAME"]
  def get_remaining_time_in_millis = [deadline_ms - (Time.now.to_f * 1000).to_i, 0].max
end

ROOT = "/2018-06-01/runtime"
host, port = ENV["AWS_LAMBDA_RUNTIME_API"].split(":")
API = Net::HTTP.new(host, port.to_i, nil) # one connection, used again and again
API.read_timeout = nil # an event may take hours to come
API.keep_alive_timeout = 1_000_000
API.max_retries = 0
API.start

# An error is three keys of JSON. Its trace ends where the handler was called; folders are named as on Lambda.
def describe(error, phase)
  trace = (error.backtrace_locations || []).map(&:to_s).take_while { |line| !line.start_with?(__FILE__) }
  trace = trace.map { |line| line.gsub(ENV["LAMBDA_TASK_ROOT"], "/var/task") }
  { errorMessage: error.message, errorType: "#{phase}<#{error.class}>", stackTrace: trace }
end

def fail_with(path, headline, described)
  puts headline, JSON.pretty_generate(described).gsub("\n", "\r") # \r: several lines, one event of the log
  API.post("#{ROOT}/#{path}", described.to_json, "Lambda-Runtime-Function-Error-Type" => described[:errorType])
end

# "app.handler" is the method `handler` of app.rb; "app.Photos::Club.handler" is one of a class.
def load_handler(name)
  file, *scope, method = name.split(".")
  raise ArgumentError, "Invalid handler #{name}, write FILE.METHOD or FILE.CLASS.METHOD" unless method && scope.size < 2
  require File.join(ENV["LAMBDA_TASK_ROOT"], file)
  (scope.empty? ? self : Object.const_get(scope.first)).method(method)
end

begin
  handler = load_handler(ENV["_HANDLER"]) # what stands outside of the methods in the file runs here, once
rescue Exception => error
  fail_with("init/error", "Init error when loading handler #{ENV["_HANDLER"]}", describe(error, "Init"))
  exit 1
end

loop do
  event = API.get("#{ROOT}/invocation/next") # waits, frozen, until there is one
  id = event["Lambda-Runtime-Aws-Request-Id"]
  ENV["_X_AMZN_TRACE_ID"] = event["Lambda-Runtime-Trace-Id"]
  context = Context.new(aws_request_id: id, invoked_function_arn: event["Lambda-Runtime-Invoked-Function-Arn"],
                        deadline_ms: event["Lambda-Runtime-Deadline-Ms"].to_i)
  begin
    response = handler.call(event: JSON.parse(event.body), context: context).to_json
    API.post("#{ROOT}/invocation/#{id}/response", response, "Content-Type" => "application/json")
  rescue StandardError, ScriptError, SystemStackError => error
    fail_with("invocation/#{id}/error", "Error raised from handler method", describe(error, "Function"))
  end
end
