package com.amazonaws.services.lambda.runtime;

/** A handler: it gets the event as I, and what it returns becomes JSON. */
public interface RequestHandler<I, O> {
    O handleRequest(I input, Context context);
}
