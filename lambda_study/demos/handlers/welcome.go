package main

import (
	"fmt"

	"github.com/aws/aws-lambda-go/lambda"
)

type Event struct {
	Name string `json:"name"`
}

func handler(event Event) (string, error) {
	fmt.Println("somebody is at the door")
	return fmt.Sprintf("Welcome to the club, %s!", event.Name), nil
}

func main() {
	lambda.Start(handler)
}
