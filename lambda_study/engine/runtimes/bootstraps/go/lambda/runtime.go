// Package lambda is the runtime of a Go function. There is none on Lambda itself: it is compiled into the
// program, which runs on the OS-only runtime as the file `bootstrap`.
//
// Unlike AWS: this stands in for the package of that name in aws-lambda-go, so that a handler compiles here
// without a download, and on AWS without a change.
package lambda

import (
	"bytes"
	"context"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

var api = "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/"
var client = &http.Client{Transport: &http.Transport{}} // no proxy, no limit of time, one connection kept open

// Start asks for an event, calls the handler, posts what came out, and asks for the next event.
func Start(handler interface{}) {
	log.SetFlags(0)
	call, err := callerOf(handler)
	if err != nil {
		post("init/error", asJSON(failure{err.Error(), "Runtime.HandlerNotFound", nil}), "Runtime.HandlerNotFound")
		log.Fatal(err)
	}
	for {
		answer, event := request("GET", "invocation/next", nil, "") // waits, frozen, until there is an event
		id := answer.Get("Lambda-Runtime-Aws-Request-Id")
		ms, _ := strconv.ParseInt(answer.Get("Lambda-Runtime-Deadline-Ms"), 10, 64)
		ctx, cancel := context.WithDeadline(context.Background(), time.UnixMilli(ms))
		arn := answer.Get("Lambda-Runtime-Invoked-Function-Arn")
		ctx = lambdacontext.NewContext(ctx, &lambdacontext.LambdaContext{AwsRequestID: id, InvokedFunctionArn: arn})
		os.Setenv("_X_AMZN_TRACE_ID", answer.Get("Lambda-Runtime-Trace-Id"))
		result, failed := run(call, ctx, event)
		cancel()
		if failed == nil {
			post("invocation/"+id+"/response", result, "")
			continue
		}
		log.Printf("%s", asJSON(failed))
		post("invocation/"+id+"/error", asJSON(failed), failed.Type)
		if failed.Trace != nil { // after a panic nothing is sure any more: the next event gets a new process
			os.Exit(1)
		}
	}
}

func post(path string, body []byte, errorType string) { request("POST", path, body, errorType) }

func request(method, path string, body []byte, errorType string) (http.Header, []byte) {
	req, err := http.NewRequest(method, api+path, bytes.NewReader(body))
	if err != nil {
		log.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if errorType != "" {
		req.Header.Set("Lambda-Runtime-Function-Error-Type", errorType)
	}
	answer, err := client.Do(req)
	if err != nil {
		log.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		log.Fatal(err)
	}
	return answer.Header, text
}
