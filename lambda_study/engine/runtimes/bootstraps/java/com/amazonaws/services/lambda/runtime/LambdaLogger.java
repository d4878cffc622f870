package com.amazonaws.services.lambda.runtime;

/** Writes to the function's log; System.out does so too. */
public interface LambdaLogger {
    void log(String message);
}
