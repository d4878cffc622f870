#!/usr/bin/env bash
# A custom runtime in bash and curl, for a handler that is a bash function: _HANDLER=function.handler is the
# function `handler` in function.sh. It gets the event as $1, answers on standard output, and writes to the
# log on standard error.
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime"
file="${_HANDLER%.*}.sh"
handler="${_HANDLER##*.}"
work=$(mktemp -d)

ask() { curl --silent --show-error --noproxy '*' "$@"; }

# post WHERE FILE HEADER : a body comes from a file, because one argument of a command ends at 128 KB.
post() { ask --output "$work/accepted" --data-binary "@$2" --header "$3" "$api/$1"; }

# fail WHERE TYPE MESSAGE TRACE : an error is three keys of JSON; its type goes into a header as well.
fail() {
  printf '{"errorMessage":"%s","errorType":"%s","stackTrace":["%s"]}' "$3" "$2" "$4" >"$work/error"
  echo "[ERROR] $2: $3 ($4)" >&2
  post "$1" "$work/error" "Lambda-Runtime-Function-Error-Type: $2"
}

# Init: what stands outside of the functions in the file runs here, once.
cd "$LAMBDA_TASK_ROOT" || exit 1
if ! source "./$file" >&2; then
  fail init/error Runtime.ImportModuleError "$file cannot be loaded" "$file"
  exit 1
elif ! declare -F "$handler" >/dev/null; then
  fail init/error Runtime.HandlerNotFound "$file has no function $handler" "$file"
  exit 1
fi
set -o errtrace
trap 'if [ "${FUNCNAME[0]-}" ]; then where="${BASH_SOURCE[0]##*/}:$LINENO"; fi' ERR # the line that failed last

# One event after the other. The first curl waits, frozen, until there is one.
while true; do
  ask --dump-header "$work/head" --output "$work/event" "$api/invocation/next" || exit 1
  shopt -s nocasematch # names of headers have no case
  while IFS=': ' read -r name value; do
    case "$name" in
      lambda-runtime-aws-request-id) AWS_REQUEST_ID=${value%$'\r'} ;;
      lambda-runtime-deadline-ms) DEADLINE_MS=${value%$'\r'} ;;
      lambda-runtime-invoked-function-arn) INVOKED_FUNCTION_ARN=${value%$'\r'} ;;
      lambda-runtime-trace-id) export _X_AMZN_TRACE_ID=${value%$'\r'} ;;
    esac
  done <"$work/head"
  shopt -u nocasematch
  where="$file"
  "$handler" "$(<"$work/event")" >"$work/response"
  status=$?
  if [ "$status" = 0 ]; then
    post "invocation/$AWS_REQUEST_ID/response" "$work/response" "Content-Type: application/json"
  else
    fail "invocation/$AWS_REQUEST_ID/error" "Function.ExitStatus$status" "$handler returned $status" "$where"
  fi
done
