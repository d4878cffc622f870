handler() {
  echo "somebody is at the door" >&2
  name=$(sed 's/.*"name": *"\([^"]*\)".*/\1/' <<<"$1")
  echo "\"Welcome to the club, $name!\""
}
