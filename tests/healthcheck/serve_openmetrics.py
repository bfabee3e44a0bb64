"""serve_openmetrics.py PORT FILE: the file, as OpenMetrics, on loopback."""
import http.server
import sys


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with open(sys.argv[2], "rb") as file:
            text = file.read()
        self.send_response(200)
        self.send_header("Content-Type", "application/openmetrics-text; version=1.0.0; charset=utf-8")
        self.end_headers()
        self.wfile.write(text)


http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Page).serve_forever()
