// Package lambdacontext tells a handler about its invocation.
//
// Unlike AWS: this stands in for the package of that name in aws-lambda-go, so that a handler compiles here
// without a download, and on AWS without a change.
package lambdacontext

import (
	"context"
	"os"
	"strconv"
)

// LambdaContext is what differs from invocation to invocation.
type LambdaContext struct {
	AwsRequestID       string
	InvokedFunctionArn string
}

// What stays the same for all invocations of an execution environment.
var (
	FunctionName       = os.Getenv("AWS_LAMBDA_FUNCTION_NAME")
	FunctionVersion    = os.Getenv("AWS_LAMBDA_FUNCTION_VERSION")
	LogGroupName       = os.Getenv("AWS_LAMBDA_LOG_GROUP_NAME")
	LogStreamName      = os.Getenv("AWS_LAMBDA_LOG_STREAM_NAME")
	MemoryLimitInMB, _ = strconv.Atoi(os.Getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"))
)

type key struct{}

// NewContext returns a copy of parent that carries lc.
func NewContext(parent context.Context, lc *LambdaContext) context.Context {
	return context.WithValue(parent, key{}, lc)
}

// FromContext returns what NewContext has put into ctx.
func FromContext(ctx context.Context) (*LambdaContext, bool) {
	lc, ok := ctx.Value(key{}).(*LambdaContext)
	return lc, ok
}
