def handler(event:, context:)
  puts "somebody is at the door"
  "Welcome to the club, #{event["name"]}!"
end
