package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type answer struct {
	Greeting string         `json:"greeting"`
	Event    map[string]any `json:"event"`
	Count    int            `json:"count"`
	ID       string         `json:"id"`
	Name     string         `json:"name"`
	Left     int64          `json:"left"`
}

var count int
var kept [][]byte

func handler(ctx context.Context, event map[string]any) (answer, error) {
	count++
	fmt.Println("gedruckt: ü€")
	switch event["do"] {
	case "raise":
		return answer{}, errors.New("böse")
	case "panic":
		panic("böse")
	case "sleep":
		time.Sleep(time.Minute)
	case "fill":
		for {
			kept = append(kept, bytes.Repeat([]byte("x"), 4_000_000))
		}
	}
	invocation, _ := lambdacontext.FromContext(ctx)
	deadline, _ := ctx.Deadline()
	left := time.Until(deadline).Milliseconds()
	return answer{"grüße €", event, count, invocation.AwsRequestID, lambdacontext.FunctionName, left}, nil
}

func main() {
	if os.Getenv("FAIL_INIT") != "" {
		lambda.Start("no function")
	}
	lambda.Start(handler)
}
