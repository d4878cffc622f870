count=0
kept=""
[ -z "${FAIL_INIT:-}" ] || return 1

handler() {
  count=$((count + 1))
  echo "gedruckt: ü€" >&2
  case "$1" in
    *'"do":"raise"'*)
      ls /nowhere 2>/dev/null
      return 3
      ;;
    *'"do":"sleep"'*) sleep 60 ;;
    *'"do":"fill"'*) while true; do kept+=$(printf '%04000000d' 0); done ;;
  esac
  printf '{"greeting":"grüße €","event":%s,"count":%d,"id":"%s","name":"%s","left":%d}' \
    "$1" "$count" "$AWS_REQUEST_ID" "$AWS_LAMBDA_FUNCTION_NAME" "$((DEADLINE_MS - $(date +%s%3N)))"
}
