#!/usr/bin/env python3
"""A plugin in forty lines: greets, counts and fails on demand (docs/plugin-protocol.md)."""
import json
import sys


class Failure(Exception):
    def __init__(self, message, kind="failed", code=None):
        super().__init__(message)
        self.kind = kind
        self.code = code


def greet(params, log):
    if not params.get("name"):
        raise Failure("there is nobody to greet", kind="nobody")
    log("greeting " + params["name"])
    return {"text": "Hello, %s!" % params["name"], "letters": len(params["name"])}


METHODS = {"greet": greet}


def say(**message):
    print(json.dumps(message), flush=True)


for line in sys.stdin:
    message = json.loads(line)
    if "hello" in message:
        say(hello={"protocol": 1, "name": "greeter", "concurrent": 1})
    elif "call" in message:
        call = message["call"]
        try:
            method = METHODS.get(call["method"])
            if method is None:
                raise Failure("there is no method " + call["method"])
            value = method(call["params"], lambda text: say(log={"id": call["id"], "text": text}))
            say(result={"id": call["id"], "value": value})
        except Failure as failure:
            error = {"id": call["id"], "message": str(failure), "kind": failure.kind}
            say(error=error if failure.code is None else {**error, "code": failure.code})
