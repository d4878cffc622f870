raise ArgumentError, "böse" if ENV["FAIL_INIT"]

STATE = { count: 0, kept: [] }

def handler(event:, context:)
  STATE[:count] += 1
  puts "gedruckt: ü€"
  raise ArgumentError, "böse" if event["do"] == "raise"
  sleep 60 if event["do"] == "sleep"
  STATE[:kept] << "x" * 4_000_000 while event["do"] == "fill"
  { greeting: "grüße €", event: event, count: STATE[:count], id: context.aws_request_id,
    name: context.function_name, left: context.get_remaining_time_in_millis }
end
