"""A prometheus of the test's own, on a free loopback port, with a copy of the rules whose waits are short."""
import json
import pathlib
import re
import socket
import subprocess
import urllib.error
import urllib.parse
import urllib.request


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def replaced(pattern, replacement, text):
    text, count = re.subn(pattern, replacement, text)
    assert count, f"the rules have no {pattern}"
    return text


def hurried(rules, memory_limit):
    """The rules, but an alert waits for a second, figures are old after five seconds, and memory has the
    limit that is given. Nothing else is changed."""
    rules = replaced(r"for: \S+", "for: 1s", rules)
    rules = replaced(r"> 600\b", "> 5", rules)
    return replaced(r"> 1\.8e9\b", f"> {memory_limit}", rules)


class Prometheus:
    def __init__(self, rules, machines):
        self.address = f"http://127.0.0.1:{free_port()}"
        pathlib.Path("longhaul.rules.yml").write_text(rules)
        targets = "".join(f'      - {{targets: ["{machine.address}"], labels: {{instance: {machine.name}}}}}\n'
                          for machine in machines)
        pathlib.Path("prometheus.yml").write_text(f"""
global: {{scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 200ms}}
rule_files: [longhaul.rules.yml]
scrape_configs:
  - job_name: node
    static_configs:
{targets}""")
        self.process = subprocess.Popen(
            ["prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=data",
             "--web.listen-address=" + self.address.removeprefix("http://")],
            stderr=open("prometheus.log", "w"))

    def get(self, path, **parameters):
        try:
            with urllib.request.urlopen(f"{self.address}/api/v1/{path}?{urllib.parse.urlencode(parameters)}") as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            if error.code != 400:
                raise  # it is starting
            raise SystemExit(f"{path} {parameters}: {json.load(error)['error']}") from error

    def query(self, expression):
        return self.get("query", query=expression)["result"]

    def firing(self):
        return [alert for alert in self.get("alerts")["alerts"] if alert["state"] == "firing"]

    def end(self):
        self.process.terminate()
        self.process.wait()
