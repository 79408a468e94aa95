"""Runs a Flask receiver on a port that the kernel chooses, and looks at what it is sent.

    python receiver.py SAMPLE.py

The first line it prints is the port. Then comes one JSON object for each request, when it has been
answered: path, headers, body (base64), the status that the sample gave, and whether the official
package of Standard Webhooks verifies it. Ends with its standard input.
"""
import base64
import json
import os
import runpy
import sys
import threading

import standardwebhooks
from flask import request
from werkzeug.serving import WSGIRequestHandler, make_server

# What the sample prints is none of what is told here.
out, sys.stdout = sys.stdout, sys.stderr
app = runpy.run_path(sys.argv[1])["app"]
official = standardwebhooks.Webhook(os.environ["REFGATE_SECRET"])


class Quiet(WSGIRequestHandler):
    def log(self, *_):
        pass


@app.before_request
def keep():
    request.get_data(cache=True)


@app.after_request
def tell(response):
    body = request.get_data(cache=True)
    try:
        official.verify(body, dict(request.headers), json_parse=False)
        is_valid = True
    except standardwebhooks.WebhookVerificationError:
        is_valid = False
    said = {
        "path": request.path,
        "headers": list(request.headers.items()),
        "body": base64.b64encode(body).decode(),
        "status": response.status_code,
        "official": is_valid,
    }
    with lock:
        print(json.dumps(said), file=out, flush=True)
    return response


lock = threading.Lock()
server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
print(server.server_port, file=out, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
